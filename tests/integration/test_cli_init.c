#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/demo/builder.h>

#include "../support/fixture_repository.h"
#include "../support/json_schema.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

/* From nothing to a matrix, from the shell. */

struct desk {
    struct sandbox *sandbox;
    const char *files;
};

static int setup(void **state)
{
    static struct desk desk;
    char *variable;

    fixture_library_start(NULL);
    desk.sandbox = sandbox_new();
    desk.files = sandbox_files(desk.sandbox);
    variable = memory_printf("PILAB_STORE=%s/store.db", desk.files);
    sandbox_set(desk.sandbox, variable);
    sandbox_enter(desk.sandbox, desk.files);
    free(variable);
    *state = &desk;
    return 0;
}

static int teardown(void **state)
{
    struct desk *desk = *state;

    sandbox_free(&desk->sandbox);
    return fixture_library_stop(NULL);
}

static void file(const struct desk *desk, const char *name, const char *text)
{
    free(scratch_file(desk->files, name, text));
}

/* A repository with these tags, one commit each, every message about MB-1. */
static void repository(const struct desk *desk, const char *name, const char *path,
                       const char *const tags[])
{
    char *folder = scratch_path(desk->files, name);
    struct error error = { 0 };
    struct builder *builder = builder_new(folder, strstr(name, ".git") != NULL, &error);

    assert_non_null(builder);
    for (size_t i = 0; tags[i] != NULL; i++) {
        builder_write(builder, path, tags[i]);
        builder_commit(builder, "[MB-1] Change, as UTF-8");
        builder_tag(builder, tags[i]);
    }
    if (!builder_free(&builder, &error))
        fail_msg("%s", error.message);
    free(folder);
}

#define TAGS(...)                                                                                  \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static const struct run *must(const struct run *run)
{
    if (run->status != 0)
        fail_msg("status %d: %s%s", run->status, run->out.data, run->err.data);
    return run;
}

static json_t *read_plan(const struct run *run)
{
    struct error error = { 0 };
    json_t *plan;

    must(run);
    assert_text_follows_schema(run->out.data, "init-1.json");
    plan = json_read("plan", run->out.data, run->out.length, &error);
    assert_non_null(plan);
    return plan;
}

static int64_t count(const json_t *plan, const char *name)
{
    return json_integer_value(json_object_get(json_object_get(plan, "counts"), name));
}

static const json_t *named(const json_t *plan, const char *list, const char *member,
                           const char *name)
{
    size_t index;
    json_t *item;

    json_array_foreach(json_object_get(plan, list), index, item)
    {
        const char *text = json_member_text(item, member);

        if (text != NULL && strcmp(text, name) == 0)
            return item;
    }
    fail_msg("there is no %s in %s", name, list);
    return NULL;
}

static void a_table_and_repositories_become_a_matrix(void **state)
{
    struct desk *desk = *state;
    const struct run *run;
    json_t *plan;

    repository(desk, "src/auth", "go.mod", TAGS("v2.0.5", "v2.0.6", "v2.0.7"));
    repository(desk, "src/pay.git", "deploy/values-uat.yaml", TAGS("pay-1.0", "pay-1.1"));
    file(desk, "versions.csv",
         "module,DEV,UAT,PROD\nauth,2.0.7,2.0.6,2.0.5\npay,1.1,1.0,0.9\nlost,1,,\n");
    plan = read_plan(run_pilab(desk->sandbox, "init", "--from", "versions.csv", "--repos",
                               "src/{module}", "--repos", "src/{module}.git", "--name",
                               "Mobile Banking", "--yes", "--json", NULL));
    assert_int_equal(count(plan, "cells_known"), 7);
    assert_int_equal(count(plan, "resolved"), 5);
    assert_int_equal(count(plan, "repositories_refused"), 1);
    assert_int_equal(json_integer_value(json_object_get(plan, "cells_written")), 7);
    assert_string_equal(json_member_text(named(plan, "modules", "name", "auth"), "tags"),
                        "v{version}");
    assert_string_equal(json_member_text(named(plan, "modules", "name", "auth"), "type"),
                        "BACKEND");
    assert_string_equal(json_member_text(named(plan, "modules", "name", "pay"), "tags"),
                        "pay-{version}");
    assert_true(json_is_true(json_object_get(named(plan, "tickets", "key", "MB"), "ticked")));
    assert_true(json_is_false(json_object_get(named(plan, "tickets", "key", "UTF"), "ticked")));
    json_decref(plan);

    run = must(run_pilab(desk->sandbox, "manifest", "show", NULL));
    assert_says(&run->out, "2.0.6");
    run = must(run_pilab(desk->sandbox, "audit", "list", "--limit", "50", NULL));
    assert_says(&run->out, "project.create");
    run = must(run_pilab(desk->sandbox, "audit", "verify", NULL));
    run = must(run_pilab(desk->sandbox, "drift", "--from", "DEV", "--to", "PROD", "--module",
                         "auth", NULL));
    assert_says(&run->out, "MB-1");
}

