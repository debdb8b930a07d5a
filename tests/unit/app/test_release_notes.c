/* Notes of a release whose frozen list changes: what was approved is not what would go out. */
#include "note_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/home.h>
#include <pilab/app/note_flow.h>
#include <pilab/app/release.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>

static const char modules[] =
    "modules: [{name: auth, repository: /nonexistent}, {name: web, repository: /nonexistent}]\n";

/* The team's project with R1 from SIT to UAT: auth 2.0.7 and web 1.9.2. */
static int release_setup(void **state)
{
    struct app_work *work;
    char *line, *project;

    if (team_setup(state) != 0)
        return -1;
    work = *state;
    project = memory_printf("%s%s", team_project, modules);
    line = memory_printf("project import %s", app_file(work, "modules.yaml", project));
    free(project);
    team_as(work, "olga", line);
    free(line);
    team_as(work, "olga", "manifest set auth SIT 2.0.7");
    team_as(work, "olga", "manifest set web SIT 1.9.2");
    team_as(work, "olga", "release cut R1 --to UAT");
    return 0;
}

static const char *digest_of_list(struct app_work *work)
{
    team_as(work, "olga", "release show R1");
    return memory_copy_text(team_text(work, "digest"));
}

/* Generated of this list, for UAT, by alice. */
static void add_note_of(struct app_work *work, const char *digest)
{
    team_add_note_of(work, "alice", "R1", "UAT", "R1", digest);
}

/* Note 1 of the list as it is, reviewed by olga and approved by bob. */
static void approve_note(struct app_work *work)
{
    char *digest = (char *)(uintptr_t)digest_of_list(work);

    add_note_of(work, digest);
    team_as(work, "olga", "note review 1");
    team_as(work, "bob", "note approve 1");
    team_assert_status(work, "APPROVED", 1);
    free(digest);
}

static void assert_entry(struct app_work *work, const char *action, const char *part)
{
    char *entry = app_newest_entry(work, action);

    if (strstr(entry, part) == NULL)
        fail_msg("the audit says \"%s\" of %s", entry, action);
    free(entry);
}

static void taking_what_moved_lapses_the_approvals_of_the_notes(void **state)
{
    struct app_work *work = *state;
    const json_t *lapse;

    approve_note(work);
    team_as(work, "olga", "manifest set auth SIT 2.0.8");
    team_as(work, "olga", "release update R1 --take");
    team_assert_follows(work, "release-1.json");
    lapse = json_array_get(json_object_get(work->result.object, "lapses"), 0);
    assert_int_equal(json_integer_value(json_object_get(lapse, "note")), 1);
    assert_string_equal(json_member_text(lapse, "status"), "APPROVED");
    assert_string_equal(json_member_text(lapse, "lapsed"),
                        "the approval of bob, the review of olga");
    assert_non_null(
        strstr(work->result.said, "lapsed: note 1 (the approval of bob, the review of olga)"));
    assert_non_null(strstr(work->result.said, "note 1 (APPROVED, by "));
    assert_entry(work, "release.update", "\"lapsed\":\"the approval of bob, the review of olga\"");
    assert_entry(work, "note.lapse", "\"from\":\"APPROVED\"");
    assert_entry(work, "note.lapse", "\"release\":\"R1\"");

    team_as(work, "bob", "note show 1 --approvals");
    team_assert_status(work, "DRAFT", 1);
    assert_string_equal(team_text(work, "outdated"), "R1");
    team_refused(work, "bob", "note publish 1 --to /nowhere/at/all", ERROR_CONFLICT,
                 "note 1 cannot be published: it is DRAFT; it is older than the list of R1; waits "
                 "for: 1 of those who may approve (bob, olga); barred: alice (asked for it)");
    assert_string_equal(work->error.hint, "make a new one of the list as it is: `pilab note "
                                          "generate release:R1`");
    team_refused(work, "olga", "note review 1", ERROR_CONFLICT,
                 "note 1 cannot be reviewed: it is older than the list of R1");
}

static void dropping_a_module_lapses_them_too_and_staying_does_not(void **state)
{
    struct app_work *work = *state;

    approve_note(work);
    team_as(work, "olga", "manifest set auth SIT 2.0.8");
    team_as(work, "olga", "release update R1 --keep");
    assert_int_equal(json_array_size(json_object_get(work->result.object, "lapses")), 0);
    team_as(work, "bob", "note show 1 --approvals");
    team_assert_status(work, "APPROVED", 1);
    team_as(work, "olga", "release update R1 --drop web");
    assert_int_equal(json_array_size(json_object_get(work->result.object, "lapses")), 1);
    team_as(work, "bob", "note show 1 --approvals");
    team_assert_status(work, "DRAFT", 1);
}

