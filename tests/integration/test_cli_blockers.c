#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#include "../support/fixture_repository.h"
#include "../support/json_schema.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

/* What must stop a release, and what the two environments keep as variables, end to end: a project
 * whose module is at 1.0.0 in UAT and at 1.1.0 in SIT. Blockers of images: test_cli_image. */

struct world {
    struct fixture_repository *fixture;
    struct sandbox *sandbox;
};

static void write_file(struct world *world, const char *path, const char *text)
{
    builder_write(fixture_builder(world->fixture), path, text);
}

static int setup(void **state)
{
    static struct world world;

    fixture_library_start(NULL);
    world.fixture = fixture_new();
    world.sandbox = sandbox_new();
    write_file(&world, "src/app.js", "start(process.env.PORT);\n");
    write_file(&world, "db/migrations/1_users.sql",
               "-- +goose Up\nCREATE TABLE users (id int);\n-- +goose Down\nDROP TABLE users;\n");
    write_file(&world, "deploy/values-uat.yaml", "env:\n  PORT: \"80\"\n  MODE: plain\n");
    fixture_commit(world.fixture, "deploy/values.yaml", "host: nowhere\nlimit: 1\n", "Begin");
    builder_tag(fixture_builder(world.fixture), "v1.0.0");
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;

    sandbox_free(&world->sandbox);
    fixture_free(&world->fixture);
    return fixture_library_stop(NULL);
}

#define DO(...)                                                                                    \
    do {                                                                                           \
        const struct run *run_ = run_pilab(__VA_ARGS__, NULL);                                     \
        if (run_->status != 0)                                                                     \
            fail_msg("status %d: %s", run_->status, run_->err.data);                               \
    } while (0)

static const char project[] = "pilab: 1\n"
                              "project: {name: Shop, code: SHOP, tickets: [MB]}\n"
                              "environments:\n"
                              "  - {name: SIT, stage: SIT}\n"
                              "  - {name: UAT, stage: UAT, from: [SIT]}\n"
                              "expected_differences:\n"
                              "  - {type: config, path: variables.DB_NAME, reason: one each}\n"
                              "modules:\n"
                              "  - name: shop\n"
                              "    repository: %s\n"
                              "    tags: \"v{version}\"\n"
                              "    config: [deploy/values.yaml, \"deploy/values-{env}.yaml\"]\n";

/* Ends the version that SIT has, with this file; then the project. */
static void release(struct world *world, const char *path, const char *text)
{
    const char *folder = sandbox_files(world->sandbox);
    char *settings, *file, *store, *variable;

    fixture_commit(world->fixture, path, text, "MB-7: the next version");
    builder_tag(fixture_builder(world->fixture), "v1.1.0");
    fixture_open(world->fixture); /* what was built is written */
    settings = memory_printf(project, fixture_path(world->fixture));
    file = scratch_file(folder, "pilab.yaml", settings);
    store = scratch_path(folder, "store.db");
    variable = memory_printf("PILAB_STORE=%s", store);
    sandbox_set(world->sandbox, variable);
    DO(world->sandbox, "project", "import", file);
    DO(world->sandbox, "manifest", "set", "shop", "UAT", "1.0.0");
    DO(world->sandbox, "manifest", "set", "shop", "SIT", "1.1.0");
    free(settings), free(file), free(store), free(variable);
}

static const struct run *promote(const struct world *world)
{
    const struct run *run = run_pilab(world->sandbox, "drift", "--from", "SIT", "--to", "UAT",
                                      "--wide", "--width", "140", NULL);

    if (run->status != 0)
        fail_msg("status %d: %s", run->status, run->err.data);
    return run;
}

static void assert_blocked(const struct world *world, const char *why)
{
    const struct run *run = promote(world);

    assert_says(&run->out, "1 blocker");
    assert_says(&run->out, "Blockers  1");
    assert_says(&run->out, why);
}

