#include "app_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/init.h>
#include <pilab/app/project.h>
#include <pilab/base/memory.h>
#include <pilab/store/deployment.h>

/* What happens between showing a plan and writing it. */

static const char *const tables[] = { "versions.csv" };

static void prepare(struct app_work *work, struct init_prepared **prepared)
{
    const struct init_ask ask = { .tables = tables, .table_count = 1, .code = "MB" };

    call_end(&work->call);
    call_start(&work->call, &work->settings);
    if (!init_prepare(&work->call, &ask, prepared, &work->error))
        fail_msg("%s", work->error.message);
}

static void write_plan(struct app_work *work, struct init_prepared *prepared, size_t expected)
{
    size_t cells;

    call_end(&work->call);
    call_start(&work->call, &work->settings);
    if (!init_write(&work->call, prepared->plan, &cells, &work->error))
        fail_msg("%s", work->error.message);
    assert_int_equal(cells, expected);
}

static void assert_runs(struct app_work *work, const char *module, const char *environment,
                        const char *version)
{
    struct store_matrix matrix;

    assert_true(store_deployment_matrix(work->call.connection, work->call.project->id, 0,
                                        work->call.arena, &matrix, &work->error));
    for (size_t i = 0; i < matrix.module_count * matrix.environment_count; i++) {
        if (strcmp(matrix.cells[i].module, module) != 0 ||
            strcmp(matrix.cells[i].environment, environment) != 0)
            continue;
        assert_non_null(matrix.cells[i].running);
        assert_string_equal(matrix.cells[i].running->version, version);
        return;
    }
    fail_msg("there is no cell %s in %s", module, environment);
}

static void a_plan_is_written_as_deployments(void **state)
{
    struct app_work *work = *state;
    struct init_prepared *prepared = NULL;
    char *entry;

    app_file(work, "versions.csv", "module,SIT,UAT\nauth,2.0.7,2.0.6\n");
    prepare(work, &prepared);
    assert_false(prepared->plan->exists);
    write_plan(work, prepared, 2);
    assert_runs(work, "auth", "UAT", "2.0.6");
    init_prepared_free(&prepared);
    entry = app_newest_entry(work, "manifest.set");
    assert_non_null(strstr(entry, "versions.csv"));
    free(entry);
}

static void what_was_recorded_meanwhile_stays(void **state)
{
    struct app_work *work = *state;
    struct init_prepared *first = NULL, *second = NULL;

    app_file(work, "versions.csv", "module,SIT,UAT\nauth,2.0.7,2.0.6\n");
    prepare(work, &first);
    write_plan(work, first, 2);
    app_file(work, "versions.csv", "module,SIT,UAT\nauth,2.0.8,2.0.7\n");
    prepare(work, &second);
    app_must(work, "manifest set auth UAT 3.0.0");
    write_plan(work, second, 1);
    assert_runs(work, "auth", "SIT", "2.0.8");
    assert_runs(work, "auth", "UAT", "3.0.0");
    init_prepared_free(&first);
    init_prepared_free(&second);
}

static void a_module_that_somebody_added_meanwhile_stays(void **state)
{
    struct app_work *work = *state;
    struct init_prepared *first = NULL, *second = NULL, *other = NULL;

    app_file(work, "versions.csv", "module,SIT\nauth,1\n");
    prepare(work, &first);
    write_plan(work, first, 1);
    app_file(work, "versions.csv", "module,SIT,PROD\nauth,2,1\n");
    prepare(work, &second);
    app_file(work, "versions.csv", "module,SIT,UAT\npay,7,6\n");
    prepare(work, &other);
    write_plan(work, other, 2);
    write_plan(work, second, 2);
    assert_runs(work, "pay", "UAT", "6");
    assert_runs(work, "auth", "PROD", "1");
    init_prepared_free(&first);
    init_prepared_free(&second);
    init_prepared_free(&other);
}

/* As it is now, by a call of its own. */
static void assert_exported(struct app_work *work, const char *text)
{
    app_must(work, "project export");
    if (strstr(work->result.text.data, text) == NULL)
        fail_msg("there is no \"%s\" in:\n%s", text, work->result.text.data);
}

static void import(struct app_work *work, const char *text)
{
    char *line = memory_printf("project import %s", app_file(work, "pilab.yaml", text));

    app_must(work, line);
    free(line);
}

static void what_somebody_set_up_meanwhile_stays(void **state)
{
    struct app_work *work = *state;
    struct init_prepared *prepared = NULL;

    import(work, "pilab: 1\nproject: {name: Bank, code: MB, tickets: [MB], four_eyes: off}\n"
                 "environments: [{name: SIT, stage: SIT}]\n"
                 "modules: [{name: auth}]\n");
    app_file(work, "versions.csv", "module,SIT,PROD\nauth,2,1\npay,7,6\n");
    prepare(work, &prepared);
    import(work, "pilab: 1\nproject: {name: Bank of all, code: MB, tickets: [MB, OPS], "
                 "four_eyes: on}\n"
                 "groups: {security: [olga]}\n"
                 "environments: [{name: SIT, stage: SIT, approvals: [{group: security}]}]\n"
                 "modules: [{name: auth, description: said by hand, tags: \"r{version}\"}]\n");
    write_plan(work, prepared, 4);
    init_prepared_free(&prepared);
    assert_exported(work, "name: Bank of all");
    assert_exported(work, "tickets: [MB, OPS]");
    assert_exported(work, "four_eyes: \"on\"");
    assert_exported(work, "security: [olga]");
    assert_exported(work, "approvals: [{group: security, count: 1}]");
    assert_exported(work, "description: said by hand");
    assert_exported(work, "- name: pay");
    assert_exported(work, "name: PROD");
}

static void two_new_names_at_once_are_refused(void **state)
{
    struct app_work *work = *state;
    const struct init_ask ask = {
        .tables = tables, .table_count = 1, .code = "MB", .name = "Mobile"
    };
    struct init_prepared *prepared = NULL;
    size_t cells;

    import(work, "pilab: 1\nproject: {name: Bank, code: MB}\n");
    app_file(work, "versions.csv", "module,SIT\nauth,2\n");
    if (!init_prepare(&work->call, &ask, &prepared, &work->error))
        fail_msg("%s", work->error.message);
    import(work, "pilab: 1\nproject: {name: Other, code: MB}\n");
    assert_false(init_write(&work->call, prepared->plan, &cells, &work->error));
    assert_string_equal(work->error.message, "Bank was renamed meanwhile, to Other");
    assert_int_equal(work->error.code, ERROR_CONFLICT);
    init_prepared_free(&prepared);
    assert_exported(work, "name: Other");
}

static void a_code_that_was_taken_meanwhile_is_refused(void **state)
{
    struct app_work *work = *state;
    struct init_prepared *first = NULL, *second = NULL;
    size_t cells;

    app_file(work, "versions.csv", "module,SIT\nauth,1\n");
    prepare(work, &first);
    prepare(work, &second);
    write_plan(work, first, 1);
    assert_false(init_write(&work->call, second->plan, &cells, &work->error));
    assert_string_equal(error_code_name(work->error.code), "exists");
    assert_int_equal(cells, 0);
    init_prepared_free(&first);
    init_prepared_free(&second);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, app_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_plan_is_written_as_deployments),
        CASE(what_was_recorded_meanwhile_stays),
        CASE(a_module_that_somebody_added_meanwhile_stays),
        CASE(what_somebody_set_up_meanwhile_stays),
        CASE(two_new_names_at_once_are_refused),
        CASE(a_code_that_was_taken_meanwhile_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