static void what_is_published_stays_so_and_goes_out_no_further(void **state)
{
    struct app_work *work = *state;
    char *line = memory_printf("note publish 1 --to %s/out", work->folder);
    const json_t *lapse;

    approve_note(work);
    team_as(work, "bob", line);
    free(line);
    team_as(work, "olga", "release update R1 --drop web");
    lapse = json_array_get(json_object_get(work->result.object, "lapses"), 0);
    assert_string_equal(json_member_text(lapse, "status"), "PUBLISHED");
    assert_null(json_member_text(lapse, "lapsed"));
    team_as(work, "bob", "note show 1 --approvals");
    team_assert_status(work, "PUBLISHED", 1);
    line = memory_printf("note publish 1 --to %s/other", work->folder);
    team_refused(work, "bob", line, ERROR_CONFLICT,
                 "note 1 cannot be published: it is older than the list of R1");
    free(line);
}

static bool is_outdated(struct app_work *work, size_t index)
{
    const json_t *notes;

    team_as(work, "olga", "release show R1");
    notes = json_object_get(work->result.object, "notes");
    return json_is_true(json_object_get(json_array_get(notes, index), "outdated"));
}

/* Both ways a clock would say otherwise: the second note is the later one, and is of the older
 * list. */
static void which_list_a_note_is_of_is_told_by_its_digest(void **state)
{
    struct app_work *work = *state;
    char *first = (char *)(uintptr_t)digest_of_list(work), *second;

    team_as(work, "olga", "release update R1 --drop web");
    second = (char *)(uintptr_t)digest_of_list(work);
    assert_string_not_equal(first, second);
    team_as(work, "olga", "release update R1 --take web");
    add_note_of(work, first);
    add_note_of(work, second);
    assert_true(is_outdated(work, 0));
    assert_false(is_outdated(work, 1));
    team_as(work, "olga", "release update R1 --drop web");
    assert_false(is_outdated(work, 0));
    assert_true(is_outdated(work, 1));
    free(first);
    free(second);
}

/* It waits for nobody: the release says that it needs a new one. */
static void a_note_of_an_older_list_is_nobodys_turn(void **state)
{
    struct app_work *work = *state;
    struct note_overviews list;
    struct error error = { 0 };
    struct home home;

    approve_note(work);
    team_as(work, "olga", "note list");
    home_read(&work->call, 0, work->call.arena, &home);
    assert_int_equal(home.mine.count, 1);
    team_as(work, "olga", "release update R1 --drop web");
    team_as(work, "olga", "release show R1");
    assert_string_equal(json_member_text(json_object_get(work->result.object, "next"), "sentence"),
                        "note 1 is older than the list: needs a new one");
    home_read(&work->call, 0, work->call.arena, &home);
    assert_int_equal(home.mine.count + home.others.count, 0);
    assert_true(note_overview_read(&work->call, true, work->call.arena, &list, &error));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.waiting, 0);
}

/* --- Deciding about what moves at the same time ----------------------------------------------- */

static void move_on(void *context, const char *what, uint64_t done, uint64_t total)
{
    struct app_work *work = context;
    struct app_work other = { .settings = work->settings };

    (void)what;
    (void)total;
    if (done != 0)
        return;
    result_start(&other.result);
    call_start(&other.call, &other.settings);
    app_must(&other, "manifest set auth SIT 2.0.9");
    result_release(&other.result);
    call_end(&other.call);
}

static void a_decision_to_stay_is_about_what_was_seen(void **state)
{
    struct app_work *work = *state;
    struct arguments *arguments = NULL;
    const char *words[] = { "release", "update", "R1", "--keep" };
    size_t used = 0;
    const struct command *command;
    struct result result = { 0 };
    struct error error = { 0 };

    team_as(work, "olga", "manifest set auth SIT 2.0.8");
    team_as(work, "olga", "release show R1");
    command = command_find(words, 4, &used, &error);
    assert_non_null(command);
    assert_true(arguments_parse(command->arguments, command->argument_count, command->options,
                                command->option_count, NULL, 0, words + used, 4 - used, &arguments,
                                &error));
    work->call.progress.report = move_on;
    work->call.progress.context = work;
    assert_false(command_run(command, &work->call, arguments, &result, &error));
    work->call.progress.report = NULL;
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_string_equal(error.message,
                        "SIT moved meanwhile: auth has been deployed there just now");
    arguments_free(&arguments);
    result_release(&result);
    team_as(work, "olga", "release show R1");
    assert_int_equal(json_integer_value(json_object_get(work->result.object, "rev")), 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, release_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(taking_what_moved_lapses_the_approvals_of_the_notes),
        CASE(dropping_a_module_lapses_them_too_and_staying_does_not),
        CASE(what_is_published_stays_so_and_goes_out_no_further),
        CASE(which_list_a_note_is_of_is_told_by_its_digest),
        CASE(a_note_of_an_older_list_is_nobodys_turn),
        CASE(a_decision_to_stay_is_about_what_was_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
