#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#include "../support/fixture_repository.h"
#include "../support/json_schema.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

/* `pilab where` over repositories with release branches, picks, reverts, merges, and a monorepo. */

struct where_world {
    struct fixture_repository *shop, *mono;
    struct sandbox *sandbox;
    struct object_id change, picked, local;
};

static const char project_form[] =
    "pilab: 1\n"
    "project: {name: Shop, code: SHOP, tickets: [SHOP]}\n"
    "environments:\n"
    "  - {name: SIT, stage: SIT}\n"
    "  - {name: UAT, stage: UAT, from: [SIT]}\n"
    "  - {name: PROD, stage: PROD, from: [UAT]}\n"
    "modules:\n"
    "  - {name: shop, repository: '%s', tags: 'v{version}', config: [deploy/values.yaml,\n"
    "     'deploy/values-{env}.yaml'], migrations: {path: db, dialect: postgresql}}\n"
    "  - {name: cart, repository: '%s', path: cart, tags: 'v{version}'}\n"
    "  - {name: bill, repository: '%s', path: bill, tags: 'v{version}'}\n"
    "  - {name: gone, repository: /nonexistent/gone.git}\n";

/* 1.0.0 on main; on main then a change, its fix, a key, a migration, a merge (1.1.0), a change that
 * is reverted (1.2.0) and brought back (1.3.0). On release/1.0 the change is picked with another
 * commit before it (1.0.1). */
static void build_shop(struct where_world *world)
{
    struct builder *build = fixture_builder(world->shop);
    struct object_id revert, feature;

    fixture_commit(world->shop, "src/a.c", "one\ntwo\nthree\n", "Begin");
    fixture_commit(world->shop, "deploy/values.yaml", "env:\n  SESSION_TIMEOUT: 30\n", "Set up");
    builder_tag(build, "v1.0.0");
    builder_branch(build, "release/1.0");
    builder_switch(build, "main");
    world->change = fixture_commit(world->shop, "src/b.c", "change\n", "SHOP-1 Change the cart");
    fixture_commit(world->shop, "deploy/values.yaml", "env:\n  SESSION_TIMEOUT: 15\n",
                   "SHOP-2 Shorten sessions");
    fixture_commit(world->shop, "db/V43__add_upi.sql", "create table upi (id int);\n",
                   "SHOP-3 Keep payments");
    builder_branch(build, "feature/SHOP-4");
    fixture_commit(world->shop, "src/m.c", "merged\n", "Draw the button");
    builder_switch(build, "main");
    builder_merge(build, "feature/SHOP-4", "Merge branch 'feature/SHOP-4'");
    builder_tag(build, "v1.1.0");
    feature = fixture_commit(world->shop, "src/r.c", "reverted\n", "SHOP-5 Greet the customer");
    revert = builder_revert(build, &feature);
    builder_tag(build, "v1.2.0");
    builder_revert(build, &revert);
    fixture_commit(world->shop, "src/s.c", "sound\n", "Close a hole (CVE-2024-30940)");
    builder_tag(build, "v1.3.0");
    builder_switch(build, "release/1.0");
    fixture_commit(world->shop, "src/a.c", "one\ntwo\nthree\nfour\n", "Only for this release");
    world->picked = builder_pick(build, &world->change, false);
    builder_tag(build, "v1.0.1");
}

static void build_mono(struct where_world *world)
{
    struct builder *build = fixture_builder(world->mono);

    fixture_commit(world->mono, "cart/a.c", "a\n", "Begin the cart");
    fixture_commit(world->mono, "bill/a.c", "a\n", "Begin the bill");
    builder_tag(build, "v1.0.0");
    fixture_commit(world->mono, "cart/b.c", "b\n", "SHOP-9 Count what is in the cart");
    builder_tag(build, "v1.1.0");
}

static void import_project(struct where_world *world)
{
    char *text = memory_printf(project_form, fixture_path(world->shop), fixture_path(world->mono),
                               fixture_path(world->mono));
    char *file = scratch_file(sandbox_files(world->sandbox), "pilab.yaml", text);
    const struct run *run = run_pilab(world->sandbox, "project", "import", file, NULL);

    if (run->status != 0)
        fail_msg("%s", run->err.data);
    free(file);
    free(text);
}

