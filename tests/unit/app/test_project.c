#include "app_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/project.h>

#include "../../support/scratch.h"

static const char whole[] =
    "pilab: 1\n"
    "project: {name: Mobile Banking, code: MB, description: Pays, tickets: [MB, OPS], "
    "four_eyes: \"on\"}\n"
    "groups:\n"
    "  security: [carla, dan]\n"
    "environments:\n"
    "  - {name: DEV, stage: DEV}\n"
    "  - {name: SIT, stage: SIT, description: \"yes\", from: [DEV], approvals: []}\n"
    "  - {name: PROD, stage: PROD, from: [SIT, DEV], approvals: [{group: security, count: 2}, "
    "{role: ADMIN, count: 1}]}\n"
    "modules:\n"
    "  - name: auth\n"
    "    type: BACKEND\n"
    "    description: \"Logs in: safely\"\n"
    "    repository: https://git.example.org/mb/auth.git\n"
    "    path: services/auth\n"
    "    tags: \"auth-{version}\"\n"
    "    config: [values.yaml, \"values-{env}.yaml\"]\n"
    "    migrations: {path: db, dialect: postgresql}\n"
    "    dependencies: auto\n"
    "    image: registry.example.org/mb/auth\n"
    "  - name: web\n"
    "    type: FRONTEND\n"
    "    repository: https://git.example.org/mb/auth.git\n"
    "expected_differences:\n"
    "  - {type: config, path: \"**.replicas\", environment: PROD, reason: sizes}\n"
    "not_examined: [infrastructure, image]\n"
    "rules:\n"
    "  - id: own.flag\n"
    "    type: config\n"
    "    key: \"FLAG_*\"\n"
    "    severity: HIGH\n"
    "    breaking: false\n"
    "    sentence: a switch\n";

static void import_text(struct app_work *work, const char *text)
{
    struct strbuf line = STRBUF_INIT;

    app_file(work, "in.yaml", text);
    strbuf_printf(&line, "project import %s/in.yaml", work->folder);
    app_must(work, line.data);
    strbuf_release(&line);
}

static void what_was_imported_is_exported_again(void **state)
{
    struct app_work *work = *state;

    import_text(work, whole);
    assert_true(json_is_true(json_object_get(work->result.object, "created")));
    assert_int_equal(json_integer_value(json_object_get(work->result.object, "modules")), 2);
    app_must(work, "project export");
    assert_int_equal(work->result.kind, RESULT_RAW);
    assert_string_equal(work->result.text.data, whole);
}

static void importing_twice_changes_nothing(void **state)
{
    struct app_work *work = *state;

    import_text(work, whole);
    import_text(work, whole);
    assert_true(json_is_false(json_object_get(work->result.object, "created")));
    app_must(work, "project export");
    assert_string_equal(work->result.text.data, whole);
}

static void what_is_usual_need_not_be_said(void **state)
{
    struct app_work *work = *state;

    import_text(work, "pilab: 1\nproject: {name: Small, code: S}\nmodules: [{name: a, path: .}]\n");
    app_must(work, "project export");
    assert_string_equal(work->result.text.data, "pilab: 1\n"
                                                "project: {name: Small, code: S}\n"
                                                "modules:\n"
                                                "  - name: a\n"
                                                "    type: OTHER\n");
}

static void what_the_file_no_longer_names_leaves_the_lists(void **state)
{
    struct app_work *work = *state;

    import_text(work, whole);
    import_text(work, "pilab: 1\nproject: {name: Banking, code: mb}\n"
                      "environments: [{name: prod, stage: PROD}]\n"
                      "modules: [{name: web, type: FRONTEND}]\n");
    app_must(work, "project export");
    assert_string_equal(work->result.text.data, "pilab: 1\n"
                                                "project: {name: Banking, code: MB}\n"
                                                "environments:\n"
                                                "  - {name: prod, stage: PROD}\n"
                                                "modules:\n"
                                                "  - name: web\n"
                                                "    type: FRONTEND\n");
}