static void code_that_reads_what_the_target_lacks(void **state)
{
    struct world *world = *state;

    release(world, "src/app.js", "start(process.env.PORT);\nlog(process.env.LOG_TARGET);\n");
    assert_blocked(world, "src/app.js:2 reads it, and UAT lacks it");
    DO(world->sandbox, "variable", "set", "LOG_TARGET", "syslog", "--environment", "UAT");
    assert_says_not(&promote(world)->out, "Blockers");
}

static int gate(const struct world *world)
{
    return run_pilab(world->sandbox, "drift", "--from", "SIT", "--to", "UAT", "--fail-on",
                     "critical", NULL)
        ->status;
}

static void what_blocks_fails_a_gate_whatever_its_severity(void **state)
{
    struct world *world = *state;

    release(world, "src/app.js", "start(process.env.PORT);\nlog(process.env.LOG_TARGET);\n");
    assert_says_not(&promote(world)->out, "CRITICAL");
    assert_int_equal(gate(world), 2);
    DO(world->sandbox, "variable", "set", "LOG_TARGET", "syslog", "--environment", "UAT");
    assert_int_equal(gate(world), 0);
}

static void values_that_refer_to_what_the_target_lacks(void **state)
{
    struct world *world = *state;

    write_file(world, "deploy/values-uat.yaml", "env:\n  PORT: \"80\"\n  MODE: \"${RUN_MODE}\"\n");
    release(world, "deploy/values.yaml", "host: nowhere\nlimit: 2\n");
    assert_says(&promote(world)->out,
                "refers to RUN_MODE, which none of the documents read defines");
    DO(world->sandbox, "variable", "set", "RUN_MODE", "fast", "--environment", "SIT", "--module",
       "shop");
    assert_blocked(world, "refers to RUN_MODE, which SIT keeps and UAT lacks");
    DO(world->sandbox, "variable", "set", "RUN_MODE", "slow", "--environment", "UAT");
    assert_says_not(&promote(world)->out, "Blockers");
}

static void a_value_that_a_value_still_needs_goes_away(void **state)
{
    struct world *world = *state;

    release(world, "deploy/values-uat.yaml", "env:\n  MODE: plain\nurl: http://x:$(PORT)/\n");
    assert_blocked(world, "url still refers to PORT");
}

static void a_value_of_a_lower_environment(void **state)
{
    struct world *world = *state;

    release(world, "deploy/values-uat.yaml",
            "env:\n  PORT: \"80\"\n  MODE: plain\nhost: db.sit.example.org\n");
    assert_blocked(world, "UAT would get a value that names SIT");
}

static void a_variable_that_must_differ_and_does_not(void **state)
{
    struct world *world = *state;

    release(world, "deploy/values.yaml", "host: nowhere\nlimit: 2\n");
    DO(world->sandbox, "variable", "set", "DB_NAME", "shop", "--environment", "UAT");
    DO(world->sandbox, "variable", "set", "DB_NAME", "shop", "--environment", "SIT");
    assert_blocked(world, "UAT has the same value as SIT, and must have its own");
    DO(world->sandbox, "variable", "set", "DB_NAME", "shop-uat", "--environment", "UAT");
    assert_says_not(&promote(world)->out, "Blockers");
    assert_says(&promote(world)->out, "Meant to differ  1");
}

static void destructive_sql_without_a_way_back(void **state)
{
    struct world *world = *state;

    release(world, "db/migrations/2_drop.sql", "-- +goose Up\nDROP TABLE users;\n");
    assert_blocked(world, "no down section");
}

static void a_migration_that_the_target_has_in_another_form(void **state)
{
    struct world *world = *state;

    release(world, "db/migrations/1_users.sql",
            "-- +goose Up\nCREATE TABLE users (id bigint);\n-- +goose Down\nDROP TABLE users;\n");
    assert_blocked(world, "the target has this migration in another form: it will not run again");
}

