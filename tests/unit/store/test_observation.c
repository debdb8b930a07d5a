/* What was seen to run. */
#include "store_support.h"

#include <stdio.h>
#include <string.h>

#include <pilab/store/observation.h>

static struct store_observation see(struct fixture *f, const char *version, int64_t at)
{
    return (struct store_observation){ .project_id = f->project_id,
                                       .module_id = f->auth_id,
                                       .environment_id = f->uat_id,
                                       .verdict = "same",
                                       .expected = "2.0.6",
                                       .version = version,
                                       .source = "the cluster",
                                       .last_at = at };
}

static bool keep(struct fixture *f, struct store_observation row)
{
    struct error error;
    bool changed;

    begin(f->connection);
    must(store_observation_keep(f->connection, &row, &changed, &error), &error);
    commit(f->connection);
    return changed;
}

static struct store_observations list(struct fixture *f)
{
    struct store_observations all;
    struct error error;

    must(store_observation_list(f->connection, f->project_id, NULL, NULL, NULL, f->arena, &all,
                                &error),
         &error);
    return all;
}

static void the_same_goes_on_in_one_row(void **state)
{
    struct fixture *f = *state;
    struct store_observations all;

    assert_true(keep(f, see(f, "2.0.6", 1000)));
    assert_false(keep(f, see(f, "2.0.6", 2000)));
    assert_false(keep(f, see(f, "2.0.6", 5000)));
    all = list(f);
    assert_int_equal(all.count, 1);
    assert_int_equal(all.items[0].first_at, 1000);
    assert_int_equal(all.items[0].last_at, 5000);
    assert_string_equal(all.items[0].environment, "UAT");
    assert_string_equal(all.items[0].source, "the cluster");
}

static void what_changed_and_came_back_are_rows_of_their_own(void **state)
{
    struct fixture *f = *state;
    struct store_observation lost = see(f, NULL, 3000);
    struct store_observations all;

    lost.verdict = "could_not_ask";
    lost.why = "nobody answers";
    assert_true(keep(f, see(f, "2.0.6", 1000)));
    assert_true(keep(f, see(f, "2.0.5", 2000)));
    assert_true(keep(f, lost));
    assert_true(keep(f, see(f, "2.0.6", 4000)));
    all = list(f);
    assert_int_equal(all.count, 4);
    assert_int_equal(all.items[0].number, 4);
    assert_string_equal(all.items[1].why, "nobody answers");
    assert_null(all.items[1].version);
    assert_string_equal(all.items[2].version, "2.0.5");
}

static void an_answer_that_comes_late_is_left_out(void **state)
{
    struct fixture *f = *state;

    assert_true(keep(f, see(f, "2.0.6", 2000)));
    assert_false(keep(f, see(f, "2.0.5", 1000)));
    assert_int_equal(list(f).count, 1);
}

static void the_last_few_of_each_cell_are_found_together(void **state)
{
    struct fixture *f = *state;
    struct store_observation other = see(f, "1.4", 1);
    struct store_observations all;
    struct error error;
    char version[16];

    for (int i = 0; i < STORE_OBSERVATIONS_OF_CELL + 3; i++) {
        snprintf(version, sizeof version, "1.%d", i);
        keep(f, see(f, version, 1000 + i));
    }
    other.module_id = f->payment_id;
    keep(f, other);
    must(store_observation_latest(f->connection, f->project_id, f->arena, &all, &error), &error);
    assert_int_equal(all.count, STORE_OBSERVATIONS_OF_CELL + 1);
    for (size_t i = 0; i < all.count; i++) {
        if (strcmp(all.items[i].module_id, f->auth_id) != 0)
            continue;
        assert_string_equal(all.items[i].version, "1.10");
        break;
    }
}

static void what_was_seen_is_never_changed(void **state)
{
    struct fixture *f = *state;

    keep(f, see(f, "2.0.6", 1000));
    fixture_close(f);
    assert_false(raw_sql(f->path, "UPDATE observations SET version = '9'"));
    assert_false(raw_sql(f->path, "UPDATE observations SET last_at = 1"));
    assert_false(raw_sql(f->path, "DELETE FROM observations"));
    assert_true(raw_sql(f->path, "UPDATE observations SET last_at = 9000"));
}

static void a_verdict_is_one_of_three(void **state)
{
    struct fixture *f = *state;
    struct store_observation row = see(f, "1", 1);
    struct error error;
    bool changed;

    row.verdict = "maybe";
    begin(f->connection);
    must_fail(store_observation_keep(f->connection, &row, &changed, &error), &error, ERROR_INVALID);
    store_rollback(f->connection);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, project_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_same_goes_on_in_one_row),
        CASE(what_changed_and_came_back_are_rows_of_their_own),
        CASE(an_answer_that_comes_late_is_left_out),
        CASE(the_last_few_of_each_cell_are_found_together),
        CASE(what_was_seen_is_never_changed),
        CASE(a_verdict_is_one_of_three),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