static void a_project_is_known_by_its_code_and_not_by_its_name(void **state)
{
    struct app_work *work = *state;

    import_text(work, "pilab: 1\nproject: {name: MB, code: X}\n");
    import_text(work, "pilab: 1\nproject: {name: Mobile Banking, code: MB}\n");
    assert_true(json_is_true(json_object_get(work->result.object, "created")));
    app_must(work, "project list");
    assert_int_equal(json_array_size(work->result.items), 2);
}

static void a_slip_in_the_file_changes_nothing(void **state)
{
    struct app_work *work = *state;
    struct strbuf line = STRBUF_INIT;

    import_text(work, whole);
    app_file(work, "in.yaml", "pilab: 1\nproject: {name: A, code: MB}\nmodule: []\n");
    strbuf_printf(&line, "project import %s/in.yaml", work->folder);
    assert_false(app_try(work, line.data));
    assert_non_null(strstr(work->error.message, "in.yaml:3: there is no key 'module'"));
    app_must(work, "project export");
    assert_string_equal(work->result.text.data, whole);
    strbuf_release(&line);
}

static void the_audit_says_who_changed_what(void **state)
{
    struct app_work *work = *state;
    char *entry;

    import_text(work, whole);
    entry = app_newest_entry(work, "project.create");
    assert_non_null(strstr(entry, "olga project:"));
    assert_non_null(strstr(entry, "{\"code\":\"MB\",\"environments\":3,\"modules\":2,"
                                  "\"name\":\"Mobile Banking\"}"));
    free(entry);
    import_text(work, whole);
    entry = app_newest_entry(work, "project.update");
    assert_non_null(strstr(entry, "olga project:"));
    free(entry);
}

static void exporting_to_a_file_writes_it_whole(void **state)
{
    struct app_work *work = *state;
    struct strbuf line = STRBUF_INIT;
    char *path = scratch_path(work->folder, "out.yaml"), *text;

    import_text(work, whole);
    strbuf_printf(&line, "project export -o %s", path);
    app_must(work, line.data);
    assert_int_equal(work->result.kind, RESULT_OBJECT);
    assert_int_equal(json_integer_value(json_object_get(work->result.object, "bytes")),
                     strlen(whole));
    text = scratch_read(path);
    assert_string_equal(text, whole);
    free(text);
    free(path);
    strbuf_release(&line);
}

/* --- What runs where -------------------------------------------------------------------------- */

static const char *cell(struct app_work *work, size_t module, const char *environment)
{
    app_must(work, "manifest show");
    return json_string_value(
        json_object_get(json_array_get(work->result.items, module), environment));
}

static void a_deployment_is_recorded_once(void **state)
{
    struct app_work *work = *state;
    char *entry;

    import_text(work, whole);
    assert_string_equal(cell(work, 0, "SIT"), "?");
    app_must(work, "manifest set auth sit 2.0.7 --commit abc123 --by jenkins");
    assert_true(json_is_true(json_object_get(work->result.object, "changed")));
    assert_string_equal(cell(work, 0, "SIT"), "2.0.7");
    entry = app_newest_entry(work, "manifest.set");
    assert_non_null(strstr(entry, "olga deployment:"));
    assert_non_null(strstr(entry, "\"deployed_by\":\"jenkins\""));
    free(entry);
    app_must(work, "manifest set auth SIT 2.0.7");
    assert_true(json_is_false(json_object_get(work->result.object, "changed")));
    app_must(work, "manifest set auth SIT 2.0.7 --commit def456");
    assert_true(json_is_true(json_object_get(work->result.object, "changed")));
}

static void a_failure_stands_beside_what_runs(void **state)
{
    struct app_work *work = *state;

    import_text(work, whole);
    app_must(work, "manifest set auth SIT 2.0.6 --at 2025-01-20");
    app_must(work, "manifest set auth SIT 2.0.7 --status failed --at 2025-01-21");
    assert_string_equal(cell(work, 0, "SIT"), "2.0.6 FAIL");
    app_must(work, "manifest show --at 2025-01-19");
    assert_string_equal(json_string_value(
                            json_object_get(json_array_get(work->result.items, 0), "SIT")),
                        "?");
}

