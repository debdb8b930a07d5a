#include "app_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/project.h>
#include <pilab/base/memory.h>

#include "../../support/json_schema.h"
#include "../../support/scratch.h"

static const char whole[] =
    "pilab: 1\n"
    "project: {name: Mobile Banking, code: MB, description: Pays, tickets: [MB, OPS], "
    "four_eyes: \"on\"}\n"
    "groups:\n"
    "  security: [carla, dan]\n"
    "environments:\n"
    "  - {name: DEV, stage: DEV, observe: [{type: file, module: auth, path: /srv/VERSION}]}\n"
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
    "    infrastructure: {plan: tfplan.json, state: [a.tfstate, b.tfstate], "
    "tfvars: [\"{env}.tfvars\"]}\n"
    "    schema: {path: \"db/{env}.json\", live: {PROD: \"service=prod\", SIT: "
    "\"postgresql://app@db.example/sit?secret=SIT:DB\"}}\n"
    "  - name: web\n"
    "    type: FRONTEND\n"
    "    repository: https://git.example.org/mb/auth.git\n"
    "    schema: db/structure.sql\n"
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

static char *import_line(struct app_work *work, const char *text, const char *options)
{
    app_file(work, "in.yaml", text);
    return memory_printf("project import %s/in.yaml%s", work->folder, options);
}

static void import_with(struct app_work *work, const char *text, const char *options)
{
    char *line = import_line(work, text, options);

    app_must(work, line);
    free(line);
}

static void what_the_file_no_longer_names_leaves_the_lists(void **state)
{
    struct app_work *work = *state;

    import_text(work, whole);
    import_with(work,
                "pilab: 1\nproject: {name: Banking, code: mb, description: \"\", tickets: [], "
                "four_eyes: auto}\n"
                "groups: {}\n"
                "environments: [{name: prod, stage: PROD, approvals: []}]\n"
                "modules: [{name: web, type: FRONTEND}]\n"
                "expected_differences: []\nnot_examined: []\nrules: []\n",
                " --yes");
    app_must(work, "project export");
    assert_string_equal(work->result.text.data, "pilab: 1\n"
                                                "project: {name: Banking, code: MB, "
                                                "four_eyes: auto}\n"
                                                "environments:\n"
                                                "  - {name: prod, stage: PROD, approvals: []}\n"
                                                "modules:\n"
                                                "  - name: web\n"
                                                "    type: FRONTEND\n");
}

static void what_the_file_does_not_say_stays_as_it_is(void **state)
{
    struct app_work *work = *state;
    char *entry;

    import_text(work, whole);
    app_must(work, "variable set TIMEOUT 30 --environment SIT");
    import_text(work, "pilab: 1\nproject: {name: Mobile Banking, code: MB}\n");
    assert_true(json_is_false(json_object_get(work->result.object, "changed")));
    app_must(work, "variable list");
    assert_int_equal(json_array_size(work->result.items), 1);
    app_must(work, "variable unset TIMEOUT --environment SIT");
    /* Also approvals and observers of environments that it names, and what is left empty. */
    import_text(work, "pilab: 1\nproject: {name: Mobile Banking, code: MB}\ngroups:\n"
                      "environments:\n"
                      "  - {name: DEV, stage: DEV}\n"
                      "  - {name: SIT, stage: SIT, description: \"yes\", from: [DEV]}\n"
                      "  - {name: PROD, stage: PROD, from: [SIT, DEV]}\n");
    app_must(work, "project export");
    assert_string_equal(work->result.text.data, whole);
    entry = app_newest_entry(work, "project.update");
    assert_string_equal(entry, "");
    free(entry);
}

