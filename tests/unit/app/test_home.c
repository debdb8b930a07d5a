/* What Home tells: what waits, what others did meanwhile, what is open. */
#include <stdlib.h>
#include <string.h>

#include <pilab/app/home.h>
#include <pilab/base/memory.h>
#include <pilab/store/decision.h>
#include <pilab/store/note.h>

#include "app_support.h"

#define NOW INT64_C(1737556200000) /* 2025-01-22T14:30:00Z */

static const char project_file[] = "pilab: 1\n"
                                   "project: {name: Mobile Banking, code: MB}\n"
                                   "environments:\n"
                                   "  - {name: SIT, stage: SIT}\n"
                                   "  - {name: UAT, stage: UAT, from: [SIT]}\n"
                                   "modules:\n"
                                   "  - {name: mb-web, type: FRONTEND}\n";

static void set_up_project(struct app_work *work)
{
    char *line = memory_printf("project import %s", app_file(work, "pilab.yaml", project_file));

    app_login(work, "olga");
    app_must(work, line);
    free(line);
    app_add_user(work, "alice", "MB", "CONTRIBUTOR");
}

/* A call of whoever is at the keyboard, with the project chosen. */
static void open_call(struct app_work *work, struct call *call)
{
    call_start(call, &work->settings);
    assert_true(call_open_store(call, false, &work->error));
    assert_true(call_choose_project(call, NULL, &work->error));
}

static struct home look(struct app_work *work, struct call *call)
{
    struct home home;

    open_call(work, call);
    home_read(call, NULL, call->arena, &home);
    return home;
}

static void what_others_did_is_new_and_what_i_did_is_not(void **state)
{
    struct app_work *work = *state;
    struct call call;
    struct home home;

    set_up_project(work);
    app_must(work, "manifest set mb-web SIT 1.9.2");
    app_login(work, "alice");
    home = look(work, &call);
    assert_int_equal(home.since.at, 0);
    assert_int_equal(home.changed.count, 2);
    assert_string_equal(home.changed.items[0].text,
                        "manifest.set  mb-web in SIT  1.9.2 DEPLOYED, by olga");
    assert_string_equal(home.changed.items[0].detail, "olga");
    assert_int_equal(home.changed.items[0].target, HOME_TO_AUDIT);
    call_end(&call);
    app_login(work, "olga");
    home = look(work, &call);
    assert_int_equal(home.changed.count, 0);
    call_end(&call);
}

static void what_was_looked_at_is_not_new_any_more(void **state)
{
    const struct home_mark never = { 0 };
    struct app_work *work = *state;
    struct home_mark shown, earlier;
    struct call call;
    struct home home;

    set_up_project(work);
    app_login(work, "alice");
    home = look(work, &call);
    shown = home.shown;
    assert_int_equal(home.changed.count, 1);
    assert_true(home_looked(&call, &shown, &work->error));
    home_read(&call, NULL, call.arena, &home);
    assert_int_equal(home.since.at, shown.at);
    assert_int_equal(home.since.seq, shown.seq);
    assert_int_equal(home.changed.count, 0);
    /* Within a session it stays what was new at its start. */
    home_read(&call, &never, call.arena, &home);
    assert_int_equal(home.changed.count, 1);
    /* A slow session that ends late takes nothing back. */
    earlier = (struct home_mark){ shown.at - 5, shown.seq - 1 };
    assert_true(home_looked(&call, &earlier, &work->error));
    home_read(&call, NULL, call.arena, &home);
    assert_int_equal(home.since.at, shown.at);
    assert_int_equal(home.since.seq, shown.seq);
    call_end(&call);
}

/* What came after a look was read is new, however late it was known that somebody looked, and
 * whatever the clock of that machine said. */
static void what_came_while_somebody_looked_is_not_lost(void **state)
{
    struct app_work *work = *state;
    struct home_mark shown;
    struct call call;
    struct home home;

    set_up_project(work);
    app_login(work, "alice");
    home = look(work, &call);
    shown = home.shown;
    call_end(&call);
    app_login(work, "olga");
    app_must(work, "manifest set mb-web SIT 1.9.2");
    app_login(work, "alice");
    open_call(work, &call);
    shown.at += 60 * 60 * 1000;
    assert_true(home_looked(&call, &shown, &work->error));
    home_read(&call, NULL, call.arena, &home);
    assert_int_equal(home.changed.count, 1);
    assert_string_equal(home.changed.items[0].text,
                        "manifest.set  mb-web in SIT  1.9.2 DEPLOYED, by olga");
    assert_true(home_looked(&call, &home.shown, &work->error));
    home_read(&call, NULL, call.arena, &home);
    assert_int_equal(home.changed.count, 0);
    call_end(&call);
}

