/* What a person does with releases, over a store without repositories. */
#include "app_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/release.h>
#include <pilab/app/surroundings.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#include "../../support/json_schema.h"

static const char project[] = "pilab: 1\n"
                              "project: {name: Mobile Banking, code: MB}\n"
                              "environments: [{name: SIT, stage: SIT},\n"
                              "               {name: UAT, stage: UAT, from: [SIT]},\n"
                              "               {name: PROD, stage: PROD, from: [UAT, SIT]}]\n"
                              "modules: [{name: auth, repository: /nonexistent},\n"
                              "          {name: pay, repository: /nonexistent},\n"
                              "          {name: web, repository: /nonexistent}]\n";

/* SIT has auth 2.0.7, pay 2.1.0 and web 1.9.2; UAT has auth 2.0.6 and web 1.9.2. */
static int release_setup(void **state)
{
    struct app_work *work;
    char *line;

    if (app_setup(state) != 0)
        return -1;
    work = *state;
    line = memory_printf("project import %s", app_file(work, "pilab.yaml", project));
    app_must(work, line);
    free(line);
    app_must(work, "manifest set auth SIT 2.0.7 --commit aaaa --image sha256:1");
    app_must(work, "manifest set pay SIT 2.1.0");
    app_must(work, "manifest set web SIT 1.9.2");
    app_must(work, "manifest set auth UAT 2.0.6");
    app_must(work, "manifest set web UAT 1.9.2");
    return 0;
}

static const json_t *module_of(struct app_work *work, const char *name)
{
    json_t *module;
    size_t index;

    json_array_foreach(json_object_get(work->result.object, "modules"), index, module)
    {
        if (strcmp(json_member_text(module, "module"), name) == 0)
            return module;
    }
    return NULL;
}

static void assert_module(struct app_work *work, const char *name, const char *version,
                          const char *source, const char *target)
{
    const json_t *module = module_of(work, name);

    assert_non_null(module);
    assert_string_equal(json_member_text(module, "version"), version);
    assert_string_equal(json_member_text(json_object_get(module, "source"), "state"), source);
    assert_string_equal(json_member_text(json_object_get(module, "target"), "state"), target);
}

static void assert_next(struct app_work *work, const char *step, const char *sentence)
{
    const json_t *next = json_object_get(work->result.object, "next");

    assert_string_equal(json_member_text(next, "step"), step);
    assert_string_equal(json_member_text(next, "sentence"), sentence);
}

static json_int_t rev_of(struct app_work *work)
{
    return json_integer_value(json_object_get(work->result.object, "rev"));
}

/* One row of the last list by its module; NULL: there is none. */
static const json_t *row_of(struct app_work *work, const char *module)
{
    json_t *item;
    size_t index;

    json_array_foreach(work->result.items, index, item)
    {
        if (strcmp(json_member_text(item, "module"), module) == 0)
            return item;
    }
    return NULL;
}

static void a_release_is_a_state_of_the_manifest(void **state)
{
    struct app_work *work = *state;
    const json_t *row;

    app_must(work, "release cut R1 auth pay --from SIT --to UAT");
    app_must(work, "manifest set auth SIT 2.0.8");
    app_must(work, "manifest compare env:UAT release:R1");
    assert_int_equal(json_array_size(work->result.items), 2);
    row = row_of(work, "auth");
    assert_non_null(row);
    assert_string_equal(json_member_text(row, "previous"), "2.0.6");
    assert_string_equal(json_member_text(row, "current"), "2.0.7");
    assert_string_equal(json_member_text(json_object_get(row, "current_state"), "commit"), "aaaa");
    assert_string_equal(json_member_text(row_of(work, "pay"), "change"), "added");
    /* What it has not stays as it is: web is neither removed nor, the other way round, added. */
    app_must(work, "manifest compare release:R1 SIT");
    assert_int_equal(json_array_size(work->result.items), 1);
    assert_string_equal(json_member_text(row_of(work, "auth"), "current"), "2.0.8");
}

