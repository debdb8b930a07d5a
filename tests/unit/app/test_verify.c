#include "app_support.h"

#include <stdlib.h>
#include <string.h>

#include "../../support/json_schema.h"

/* UAT is looked at by two files: one is a document of two modules, one a line of a third. */
static const char project[] =
    "pilab: 1\n"
    "project: {name: Mobile Banking, code: MB}\n"
    "environments:\n"
    "  - {name: SIT, stage: SIT}\n"
    "  - name: UAT\n"
    "    stage: UAT\n"
    "    from: [SIT]\n"
    "    observe:\n"
    "      - {type: file, path: all.json, modules: {auth: /auth, pay: /pay}}\n"
    "      - {type: file, name: the web, path: WEB, module: web}\n"
    "modules: [{name: auth, tags: \"v{version}\"}, {name: pay}, {name: web}]\n";

static void write(struct app_work *work, const char *all, const char *web)
{
    app_file(work, "all.json", all);
    app_file(work, "WEB", web);
}

static int verify_setup(void **state)
{
    struct app_work *work;
    struct strbuf line = STRBUF_INIT;

    if (app_setup(state) != 0)
        return -1;
    work = *state;
    strbuf_printf(&line, "project import %s", app_file(work, "pilab.yaml", project));
    app_must(work, line.data);
    strbuf_release(&line);
    app_must(work, "manifest set auth UAT 2.0.6");
    app_must(work, "manifest set pay UAT 1.4.0");
    app_must(work, "manifest set web UAT 3");
    write(work, "{\"auth\":\"v2.0.6\",\"pay\":\"1.4.0\"}", "3\n");
    return 0;
}

static const char *verdict(struct app_work *work)
{
    return json_string_value(json_object_get(work->result.object, "verdict"));
}

static const json_t *module(struct app_work *work, size_t index)
{
    return json_array_get(json_object_get(work->result.object, "modules"), index);
}

static const char *said(struct app_work *work, size_t index, const char *member)
{
    return json_string_value(json_object_get(module(work, index), member));
}

static void what_is_seen_as_expected_is_green_and_in_the_audit(void **state)
{
    struct app_work *work = *state;
    char *entry;

    app_must(work, "verify env:UAT");
    assert_string_equal(verdict(work), "same");
    assert_false(work->result.fail);
    assert_false(work->result.broken);
    assert_int_equal(json_array_size(json_object_get(work->result.object, "modules")), 3);
    assert_string_equal(said(work, 2, "source"), "the web");
    assert_follows_schema(work->result.object, "verify-1.json");
    entry = app_newest_entry(work, "environment.verify");
    assert_non_null(strstr(entry, "\"verdict\":\"same\""));
    assert_non_null(strstr(entry, "\"subject\":\"env:UAT\""));
    free(entry);
}

static void what_differs_fails_with_two_and_what_could_not_be_asked_with_one(void **state)
{
    struct app_work *work = *state;

    write(work, "{\"auth\":\"v2.0.5\"}", "3\n");
    app_must(work, "verify UAT");
    assert_string_equal(verdict(work), "differs");
    assert_true(work->result.fail);
    assert_false(work->result.broken);
    assert_string_equal(said(work, 0, "why"), "another version");
    assert_string_equal(said(work, 1, "verdict"), "could_not_ask");
    assert_string_equal(said(work, 1, "why"), "there is no /pay");
    assert_string_equal(said(work, 2, "verdict"), "same");
    assert_follows_schema(work->result.object, "verify-1.json");
    write(work, "{\"auth\":\"v2.0.6\",\"pay\":\"1.4.0\"}", "no version\n");
    app_must(work, "verify UAT");
    assert_string_equal(verdict(work), "could_not_ask");
    assert_false(work->result.fail);
    assert_true(work->result.broken);
    assert_non_null(strstr(work->result.text.data, "could not ask"));
    assert_follows_schema(work->result.object, "verify-1.json");
}

