/* What runs where. */
#include "store_support.h"

#include <string.h>

#include <pilab/store/deployment.h>
#include <pilab/store/environment.h>
#include <pilab/store/module.h>

#define MINUTE INT64_C(60000)

/* An event of mb-auth-service in UAT, `minutes` after the test's now. */
static struct store_deployment event(struct fixture *f, const char *version,
                                     enum deployment_status status, int64_t minutes)
{
    return (struct store_deployment){ .project_id = f->project_id,
                                      .module_id = f->auth_id,
                                      .environment_id = f->uat_id,
                                      .version = version,
                                      .status = status,
                                      .actor = "alice",
                                      .started_at = TEST_NOW + minutes * MINUTE };
}

static void add(struct fixture *f, struct store_deployment *deployment)
{
    struct error error;

    must(store_deployment_add(f->connection, deployment, &error), &error);
}

static const struct store_cell *cell_at(struct fixture *f, int64_t at)
{
    struct store_matrix matrix;
    struct error error;

    must(store_deployment_matrix(f->connection, f->project_id, at, f->arena, &matrix, &error),
         &error);
    assert_int_equal(matrix.module_count, 2);
    assert_int_equal(matrix.environment_count, 3);
    assert_string_equal(matrix.cells[1].module, "mb-auth-service");
    assert_string_equal(matrix.cells[1].environment, "UAT");
    return &matrix.cells[1];
}

static void a_recorded_deployment_is_what_runs(void **state)
{
    struct fixture *f = *state;
    struct store_deployment recorded = event(f, "2.0.6", DEPLOYMENT_DEPLOYED, 0);
    struct store_deployment found;
    const struct store_cell *cell;
    struct error error;

    recorded.commit = "8f14e45fceea167a5a36dedd4bea2543a0b1c2d3";
    recorded.image = "sha256:27c9eb1a068d";
    recorded.release = "R2025.03";
    recorded.reason = "monthly release";
    begin(f->connection);
    add(f, &recorded);
    commit(f->connection);
    assert_int_equal(recorded.number, 1);
    assert_int_equal(recorded.finished_at, TEST_NOW);
    cell = cell_at(f, 0);
    assert_string_equal(cell->running->version, "2.0.6");
    assert_string_equal(cell->running->commit, recorded.commit);
    assert_null(cell->later);
    must(store_deployment_find(f->connection, f->project_id, 1, f->arena, &found, &error), &error);
    assert_string_equal(found.id, recorded.id);
    assert_string_equal(found.module, "mb-auth-service");
    assert_string_equal(found.environment, "UAT");
    assert_string_equal(found.release, "R2025.03");
    assert_string_equal(found.image, "sha256:27c9eb1a068d");
    assert_string_equal(found.reason, "monthly release");
    assert_null(found.outcome);
    assert_null(found.rolls_back);
}

static void an_empty_cell_says_nothing(void **state)
{
    struct fixture *f = *state;
    const struct store_cell *cell = cell_at(f, 0);

    assert_null(cell->running);
    assert_null(cell->later);
}

static void the_latest_by_start_time_runs_not_the_latest_recorded(void **state)
{
    struct fixture *f = *state;
    struct store_deployment newer = event(f, "2.0.7", DEPLOYMENT_DEPLOYED, 10);
    struct store_deployment older = event(f, "2.0.6", DEPLOYMENT_DEPLOYED, 0);

    begin(f->connection);
    add(f, &newer);
    add(f, &older);
    commit(f->connection);
    assert_string_equal(cell_at(f, 0)->running->version, "2.0.7");
}

static void of_two_that_started_at_once_the_later_number_runs(void **state)
{
    struct fixture *f = *state;
    struct store_deployment first = event(f, "1", DEPLOYMENT_DEPLOYED, 0);
    struct store_deployment second = event(f, "2", DEPLOYMENT_DEPLOYED, 0);

    begin(f->connection);
    add(f, &first);
    add(f, &second);
    commit(f->connection);
    assert_string_equal(cell_at(f, 0)->running->version, "2");
}

static void a_failed_deployment_leaves_what_ran(void **state)
{
    struct fixture *f = *state;
    struct store_deployment good = event(f, "2.0.6", DEPLOYMENT_DEPLOYED, 0);
    struct store_deployment bad = event(f, "2.0.7", DEPLOYMENT_FAILED, 10);
    const struct store_cell *cell;

    begin(f->connection);
    add(f, &good);
    add(f, &bad);
    commit(f->connection);
    cell = cell_at(f, 0);
    assert_string_equal(cell->running->version, "2.0.6");
    assert_string_equal(cell->later->version, "2.0.7");
    assert_int_equal(cell->later->status, DEPLOYMENT_FAILED);
}