static void again_is_a_refresh_that_changes_only_what_changed(void **state)
{
    struct desk *desk = *state;
    const struct run *run;
    json_t *plan;

    file(desk, "bank.csv", "module,DEV,UAT,PROD\nauth,3,2,1\npay,3,2,1\n");
    must(run_pilab(desk->sandbox, "init", "--from", "bank.csv", "--code", "MB", "--yes", NULL));
    run = must(run_pilab(desk->sandbox, "init", "--from", "bank.csv", "--yes", NULL));
    assert_says(&run->out, "MB is up to date: nothing to write");

    file(desk, "bank.csv", "module,DEV,SIT,UAT,PROD\nauth,3,3,2,1\nweb,1,,,\n");
    plan =
        read_plan(run_pilab(desk->sandbox, "init", "--from", "bank.csv", "--yes", "--json", NULL));
    assert_string_equal(json_member_text(json_object_get(plan, "project"), "code"), "MB");
    assert_int_equal(json_integer_value(json_object_get(plan, "cells_written")), 2);
    assert_string_equal(json_member_text(named(plan, "modules", "name", "pay"), "standing"),
                        "gone");
    assert_string_equal(json_member_text(named(plan, "modules", "name", "auth"), "standing"),
                        "same");
    json_decref(plan);
    run = must(run_pilab(desk->sandbox, "manifest", "show", NULL));
    assert_says(&run->out, "pay");
    assert_says(&run->out, "web");
    run = must(run_pilab(desk->sandbox, "project", "list", NULL));
    assert_says_not(&run->out, "BANK");
}

static void another_project_of_the_same_initials_is_left_alone(void **state)
{
    struct desk *desk = *state;
    const struct run *run;
    json_t *plan;

    file(desk, "mobile-banking.csv", "module,DEV\nauth,3\n");
    file(desk, "money-box.csv", "module,DEV\ncoin,1\n");
    must(run_pilab(desk->sandbox, "init", "--from", "mobile-banking.csv", "--yes", NULL));
    plan = read_plan(
        run_pilab(desk->sandbox, "init", "--from", "money-box.csv", "--yes", "--json", NULL));
    assert_string_equal(json_member_text(json_object_get(plan, "project"), "code"), "MB2");
    json_decref(plan);
    run = must(run_pilab(desk->sandbox, "manifest", "show", "--project", "MB", NULL));
    assert_says_not(&run->out, "coin");
}

static void a_password_in_an_address_is_neither_shown_nor_kept(void **state)
{
    struct desk *desk = *state;
    const struct run *run;

    file(desk, "bank.csv", "module,repository,DEV\nauth,https://bob:geheim@git.example/auth,3\n");
    run = must(run_pilab(desk->sandbox, "init", "--from", "bank.csv", "--repos",
                         "https://bob:geheim@git.example/{module}", "--yes", "--json", NULL));
    assert_says_not(&run->out, "geheim");
    assert_says(&run->out, "credentials");
    run = must(run_pilab(desk->sandbox, "project", "export", NULL));
    assert_says_not(&run->out, "geheim");
}

static void nothing_is_written_before_somebody_agreed(void **state)
{
    struct desk *desk = *state;
    const struct run *run;
    char *store = scratch_path(desk->files, "store.db");

    file(desk, "bank.csv", "module,DEV\nauth,3\n");
    run = run_pilab(desk->sandbox, "init", "--from", "bank.csv", NULL);
    assert_int_equal(run->status, 64);
    assert_says(&run->err, "--yes");
    run = must(run_pilab(desk->sandbox, "init", "--from", "bank.csv", "--dry-run", NULL));
    assert_says(&run->out, "nothing was written");
    assert_int_equal(access(store, F_OK), -1);
    free(store);
}