static void what_would_be_taken_away_is_named_and_asked_before(void **state)
{
    struct app_work *work = *state;
    static const char less[] =
        "pilab: 1\nproject: {name: Mobile Banking, code: MB}\ngroups: {}\n"
        "environments: [{name: DEV, stage: DEV, approvals: []}]\nvariables: []\n";
    char *line;

    import_text(work, whole);
    app_must(work, "variable set TIMEOUT 30 --environment DEV");
    line = import_line(work, less, "");
    assert_false(app_try(work, line));
    assert_int_equal(work->error.code, ERROR_USAGE);
    assert_non_null(strstr(work->error.message, "in.yaml takes 5 things out of MB: "));
    assert_non_null(strstr(work->error.message, "environments.SIT: "));
    assert_non_null(strstr(work->error.message, "environments.PROD: "));
    assert_non_null(strstr(work->error.message, "groups: security"));
    assert_non_null(strstr(work->error.message, "variables: TIMEOUT"));
    assert_non_null(strstr(work->error.message, "expected_differences: **.replicas"));
    assert_string_equal(work->error.hint, "nobody can be asked here: give --yes");
    free(line);
    app_must(work, "project export");
    assert_non_null(strstr(work->result.text.data, "security: [carla, dan]"));
    import_with(work, less, " --yes");
    assert_int_equal(json_integer_value(json_object_get(work->result.object, "removed")), 5);
    app_must(work, "variable list");
    assert_int_equal(json_array_size(work->result.items), 0);
    app_must(work, "env list");
    assert_int_equal(json_array_size(work->result.items), 1);
}

static void observers_that_would_go_are_told_apart(void **state)
{
    static const char text[] =
        "pilab: 1\nproject: {name: Mobile Banking, code: MB}\nenvironments:\n"
        "  - name: UAT\n    stage: UAT\n    observe:\n"
        "      - {type: gitops, repository: /srv/one, pattern: \"{env}/{module}.yaml\"}\n"
        "      - {type: gitops, repository: /srv/two, pattern: \"{env}/{module}.yaml\"}\n"
        "      - {type: file, module: auth, path: /srv/VERSION}\n";
    static const char less[] =
        "pilab: 1\nproject: {name: Mobile Banking, code: MB}\nenvironments:\n"
        "  - name: UAT\n    stage: UAT\n    observe:\n"
        "      - {type: file, module: auth, path: /srv/VERSION}\n";
    struct app_work *work = *state;
    char *line;

    import_text(work, text);
    line = import_line(work, less, "");
    assert_false(app_try(work, line));
    assert_non_null(strstr(work->error.message, "in.yaml takes 2 things out of MB: "));
    assert_non_null(strstr(work->error.message, "environments.UAT.observe: gitops /srv/one, "
                                                "environments.UAT.observe: gitops /srv/two"));
    free(line);
}

static void a_registry_without_its_folder_is_a_warning(void **state)
{
    struct app_work *work = *state;
    const json_t *warnings;

    import_text(work, "pilab: 1\nproject: {name: Mobile Banking, code: MB}\n"
                      "registries: [{name: registry.local, folder: nofolder}]\n");
    assert_non_null(strstr(work->result.text.data, "there is no such folder"));
    assert_non_null(strstr(work->result.text.data, "nofolder"));
    warnings = json_object_get(work->result.object, "warnings");
    assert_int_equal(json_array_size(warnings), 1);
    assert_non_null(strstr(json_string_value(json_array_get(warnings, 0)),
                           "the registry registry.local is to be read from "));
    assert_follows_schema(work->result.object, "project-1.json");
}

static void a_group_that_is_asked_for_cannot_be_taken_away(void **state)
{
    struct app_work *work = *state;
    char *line;

    import_text(work, whole);
    line = import_line(work, "pilab: 1\nproject: {name: Mobile Banking, code: MB}\ngroups: {}\n",
                       " --yes");
    assert_false(app_try(work, line));
    assert_non_null(strstr(work->error.message, "there is no group 'security'"));
    free(line);
    app_must(work, "project export");
    assert_string_equal(work->result.text.data, whole);
}

struct answers {
    size_t choice, asked;
    struct app_work *work;
    const char *meanwhile; /* what somebody else does while the question is open, or NULL */
    char *text, *details;
};

static bool answer(void *context, const struct call_question *question, size_t *choice,
                   struct strbuf *text, struct error *error)
{
    struct answers *answers = context;

    (void)text;
    (void)error;
    answers->asked++;
    answers->text = memory_copy_text(question->text);
    answers->details = memory_copy_text(question->details);
    if (answers->meanwhile != NULL)
        app_other_must(answers->work, answers->meanwhile);
    *choice = answers->choice;
    return true;
}

static void free_answers(struct answers *answers)
{
    free(answers->text);
    free(answers->details);
}