static void what_was_seen_is_recorded_and_says_so(void **state)
{
    struct app_work *work = *state;
    const json_t *event;
    char *entry;

    write(work, "{\"auth\":\"v2.0.7\",\"pay\":\"1.4.0\"}", "4\n");
    app_must(work, "verify env:UAT --record");
    assert_string_equal(verdict(work), "differs");
    assert_follows_schema(work->result.object, "verify-1.json");
    assert_non_null(strstr(work->result.text.data, "where the manifest had "));
    app_must(work, "manifest history auth UAT");
    event = json_array_get(work->result.items, 0);
    assert_string_equal(json_string_value(json_object_get(event, "version")), "2.0.7");
    assert_string_equal(json_string_value(json_object_get(event, "deployed_by")), "observed");
    assert_non_null(strstr(json_string_value(json_object_get(event, "reason")), "observed: file "));
    entry = app_newest_entry(work, "environment.verify");
    assert_non_null(strstr(entry, "\"recorded\":2"));
    free(entry);
    app_must(work, "verify env:UAT --record");
    assert_string_equal(verdict(work), "same");
    app_must(work, "manifest history pay UAT");
    assert_int_equal(json_array_size(work->result.items), 1);
}

static void what_is_not_certain_is_not_recorded(void **state)
{
    struct app_work *work = *state;
    const json_t *record;

    app_file(work, "pilab.yaml",
             "pilab: 1\nproject: {name: Mobile Banking, code: MB}\n"
             "environments:\n  - {name: SIT, stage: SIT}\n"
             "  - {name: UAT, stage: UAT, from: [SIT], observe: [{type: file, path: WEB, "
             "module: web}, {type: file, path: OTHER, module: web}]}\n");
    app_file(work, "WEB", "4");
    app_file(work, "OTHER", "5");
    {
        struct strbuf line = STRBUF_INIT;

        strbuf_printf(&line, "project import %s/pilab.yaml --yes", work->folder);
        app_must(work, line.data);
        strbuf_release(&line);
    }
    app_must(work, "verify env:UAT --record");
    record = json_array_get(json_object_get(work->result.object, "records"), 0);
    assert_true(json_is_false(json_object_get(record, "recorded")));
    assert_string_equal(json_string_value(json_object_get(record, "why")),
                        "not all who look at it see the same");
    app_must(work, "manifest history web UAT");
    assert_int_equal(json_array_size(work->result.items), 1);
    assert_false(app_try(work, "manifest compare env:UAT observed:UAT"));
    assert_int_equal(work->error.code, ERROR_AMBIGUOUS);
    assert_string_equal(work->error.message, "web is seen in UAT in several versions at once");
}

static void what_is_observed_is_a_state_like_any_other(void **state)
{
    struct app_work *work = *state;
    const json_t *item;

    write(work, "{\"auth\":\"v2.0.7\",\"pay\":\"1.4.0\"}", "3\n");
    app_must(work, "manifest compare env:UAT observed:UAT");
    assert_int_equal(json_array_size(work->result.items), 1);
    item = json_array_get(work->result.items, 0);
    assert_string_equal(json_string_value(json_object_get(item, "module")), "auth");
    write(work, "{\"auth\":\"v2.0.7\",\"pay\":\"1.4.0\"}", "not one word");
    assert_false(app_try(work, "manifest compare env:UAT observed:UAT"));
    assert_non_null(strstr(work->error.message, "the web: "));
    assert_string_equal(work->error.hint, "`pilab verify env:UAT` shows what the others say");
}