static void a_wrong_command_line_says_what_is_right(void **state)
{
    static const struct {
        const char *words[8];
        const char *says;
    } lines[] = {
        {{ "init", "--gitops", "x", "--yes" },                            "--gitops takes a repository and a pattern"},
        { { "init", "word", "--yes" },                                    "more words than --gitops takes"           },
        { { "init", "--repos", "/src/auth", "--yes" },                    "does not say where {module} stands"       },
        { { "init", "--repos", "ssh://git@h.example/{module}", "--yes" },
         "nothing says which modules"                                                                                },
        { { "init", "--code", "mb", "--yes" },                            "cannot be a project's code"               },
        { { "init", "--tickets", "M-B", "--yes" },                        "is no key of a tracker"                   },
    };
    struct desk *desk = *state;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const char *const *w = lines[i].words;
        const struct run *run = run_pilab(desk->sandbox, w[0], w[1], w[2], w[3], w[4], NULL);

        if (run->status != 64)
            fail_msg("%s %s: status %d", w[1], w[2], run->status);
        assert_says(&run->err, lines[i].says);
    }
}

static void files_that_are_no_tables_are_refused(void **state)
{
    struct desk *desk = *state;
    char *fifo = scratch_path(desk->files, "pipe.csv");
    const struct run *run;

    assert_int_equal(mkfifo(fifo, 0600), 0);
    run = run_pilab(desk->sandbox, "init", "--from", "pipe.csv", "--yes", NULL);
    assert_int_equal(run->status, 1);
    run = run_pilab(desk->sandbox, "init", "--from", "/dev/zero", "--yes", NULL);
    assert_int_equal(run->status, 1);
    run = run_pilab(desk->sandbox, "init", "--from", ".", "--yes", NULL);
    assert_int_equal(run->status, 1);
    run = run_pilab(desk->sandbox, "init", "--from", "none.csv", "--yes", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "none.csv");
    file(desk, "open.csv", "module,DEV\nauth,\"1\n");
    run = run_pilab(desk->sandbox, "init", "--from", "open.csv", "--yes", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "open.csv:2");
    free(fifo);
}

static void a_hostile_table_harms_nobody(void **state)
{
    struct desk *desk = *state;
    const struct run *run;

    file(desk, "evil.csv",
         "module,DEV,\x1b]0;x\x07,PROD\n\"a\x1b[2J\",1,2,3\n=cmd|'/c calc'!A1,\"=1+1\",,\n"
         "\xe2\x80\xaetxt,1,2,3\n../../etc/passwd,1,,\n--yes,1,,\n");
    run = must(run_pilab(desk->sandbox, "init", "--from", "evil.csv", "--repos", "r/{module}",
                         "--yes", NULL));
    assert_harmless(&run->out);
    assert_says(&run->out, "evil.csv:2");
    run = must(run_pilab(desk->sandbox, "manifest", "show", NULL));
    assert_harmless(&run->out);
    assert_says(&run->out, "=cmd|'/c calc'!A1");
}

/* What was matched the first time is not asked about the second time: neither under a name that
 * looks alike nor under one that somebody gave it. */
static void a_second_scan_knows_what_the_first_one_matched(void **state)
{
    struct desk *desk = *state;
    const struct run *run;
    json_t *plan;

    repository(desk, "again/mb_auth", "go.mod", TAGS("v1.0.0"));
    repository(desk, "again/mb-pay", "go.mod", TAGS("v1.0.0"));
    repository(desk, "again/other", "go.mod", TAGS("v1.0.0"));
    file(desk, "again.csv",
         "module,SIT,PROD,repository\nmb-auth,1.0.0,1.0.0,\nbilling,1.0.0,1.0.0,again/mb-pay\n");
    run = must(run_pilab(desk->sandbox, "init", "--from", "again.csv", "--scan", "again", "--name",
                         "Again", "--code", "AGAIN", "--yes", NULL));
    assert_says(&run->out, "again/other: no module is called");
    assert_says_not(&run->out, "again/mb");
    run = must(run_pilab(desk->sandbox, "-p", "AGAIN", "init", "--from", "again.csv", "--scan",
                         "again", "--yes", NULL));
    assert_says(&run->out, "again/other: no module is called");
    assert_says_not(&run->out, "again/mb");
    plan = read_plan(run_pilab(desk->sandbox, "-p", "AGAIN", "init", "--scan", "again", "--yes",
                               "--json", NULL));
    assert_string_equal(json_member_text(named(plan, "modules", "name", "billing"), "standing"),
                        "same");
    assert_string_equal(json_member_text(named(plan, "modules", "name", "other"), "standing"),
                        "new");
    assert_int_equal(json_array_size(json_object_get(plan, "modules")), 3);
    json_decref(plan);
}