static void deploy(struct where_world *world, const char *module, const char *environment,
                   const char *version, const char *at)
{
    const struct run *run = run_pilab(world->sandbox, "manifest", "set", module, environment,
                                      version, "--at", at, "--by", "bob", "--release", "R7", NULL);

    if (run->status != 0)
        fail_msg("%s", run->err.data);
}

static int setup(void **state)
{
    static struct where_world world;

    fixture_library_start(NULL);
    world.shop = fixture_new();
    world.mono = fixture_new();
    world.sandbox = sandbox_new();
    fixture_commit(world.shop, "README", "shop\n", "Empty");
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    struct where_world *world = *state;

    sandbox_free(&world->sandbox);
    fixture_free(&world->shop);
    fixture_free(&world->mono);
    return fixture_library_stop(NULL);
}

/* SIT got 1.1.0, 1.2.0 and 1.3.0; UAT 1.2.0, and went back to 1.1.0; PROD the release branch. */
static void prepare(struct where_world *world)
{
    build_shop(world);
    build_mono(world);
    fixture_open(world->shop);
    fixture_open(world->mono);
    import_project(world);
    deploy(world, "shop", "SIT", "1.1.0", "2025-01-10T10:00:00Z");
    deploy(world, "shop", "SIT", "1.2.0", "2025-01-11T10:00:00Z");
    deploy(world, "shop", "SIT", "1.3.0", "2025-01-12T10:00:00Z");
    deploy(world, "shop", "UAT", "1.1.0", "2025-01-12T11:00:00Z");
    deploy(world, "shop", "UAT", "1.2.0", "2025-01-13T10:00:00Z");
    deploy(world, "shop", "PROD", "1.0.0", "2025-01-02T10:00:00Z");
    deploy(world, "shop", "PROD", "1.0.1", "2025-01-14T10:00:00Z");
    deploy(world, "cart", "SIT", "1.1.0", "2025-01-10T10:00:00Z");
    deploy(world, "bill", "SIT", "1.1.0", "2025-01-10T10:00:00Z");
}

static json_t *ask(struct where_world *world, const char *question, const char *kind)
{
    const struct run *run =
        kind != NULL ? run_pilab(world->sandbox, "where", question, "--kind", kind, "--json", NULL)
                     : run_pilab(world->sandbox, "where", question, "--json", NULL);
    json_t *answer;

    if (run->status != 0)
        fail_msg("status %d: %s", run->status, run->err.data);
    assert_text_follows_schema(run->out.data, "where-1.json");
    answer = json_loads(run->out.data, 0, NULL);
    assert_non_null(answer);
    return answer;
}

static json_t *module_of(const json_t *answer, const char *name)
{
    json_t *modules = json_object_get(answer, "modules"), *module;
    size_t i;

    json_array_foreach(modules, i, module)
    {
        if (strcmp(json_member_text(module, "module"), name) == 0)
            return module;
    }
    return NULL;
}

enum { SIT, UAT, PROD };

static const json_t *cell(const json_t *answer, const char *module, size_t environment)
{
    const json_t *found = module_of(answer, module);

    if (found == NULL)
        fail_msg("%s is not in the answer", module);
    return json_array_get(json_object_get(found, "cells"), environment);
}

static void assert_cell(const json_t *answer, const char *module, size_t environment,
                        const char *state)
{
    assert_string_equal(json_member_text(cell(answer, module, environment), "state"), state);
}

static const char *event_text(const json_t *cell_value, const char *event, const char *member)
{
    return json_member_text(json_object_get(cell_value, event), member);
}

static void a_backport_without_trailer_is_found_by_its_patch(void **state)
{
    struct where_world *world = *state;
    char hex[OBJECT_ID_HEX_SIZE];
    json_t *answer;

    prepare(world);
    answer = ask(world, "SHOP-1", NULL);
    assert_cell(answer, "shop", SIT, "in");
    assert_cell(answer, "shop", UAT, "in");
    assert_cell(answer, "shop", PROD, "as_another");
    assert_string_equal(json_member_text(cell(answer, "shop", PROD), "as"),
                        object_id_hex(&world->picked, hex));
    assert_string_equal(json_member_text(cell(answer, "shop", PROD), "basis"), "same patch");
    assert_string_equal(event_text(cell(answer, "shop", SIT), "since", "deployed_at"),
                        "2025-01-10T10:00:00Z");
    assert_string_equal(event_text(cell(answer, "shop", SIT), "since", "deployed_by"), "bob");
    assert_string_equal(event_text(cell(answer, "shop", SIT), "since", "release"), "R7");
    assert_string_equal(event_text(cell(answer, "shop", PROD), "since", "version"), "1.0.1");
    assert_null(module_of(answer, "cart"));
    json_decref(answer);
    /* By its own id as well, or the beginning of it. */
    object_id_hex(&world->change, hex);
    hex[9] = '\0';
    answer = ask(world, hex, NULL);
    assert_string_equal(json_member_text(answer, "kind"), "commit");
    assert_cell(answer, "shop", PROD, "as_another");
    json_decref(answer);
}

