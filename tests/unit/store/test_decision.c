/* What people decided about differences. */
#include "store_support.h"

#include <string.h>

#include <pilab/store/decision.h>

static struct store_decision decision(struct fixture *f, const char *fingerprint)
{
    return (struct store_decision){ .project_id = f->project_id,
                                    .kind = "ignored",
                                    .pair = "env:UAT..env:SIT",
                                    .fingerprint = fingerprint,
                                    .state = "00000000000000aa",
                                    .type = "config",
                                    .module = "auth",
                                    .path = "env.TIMEOUT",
                                    .previous = "30",
                                    .reason = "known",
                                    .until = TEST_NOW + 1,
                                    .created_by = "alice" };
}

static void add(struct fixture *f, struct store_decision *row)
{
    struct error error;

    begin(f->connection);
    must(store_decision_add(f->connection, row, &error), &error);
    commit(f->connection);
}

static void a_decision_is_found_by_its_number_and_by_what_it_is_about(void **state)
{
    struct fixture *f = *state;
    struct store_decision row = decision(f, "a1"), found;
    struct error error;
    bool there;

    add(f, &row);
    assert_int_equal(row.number, 1);
    must(store_decision_find(f->connection, f->project_id, 1, f->arena, &found, &error), &error);
    assert_string_equal(found.id, row.id);
    assert_string_equal(found.kind, "ignored");
    assert_string_equal(found.state, "00000000000000aa");
    assert_string_equal(found.previous, "30");
    assert_null(found.current);
    assert_int_equal(found.until, TEST_NOW + 1);
    assert_int_equal(found.withdrawn_at, 0);
    must(store_decision_standing(f->connection, f->project_id, "ENV:uat..env:SIT", "a1", f->arena,
                                 &found, &there, &error),
         &error);
    assert_true(there);
    must(store_decision_standing(f->connection, f->project_id, "env:PROD..env:SIT", "a1", f->arena,
                                 &found, &there, &error),
         &error);
    assert_false(there);
    must_fail(store_decision_find(f->connection, f->project_id, 2, f->arena, &found, &error),
              &error, ERROR_NOT_FOUND);
}

static void of_a_difference_one_decision_stands(void **state)
{
    struct fixture *f = *state;
    struct store_decision row = decision(f, "a1"), again = decision(f, "a1"), found;
    struct error error;

    add(f, &row);
    begin(f->connection);
    must_fail(store_decision_add(f->connection, &again, &error), &error, ERROR_EXISTS);
    store_rollback(f->connection);
    begin(f->connection);
    must(store_decision_withdraw(f->connection, &row, "bob", "no", &error), &error);
    memset(again.id, 0, sizeof again.id);
    must(store_decision_add(f->connection, &again, &error), &error);
    commit(f->connection);
    assert_int_equal(again.number, 2);
    must(store_decision_find(f->connection, f->project_id, 1, f->arena, &found, &error), &error);
    assert_string_equal(found.withdrawn_by, "bob");
    assert_string_equal(found.withdrawal, "no");
    assert_int_equal(found.withdrawn_at, TEST_NOW);
    begin(f->connection);
    must_fail(store_decision_withdraw(f->connection, &row, "bob", NULL, &error), &error,
              ERROR_CONFLICT);
    store_rollback(f->connection);
}

static void decisions_are_listed_newest_first_by_what_they_are(void **state)
{
    struct fixture *f = *state;
    struct store_decision rows[3] = { decision(f, "a1"), decision(f, "a2"), decision(f, "a3") };
    struct store_decision_filter filter = { .kind = "ignored" };
    struct store_page page = { .limit = 1 };
    struct store_decisions list;
    struct error error;

    rows[1].kind = "accepted";
    rows[1].until = 0;
    rows[2].pair = "env:PROD..env:UAT";
    for (size_t i = 0; i < 3; i++)
        add(f, &rows[i]);
    must(store_decision_list(f->connection, f->project_id, NULL, NULL, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 3);
    assert_int_equal(list.items[0].number, 3);
    must(store_decision_list(f->connection, f->project_id, &filter, &page, f->arena, &list, &error),
         &error);
    assert_int_equal(list.items[0].number, 3);
    page.after = list.next;
    must(store_decision_list(f->connection, f->project_id, &filter, &page, f->arena, &list, &error),
         &error);
    assert_int_equal(list.items[0].number, 1);
    assert_null(list.next);
    filter = (struct store_decision_filter){ .pair = "env:UAT..env:SIT", .standing = true };
    begin(f->connection);
    must(store_decision_withdraw(f->connection, &rows[0], "bob", NULL, &error), &error);
    commit(f->connection);
    must(store_decision_list(f->connection, f->project_id, &filter, NULL, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].number, 2);
    filter.kind = "forgotten";
    must_fail(store_decision_list(f->connection, f->project_id, &filter, NULL, f->arena, &list,
                                  &error),
              &error, ERROR_INVALID);
}

/* Also what goes around this program is kept from changing what somebody decided. */
static void what_was_decided_never_changes(void **state)
{
    struct fixture *f = *state;
    struct store_decision row = decision(f, "a1");

    add(f, &row);
    assert_false(raw_sql(f->path, "UPDATE difference_decisions SET reason = 'other'"));
    assert_false(raw_sql(f->path, "UPDATE difference_decisions SET until = 0"));
    assert_false(raw_sql(f->path, "DELETE FROM difference_decisions"));
    assert_true(raw_sql(f->path, "UPDATE difference_decisions"
                                 " SET withdrawn_at = 1, withdrawn_by = 'bob'"));
    assert_false(raw_sql(f->path, "UPDATE difference_decisions"
                                  " SET withdrawn_at = 0, withdrawn_by = NULL"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, project_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_decision_is_found_by_its_number_and_by_what_it_is_about),
        CASE(of_a_difference_one_decision_stands),
        CASE(decisions_are_listed_newest_first_by_what_they_are),
        CASE(what_was_decided_never_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