static void a_scan_names_what_it_finds_and_what_it_cannot_read(void **state)
{
    struct desk *desk = *state;
    char *broken, *link, *target;
    json_t *plan;

    repository(desk, "work/auth", "go.mod", TAGS("v1.0"));
    repository(desk, "work/deep/er/web.git", "package.json", TAGS("1.0"));
    repository(desk, "work/node_modules/hidden", "package.json", TAGS("1.0"));
    file(desk, "work/mono/README", "");
    {
        char *folder = scratch_path(desk->files, "work/mono");
        struct error error = { 0 };
        struct builder *builder = builder_new(folder, false, &error);

        builder_write(builder, "services/pay/go.mod", "module pay\n");
        builder_write(builder, "services/pay/values-uat.yaml", "a: 1\n");
        builder_write(builder, "services/notify/pom.xml", "<project/>\n");
        builder_commit(builder, "Begin");
        builder_tag(builder, "pay-v3.0");
        assert_true(builder_free(&builder, &error));
        free(folder);
    }
    repository(desk, "work/e\x1b]0;x\x07vil", "go.mod", TAGS("1.0"));
    file(desk, "work/wtree/.git", "gitdir: ../auth/.git/worktrees/wtree\n");
    file(desk, "work/sub/.git", "gitdir: ../mono/.git/modules/sub\n");
    file(desk, "work/empty/.git/HEAD", "ref: refs/heads/main\n");
    broken = scratch_path(desk->files, "work/empty/.git/objects");
    mkdir(broken, 0700);
    free(broken);
    broken = scratch_path(desk->files, "work/empty/.git/refs");
    mkdir(broken, 0700);
    link = scratch_path(desk->files, "work/deep/loop");
    target = scratch_path(desk->files, "work");
    assert_int_equal(symlink(target, link), 0);

    plan = read_plan(run_pilab(desk->sandbox, "init", "--scan", "work", "--yes", "--json", NULL));
    assert_int_equal(json_array_size(json_object_get(plan, "modules")), 5);
    named(plan, "modules", "name", "auth");
    named(plan, "modules", "name", "web");
    named(plan, "modules", "name", "empty");
    assert_string_equal(json_member_text(named(plan, "modules", "name", "pay"), "path"),
                        "services/pay");
    assert_string_equal(json_member_text(named(plan, "modules", "name", "pay"), "tags"),
                        "pay-v{version}");
    assert_string_equal(json_member_text(named(plan, "modules", "name", "notify"), "type"),
                        "BACKEND");
    assert_int_equal(json_array_size(json_object_get(plan, "environments")), 4);
    json_decref(plan);
    assert_harmless(&must(run_pilab(desk->sandbox, "init", "--scan", "work", "--yes", NULL))->out);
    assert_says(&must(run_pilab(desk->sandbox, "init", "--scan", "work", "--yes", NULL))->out,
                "nothing to write");
    free(broken);
    free(link);
    free(target);
}

