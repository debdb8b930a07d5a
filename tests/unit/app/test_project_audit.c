/* What the audit says of a project that changed, and that nobody can change the audit. */
#include "app_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/project.h>
#include <pilab/base/memory.h>

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
    assert_string_equal(entry, "");
    free(entry);
}

/* The change of this path in the newest project.update, as "previous -> current" in JSON. */
static void assert_audited(struct app_work *work, const char *path, const char *previous,
                           const char *current)
{
    char *entry = app_newest_entry(work, "project.update"), *wanted, *at;

    at = strchr(entry, '{');
    assert_non_null(at);
    wanted =
        memory_printf("{\"current\":%s,\"path\":\"%s\",\"previous\":%s}", current, path, previous);
    if (strstr(at, wanted) == NULL)
        fail_msg("there is no %s in %s", wanted, at);
    free(wanted);
    free(entry);
}

static void the_audit_has_the_old_and_the_new_value_of_all_that_changed(void **state)
{
    struct app_work *work = *state;
    const char *what;

    import_text(work, whole);
    import_with(work,
                "pilab: 1\n"
                "project: {name: Banking, code: MB, tickets: [MB, PAY], four_eyes: off}\n"
                "groups:\n"
                "  security: [carla, eve]\n"
                "environments:\n"
                "  - {name: DEV, stage: DEV}\n"
                "  - {name: SIT, stage: UAT, from: [DEV]}\n"
                "  - {name: PROD, stage: PROD, from: [SIT], approvals: [{role: ADMIN, count: 2}]}\n"
                "modules:\n"
                "  - name: auth\n"
                "    type: BACKEND\n"
                "    repository: https://git.example.org/mb/login.git\n"
                "  - name: pay\n",
                " --yes");
    assert_audited(work, "project.four_eyes", "\"on\"", "\"off\"");
    assert_audited(work, "project.name", "\"Mobile Banking\"", "\"Banking\"");
    assert_audited(work, "project.tickets", "\"OPS\"", "null");
    assert_audited(work, "project.tickets", "null", "\"PAY\"");
    assert_audited(work, "groups.security", "\"dan\"", "null");
    assert_audited(work, "groups.security", "null", "\"eve\"");
    assert_audited(work, "environments.SIT.stage", "\"SIT\"", "\"UAT\"");
    assert_audited(work, "environments.PROD.from", "\"DEV\"", "null");
    assert_audited(work, "environments.PROD.approvals", "{\"count\":2,\"group\":\"security\"}",
                   "null");
    assert_audited(work, "environments.PROD.approvals", "null", "{\"count\":2,\"role\":\"ADMIN\"}");
    assert_audited(work, "modules.auth.repository", "\"https://git.example.org/mb/auth.git\"",
                   "\"https://git.example.org/mb/login.git\"");
    assert_audited(work, "modules.pay", "null", "{\"name\":\"pay\",\"type\":\"OTHER\"}");
    app_must(work, "audit list --action project.update");
    what = json_string_value(json_object_get(json_array_get(work->result.items, 0), "what"));
    assert_non_null(strstr(what, "four_eyes: on -> off"));
    assert_string_equal(json_string_value(
                            json_object_get(json_array_get(work->result.items, 0), "actor")),
                        "olga");
}

static void what_nobody_said_before_has_an_old_value_too(void **state)
{
    struct app_work *work = *state;
    const char *what;

    import_text(work, "pilab: 1\nproject: {name: A, code: A}\n"
                      "environments: [{name: UAT, stage: UAT}]\n");
    import_text(work, "pilab: 1\nproject: {name: A, code: A, four_eyes: off}\n"
                      "environments: [{name: UAT, stage: UAT, approvals: []}]\n");
    assert_audited(work, "project.four_eyes", "\"auto\"", "\"off\"");
    assert_audited(work, "environments.UAT.approvals", "null", "[]");
    app_must(work, "audit list --action project.update");
    what = json_string_value(json_object_get(json_array_get(work->result.items, 0), "what"));
    assert_string_equal(what, "four_eyes: auto -> off; environments.UAT.approvals: (as "
                              "usual for its stage) -> []");
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
        CASE(the_audit_says_who_changed_what),
        CASE(the_audit_has_the_old_and_the_new_value_of_all_that_changed),
        CASE(what_nobody_said_before_has_an_old_value_too),
        CASE(the_audit_is_listed_verified_and_exported),
        CASE(an_audit_that_was_changed_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
