#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/arena.h>
#include <pilab/drift/input.h>

#include "../../support/drift_fixture.h"

/* A module with one commit, which touched one file. */
struct code_case {
    struct drift_fixture fixture;
    struct arena *arena;
    struct commit commit;
    struct file_change file;
    struct code_input code;
};

static int start(void **state)
{
    static struct code_case test;

    test = (struct code_case){ .arena = arena_new() };
    drift_fixture_start(&test.fixture);
    *state = &test;
    return 0;
}

static int end(void **state)
{
    struct code_case *test = *state;

    drift_fixture_end(&test->fixture);
    arena_free(&test->arena);
    return 0;
}

/* Compares, and returns the item of the file. */
static const struct drift_item *judge(struct code_case *test, const char *path, const char *message)
{
    struct module_input *module;

    test->file = (struct file_change){
        .status = FILE_MODIFIED, .path = path, .old_blob = { { 1 } }, .new_blob = { { 2 } }
    };
    test->commit = (struct commit){
        .id = {{ 3 }},
        .parents = &(struct object_id){                      { 4 }   },
        .parent_count = 1,
        .author_email = "ada@example.org",
        .message = commit_message_parse(test->arena, message, strlen(message)),
        .files = { .changes = &test->file,    .count = 1 },
        .files_known = true,
    };
    test->code = (struct code_input){
        .ahead = &test->commit, .ahead_count = 1, .files = {.changes = &test->file, .count = 1}
    };
    drift_fixture_module(&test->fixture, "shop");
    module = vector_at(&test->fixture.modules, test->fixture.modules.count - 1);
    module->code = &test->code;
    drift_fixture_detect(&test->fixture);
    return drift_fixture_item(&test->fixture, path);
}

static void a_file_is_as_grave_as_what_its_commits_say(void **state)
{
    const struct drift_item *item = judge(*state, "src/login.c", "Close a security hole");

    assert_int_equal(item->severity, SEVERITY_CRITICAL);
    assert_true(item->security);
    assert_int_equal(item->attention, ATTENTION_REVIEW);
    assert_string_equal(item->attention_reason, "its commits speak of security");
}

static void an_advisory_counts_wherever_it_is_named(void **state)
{
    const struct drift_item *item =
        judge(*state, "src/login.c", "Update the parser\n\nFor CVE-2024-3094.\n");

    assert_true(drift_fixture_fired(item, "code.security"));
}

static void a_word_in_passing_does_not(void **state)
{
    const struct drift_item *item =
        judge(*state, "src/login.c", "Move the form\n\nNo change of security.\n");

    assert_int_equal(item->severity, SEVERITY_LOW);
}

static void a_commit_that_breaks_something_makes_its_files_breaking(void **state)
{
    const struct drift_item *item = judge(*state, "src/api.c", "feat!: drop version 1 of the API");

    assert_true(item->breaking);
    assert_int_equal(item->severity, SEVERITY_HIGH);
}

static void but_not_its_documentation(void **state)
{
    const struct drift_item *item = judge(*state, "README.md", "feat!: drop version 1 of the API");

    assert_false(item->breaking);
    assert_int_equal(item->severity, SEVERITY_INFO);
}

static void a_bug_with_a_ticket_is_high(void **state)
{
    const struct drift_item *item = judge(*state, "src/pay.c", "MB-12 Bug: round to cents");

    assert_string_equal(item->tickets[0], "MB-12");
    assert_true(drift_fixture_fired(item, "code.bug"));
    assert_int_equal(item->severity, SEVERITY_HIGH);
}

static void what_comes_from_a_private_fork_is_an_advisorys(void **state)
{
    const struct drift_item *item =
        judge(*state, "src/login.c", "Merge commit from fork\n\n* feat: drop odd headers\n");

    assert_true(drift_fixture_fired(item, "code.advisory"));
    assert_int_equal(item->severity, SEVERITY_CRITICAL);
    assert_int_equal(item->attention, ATTENTION_REVIEW);
    assert_string_equal(item->commit, "0300000000000000000000000000000000000000");
}

static void but_every_release_mends_bugs(void **state)
{
    const struct drift_item *item = judge(*state, "src/pay.c", "MB-12 Bug: round to cents");

    assert_int_equal(item->attention, ATTENTION_NONE);
    assert_null(item->attention_reason);
}