static void a_revert_counts_where_it_runs_and_its_revert_as_well(void **state)
{
    struct where_world *world = *state;
    json_t *answer;

    prepare(world);
    answer = ask(world, "shop-5", NULL);
    assert_string_equal(json_member_text(answer, "subject"), "SHOP-5");
    assert_cell(answer, "shop", SIT, "in");
    assert_string_equal(event_text(cell(answer, "shop", SIT), "since", "version"), "1.3.0");
    assert_cell(answer, "shop", UAT, "reverted");
    assert_true(json_is_true(json_object_get(cell(answer, "shop", UAT), "next")));
    assert_cell(answer, "shop", PROD, "not_in");
    json_decref(answer);
}

static void keys_migrations_merges_advisories_and_versions_are_found(void **state)
{
    static const struct {
        const char *question, *kind, *taken_for;
    } questions[] = {
        {"SESSION_TIMEOUT",      NULL,        "key"      },
        { "env.SESSION_TIMEOUT", NULL,        "key"      },
        { "V43__add_upi.sql",    NULL,        "migration"},
        { "43",                  "migration", "migration"},
        { "SHOP-4",              NULL,        "ticket"   },
        { "1.1.0",               NULL,        "version"  },
        { "v1.1.0",              NULL,        "version"  },
    };
    struct where_world *world = *state;
    json_t *answer;

    prepare(world);
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        answer = ask(world, questions[i].question, questions[i].kind);
        assert_string_equal(json_member_text(answer, "kind"), questions[i].taken_for);
        assert_cell(answer, "shop", UAT, "in");
        assert_cell(answer, "shop", PROD,
                    strcmp(questions[i].taken_for, "key") == 0 ? "partly" : "not_in");
        json_decref(answer);
    }
    answer = ask(world, "cve-2024-30940", NULL);
    assert_string_equal(json_member_text(answer, "kind"), "advisory");
    assert_cell(answer, "shop", SIT, "in");
    assert_cell(answer, "shop", UAT, "not_in");
    json_decref(answer);
}

static void a_module_has_only_what_touches_its_folder(void **state)
{
    struct where_world *world = *state;
    json_t *answer;

    prepare(world);
    answer = ask(world, "SHOP-9", NULL);
    assert_cell(answer, "cart", SIT, "in");
    assert_cell(answer, "cart", UAT, "unknown");
    assert_null(module_of(answer, "bill"));
    json_decref(answer);
}

/* Files of the second are the module's as well, and layers begin at the first. */
static void a_module_may_have_several_paths(void **state)
{
    static const char form[] = "pilab: 1\n"
                               "project: {name: Shop, code: SHOP, tickets: [SHOP]}\n"
                               "environments: [{name: SIT, stage: SIT}]\n"
                               "modules:\n"
                               "  - {name: both, repository: '%s', path: [./cart/, lib],\n"
                               "     tags: 'v{version}'}\n"
                               "  - {name: layered, repository: '%s', path: [cart, lib],\n"
                               "     tags: 'v{version}', config: [values.yaml]}\n";
    struct where_world *world = *state;
    struct builder *build = fixture_builder(world->mono);
    const struct run *run;
    char *text, *file;
    json_t *answer;

    fixture_commit(world->mono, "cart/values.yaml", "env:\n  CART_SIZE: 3\n", "Begin");
    builder_tag(build, "v1.0.0");
    fixture_commit(world->mono, "lib/values.yaml", "env:\n  LIB_LEVEL: 1\n", "SHOP-1 Log more");
    fixture_commit(world->mono, "cart/values.yaml", "env:\n  CART_SIZE: 4\n", "SHOP-2 Grow");
    fixture_commit(world->mono, "bill/a.c", "a\n", "SHOP-3 Elsewhere");
    builder_tag(build, "v1.1.0");
    fixture_open(world->mono);
    text = memory_printf(form, fixture_path(world->mono), fixture_path(world->mono));
    file = scratch_file(sandbox_files(world->sandbox), "pilab.yaml", text);
    run = run_pilab(world->sandbox, "project", "import", file, NULL);
    if (run->status != 0)
        fail_msg("%s", run->err.data);
    deploy(world, "both", "SIT", "1.1.0", "2025-01-10T10:00:00Z");
    deploy(world, "layered", "SIT", "1.1.0", "2025-01-10T10:00:00Z");
    answer = ask(world, "SHOP-1", NULL);
    assert_cell(answer, "both", SIT, "in");
    json_decref(answer);
    answer = ask(world, "SHOP-3", NULL);
    assert_null(module_of(answer, "both"));
    json_decref(answer);
    answer = ask(world, "LIB_LEVEL", "key");
    assert_cell(answer, "both", SIT, "in");
    assert_null(module_of(answer, "layered"));
    json_decref(answer);
    answer = ask(world, "CART_SIZE", "key");
    assert_cell(answer, "both", SIT, "in");
    assert_cell(answer, "layered", SIT, "in");
    json_decref(answer);
    free(text);
    free(file);
}

