/* What was designated to measure others by. */
#include "store_support.h"

#include <string.h>

#include <pilab/store/baseline.h>

static struct store_baseline baseline(struct fixture *f, const char *name, const char *content)
{
    return (struct store_baseline){ .project_id = f->project_id,
                                    .name = name,
                                    .environment_id = f->uat_id,
                                    .reason = "after the audit",
                                    .as_of = TEST_NOW,
                                    .content = content,
                                    .created_by = "alice" };
}

static void add(struct fixture *f, struct store_baseline *row)
{
    struct error error;

    begin(f->connection);
    must(store_baseline_add(f->connection, row, &error), &error);
    commit(f->connection);
}

static void a_baseline_is_found_by_its_name(void **state)
{
    struct fixture *f = *state;
    struct store_baseline row = baseline(f, "gold", "{\"a\":1}"), found;
    struct error error;

    add(f, &row);
    assert_int_equal(row.number, 1);
    must(store_baseline_find(f->connection, f->project_id, "GOLD", f->arena, &found, &error),
         &error);
    assert_string_equal(found.id, row.id);
    assert_string_equal(found.name, "gold");
    assert_string_equal(found.environment, "UAT");
    assert_string_equal(found.reason, "after the audit");
    assert_string_equal(found.content, "{\"a\":1}");
    assert_string_equal(found.digest, row.digest);
    assert_string_equal(found.created_by, "alice");
    assert_int_equal(found.as_of, TEST_NOW);
}

static void a_name_means_what_was_designated_last(void **state)
{
    struct fixture *f = *state;
    struct store_baseline first = baseline(f, "gold", "{\"a\":1}");
    struct store_baseline second = baseline(f, "gold", "{\"a\":2}"), found;
    struct store_baselines list;
    struct store_page page = { .limit = 1 };
    struct error error;

    second.environment_id = NULL;
    add(f, &first);
    add(f, &second);
    must(store_baseline_find(f->connection, f->project_id, "gold", f->arena, &found, &error),
         &error);
    assert_int_equal(found.number, 2);
    assert_null(found.environment);
    must(store_baseline_list(f->connection, f->project_id, &page, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].number, 2);
    assert_null(list.items[0].content);
    page.after = list.next;
    must(store_baseline_list(f->connection, f->project_id, &page, f->arena, &list, &error), &error);
    assert_int_equal(list.items[0].number, 1);
    assert_null(list.next);
}

static void an_unknown_name_is_answered_with_those_there_are(void **state)
{
    struct fixture *f = *state;
    struct store_baseline row = baseline(f, "gold", "{}"), found;
    struct error error;

    must_fail(store_baseline_find(f->connection, f->project_id, "silver", f->arena, &found, &error),
              &error, ERROR_NOT_FOUND);
    assert_string_equal(error.hint, "`pilab manifest baseline NAME` designates one");
    add(f, &row);
    must_fail(store_baseline_find(f->connection, f->project_id, "silver", f->arena, &found, &error),
              &error, ERROR_NOT_FOUND);
    assert_string_equal(error.hint, "there are: gold");
}

static void a_baseline_never_changes(void **state)
{
    struct fixture *f = *state;
    struct store_baseline row = baseline(f, "gold", "{\"a\":1}"), found;
    struct error error;

    add(f, &row);
    assert_false(raw_sql(f->path, "UPDATE baselines SET reason = 'other'"));
    assert_false(raw_sql(f->path, "DELETE FROM baselines"));
    assert_true(raw_sql(f->path, "DROP TRIGGER baselines_keep_values;"
                                 "UPDATE baselines SET content = '{\"a\":2}'"));
    must_fail(store_baseline_find(f->connection, f->project_id, "gold", f->arena, &found, &error),
              &error, ERROR_CORRUPT);
}

static void others_commits_change_the_data_version(void **state)
{
    struct fixture *f = *state;
    struct connection *other;
    struct store_baseline row = baseline(f, "gold", "{}");
    int64_t before, after;
    struct error error;

    other = store_connect_watch(f->store, &error);
    must(other != NULL, &error);
    must(connection_data_version(other, &before, &error), &error);
    must(connection_data_version(other, &after, &error), &error);
    assert_int_equal(before, after);
    add(f, &row);
    must(connection_data_version(other, &after, &error), &error);
    assert_int_not_equal(before, after);
    connection_close(&other);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, project_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_baseline_is_found_by_its_name),
        CASE(a_name_means_what_was_designated_last),
        CASE(an_unknown_name_is_answered_with_those_there_are),
        CASE(a_baseline_never_changes),
        CASE(others_commits_change_the_data_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