/* Marks that were kept before entries were counted know only a time. */
static void a_mark_without_a_number_goes_by_its_time(void **state)
{
    struct app_work *work = *state;
    struct home_mark shown;
    struct call call;
    struct home home;

    set_up_project(work);
    app_login(work, "alice");
    home = look(work, &call);
    shown = (struct home_mark){ .at = home.changed.items[0].at };
    assert_true(home_looked(&call, &shown, &work->error));
    home_read(&call, NULL, call.arena, &home);
    assert_int_equal(home.changed.count, 1);
    shown.at++;
    assert_true(home_looked(&call, &shown, &work->error));
    home_read(&call, NULL, call.arena, &home);
    assert_int_equal(home.changed.count, 0);
    call_end(&call);
}

static const char *stands_for; /* of the next report; NULL: its two states */

static void add_report(struct call *call, const char *run, const char *from, const char *to,
                       int64_t high, int64_t problems)
{
    struct store_report report = { .project_id = call->project->id,
                                   .title = "a report",
                                   .previous_spec = from,
                                   .previous_label = from,
                                   .current_spec = to,
                                   .current_label = to,
                                   .created_by = "olga" };
    struct error error;

    assert_true(store_begin(call->connection, NULL, &error));
    assert_true(store_report_add(call->connection, &report, &error));
    report.run = run;
    report.stands_for = stands_for;
    report.severity = high > 0 ? "HIGH" : NULL;
    report.counts.total = report.counts.by_severity[3] = high;
    report.counts.problems = problems;
    report.reason = "the repository is gone";
    assert_true(store_report_finish(call->connection, &report,
                                    strcmp(run, "FAILED") == 0 ? NULL : "{}", NULL, 0, &error));
    assert_true(store_commit(call->connection, &error));
}

/* However it was asked for: by another spelling, by the release, or for a part of it. */
static void what_stands_for_the_same_is_counted_once(void **state)
{
    struct app_work *work = *state;
    struct call call;
    struct home home;

    set_up_project(work);
    open_call(work, &call);
    add_report(&call, "COMPLETED", "env:uat", "env:sit", 7, 0);
    stands_for = "env:UAT..env:SIT";
    add_report(&call, "COMPLETED", "env:UAT", "release:R1", 4, 0);
    stands_for = "env:UAT..env:SIT mb-web";
    add_report(&call, "COMPLETED", "env:UAT", "env:SIT", 1, 0);
    stands_for = NULL;
    home_read(&call, 0, call.arena, &home);
    assert_int_equal(home.drift_reports, 2);
    assert_int_equal(home.drift[3].differences, 5);
    assert_int_equal(home.drift[3].worst, 2);
    call_end(&call);
}

static void add_note(struct call *call, int64_t number, const char *creator,
                     enum note_status status)
{
    struct store_note note = { .project_id = call->project->id,
                               .version = "R1",
                               .title = arena_printf(call->arena, "title %d", (int)number),
                               .status = NOTE_GENERATED,
                               .environment = "UAT",
                               .created_by = creator };
    struct store_revision first = { .content = "{}", .markdown = "# R1\n", .author = creator };
    struct error error;

    assert_true(store_begin(call->connection, NULL, &error));
    assert_true(store_note_add(call->connection, &note, &first, &error));
    if (status != NOTE_GENERATED)
        assert_true(store_note_move(call->connection, note.id, 1, NOTE_GENERATED, status, &error));
    assert_true(store_commit(call->connection, &error));
}

/* Behind many that are newer, and many that have ended. */
static void my_next_step_is_there_however_old_it_is(void **state)
{
    struct app_work *work = *state;
    struct call call;
    struct home home;

    set_up_project(work);
    open_call(work, &call);
    add_note(&call, 1, "alice", NOTE_GENERATED);
    for (int i = 2; i <= 60; i++)
        add_note(&call, i, "olga", NOTE_PUBLISHED);
    for (int i = 61; i <= 80; i++)
        add_note(&call, i, "alice", NOTE_REVIEWED);
    home_read(&call, 0, call.arena, &home);
    assert_int_equal(home.mine.count, 21);
    assert_string_equal(home.mine.items[0].text, "Note 80  title 80");
    assert_string_equal(home.mine.items[0].detail, "reviewed: approve it");
    assert_int_equal(home.mine.items[20].number, 1);
    assert_string_equal(home.mine.items[20].detail, "generated: review it");
    call_end(&call);
    app_login(work, "alice");
    home = look(work, &call);
    assert_int_equal(home.mine.count, 1);
    assert_int_equal(home.others.count, 8);
    assert_int_equal(home.others_more, 12);
    call_end(&call);
}