static void people_have_the_names_that_the_project_wants(void **state)
{
    struct where_world *world = *state;
    struct strbuf out = STRBUF_INIT;
    json_t *answer, *commit;
    size_t i, named = 0;

    prepare(world);
    fixture_git(world->shop, &out, (const char *const[]){ "checkout", "-q", "-f", "main", NULL });
    fixture_write_work_file(world->shop, ".mailmap",
                            "Ada Lovelace <ada@lovelace.example> <ada@example.org>\n");
    fixture_git(world->shop, &out, (const char *const[]){ "add", ".mailmap", NULL });
    fixture_git(world->shop, &out,
                (const char *const[]){ "-c", "user.name=B", "-c", "user.email=b@example.org",
                                       "commit", "-q", "-m", "Say who is who", NULL });
    answer = ask(world, "SHOP-1", NULL);
    json_array_foreach(json_object_get(module_of(answer, "shop"), "commits"), i, commit)
    {
        assert_string_equal(json_member_text(commit, "author"), "Ada Lovelace");
        named++;
    }
    assert_true(named > 0);
    json_decref(answer);
    strbuf_release(&out);
}

static void a_repository_that_cannot_be_read_is_said_and_the_others_go_on(void **state)
{
    struct where_world *world = *state;
    const struct run *run;
    json_t *answer;

    prepare(world);
    answer = ask(world, "SHOP-1", NULL);
    assert_non_null(json_member_text(module_of(answer, "gone"), "refused"));
    assert_cell(answer, "gone", SIT, "unknown");
    json_decref(answer);
    run = run_pilab(world->sandbox, "where", "SHOP-1", NULL);
    assert_says(&run->out, "1 could not be looked");
    assert_says(&run->out, "/nonexistent/gone.git");
    assert_harmless(&run->out);
}

static void scripts_learn_it_from_the_exit_status(void **state)
{
    struct where_world *world = *state;
    const struct run *run;

    prepare(world);
    /* The module that cannot be read may have some of it. */
    run = run_pilab(world->sandbox, "where", "SHOP-1", "--fail-unless-in", "SIT", NULL);
    assert_int_equal(run->status, 2);
    run = run_pilab(world->sandbox, "where", "SHOP-5", "--fail-unless-in", "uat", NULL);
    assert_int_equal(run->status, 2);
    run = run_pilab(world->sandbox, "where", "SHOP-77", "--fail-unless-in", "SIT", NULL);
    assert_int_equal(run->status, 2);
    run = run_pilab(world->sandbox, "where", "SHOP-5", "--fail-unless-in", "MOON", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "no environment MOON");
    run = run_pilab(world->sandbox, "where", "nothex", "--kind", "commit", NULL);
    assert_int_equal(run->status, 64);
}

