#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/drift/project_file.h>

#define START                                                                                      \
    "pilab: 1\nproject: {name: Bank, code: BK}\nenvironments:\n  - {name: DEV, stage: DEV}\n"      \
    "  - {name: UAT, stage: UAT}\n  - {name: PROD, stage: PROD}\n"
#define MODULES "modules:\n  - {name: mb-auth}\n  - {name: mb-web}\n"

static bool reads(const char *text, struct error *error)
{
    struct arena *arena = arena_new();
    struct project_settings settings;
    bool ok = project_file_read("pilab.yaml", text, strlen(text), arena, &settings, error);

    arena_free(&arena);
    return ok;
}

static void refused(const char *text, const char *message, const char *hint)
{
    struct error error = { 0 };

    if (reads(text, &error))
        fail_msg("it was read, where \"%s\" was expected:\n%s", message, text);
    assert_int_equal(error.code, ERROR_INVALID);
    assert_string_equal(error.message, message);
    assert_string_equal(error.hint, hint);
}

static void taken(const char *text)
{
    struct error error = { 0 };

    if (!reads(text, &error))
        fail_msg("%s\n%s", error.message, text);
}

static void a_live_database_is_one_of_an_environment(void **state)
{
    (void)state;
    refused(START "modules:\n  - name: a\n    schema:\n      live:\n        DEV: service=dev\n"
                  "        UTA: service=uat\n",
            "pilab.yaml:12: live: there is no environment 'UTA'",
            "did you mean UAT? there are: DEV UAT PROD");
    refused(START "modules:\n  - {name: a, schema: {live: {ACCEPTANCE: service=uat}}}\n",
            "pilab.yaml:8: live: there is no environment 'ACCEPTANCE'", "there are: DEV UAT PROD");
    refused(START "modules:\n  - {name: a, schema: {live: {\"*\": service=uat}}}\n",
            "pilab.yaml:8: live: there is no environment '*'", "there are: DEV UAT PROD");
    taken(START "modules:\n  - {name: a, schema: {live: {uat: service=uat}}}\n");
}

static void a_file_without_environments_names_those_of_the_store(void **state)
{
    (void)state;
    taken("pilab: 1\nproject: {name: Bank, code: BK}\n"
          "modules:\n  - {name: a, schema: {live: {UTA: service=uat}}}\n"
          "rules:\n  - {id: own, type: config, environment: UTA}\n");
}

static void observers_tell_of_modules_that_there_are(void **state)
{
    static const char begin[] = "pilab: 1\nproject: {name: Bank, code: BK}\n" MODULES
                                "environments:\n  - name: UAT\n    stage: UAT\n    observe:\n";
    struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_printf(&text, "%s      - {type: file, path: /v, module: mb-atuh}\n", begin);
    refused(text.data, "pilab.yaml:10: module: there is no module 'mb-atuh'",
            "did you mean mb-auth? there are: mb-auth mb-web");
    strbuf_clear(&text);
    strbuf_printf(&text, "%s      - {type: file, path: /v, modules: {mb-auth: /a, web: /w}}\n",
                  begin);
    refused(text.data, "pilab.yaml:10: modules: there is no module 'web'",
            "there are: mb-auth mb-web");
    strbuf_clear(&text);
    strbuf_printf(&text,
                  "%s      - {type: kubernetes, in_cluster: true, label: app, "
                  "config_maps: {mb-we: web}}\n",
                  begin);
    refused(text.data, "pilab.yaml:10: config_maps: there is no module 'mb-we'",
            "did you mean mb-web? there are: mb-auth mb-web");
    strbuf_clear(&text);
    strbuf_printf(&text, "%s      - {type: file, path: /v, module: mb-auth}\n", begin);
    taken(text.data);
    strbuf_release(&text);
}

static void expected_differences_and_rules_match_something(void **state)
{
    (void)state;
    refused(START MODULES "expected_differences:\n  - {path: a, environment: PRDO}\n",
            "pilab.yaml:11: environment: there is no environment 'PRDO'",
            "did you mean PROD? there are: DEV UAT PROD");
    refused(START MODULES "expected_differences:\n  - {path: a, module: \"pay-*\"}\n",
            "pilab.yaml:11: module: there is no module 'pay-*'", "there are: mb-auth mb-web");
    taken(START MODULES "expected_differences:\n"
                        "  - {path: a, environment: \"{uat,prod}\", module: \"mb-*\"}\n");
    refused(START "rules:\n  - {id: own, type: config, environment: \"PRD !DEV\"}\n",
            "pilab.yaml:8: environment: there is no environment 'PRD'",
            "did you mean PROD? there are: DEV UAT PROD");
    taken(START "rules:\n  - {id: own, type: config, environment: PRODUCTION PROD DR}\n"
                "  - {id: other, type: config, environment: \"!DEV\"}\n"
                "  - {id: third, type: config, environment: \"P*\"}\n");
}

static void many_names_are_counted(void **state)
{
    struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_add(&text, "pilab: 1\nproject: {name: Bank, code: BK}\nmodules:\n"
                      "  - {name: a, schema: {live: {elsewhere: service=x}}}\nenvironments:\n");
    for (int i = 0; i < 15; i++)
        strbuf_printf(&text, "  - {name: E%d, stage: DEV}\n", i);
    refused(text.data, "pilab.yaml:4: live: there is no environment 'elsewhere'",
            "there are: E0 E1 E2 E3 E4 E5 E6 E7 E8 E9 E10 E11 and 3 more");
    strbuf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_live_database_is_one_of_an_environment),
        cmocka_unit_test(a_file_without_environments_names_those_of_the_store),
        cmocka_unit_test(observers_tell_of_modules_that_there_are),
        cmocka_unit_test(expected_differences_and_rules_match_something),
        cmocka_unit_test(many_names_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