static void a_gitops_repository_says_what_runs_since_when_and_by_whom(void **state)
{
    struct desk *desk = *state;
    char *folder = scratch_path(desk->files, "gitops");
    struct error error = { 0 };
    struct builder *builder = builder_new(folder, false, &error);
    const struct run *run;
    const json_t *cell;
    json_t *plan;

    builder_author(builder, "Bob Builder", "bob@example.com");
    builder_time(builder, INT64_C(1736000000000));
    builder_write(builder, "envs/dev/auth/values.yaml", "image:\n  tag: 2.10\n");
    builder_write(builder, "envs/prod/auth/values.yaml", "image:\n  tag: 2.9\n");
    builder_write(builder, "envs/prod/pay/values.yaml", "replicas: 1\n");
    builder_commit(builder, "Begin");
    builder_author(builder, "Ada Example", "ada@example.com");
    builder_time(builder, INT64_C(1737000000000));
    builder_write(builder, "envs/prod/auth/values.yaml", "image:\n  tag: 2.10\n");
    builder_commit(builder, "Promote auth");
    assert_true(builder_free(&builder, &error));
    plan = read_plan(run_pilab(desk->sandbox, "init", "--gitops", "gitops",
                               "envs/{env}/{module}/values.yaml", "--code", "GO", "--yes", "--json",
                               NULL));
    cell = named(plan, "cells", "environment", "prod");
    assert_string_equal(json_member_text(cell, "version"), "2.10");
    assert_string_equal(json_member_text(cell, "deployed_by"), "Ada Example");
    assert_string_equal(json_member_text(cell, "deployed_at"), "2025-01-16T04:00:00Z");
    cell = named(plan, "cells", "environment", "dev");
    assert_string_equal(json_member_text(cell, "deployed_by"), "Bob Builder");
    assert_non_null(strstr(json_string_value(json_array_get(json_object_get(plan, "remarks"), 0)),
                           "envs/prod/pay/values.yaml: no version stands in it"));
    assert_string_equal(json_member_text(json_array_get(json_object_get(plan, "environments"), 0),
                                         "name"),
                        "dev");
    json_decref(plan);
    run = run_pilab(desk->sandbox, "init", "--gitops", "gitops", "env/{env}/{module}.yaml", "--yes",
                    NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "there are files such as envs/dev/auth/values.yaml");
    free(folder);
}

static void thousands_of_rows_are_taken(void **state)
{
    struct desk *desk = *state;
    struct strbuf text = STRBUF_INIT;
    json_t *plan;

    strbuf_add(&text, "module,DEV,SIT,UAT,PROD\n");
    for (int i = 0; i < 3000; i++)
        strbuf_printf(&text, "module-%d,1.%d,1.%d,?,1.0\n", i, i, i);
    file(desk, "large.csv", text.data);
    plan =
        read_plan(run_pilab(desk->sandbox, "init", "--from", "large.csv", "--yes", "--json", NULL));
    assert_int_equal(json_integer_value(json_object_get(plan, "cells_written")), 9000);
    json_decref(plan);
    strbuf_release(&text);
}

/* On a machine without a clone: the repositories are added afterwards, by their addresses. */
static void a_project_can_begin_without_any_repository(void **state)
{
    struct desk *desk = *state;
    const struct run *run;

    run = run_pilab(desk->sandbox, "init", "--yes", NULL);
    assert_int_equal(run->status, 1);
    assert_non_null(strstr(run->err.data, "`pilab init --name NAME` begins without any"));
    must(run_pilab(desk->sandbox, "init", "--name", "Edge", "--yes", NULL));
    run = must(run_pilab(desk->sandbox, "env", "list", NULL));
    assert_non_null(strstr(run->out.data, "PROD"));
    run = must(run_pilab(desk->sandbox, "repo", "add", "https://git.example/edge/web.git",
                         "--no-test", NULL));
    assert_non_null(strstr(run->out.data, "added, with the module web"));
    run =
        run_pilab(desk->sandbox, "init", "--name", "Other", "--from", "nosuch.csv", "--yes", NULL);
    assert_int_equal(run->status, 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_table_and_repositories_become_a_matrix),
        CASE(a_project_can_begin_without_any_repository),
        CASE(again_is_a_refresh_that_changes_only_what_changed),
        CASE(another_project_of_the_same_initials_is_left_alone),
        CASE(a_password_in_an_address_is_neither_shown_nor_kept),
        CASE(nothing_is_written_before_somebody_agreed),
        CASE(a_wrong_command_line_says_what_is_right),
        CASE(files_that_are_no_tables_are_refused),
        CASE(a_hostile_table_harms_nobody),
        CASE(a_second_scan_knows_what_the_first_one_matched),
        CASE(a_scan_names_what_it_finds_and_what_it_cannot_read),
        CASE(a_gitops_repository_says_what_runs_since_when_and_by_whom),
        CASE(thousands_of_rows_are_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