static void the_manifest_is_shown_as_a_release_has_it(void **state)
{
    struct app_work *work = *state;

    app_must(work, "release cut R1 auth pay --from SIT --to UAT");
    app_must(work, "manifest set auth SIT 2.0.8");
    app_must(work, "manifest show --at release:R1");
    assert_int_equal(json_array_size(work->result.items), 2);
    assert_string_equal(json_member_text(row_of(work, "auth"), "R1"), "2.0.7");
    app_must(work, "manifest baseline gold --reason because");
    app_must(work, "manifest show --at baseline:gold");
    assert_string_equal(json_member_text(row_of(work, "auth"), "SIT"), "2.0.8");
    app_must_fail(work, "manifest show --at release:R9", ERROR_NOT_FOUND, "there is no release R9");
}

/* Of what is there now; valid until the next command. */
static const char *dry_run_mark(struct app_work *work)
{
    app_must(work, "release cut R1 auth pay --from SIT --to UAT --dry-run");
    return json_member_text(work->result.object, "expect");
}

static void a_dry_run_shows_what_would_be_frozen_and_writes_nothing(void **state)
{
    struct app_work *work = *state;
    const json_t *modules;

    app_must(work, "release cut R1 auth pay --from SIT --to UAT --dry-run");
    assert_string_equal(json_member_text(work->result.object, "schema"), "pilab.release-plan/1");
    modules = json_object_get(work->result.object, "modules");
    assert_int_equal(json_array_size(modules), 2);
    assert_string_equal(json_member_text(json_array_get(modules, 0), "version"), "2.0.7");
    assert_string_equal(json_member_text(json_array_get(modules, 0), "target_version"), "2.0.6");
    assert_null(json_member_text(json_array_get(modules, 1), "target_version"));
    assert_non_null(strstr(work->result.text.data, "new to"));
    app_must(work, "release list --all");
    assert_int_equal(json_array_size(work->result.items), 0);
}

static void what_is_expected_is_cut_and_nothing_else(void **state)
{
    struct app_work *work = *state;
    char line[128], mark[32];

    snprintf(mark, sizeof mark, "%s", dry_run_mark(work));
    snprintf(line, sizeof line, "release cut R1 auth pay --from SIT --to UAT --expect %s", mark);
    /* What is left out may move. */
    app_must(work, "manifest set web SIT 1.9.3");
    assert_string_equal(dry_run_mark(work), mark);
    app_must(work, "manifest set auth SIT 2.0.8");
    app_must_fail(work, line, ERROR_CONFLICT, "SIT moved since it was looked at: nothing was cut");
    app_must(work, "release list --all");
    assert_int_equal(json_array_size(work->result.items), 0);
    snprintf(mark, sizeof mark, "%s", dry_run_mark(work));
    snprintf(line, sizeof line, "release cut R1 auth pay --from SIT --to UAT --expect %s", mark);
    app_must(work, line);
    assert_module(work, "auth", "2.0.8", "same", "other");
}

static void what_the_source_has_is_frozen(void **state)
{
    struct app_work *work = *state;
    char *entry;

    app_must(work, "release cut R1 --to UAT --description first");
    assert_string_equal(json_member_text(work->result.object, "from"), "SIT");
    assert_string_equal(json_member_text(work->result.object, "status"), "OPEN");
    assert_string_equal(json_member_text(work->result.object, "created_by"), "olga");
    assert_int_equal(rev_of(work), 1);
    assert_module(work, "auth", "2.0.7", "same", "other");
    assert_module(work, "pay", "2.1.0", "same", "none");
    assert_module(work, "web", "1.9.2", "same", "same");
    assert_string_equal(json_member_text(module_of(work, "auth"), "image"), "sha256:1");
    assert_string_equal(json_member_text(module_of(work, "auth"), "config_revision"), "aaaa");
    assert_next(work, "drift", "needs a drift report");
    assert_non_null(strstr(work->result.said, "cut with 3 modules"));
    assert_non_null(strstr(work->result.said, "of 2 modules no commit is known here"));
    entry = app_newest_entry(work, "release.cut");
    assert_non_null(strstr(entry, "\"name\":\"R1\""));
    assert_non_null(strstr(entry, "\"digest\":\""));
    assert_non_null(strstr(entry, "\"version\":\"2.1.0\""));
    free(entry);
}