static void what_is_not_there_is_named(void **state)
{
    struct app_work *work = *state;

    import_text(work, whole);
    assert_false(app_try(work, "manifest set nothing SIT 1"));
    assert_non_null(strstr(work->error.message, "nothing"));
    assert_false(app_try(work, "manifest set auth QA 1"));
    assert_non_null(strstr(work->error.message, "QA"));
    app_must_fail(work, "manifest set auth SIT", ERROR_USAGE, "version is missing");
    assert_false(app_try(work, "manifest set auth SIT 1 --at soon"));
    assert_int_equal(work->error.code, ERROR_USAGE);
}

static void an_environment_may_be_called_as_a_member_of_the_list(void **state)
{
    struct app_work *work = *state;

    import_text(work, "pilab: 1\nproject: {name: A, code: A}\n"
                      "environments: [{name: module, stage: DEV}, {name: cells, stage: SIT}]\n"
                      "modules: [{name: auth}]\n");
    assert_string_equal(cell(work, 0, "module"), "auth");
    assert_int_equal(json_array_size(
                         json_object_get(json_array_get(work->result.items, 0), "cells")),
                     2);
}

/* --- The audit -------------------------------------------------------------------------------- */

static void the_audit_is_listed_verified_and_exported(void **state)
{
    struct app_work *work = *state;
    struct strbuf line = STRBUF_INIT;

    import_text(work, whole);
    app_must(work, "audit list --action project.");
    assert_int_equal(json_array_size(work->result.items), 1);
    app_must(work, "audit list --actor nobody");
    assert_int_equal(json_array_size(work->result.items), 0);
    app_must(work, "audit list --until 2001-01-01");
    assert_int_equal(json_array_size(work->result.items), 0);
    app_must(work, "audit list --limit 1");
    assert_non_null(work->result.next);
    app_must_fail(work, "audit list --limit 0", ERROR_USAGE,
                  "--limit is a whole number from 1 to 100000, not '0'");
    app_must(work, "audit verify");
    assert_true(json_is_true(json_object_get(work->result.object, "intact")));
    assert_int_equal(json_integer_value(json_object_get(work->result.object, "count")), 2);
    strbuf_printf(&line, "audit export %s/bundle --bodies", work->folder);
    app_must(work, line.data);
    strbuf_clear(&line);
    strbuf_printf(&line, "audit verify %s/bundle --checkpoint %s/bundle/checkpoint", work->folder,
                  work->folder);
    app_must(work, line.data);
    assert_int_equal(json_integer_value(json_object_get(work->result.object, "bodies")), 1);
    strbuf_release(&line);
}

static void an_audit_that_was_changed_is_an_error(void **state)
{
    struct app_work *work = *state;
    struct strbuf line = STRBUF_INIT;
    char *path = scratch_path(work->folder, "bundle/audit.jsonl"), *text;

    import_text(work, whole);
    strbuf_printf(&line, "audit export %s/bundle", work->folder);
    app_must(work, line.data);
    text = scratch_read(path);
    memcpy(strstr(text, "olga"), "vera", 4);
    free(scratch_file(work->folder, "bundle/audit.jsonl", text));
    strbuf_clear(&line);
    strbuf_printf(&line, "audit verify %s/bundle", work->folder);
    assert_false(app_try(work, line.data));
    assert_int_equal(work->error.code, ERROR_CORRUPT);
    assert_non_null(strstr(work->error.message, "the audit does not hold: "));
    free(text);
    free(path);
    strbuf_release(&line);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, app_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_was_imported_is_exported_again),
        CASE(importing_twice_changes_nothing),
        CASE(what_is_usual_need_not_be_said),
        CASE(what_the_file_no_longer_names_leaves_the_lists),
        CASE(a_project_is_known_by_its_code_and_not_by_its_name),
        CASE(a_slip_in_the_file_changes_nothing),
        CASE(the_audit_says_who_changed_what),
        CASE(exporting_to_a_file_writes_it_whole),
        CASE(a_deployment_is_recorded_once),
        CASE(a_failure_stands_beside_what_runs),
        CASE(what_is_not_there_is_named),
        CASE(an_environment_may_be_called_as_a_member_of_the_list),
        CASE(the_audit_is_listed_verified_and_exported),
        CASE(an_audit_that_was_changed_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