static void a_failure_before_a_success_is_history(void **state)
{
    struct fixture *f = *state;
    struct store_deployment bad = event(f, "2.0.7", DEPLOYMENT_FAILED, 0);
    struct store_deployment good = event(f, "2.0.7", DEPLOYMENT_DEPLOYED, 10);

    begin(f->connection);
    add(f, &bad);
    add(f, &good);
    commit(f->connection);
    assert_null(cell_at(f, 0)->later);
}

static void the_matrix_can_be_asked_for_a_time_gone_by(void **state)
{
    struct fixture *f = *state;
    struct store_deployment first = event(f, "2.0.6", DEPLOYMENT_DEPLOYED, 0);
    struct store_deployment second = event(f, "2.0.7", DEPLOYMENT_DEPLOYED, 60);

    second.finished_at = TEST_NOW + 70 * MINUTE;
    begin(f->connection);
    add(f, &first);
    add(f, &second);
    commit(f->connection);
    assert_null(cell_at(f, TEST_NOW - 1)->running);
    assert_string_equal(cell_at(f, TEST_NOW)->running->version, "2.0.6");
    assert_string_equal(cell_at(f, TEST_NOW + 65 * MINUTE)->running->version, "2.0.6");
    assert_string_equal(cell_at(f, TEST_NOW + 70 * MINUTE)->running->version, "2.0.7");
}

static void a_deployment_goes_through_its_states(void **state)
{
    struct fixture *f = *state;
    struct store_deployment work = event(f, "2.0.7", DEPLOYMENT_PENDING, 0);
    const struct store_cell *cell;
    struct error error;

    begin(f->connection);
    add(f, &work);
    assert_int_equal(work.finished_at, 0);
    must(store_deployment_move(f->connection, work.id, DEPLOYMENT_PENDING, DEPLOYMENT_DEPLOYING, 0,
                               NULL, &error),
         &error);
    commit(f->connection);
    cell = cell_at(f, 0);
    assert_null(cell->running);
    assert_int_equal(cell->later->status, DEPLOYMENT_DEPLOYING);
    begin(f->connection);
    must(store_deployment_move(f->connection, work.id, DEPLOYMENT_DEPLOYING, DEPLOYMENT_DEPLOYED,
                               TEST_NOW + 5 * MINUTE, "3 hooks", &error),
         &error);
    must_fail(store_deployment_move(f->connection, work.id, DEPLOYMENT_DEPLOYING, DEPLOYMENT_FAILED,
                                    0, NULL, &error),
              &error, ERROR_CONFLICT);
    must_fail(store_deployment_move(f->connection, work.id, DEPLOYMENT_DEPLOYED, DEPLOYMENT_FAILED,
                                    0, NULL, &error),
              &error, ERROR_INVALID);
    assert_string_equal(error.message, "a deployment that is DEPLOYED cannot become FAILED");
    commit(f->connection);
    cell = cell_at(f, 0);
    assert_string_equal(cell->running->outcome, "3 hooks");
    assert_int_equal(cell->running->finished_at, TEST_NOW + 5 * MINUTE);
}

static void a_cell_has_one_active_deployment(void **state)
{
    struct fixture *f = *state;
    struct store_deployment first = event(f, "2.0.7", DEPLOYMENT_DEPLOYING, 0);
    struct store_deployment second = event(f, "2.0.8", DEPLOYMENT_PENDING, 1);
    struct store_deployment elsewhere = event(f, "2.0.8", DEPLOYMENT_PENDING, 1);
    struct error error;

    elsewhere.environment_id = f->sit_id;
    begin(f->connection);
    add(f, &first);
    must_fail(store_deployment_add(f->connection, &second, &error), &error, ERROR_CONFLICT);
    assert_string_equal(error.message, "mb-auth-service in UAT is busy: deployment 1 (2.0.7, by "
                                       "alice) is DEPLOYING");
    add(f, &elsewhere);
    must(store_deployment_move(f->connection, first.id, DEPLOYMENT_DEPLOYING, DEPLOYMENT_UNKNOWN, 0,
                               "worker died", &error),
         &error);
    add(f, &second);
    commit(f->connection);
}