static void no_to_the_question_writes_nothing(void **state)
{
    struct app_work *work = *state;
    struct answers answers = { .choice = 1 };
    char *line;

    import_text(work, whole);
    line =
        import_line(work, "pilab: 1\nproject: {name: Mobile Banking, code: MB}\nrules: []\n", "");
    assert_false(app_try_asking(work, line, answer, &answers));
    assert_int_equal(work->error.code, ERROR_CANCELLED);
    assert_int_equal(answers.asked, 1);
    assert_non_null(strstr(answers.text, "in.yaml takes 1 thing out of MB: rules"));
    assert_non_null(strstr(answers.details, "- rules"));
    free(line);
    free_answers(&answers);
    app_must(work, "project export");
    assert_string_equal(work->result.text.data, whole);
}

/* Yes is an answer to what was shown. */
static void what_changed_while_the_question_was_open_is_not_overwritten(void **state)
{
    struct app_work *work = *state;
    struct answers answers = { .work = work, .meanwhile = "group set audit olga" };
    char *line;

    import_text(work, whole);
    line =
        import_line(work, "pilab: 1\nproject: {name: Mobile Banking, code: MB}\nrules: []\n", "");
    assert_false(app_try_asking(work, line, answer, &answers));
    assert_int_equal(work->error.code, ERROR_CONFLICT);
    free(line);
    free_answers(&answers);
    app_must(work, "project export");
    assert_non_null(strstr(work->result.text.data, "audit: [olga]"));
    assert_non_null(strstr(work->result.text.data, "id: own.flag"));
}

/* What a person was shown is what is written, or nothing is. */
static void an_agreement_holds_for_the_file_as_it_was_shown(void **state)
{
    static const char off[] =
        "pilab: 1\nproject: {name: Mobile Banking, code: MB, four_eyes: off}\n";
    static const char other[] = "pilab: 1\nproject: {name: Mobile Banking, code: MB, four_eyes: "
                                "off}\ngroups: {security: [carla], x: [eve]}\n";
    struct app_work *work = *state;
    struct project_preview preview;
    const char *path;
    struct error error = { 0 };
    bool created;

    import_text(work, whole);
    path = app_file(work, "in.yaml", off);
    assert_true(project_preview(&work->call, path, work->call.arena, &preview, &error));
    assert_int_equal(preview.count, 1);
    assert_int_equal(preview.removed, 0);
    app_file(work, "in.yaml", other);
    assert_false(project_import_agreed(&work->call, path, preview.digest, &created, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_non_null(strstr(error.message, "has been changed since it was shown"));
    app_file(work, "in.yaml", off);
    assert_true(project_import_agreed(&work->call, path, preview.digest, &created, &error));
    assert_false(created);
    assert_true(project_preview(&work->call, path, work->call.arena, &preview, &error));
    assert_true(preview.stays);
    /* The project, too, must be what was shown. */
    path = app_file(work, "in.yaml", other);
    assert_true(project_preview(&work->call, path, work->call.arena, &preview, &error));
    app_other_must(work, "group set audit olga");
    assert_false(project_import_agreed(&work->call, path, preview.digest, &created, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
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

#define CASE(name) cmocka_unit_test_setup_teardown(name, app_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_was_imported_is_exported_again),
        CASE(importing_twice_changes_nothing),
        CASE(what_is_usual_need_not_be_said),
        CASE(what_the_file_no_longer_names_leaves_the_lists),
        CASE(what_the_file_does_not_say_stays_as_it_is),
        CASE(what_would_be_taken_away_is_named_and_asked_before),
        CASE(observers_that_would_go_are_told_apart),
        CASE(a_registry_without_its_folder_is_a_warning),
        CASE(a_group_that_is_asked_for_cannot_be_taken_away),
        CASE(no_to_the_question_writes_nothing),
        CASE(what_changed_while_the_question_was_open_is_not_overwritten),
        CASE(an_agreement_holds_for_the_file_as_it_was_shown),
        CASE(a_project_is_known_by_its_code_and_not_by_its_name),
        CASE(a_slip_in_the_file_changes_nothing),
        CASE(exporting_to_a_file_writes_it_whole),
        CASE(a_deployment_is_recorded_once),
        CASE(a_failure_stands_beside_what_runs),
        CASE(what_is_not_there_is_named),
        CASE(an_environment_may_be_called_as_a_member_of_the_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