static void a_project_may_want_to_look_at_them(void **state)
{
    struct code_case *test = *state;
    const struct rule own = { .id = "code.bug",
                              .attention = ATTENTION_REVIEW,
                              .columns = COLUMN_ATTENTION };
    const struct drift_item *item;

    test->fixture.input.rules = &own;
    test->fixture.input.rule_count = 1;
    item = judge(test, "src/pay.c", "MB-12 Bug: round to cents");
    assert_int_equal(item->attention, ATTENTION_REVIEW);
    assert_string_equal(item->attention_reason, "it mends a reported bug");
}

static void nor_is_it_routine_to_who_weighs_it_anew(void **state)
{
    struct code_case *test = *state;
    const struct rule own = { .id = "code.bug",
                              .severity = SEVERITY_CRITICAL,
                              .columns = COLUMN_SEVERITY };

    test->fixture.input.rules = &own;
    test->fixture.input.rule_count = 1;
    assert_int_equal(judge(test, "src/pay.c", "MB-12 Bug: round to cents")->attention,
                     ATTENTION_REVIEW);
}

static void what_is_not_shipped_is_no_graver_for_its_commits(void **state)
{
    static const char *const paths[] = { ".github/workflows/scan.yml", "src/login_test.go",
                                         "docs/threats.md" };

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const struct drift_item *item = judge(*state, paths[i], "Close a security hole");

        assert_false(drift_fixture_fired(item, "code.security"));
        end(state);
        start(state);
    }
}

static void migrations_are_known_by_their_folder_and_by_their_name(void **state)
{
    static const struct {
        const char *path;
        bool migration;
    } rows[] = {
        {"db/migrations/001_users.sql",                     true },
        { "db/migrate/20240101120000_add_name.rb",          true },
        { "shop/migrations/0001_initial.py",                true },
        { "migrations/versions/3f2a_add_name.py",           true },
        { "src/main/java/db/migration/V2_1__Fill.java",     true },
        { "liquibase/changes/names.yaml",                   true },
        { "core/kafka/migration/MigrationPropagator.scala", false},
        { "src/migrations/index.ts",                        false},
        { "db/V2__drop.sql",                                true },
        { "V2.1__add_column.sql",                           true },
        { "db/R__views.sql",                                true },
        { "db/views.sql",                                   false},
        { "db/Version__x.sql",                              false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct drift_item *item = judge(*state, rows[i].path, "Change the tables");

        assert_int_equal(drift_fixture_fired(item, "code.migration-changed"), rows[i].migration);
        end(state);
        start(state);
    }
}

static void a_module_on_one_side_is_one_item_and_nothing_below(void **state)
{
    struct code_case *test = *state;
    struct module_input *module;
    const struct drift_report *report;

    drift_fixture_module(&test->fixture, "pay");
    drift_fixture_config(&test->fixture, "values.yaml", NULL, "a: 1\nb: 2\n");
    module = vector_at(&test->fixture.modules, 0);
    module->in_previous = false;
    module->current_version = "v2.0.7";
    report = drift_fixture_detect(&test->fixture);
    assert_int_equal(report->item_count, 1);
    assert_string_equal(report->items[0].category, "module");
    assert_string_equal(report->items[0].path, "pay");
    assert_string_equal(report->items[0].current.text, "v2.0.7");
    assert_true(drift_fixture_fired(&report->items[0], "module.added"));
    assert_int_equal(report->config_count, 0);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_file_is_as_grave_as_what_its_commits_say),
        CASE(an_advisory_counts_wherever_it_is_named),
        CASE(a_word_in_passing_does_not),
        CASE(a_commit_that_breaks_something_makes_its_files_breaking),
        CASE(but_not_its_documentation),
        CASE(a_bug_with_a_ticket_is_high),
        CASE(what_comes_from_a_private_fork_is_an_advisorys),
        CASE(but_every_release_mends_bugs),
        CASE(a_project_may_want_to_look_at_them),
        CASE(nor_is_it_routine_to_who_weighs_it_anew),
        CASE(what_is_not_shipped_is_no_graver_for_its_commits),
        CASE(migrations_are_known_by_their_folder_and_by_their_name),
        CASE(a_module_on_one_side_is_one_item_and_nothing_below),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