static void a_rollback_is_an_event_with_the_version_it_goes_back_to(void **state)
{
    struct fixture *f = *state;
    struct store_deployment old = event(f, "2.0.6", DEPLOYMENT_DEPLOYED, 0);
    struct store_deployment bad = event(f, "2.0.7", DEPLOYMENT_DEPLOYED, 10);
    struct store_deployment back = event(f, "2.0.6", DEPLOYMENT_ROLLING_BACK, 20);
    struct error error;

    begin(f->connection);
    add(f, &old);
    add(f, &bad);
    back.rolls_back = bad.id;
    add(f, &back);
    commit(f->connection);
    assert_string_equal(cell_at(f, 0)->running->version, "2.0.7");
    assert_int_equal(cell_at(f, 0)->later->status, DEPLOYMENT_ROLLING_BACK);
    begin(f->connection);
    must(store_deployment_move(f->connection, back.id, DEPLOYMENT_ROLLING_BACK,
                               DEPLOYMENT_ROLLED_BACK, TEST_NOW + 21 * MINUTE, NULL, &error),
         &error);
    commit(f->connection);
    assert_string_equal(cell_at(f, 0)->running->version, "2.0.6");
    assert_string_equal(cell_at(f, 0)->running->rolls_back, bad.id);
    assert_string_equal(cell_at(f, TEST_NOW + 15 * MINUTE)->running->version, "2.0.7");
}

static void a_lost_rollback_does_not_become_a_deployment(void **state)
{
    struct fixture *f = *state;
    struct store_deployment bad = event(f, "2.0.7", DEPLOYMENT_DEPLOYED, 0);
    struct store_deployment back = event(f, "2.0.6", DEPLOYMENT_ROLLING_BACK, 10);
    struct error error;

    begin(f->connection);
    add(f, &bad);
    back.rolls_back = bad.id;
    add(f, &back);
    must(store_deployment_move(f->connection, back.id, DEPLOYMENT_ROLLING_BACK, DEPLOYMENT_UNKNOWN,
                               0, NULL, &error),
         &error);
    must_fail(store_deployment_move(f->connection, back.id, DEPLOYMENT_UNKNOWN, DEPLOYMENT_DEPLOYED,
                                    TEST_NOW + 11 * MINUTE, NULL, &error),
              &error, ERROR_INVALID);
    must(store_deployment_move(f->connection, back.id, DEPLOYMENT_UNKNOWN, DEPLOYMENT_ROLLED_BACK,
                               TEST_NOW + 11 * MINUTE, NULL, &error),
         &error);
    commit(f->connection);
}

static void a_finished_deployment_can_be_neither_changed_nor_deleted(void **state)
{
    static const char *const attacks[] = {
        "UPDATE deployments SET version = '9.9.9'",
        "UPDATE deployments SET status = 'FAILED'",
        "DELETE FROM deployments",
        ("PRAGMA recursive_triggers = ON; "
         "INSERT OR REPLACE INTO deployments SELECT * FROM deployments"),
    };
    struct fixture *f = *state;
    struct store_deployment done = event(f, "2.0.6", DEPLOYMENT_DEPLOYED, 0);

    begin(f->connection);
    add(f, &done);
    commit(f->connection);
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++)
        assert_false(raw_sql(f->path, attacks[i]));
    assert_string_equal(cell_at(f, 0)->running->version, "2.0.6");
}

static void the_facts_of_a_running_deployment_cannot_be_changed(void **state)
{
    struct fixture *f = *state;
    struct store_deployment work = event(f, "2.0.6", DEPLOYMENT_DEPLOYING, 0);

    begin(f->connection);
    add(f, &work);
    commit(f->connection);
    assert_false(raw_sql(f->path, "UPDATE deployments SET version = '9.9.9'"));
    assert_false(raw_sql(f->path, "UPDATE deployments SET actor = 'eve'"));
    assert_false(raw_sql(f->path, "UPDATE deployments SET started_at = started_at - 1"));
}

static void a_cell_of_another_project_is_refused(void **state)
{
    struct fixture *f = *state;
    struct store_deployment astray = event(f, "1", DEPLOYMENT_DEPLOYED, 0);
    struct error error;

    astray.environment_id = f->project_id;
    begin(f->connection);
    must_fail(store_deployment_add(f->connection, &astray, &error), &error, ERROR_NOT_FOUND);
    store_rollback(f->connection);
}

static void it_cannot_finish_before_it_starts(void **state)
{
    struct fixture *f = *state;
    struct store_deployment odd = event(f, "1", DEPLOYMENT_DEPLOYED, 0);
    struct error error;

    odd.finished_at = TEST_NOW - 1;
    begin(f->connection);
    must_fail(store_deployment_add(f->connection, &odd, &error), &error, ERROR_INVALID);
    store_rollback(f->connection);
}