/* What the cache keeps is added to, and the answer is the same without it. */
static void what_comes_later_is_seen_at_once(void **state)
{
    static const char *const commit[] = {
        "-c", "user.name=Ada", "-c", "user.email=a@example", "commit", "--allow-empty", "-q",
        "-m", "SHOP-6 Later",  NULL
    };
    static const char *const tag[] = { "tag", "v9.0.0", NULL };
    static const char *const reset[] = { "checkout", "-q", "-f", "main", NULL };
    struct where_world *world = *state;
    struct strbuf out = STRBUF_INIT, first = STRBUF_INIT;
    char *cache = memory_printf("%s/pilab/cache.db", sandbox_home(world->sandbox));
    const struct run *run;
    json_t *answer;

    prepare(world);
    answer = ask(world, "SHOP-6", NULL);
    assert_null(module_of(answer, "shop"));
    json_decref(answer);
    fixture_git(world->shop, &out, reset);
    fixture_git(world->shop, &out, commit);
    fixture_git(world->shop, &out, tag);
    deploy(world, "shop", "SIT", "9.0.0", "2025-01-20T10:00:00Z");
    answer = ask(world, "SHOP-6", NULL);
    assert_cell(answer, "shop", SIT, "in");
    assert_cell(answer, "shop", UAT, "not_in");
    json_decref(answer);
    run = run_pilab(world->sandbox, "where", "SHOP-5", "--json", NULL);
    strbuf_add(&first, run->out.data);
    assert_int_equal(unlink(cache), 0);
    run = run_pilab(world->sandbox, "where", "SHOP-5", "--json", NULL);
    assert_string_equal(run->out.data, first.data);
    strbuf_release(&out);
    strbuf_release(&first);
    free(cache);
}

static const char *first_tag(const json_t *answer, const char *module, const char *subject)
{
    const json_t *commit;
    size_t i;

    json_array_foreach(json_object_get(module_of(answer, module), "commits"), i, commit)
    {
        if (strcmp(json_member_text(commit, "subject"), subject) == 0)
            return json_member_text(commit, "first_tag");
    }
    fail_msg("no commit says: %s", subject);
    return NULL;
}

/* Scripts tag in one second, and clocks are wrong. Tags that are no versions of the module (of
 * another one in the same repository, or one that moves) count only where there is no version. */
static void the_first_tag_is_found_by_history_and_not_by_the_clock(void **state)
{
    const int64_t second = INT64_C(1736000000000);
    struct where_world *world = *state;
    struct builder *build = fixture_builder(world->shop);
    json_t *answer;

    builder_time(build, second);
    fixture_commit(world->shop, "src/f.c", "1\n", "SHOP-20 First");
    builder_tag(build, "aaa-latest");
    builder_tag(build, "v3.0.0");
    builder_tag(build, "v3.0.0-rc.1");
    builder_time(build, second);
    fixture_commit(world->shop, "src/f.c", "2\n", "SHOP-20 Second");
    builder_tag(build, "v3.0.1");
    builder_time(build, second - 86400000);
    fixture_commit(world->shop, "src/f.c", "3\n", "SHOP-20 Third");
    builder_tag(build, "v2.9.0");
    builder_tag(build, "v3.0.2");
    builder_time(build, second);
    fixture_commit(world->shop, "src/f.c", "4\n", "SHOP-20 Fourth");
    builder_tag(build, "other-v0.1.0");
    build_mono(world);
    fixture_open(world->shop);
    fixture_open(world->mono);
    import_project(world);
    answer = ask(world, "SHOP-20", NULL);
    assert_string_equal(first_tag(answer, "shop", "SHOP-20 First"), "v3.0.0-rc.1");
    assert_string_equal(first_tag(answer, "shop", "SHOP-20 Second"), "v3.0.1");
    assert_string_equal(first_tag(answer, "shop", "SHOP-20 Third"), "v2.9.0");
    assert_string_equal(first_tag(answer, "shop", "SHOP-20 Fourth"), "other-v0.1.0");
    json_decref(answer);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_backport_without_trailer_is_found_by_its_patch),
        CASE(a_revert_counts_where_it_runs_and_its_revert_as_well),
        CASE(keys_migrations_merges_advisories_and_versions_are_found),
        CASE(a_module_has_only_what_touches_its_folder),
        CASE(a_module_may_have_several_paths),
        CASE(people_have_the_names_that_the_project_wants),
        CASE(a_repository_that_cannot_be_read_is_said_and_the_others_go_on),
        CASE(scripts_learn_it_from_the_exit_status),
        CASE(what_comes_later_is_seen_at_once),
        CASE(the_first_tag_is_found_by_history_and_not_by_the_clock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
