/* Many people at one note at once: every vote counts once, and one of them makes the transition. */
#include "note_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/app/note_flow.h>
#include <pilab/base/json.h>
#include <pilab/store/access.h>
#include <pilab/store/audit.h>
#include <pilab/store/user.h>

#define PEOPLE 8

static const char *const people[PEOPLE] = { "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7" };

static int crowd_setup(void **state)
{
    if (team_setup(state) != 0)
        return -1;
    for (int i = 0; i < PEOPLE; i++)
        app_add_user(*state, people[i], "MB", "ADMIN");
    return 0;
}

/* In a process of its own: 0 done, 1 refused, 2 anything else, which is a defect. */
static int act(const struct app_work *work, const char *person, const char *name, bool edits)
{
    struct settings settings = work->settings;
    struct note_edit edit = { .base = 1, .message = person };
    struct note_outcome outcome;
    struct note_edited edited;
    struct error error = { 0 };
    struct call call;
    bool ok;

    settings.login = (char *)(uintptr_t)person;
    call_start(&call, &settings);
    ok = call_open_store(&call, false, &error) && call_choose_project(&call, "MB", &error);
    edit.markdown = arena_printf(call.arena, "# %s\n", person);
    ok = ok && (edits ? note_edit(&call, name, &edit, &edited, &error)
                      : note_approve(&call, name, 0, NULL, &outcome, &error));
    call_end(&call);
    if (!ok && error.code != ERROR_CONFLICT)
        fprintf(stderr, "# %s: %s\n", person, error.message);
    return ok ? 0 : error.code == ERROR_CONFLICT ? 1 : 2;
}

/* All at once; how many were done. */
static int all_act(struct app_work *work, const char *name, bool edits)
{
    pid_t children[PEOPLE];
    int done = 0, status;

    /* No open store goes over into another process. */
    call_end(&work->call);
    call_start(&work->call, &work->settings);
    for (int i = 0; i < PEOPLE; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0)
            _exit(act(work, people[i], name, edits));
    }
    for (int i = 0; i < PEOPLE; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_true(WEXITSTATUS(status) < 2);
        done += WEXITSTATUS(status) == 0;
    }
    return done;
}

static size_t entries_of(struct app_work *work, const char *action, const char *object,
                         const char *part)
{
    struct audit_filter filter = { .action = action, .object = object };
    struct audit_entries list;
    struct error error = { 0 };
    size_t count = 0;

    assert_true(audit_list(work->call.connection, &filter, NULL, work->call.arena, &list, &error));
    for (size_t i = 0; i < list.count; i++)
        count += strstr(list.items[i].body, part) != NULL;
    return count;
}

static int rounds(void)
{
    const char *nightly = getenv("PILAB_NIGHTLY");

    return nightly != NULL && *nightly != '\0' ? 100 : 6;
}

/* Two are needed: two votes, one transition, and six who are told that it is done. */
static void of_eight_who_approve_two_are_needed(void **state)
{
    struct app_work *work = *state;

    for (int round = 1; round <= rounds(); round++) {
        char name[16], line[64];
        const char *object;
        json_t *decisions;

        snprintf(name, sizeof name, "%d", round);
        snprintf(line, sizeof line, "note review %d", round);
        team_add_note(work, "alice", "R2025.03", "DR");
        team_as(work, "bob", line);
        assert_int_equal(all_act(work, name, false), 2);
        snprintf(line, sizeof line, "note show %d --approvals", round);
        team_as(work, "olga", line);
        team_assert_status(work, "APPROVED", 1);
        decisions = json_object_get(work->result.object, "decisions");
        assert_int_equal(json_array_size(decisions), 3);
        object = arena_printf(work->call.arena, "note:%s", team_text(work, "id"));
        assert_int_equal(entries_of(work, "note.approve", object, "\"status\":\"APPROVED\""), 1);
        assert_int_equal(entries_of(work, "note.approve", object, "\"status\":\"REVIEWED\""), 1);
    }
    team_as(work, "olga", "audit verify");
}

/* Of eight edits of one revision one is kept, and seven people are told who was first. */
static void of_eight_who_edit_one_is_first(void **state)
{
    struct app_work *work = *state;

    for (int round = 1; round <= rounds(); round++) {
        char name[16], line[64];

        snprintf(name, sizeof name, "%d", round);
        team_add_note(work, "alice", "R2025.03", "UAT");
        assert_int_equal(all_act(work, name, true), 1);
        snprintf(line, sizeof line, "note show %d --approvals", round);
        team_as(work, "olga", line);
        team_assert_status(work, "DRAFT", 2);
    }
    team_as(work, "olga", "audit verify");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, crowd_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(of_eight_who_approve_two_are_needed),
        CASE(of_eight_who_edit_one_is_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