static void history_comes_latest_first_and_page_by_page(void **state)
{
    static const char *const versions[] = { "1", "2", "3", "4", "5" };
    struct fixture *f = *state;
    struct store_page page = { .limit = 2 };
    struct store_deployments list;
    struct error error;
    size_t seen = 0;

    begin(f->connection);
    for (int i = 0; i < 5; i++) {
        struct store_deployment d = event(f, versions[i], DEPLOYMENT_DEPLOYED, i < 3 ? 0 : i);

        if (i == 1)
            d.module_id = f->payment_id;
        add(f, &d);
    }
    commit(f->connection);
    do {
        must(store_deployment_list(f->connection, f->project_id, NULL, NULL, 0, &page, f->arena,
                                   &list, &error),
             &error);
        for (size_t i = 0; i < list.count; i++)
            assert_string_equal(list.items[i].version, versions[4 - seen++]);
        page.after = list.next;
    } while (list.next != NULL);
    assert_int_equal(seen, 5);
    must(store_deployment_list(f->connection, f->project_id, f->auth_id, f->uat_id,
                               TEST_NOW + 3 * MINUTE, NULL, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.items[0].version, "4");
    assert_string_equal(list.items[2].version, "1");
}

static void a_removed_module_leaves_the_matrix_and_keeps_its_history(void **state)
{
    struct fixture *f = *state;
    struct store_deployment done = event(f, "2.0.6", DEPLOYMENT_DEPLOYED, 0);
    struct store_deployments list;
    struct store_matrix matrix;
    struct error error;

    begin(f->connection);
    add(f, &done);
    must(store_module_remove(f->connection, f->auth_id, &error), &error);
    must(store_environment_remove(f->connection, f->sit_id, &error), &error);
    commit(f->connection);
    must(store_deployment_matrix(f->connection, f->project_id, 0, f->arena, &matrix, &error),
         &error);
    assert_int_equal(matrix.module_count, 1);
    assert_int_equal(matrix.environment_count, 2);
    assert_string_equal(matrix.cells[0].module, "mb-payment-service");
    assert_string_equal(matrix.cells[0].environment, "UAT");
    must(store_deployment_list(f->connection, f->project_id, f->auth_id, NULL, 0, NULL, f->arena,
                               &list, &error),
         &error);
    assert_int_equal(list.count, 1);
}

static void names_of_states_can_be_typed_in_any_way(void **state)
{
    enum deployment_status status;
    struct error error;

    (void)state;
    must(deployment_status_parse("rolled-back", &status, &error), &error);
    assert_int_equal(status, DEPLOYMENT_ROLLED_BACK);
    assert_true(deployment_status_final(status));
    assert_false(deployment_status_final(DEPLOYMENT_UNKNOWN));
    for (int i = 0; i < DEPLOYMENT_STATUS_COUNT; i++) {
        const char *name = deployment_status_name((enum deployment_status)i);

        must(deployment_status_parse(name, &status, &error), &error);
        assert_int_equal(status, i);
    }
    must_fail(deployment_status_parse("done", &status, &error), &error, ERROR_INVALID);
    assert_string_equal(error.message, "the deployment status \"done\" is not one of PENDING, "
                                       "DEPLOYING, DEPLOYED, "
                                       "FAILED, UNKNOWN, ROLLING_BACK, ROLLED_BACK");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_recorded_deployment_is_what_runs, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(an_empty_cell_says_nothing, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_latest_by_start_time_runs_not_the_latest_recorded,
                                        project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(of_two_that_started_at_once_the_later_number_runs,
                                        project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_failed_deployment_leaves_what_ran, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_failure_before_a_success_is_history, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_matrix_can_be_asked_for_a_time_gone_by, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_deployment_goes_through_its_states, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_cell_has_one_active_deployment, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_rollback_is_an_event_with_the_version_it_goes_back_to,
                                        project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_lost_rollback_does_not_become_a_deployment, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_finished_deployment_can_be_neither_changed_nor_deleted,
                                        project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(the_facts_of_a_running_deployment_cannot_be_changed,
                                        project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_cell_of_another_project_is_refused, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(it_cannot_finish_before_it_starts, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(history_comes_latest_first_and_page_by_page, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_removed_module_leaves_the_matrix_and_keeps_its_history,
                                        project_setup, fixture_teardown),
        cmocka_unit_test(names_of_states_can_be_typed_in_any_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