static void the_frozen_bytes_are_what_the_digest_is_over(void **state)
{
    struct app_work *work = *state;
    char digest[SHA256_HEX_SIZE], expected[SHA256_HEX_SIZE];

    app_must(work, "release cut R1 --to UAT");
    snprintf(expected, sizeof expected, "%s", json_member_text(work->result.object, "digest"));
    app_must(work, "release show r1 --frozen");
    assert_int_equal(work->result.kind, RESULT_RAW);
    sha256_hex(work->result.text.data, work->result.text.length, digest);
    assert_string_equal(digest, expected);
}

static void a_name_is_cut_once(void **state)
{
    struct app_work *work = *state;

    app_must(work, "release cut R1 --to UAT");
    app_must_fail(work, "release cut r1 --to UAT", ERROR_EXISTS,
                  "there is a release R1 already (OPEN, cut by olga)");
    assert_non_null(strstr(work->error.hint, "pilab release update R1"));
    app_must_fail(work, "release cut 42 --to UAT", ERROR_INVALID,
                  "the name of a release is no number: releases have numbers besides");
}

static void what_is_not_ready_is_named_and_can_be_left_out(void **state)
{
    struct app_work *work = *state;

    app_must(work, "manifest set pay SIT 2.1.1 --status failed");
    app_must_fail(work, "release cut R1 --to UAT", ERROR_INVALID,
                  "SIT cannot be frozen as it is: pay: 2.1.1 FAILED");
    assert_string_equal(work->error.hint, "--exclude pay leaves out what is not ready");
    app_must_fail(work, "release cut R1 --from PROD --to UAT", ERROR_INVALID,
                  "PROD cannot be frozen as it is: auth: no version is known; pay: no version is "
                  "known; web: no version is known");
    app_must(work, "release cut R1 --to UAT --exclude pay");
    assert_int_equal(json_array_size(json_object_get(work->result.object, "modules")), 2);
    assert_string_equal(json_string_value(
                            json_array_get(json_object_get(work->result.object, "not_in_release"),
                                           0)),
                        "pay");
    app_must(work, "release cut R2 auth --to UAT");
    assert_int_equal(json_array_size(json_object_get(work->result.object, "modules")), 1);
    app_must_fail(work, "release cut R3 auth --to UAT --exclude auth", ERROR_INVALID,
                  "no module is left to freeze");
    app_must_fail(work, "release cut R3 nosuch --to UAT", ERROR_NOT_FOUND,
                  "there is no module nosuch");
}

static void where_it_comes_from_must_be_clear(void **state)
{
    struct app_work *work = *state;

    app_must_fail(work, "release cut R1", ERROR_USAGE, "--to is missing");
    app_must_fail(work, "release cut R1 --to PROD", ERROR_USAGE, "--from is missing");
    assert_string_equal(work->error.hint, "PROD is filled from UAT, SIT");
    app_must_fail(work, "release cut R1 --from UAT --to uat", ERROR_USAGE,
                  "a release goes from one environment to another");
    app_must(work, "release cut R1 --from UAT --to SIT auth");
    assert_non_null(strstr(work->result.said, "is not filled from"));
}