static json_t *item_of(const struct run *run, const char *path, const char *category)
{
    json_t *report, *item, *found = NULL;
    size_t i;

    assert_int_equal(run->status, 0);
    assert_text_follows_schema(run->out.data, "drift-1.json");
    report = json_read("report", run->out.data, run->out.length, NULL);
    assert_non_null(report);
    json_array_foreach(json_object_get(report, "items"), i, item)
    {
        if (strcmp(json_member_text(item, "path"), path) == 0 &&
            strcmp(json_member_text(item, "category"), category) == 0)
            found = json_incref(item);
    }
    json_decref(report);
    if (found == NULL)
        fail_msg("%s is no difference", path);
    return found;
}

static const struct run *promote_json(const struct world *world)
{
    return run_pilab(world->sandbox, "drift", "--from", "SIT", "--to", "UAT", "--json", NULL);
}

static void what_the_environments_keep_is_told_and_changed_by_nothing(void **state)
{
    struct world *world = *state;
    const struct run *run;
    json_t *item;

    release(world, "deploy/values.yaml", "host: nowhere\nlimit: 2\n");
    DO(world->sandbox, "variable", "set", "LOG_LEVEL", "info", "--environment", "UAT");
    DO(world->sandbox, "variable", "set", "LOG_LEVEL", "debug", "--environment", "SIT");
    DO(world->sandbox, "variable", "set", "SAME", "1", "--environment", "UAT");
    DO(world->sandbox, "variable", "set", "SAME", "1", "--environment", "SIT");
    DO(world->sandbox, "variable", "set", "ONLY_SIT", "1", "-e", "SIT", "-m", "shop");

    item = item_of(promote_json(world), "variables.LOG_LEVEL", "variable");
    assert_string_equal(json_member_text(item, "module"), "Shop");
    assert_string_equal(json_member_text(item, "previous"), "info");
    assert_string_equal(json_member_text(item, "current"), "debug");
    assert_string_equal(json_member_text(item, "severity"), "INFO");
    assert_string_equal(json_member_text(item, "attention"), "none");
    json_decref(item);
    item = item_of(promote_json(world), "variables.ONLY_SIT", "variable");
    assert_string_equal(json_member_text(item, "module"), "shop");
    assert_string_equal(json_member_text(item, "attention"), "review");
    assert_string_equal(json_member_text(item, "attention_reason"), "SIT has it, and UAT lacks it");
    json_decref(item);
    run = promote(world);
    assert_says_not(&run->out, "variables.SAME");
    /* What is read is a source; other types have none of it. */
    run =
        run_pilab(world->sandbox, "drift", "--from", "SIT", "--to", "UAT", "--type", "code", NULL);
    assert_says_not(&run->out, "variables.");
    /* A release brings none of them: only what must be set before is in the notes. */
    run = run_pilab(world->sandbox, "notes", "--from", "SIT", "--to", "UAT", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "ONLY_SIT");
    assert_says_not(&run->out, "LOG_LEVEL");
}

/* Nothing goes away, and a value that leads to SIT blocks as it does in a file: also where both
 * keep it. */