static void open_drift_is_that_of_the_newest_report_of_each_pair(void **state)
{
    struct app_work *work = *state;
    struct call call;
    struct home home;

    set_up_project(work);
    open_call(work, &call);
    add_report(&call, "COMPLETED", "env:UAT", "env:SIT", 7, 0);
    add_report(&call, "COMPLETED", "env:UAT", "env:SIT", 2, 0);
    add_report(&call, "PARTIAL", "env:SIT", "env:DEV", 5, 3);
    add_report(&call, "COMPLETED", "v1.0", "v1.1", 9, 0);
    add_report(&call, "FAILED", "env:UAT", "env:SIT", 0, 0);
    home_read(&call, &(struct home_mark){ 0 }, call.arena, &home);
    assert_int_equal(home.drift_reports, 2);
    assert_int_equal(home.drift[3].differences, 7);
    assert_int_equal(home.drift[3].reports, 2);
    assert_int_equal(home.drift[3].worst, 3);
    assert_string_equal(home.drift[3].worst_of, "SIT would get, from DEV");
    assert_int_equal(home.unread.count, 2);
    assert_int_equal(home.unread.items[0].number, 5);
    assert_string_equal(home.unread.items[1].text, "Report 3  SIT would get, from DEV");
    assert_string_equal(home.unread.items[1].detail, "3 problems reading it");
    call_end(&call);
}

static void decide(struct call *call, const char *kind, const char *fingerprint, int64_t until)
{
    struct store_decision decision = { .project_id = call->project->id,
                                       .kind = kind,
                                       .pair = "env:UAT..env:SIT",
                                       .fingerprint = fingerprint,
                                       .state = "0123456789abcdef",
                                       .type = "config",
                                       .module = "mb-web",
                                       .path = "a",
                                       .reason = "meant",
                                       .until = until,
                                       .created_by = "olga" };
    struct error error = { 0 };

    assert_true(store_begin(call->connection, NULL, &error));
    if (!store_decision_add(call->connection, &decision, &error))
        fail_msg("%s", error.message);
    assert_true(store_commit(call->connection, &error));
}

static void decisions_that_stand_are_counted_by_what_they_say(void **state)
{
    struct app_work *work = *state;
    struct call call;
    struct home home;

    set_up_project(work);
    open_call(work, &call);
    decide(&call, "ignored", "1", INT64_C(4102444800000)); /* 2100 */
    decide(&call, "accepted", "2", 0);
    decide(&call, "accepted", "3", 0);
    decide(&call, "ignored", "4", 1000);
    home_read(&call, NULL, call.arena, &home);
    assert_int_equal(home.decisions.ignored, 1);
    assert_int_equal(home.decisions.accepted, 2);
    assert_int_equal(home.decisions.ended, 1);
    call_end(&call);
}

static void without_a_project_there_is_nothing_to_tell(void **state)
{
    struct app_work *work = *state;
    struct call call;
    struct home home;

    call_start(&call, &work->settings);
    home_read(&call, NULL, call.arena, &home);
    assert_int_equal(home.mine.count + home.changed.count + home.drift_reports, 0);
    assert_true(home_looked(&call, &(struct home_mark){ NOW, 1 }, &work->error));
    call_end(&call);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_others_did_is_new_and_what_i_did_is_not, app_setup,
                                        app_teardown),
        cmocka_unit_test_setup_teardown(what_was_looked_at_is_not_new_any_more, app_setup,
                                        app_teardown),
        cmocka_unit_test_setup_teardown(what_came_while_somebody_looked_is_not_lost, app_setup,
                                        app_teardown),
        cmocka_unit_test_setup_teardown(a_mark_without_a_number_goes_by_its_time, app_setup,
                                        app_teardown),
        cmocka_unit_test_setup_teardown(open_drift_is_that_of_the_newest_report_of_each_pair,
                                        app_setup, app_teardown),
        cmocka_unit_test_setup_teardown(what_stands_for_the_same_is_counted_once, app_setup,
                                        app_teardown),
        cmocka_unit_test_setup_teardown(my_next_step_is_there_however_old_it_is, app_setup,
                                        app_teardown),
        cmocka_unit_test_setup_teardown(decisions_that_stand_are_counted_by_what_they_say,
                                        app_setup, app_teardown),
        cmocka_unit_test_setup_teardown(without_a_project_there_is_nothing_to_tell, app_setup,
                                        app_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