static void another_open_one_to_the_same_target_is_named(void **state)
{
    struct app_work *work = *state;
    struct release_preview preview;
    struct error error = { 0 };
    const char *only = "pay";

    app_must(work, "release cut R1 --to UAT");
    assert_null(strstr(work->result.said, "as well"));
    assert_true(release_preview_cut(&work->call, "SIT", "UAT", NULL, 0, &preview, &error));
    assert_int_equal(preview.modules, 3);
    assert_string_equal(preview.names[0], "auth");
    assert_string_equal(preview.versions[0], "2.0.7");
    assert_false(preview.off_path);
    assert_string_equal(preview.others, "R1 is open and goes to UAT as well");
    assert_true(release_preview_cut(&work->call, "SIT", "PROD", &only, 1, &preview, &error));
    assert_int_equal(preview.modules, 1);
    assert_null(preview.others);
    app_must(work, "release cut R2 --to UAT");
    assert_non_null(strstr(work->result.said, "R1 is open and goes to UAT as well"));
    app_must(work, "release cut R3 --to UAT");
    assert_non_null(strstr(work->result.said, "R2, R1 are open and go to UAT as well"));
    app_must(work, "release cancel R2 --reason because");
    app_must(work, "release cancel R3 --reason because");
    app_must(work, "release cut R4 auth web --from UAT --to PROD");
    assert_null(strstr(work->result.said, "as well"));
}

static void nothing_to_deploy_is_asked_about(void **state)
{
    struct app_work *work = *state;

    app_must_fail(work, "release cut R1 web --to UAT", ERROR_USAGE,
                  "UAT has all of this already: nothing would be deployed.");
    assert_non_null(strstr(work->error.hint, "--yes"));
    app_must(work, "release cut R1 web --to UAT --yes");
    assert_next(work, "close", "all 1 deployed: close it");
}

static void what_moved_is_kept_or_taken(void **state)
{
    struct app_work *work = *state;
    char before[SHA256_HEX_SIZE];
    char *entry;

    app_must(work, "release cut R1 --to UAT");
    snprintf(before, sizeof before, "%s", json_member_text(work->result.object, "digest"));
    app_must(work, "manifest set auth SIT 2.0.8 --commit bbbb");
    app_must(work, "release show R1");
    assert_module(work, "auth", "2.0.7", "moved", "other");
    assert_next(work, "decide", "SIT moved: auth 2.0.7 → 2.0.8: keep or take");

    app_must(work, "release update R1 --keep");
    assert_true(json_is_true(json_object_get(work->result.object, "changed")));
    assert_module(work, "auth", "2.0.7", "kept", "other");
    assert_string_equal(json_member_text(work->result.object, "digest"), before);
    assert_int_equal(rev_of(work), 2);
    assert_next(work, "drift", "needs a drift report");

    app_must(work, "release update R1 --take auth");
    assert_module(work, "auth", "2.0.8", "same", "other");
    assert_string_not_equal(json_member_text(work->result.object, "digest"), before);
    assert_int_equal(rev_of(work), 3);
    assert_int_equal(json_array_size(json_object_get(work->result.object, "revisions")), 3);
    entry = app_newest_entry(work, "release.update");
    assert_non_null(strstr(entry, "\"reason\":\"took auth 2.0.7 → 2.0.8\""));
    free(entry);

    app_must(work, "release update R1 --take");
    assert_true(json_is_false(json_object_get(work->result.object, "changed")));
    assert_int_equal(rev_of(work), 3);
}

static void a_revision_names_all_that_it_changed(void **state)
{
    struct app_work *work = *state;
    const json_t *newest;

    app_must(work, "release cut R1 --to UAT");
    app_must(work, "manifest set auth SIT 3.0.0");
    app_must(work, "manifest set pay SIT 3.0.0");
    app_must(work, "release update R1 --take");
    assert_non_null(strstr(work->result.said, "took auth 2.0.7 → 3.0.0, pay 2.1.0 → 3.0.0"));
    newest = json_array_get(json_object_get(work->result.object, "revisions"), 0);
    assert_string_equal(json_member_text(newest, "reason"),
                        "took auth 2.0.7 → 3.0.0, pay 2.1.0 → 3.0.0");
}

static void modules_join_and_leave_by_name(void **state)
{
    struct app_work *work = *state;

    app_must(work, "release cut R1 auth --to UAT");
    app_must_fail(work, "release update R1 --keep pay", ERROR_INVALID,
                  "pay is not in the release R1");
    app_must(work, "release update R1 --take pay");
    assert_module(work, "pay", "2.1.0", "same", "none");
    app_must(work, "release update R1 --drop auth");
    assert_null(module_of(work, "auth"));
    app_must_fail(work, "release update R1 --drop pay", ERROR_INVALID,
                  "nothing would be left of the release R1");
    app_must_fail(work, "release update R1 --drop", ERROR_USAGE,
                  "--drop needs the modules to drop");
    app_must_fail(work, "release update R1", ERROR_USAGE,
                  "one of --keep, --take and --drop must be given");
    app_must_fail(work, "release update R1 --keep --take", ERROR_USAGE,
                  "one of --keep, --take and --drop must be given");
}