static void what_the_target_alone_keeps_stays_and_may_block(void **state)
{
    struct world *world = *state;
    const struct run *run;
    json_t *item;

    release(world, "deploy/values.yaml", "host: nowhere\nlimit: 2\n");
    DO(world->sandbox, "variable", "set", "ONLY_UAT", "1", "--environment", "UAT");
    DO(world->sandbox, "variable", "set", "LEDGER", "https://l.sit.example.org", "-e", "UAT");
    DO(world->sandbox, "variable", "set", "MAIL", "mail.sit.example.org", "-e", "UAT");
    DO(world->sandbox, "variable", "set", "MAIL", "mail.sit.example.org", "-e", "SIT");

    item = item_of(promote_json(world), "variables.ONLY_UAT", "variable");
    assert_string_equal(json_member_text(item, "change_type"), "modified");
    assert_string_equal(json_member_text(item, "attention"), "none");
    json_decref(item);
    item = item_of(promote_json(world), "variables.LEDGER", "variable");
    assert_string_equal(json_member_text(item, "attention"), "blocker");
    assert_string_equal(json_member_text(item, "attention_reason"),
                        "UAT keeps a value that names SIT");
    json_decref(item);
    item = item_of(promote_json(world), "variables.MAIL", "variable-equal");
    assert_string_equal(json_member_text(item, "attention"), "blocker");
    json_decref(item);
    run = promote(world);
    assert_says(&run->out, "≠ variables.ONLY_UAT  1, here alone");
    run = run_pilab(world->sandbox, "notes", "--from", "SIT", "--to", "UAT", NULL);
    assert_says_not(&run->out, "ONLY_UAT");
}

static void a_tag_that_moved_since_is_said(void **state)
{
    struct world *world = *state;
    struct strbuf id = STRBUF_INIT;
    const struct run *run;

    release(world, "deploy/values.yaml", "host: nowhere\nlimit: 2\n");
    assert_says_not(&promote(world)->out, "moved");
    fixture_git(world->fixture, &id,
                (const char *const[]){ "tag", "-f", "v1.1.0", "v1.0.0", NULL });
    run = promote(world);
    assert_says(&run->out, "warning shop: version 1.1.0: the tag v1.1.0 moved: recorded was ");
    assert_says(&run->out, "compared is what was recorded");
    assert_says(&run->out, "limit"); /* and it was */
    assert_says_not(&run->out, "PARTIAL");
    strbuf_release(&id);
}

static void a_secret_is_told_as_different_alone(void **state)
{
    struct world *world = *state;
    const char *folder = sandbox_files(world->sandbox);
    char *one = scratch_file(folder, "one.txt", "hush-one\n");
    char *two = scratch_file(folder, "two.txt", "hush-two\n");
    const struct run *run;
    json_t *item;

    assert_int_equal(chmod(one, 0600), 0);
    assert_int_equal(chmod(two, 0600), 0);
    release(world, "deploy/values.yaml", "host: nowhere\nlimit: 2\n");
    DO(world->sandbox, "secrets", "init");
    DO(world->sandbox, "variable", "set", "DB_PASSWORD", "--secret", "-e", "UAT", "--value-file",
       one);
    DO(world->sandbox, "variable", "set", "DB_PASSWORD", "--secret", "-e", "SIT", "--value-file",
       two);
    run = promote_json(world);
    assert_says_not(&run->out, "hush");
    item = item_of(run, "variables.DB_PASSWORD", "variable");
    assert_true(json_is_true(json_object_get(item, "previous_masked")));
    assert_true(json_is_true(json_object_get(item, "current_masked")));
    assert_string_not_equal(json_member_text(item, "previous"), json_member_text(item, "current"));
    json_decref(item);
    DO(world->sandbox, "variable", "set", "DB_PASSWORD", "--secret", "-e", "SIT", "--value-file",
       one);
    assert_says_not(&promote_json(world)->out, "DB_PASSWORD");
    free(one), free(two);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(code_that_reads_what_the_target_lacks),
        CASE(what_blocks_fails_a_gate_whatever_its_severity),
        CASE(values_that_refer_to_what_the_target_lacks),
        CASE(a_value_that_a_value_still_needs_goes_away),
        CASE(a_value_of_a_lower_environment),
        CASE(a_variable_that_must_differ_and_does_not),
        CASE(destructive_sql_without_a_way_back),
        CASE(a_migration_that_the_target_has_in_another_form),
        CASE(what_the_environments_keep_is_told_and_changed_by_nothing),
        CASE(what_the_target_alone_keeps_stays_and_may_block),
        CASE(a_tag_that_moved_since_is_said),
        CASE(a_secret_is_told_as_different_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