static void who_and_where_must_be_known(void **state)
{
    struct app_work *work = *state;

    app_must_fail(work, "verify env:SIT", ERROR_NOT_FOUND,
                  "no observer is set up for SIT: nobody looks at what really runs there");
    app_must_fail(work, "observe refresh SIT", ERROR_NOT_FOUND,
                  "no observer is set up for SIT: nobody looks at what really runs there");
    assert_string_equal(work->error.hint,
                        "set one up: in Setup, Environments, or as `observe` of one in pilab.yaml "
                        "(`pilab project import`)");
    app_must_fail(work, "verify report:3", ERROR_USAGE,
                  "'report:3' is nothing that can be verified");
    app_must_fail(work, "verify env:UAT --in UAT --record", ERROR_USAGE,
                  "only what an environment runs now can be recorded");
    assert_false(app_try(work, "verify env:XYZ"));
    assert_int_equal(work->error.code, ERROR_NOT_FOUND);
}

static void a_release_is_verified_where_it_goes(void **state)
{
    struct app_work *work = *state;

    app_must(work, "manifest set auth SIT 2.0.7");
    app_must(work, "release cut R1 auth --from SIT --to UAT");
    write(work, "{\"auth\":\"v2.0.7\",\"pay\":\"1.4.0\"}", "3\n");
    app_must(work, "verify release:R1");
    assert_string_equal(verdict(work), "same");
    assert_int_equal(json_array_size(json_object_get(work->result.object, "modules")), 1);
    assert_string_equal(json_string_value(json_object_get(work->result.object, "environment")),
                        "UAT");
    assert_follows_schema(work->result.object, "verify-1.json");
    app_must_fail(work, "verify release:R1 --in SIT", ERROR_NOT_FOUND,
                  "no observer is set up for SIT: nobody looks at what really runs there");
}

static void whoever_may_read_verifies_and_does_not_record(void **state)
{
    struct app_work *work = *state;
    char *entry;

    app_add_user(work, "vera", "MB", "VIEWER");
    app_login(work, "vera");
    app_must(work, "verify env:UAT");
    assert_string_equal(verdict(work), "same");
    assert_false(app_try(work, "verify env:UAT --record"));
    assert_int_equal(work->error.code, ERROR_DENIED);
    entry = app_newest_entry(work, "access.refused");
    assert_non_null(strstr(entry, "deploy"));
    free(entry);
}

static void a_token_that_is_not_kept_keeps_nobody_else_from_answering(void **state)
{
    struct app_work *work = *state;
    struct strbuf line = STRBUF_INIT;
    const json_t *observer;

    app_file(work, "pilab.yaml",
             "pilab: 1\nproject: {name: Mobile Banking, code: MB}\n"
             "environments:\n  - {name: SIT, stage: SIT}\n"
             "  - {name: UAT, stage: UAT, from: [SIT], observe: [{type: http, url: "
             "\"https://127.0.0.1:1/x\", module: auth, login: true}, {type: file, path: WEB, "
             "module: web}]}\n");
    strbuf_printf(&line, "project import %s/pilab.yaml --yes", work->folder);
    app_must(work, line.data);
    strbuf_release(&line);
    app_must(work, "verify env:UAT");
    assert_string_equal(verdict(work), "could_not_ask");
    observer = json_array_get(json_object_get(work->result.object, "observers"), 0);
    assert_string_equal(json_string_value(json_object_get(observer, "message")),
                        "the project keeps no token for https://127.0.0.1:1");
    assert_string_equal(said(work, 1, "verdict"), "not_observed");
    assert_string_equal(said(work, 2, "verdict"), "same");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, verify_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_is_seen_as_expected_is_green_and_in_the_audit),
        CASE(what_differs_fails_with_two_and_what_could_not_be_asked_with_one),
        CASE(what_was_seen_is_recorded_and_says_so),
        CASE(what_is_not_certain_is_not_recorded),
        CASE(what_is_observed_is_a_state_like_any_other),
        CASE(who_and_where_must_be_known),
        CASE(a_release_is_verified_where_it_goes),
        CASE(whoever_may_read_verifies_and_does_not_record),
        CASE(a_token_that_is_not_kept_keeps_nobody_else_from_answering),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