static void what_failed_is_not_taken(void **state)
{
    struct app_work *work = *state;

    app_must(work, "release cut R1 --to UAT");
    app_must(work, "manifest set auth SIT 2.0.8");
    app_must(work, "manifest set auth SIT 2.0.9 --status failed");
    app_must_fail(work, "release update R1 --take", ERROR_INVALID,
                  "auth in SIT cannot be taken as it is: 2.0.9 FAILED");
}

static void it_closes_when_the_target_has_all_of_it(void **state)
{
    struct app_work *work = *state;
    const json_t *outcome;
    char *entry;

    app_must(work, "release cut R1 auth pay --to UAT");
    app_must_fail(work, "release close R1", ERROR_CONFLICT,
                  "R1 is not whole in UAT: auth has 2.0.6, pay is not there");
    app_must(work, "manifest set auth UAT 2.0.7 --release r1 --by ci");
    app_must(work, "release show R1");
    assert_next(work, "deploy", "1 of 2 deployed");
    app_must(work, "manifest set pay UAT 2.1.0 --release R1 --by dora");
    app_must(work, "release show R1");
    assert_next(work, "close", "all 2 deployed: close it");
    app_must(work, "release close R1 --outcome fine");
    assert_string_equal(json_member_text(work->result.object, "status"), "CLOSED");
    outcome = json_object_get(work->result.object, "outcome");
    assert_int_equal(json_integer_value(json_object_get(outcome, "deployed")), 2);
    assert_int_equal(json_integer_value(json_object_get(outcome, "rolled_back")), 0);
    assert_int_equal(json_array_size(json_object_get(outcome, "by")), 2);
    assert_string_equal(json_member_text(outcome, "text"), "fine");
    assert_next(work, "none", "closed");
    entry = app_newest_entry(work, "release.close");
    assert_non_null(strstr(entry, "\"deployed\":2"));
    free(entry);
    app_must_fail(work, "release close R1", ERROR_CONFLICT,
                  "the release R1 is CLOSED already, by olga");
    app_must_fail(work, "release update R1 --take", ERROR_CONFLICT,
                  "the release R1 is CLOSED and never changes");
}

static void with_modules_missing_it_closes_for_a_reason(void **state)
{
    struct app_work *work = *state;

    app_must(work, "release cut R1 auth --to UAT");
    app_must_fail(work, "release close R1 --force", ERROR_USAGE, "--force needs a reason");
    app_must(work, "release close R1 --force --reason stopped");
    assert_string_equal(json_member_text(json_object_get(work->result.object, "outcome"), "forced"),
                        "stopped");
    app_must_fail(work, "release cancel R1", ERROR_USAGE,
                  "--reason is missing: why is it given up?");
}

static void lists_have_the_open_ones_first_and_others_when_asked(void **state)
{
    struct app_work *work = *state;

    app_must(work, "release cut R1 auth --to UAT");
    app_must(work, "release cut R2 pay --to UAT");
    app_must(work, "release cancel R2 --reason wrong");
    app_must(work, "release list");
    assert_int_equal(json_array_size(work->result.items), 1);
    assert_string_equal(json_member_text(json_array_get(work->result.items, 0), "step"), "drift");
    app_must(work, "release list --all");
    assert_int_equal(json_array_size(work->result.items), 2);
    assert_string_equal(json_member_text(json_array_get(work->result.items, 1), "status"),
                        "CANCELLED");
    app_must_fail(work, "release show R9", ERROR_NOT_FOUND, "there is no release R9");
    assert_non_null(strstr(work->error.hint, "open: R1"));
    app_must(work, "release show #2");
    assert_string_equal(json_member_text(work->result.object, "name"), "R2");
}

static void a_deployment_for_an_unknown_release_is_recorded_with_a_warning(void **state)
{
    struct app_work *work = *state;

    app_must(work, "manifest set auth UAT 2.0.7 --release R7");
    assert_true(json_is_true(json_object_get(work->result.object, "unknown_release")));
    assert_non_null(strstr(work->result.text.data, "there is no release R7"));
    app_must(work, "release cut R8 --to UAT");
    app_must(work, "manifest set pay UAT 2.1.0 --release r8");
    assert_true(json_is_false(json_object_get(work->result.object, "unknown_release")));
    assert_string_equal(json_member_text(work->result.object, "release"), "R8");
}

static void the_document_follows_its_schema(void **state)
{
    struct app_work *work = *state;
    struct strbuf text = STRBUF_INIT;

    app_must(work, "release cut R1 --to UAT --planned 2025-01-23T18:00:00Z");
    app_must(work, "manifest set auth SIT 2.0.8");
    app_must(work, "release update R1 --keep");
    json_write_pretty(&text, work->result.object);
    assert_text_follows_schema(text.data, "release-1.json");
    app_must(work, "release close R1 --force --reason x");
    strbuf_clear(&text);
    json_write_pretty(&text, work->result.object);
    assert_text_follows_schema(text.data, "release-1.json");
    strbuf_release(&text);
}

static void what_is_around_has_the_open_releases_and_a_name_for_the_next(void **state)
{
    struct app_work *work = *state;
    struct surroundings *around;
    char now[TIMESTAMP_SIZE], *first, *second, *line;

    timestamp_format(clock_now(&work->call.clock), now);
    first = memory_printf("R%.4s.%.2s", now, now + 5);
    second = memory_printf("R%.4s.%02d", now, (int)strtol(now + 5, NULL, 10) + 1);
    line = memory_printf("release cut %s auth --to UAT", first);
    app_must(work, "release cut R1 auth --to UAT");
    app_must(work, "manifest show");
    around = surroundings_look(&work->call, NULL);
    assert_int_equal(around->release_count, 1);
    assert_string_equal(around->releases[0].name, "R1");
    assert_string_equal(around->releases[0].to, "UAT");
    assert_string_equal(around->releases[0].sentence, "needs a drift report");
    assert_string_equal(around->next_release, first);
    surroundings_free(&around);
    app_must(work, line);
    app_must(work, "manifest show");
    around = surroundings_look(&work->call, NULL);
    assert_int_equal(around->release_count, 2);
    assert_string_equal(around->next_release, second);
    surroundings_free(&around);
    free(line);
    free(second);
    free(first);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, release_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_release_is_a_state_of_the_manifest),
        CASE(the_manifest_is_shown_as_a_release_has_it),
        CASE(a_dry_run_shows_what_would_be_frozen_and_writes_nothing),
        CASE(what_is_expected_is_cut_and_nothing_else),
        CASE(what_the_source_has_is_frozen),
        CASE(the_frozen_bytes_are_what_the_digest_is_over),
        CASE(a_name_is_cut_once),
        CASE(what_is_not_ready_is_named_and_can_be_left_out),
        CASE(where_it_comes_from_must_be_clear),
        CASE(another_open_one_to_the_same_target_is_named),
        CASE(nothing_to_deploy_is_asked_about),
        CASE(what_moved_is_kept_or_taken),
        CASE(a_revision_names_all_that_it_changed),
        CASE(modules_join_and_leave_by_name),
        CASE(what_failed_is_not_taken),
        CASE(it_closes_when_the_target_has_all_of_it),
        CASE(with_modules_missing_it_closes_for_a_reason),
        CASE(lists_have_the_open_ones_first_and_others_when_asked),
        CASE(a_deployment_for_an_unknown_release_is_recorded_with_a_warning),
        CASE(the_document_follows_its_schema),
        CASE(what_is_around_has_the_open_releases_and_a_name_for_the_next),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
