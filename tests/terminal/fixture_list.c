#include <inttypes.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <pilab/base/memory.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/picker.h>

#include "fixture.h"

#define FROZEN_AT 1737556260000 /* 2025-01-22T14:31:00Z */

/* Jobs that move when they are told to, so that tests see each state. */
struct fixture {
    struct workspace *workspace;
    struct job_status jobs[3];
    size_t job_count;
    pthread_t worker;
    bool working;
};

static size_t job_count(void *context)
{
    return ((struct fixture *)context)->job_count;
}

static bool job_get(void *context, size_t index, struct job_status *job)
{
    const struct fixture *fixture = context;

    if (index >= fixture->job_count)
        return false;
    *job = fixture->jobs[index];
    return true;
}

static void job_cancel(void *context, uint64_t id)
{
    struct fixture *fixture = context;

    for (size_t i = 0; i < fixture->job_count; i++)
        if (fixture->jobs[i].id == id)
            fixture->jobs[i].cancelling = true;
}

static void start_job(struct fixture *fixture, int64_t since)
{
    static const char *const titles[] = { "mb-auth", "mb-ledger", "mb-web" };
    struct job_status *job;

    if (fixture->job_count == 3)
        return;
    job = &fixture->jobs[fixture->job_count];
    *job = (struct job_status){
        .id = fixture->job_count + 1, .done = 43, .total = 100, .since = since
    };
    snprintf(job->title, sizeof job->title, "%s", titles[fixture->job_count]);
    snprintf(job->doing, sizeof job->doing, "reading history");
    fixture->job_count++;
}

static void answered(void *context, const char *text)
{
    struct fixture *fixture = context;

    workspace_say(fixture->workspace, MESSAGE_INFO, "answer: %s", text == NULL ? "none" : text);
}

static bool check_version(void *context, const char *text, struct error *error)
{
    (void)context;
    if (text[0] == 'R')
        return true;
    return error_set(error, ERROR_INVALID, "a release begins with R, \"%s\" does not", text);
}

static void ask(struct fixture *fixture)
{
    struct question question = { .title = "New release",
                                 .text = "It is cut from what SIT has now.",
                                 .label = "Name:",
                                 .initial = "2025.03",
                                 .check = check_version };

    dialog_ask(fixture->workspace, &question, answered, fixture);
}

static void pick(struct fixture *fixture)
{
    struct picker *picker = picker_new("Compare with");

    picker_add(picker, "v2.0.6", "3 weeks ago", "tag:v2.0.6");
    picker_add(picker, "v2.0.7", "yesterday", "tag:v2.0.7");
    picker_add(picker, "main", "5 minutes ago", "branch:main");
    picker_add(picker, "env:UAT", "environment", "env:UAT");
    picker_allow_free_text(picker, true);
    picker_open(fixture->workspace, picker, answered, fixture);
}

static void *work(void *context)
{
    struct fixture *fixture = context;
    for (int i = 0; i < 100; i++)
        workspace_post_progress(fixture->workspace);
    return NULL;
}

/* A real thread that tells of progress while the screen is in use. */
static void start_work(struct fixture *fixture)
{
    if (!fixture->working)
        fixture->working = pthread_create(&fixture->worker, NULL, work, fixture) == 0;
}

/* Asks twice, and gets the answers to both questions and one that is for nobody. */
static void post_answers(struct workspace *workspace)
{
    struct view *view = workspace_view(workspace);
    struct event event = { .view = view_id(view), .kind = 1 };

    event.generation = view_ask(view);
    workspace_post(workspace, &event);
    event.generation = view_ask(view);
    event.kind = 2;
    workspace_post(workspace, &event);
    event.view = 999;
    event.kind = 3;
    workspace_post(workspace, &event);
}

static bool check(struct workspace *workspace, struct error *error)
{
    if (!workspace_check_keys(workspace, error))
        return false;
    workspace_say(workspace, MESSAGE_SUCCESS, "the keys are sound");
    return true;
}

static bool run_program(struct workspace *workspace, struct error *error)
{
    static const char *const argv[] = { "sh", "-c", "echo in the program; read line; exit 7",
                                        NULL };
    int status = 0;

    if (!workspace_run_program(workspace, argv, &status, error))
        return false;
    workspace_say(workspace, MESSAGE_INFO, "the program ended with %d", WEXITSTATUS(status));
    return true;
}

static bool run_command(void *context, struct workspace *workspace, const char *line,
                        struct error *error)
{
    struct fixture *fixture = context;

    if (strcmp(line, "job") == 0)
        start_job(fixture, 0);
    /* Far from having lasted; whoever looks at the title line sees that. */
    else if (strcmp(line, "young") == 0)
        start_job(fixture, clock_monotonic() + 60 * 1000);
    else if (strcmp(line, "work") == 0)
        start_work(fixture);
    else if (strcmp(line, "ask") == 0)
        ask(fixture);
    else if (strcmp(line, "pick") == 0)
        pick(fixture);
    else if (strcmp(line, "answers") == 0)
        post_answers(workspace);
    else if (strcmp(line, "check") == 0)
        return check(workspace, error);
    else if (strcmp(line, "program") == 0)
        return run_program(workspace, error);
    else if (strncmp(line, "say ", 4) == 0)
        workspace_say(workspace, MESSAGE_INFO, "%s", line + 4);
    else if (strcmp(line, "fail") == 0) {
        error_set(error, ERROR_NOT_FOUND, "cannot read \"v9.9\": there is no such tag");
        return error_hint(error, "git tag lists the tags there are");
    } else if (strcmp(line, "long") == 0) {
        error_set(
            error, ERROR_IO,
            "the store /srv/release-management/shared/pilab.db cannot be opened by this person,"
            " neither is there another one at /home/release-manager/.local/share/pilab/lab.db");
        return error_hint(error, "ask who keeps /srv/release-management for the right to write"
                                 " there, or name another store with --store");
    } else if (strcmp(line, "crash") == 0)
        raise(SIGSEGV);
    else if (strcmp(line, "leave") == 0)
        exit(3);
    else
        return error_set(error, ERROR_USAGE, "there is no command \"%s\"", line);
    return true;
}

static void complete(void *context, const char *line, struct completions *completions)
{
    static const char *const words[] = { "ask", "fail", "job", "pick", "say", "work" };

    (void)context;
    if (strchr(line, ' ') != NULL)
        return;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        completions_add(completions, words[i]);
}

static void offer(void *context, struct picker *picker)
{
    (void)context;
    picker_add(picker, "Rows", "place", "1");
    picker_add(picker, "Texts", "place", "2");
    picker_add(picker, "Hostile", "place", "3");
}

static void jump(void *context, struct workspace *workspace, const char *value)
{
    (void)context;
    workspace_go(workspace, value[0] - '0');
}

static struct view *refuse_open(void *context, struct workspace *workspace, struct error *error)
{
    (void)context;
    (void)workspace;
    error_set(error, ERROR_UNSUPPORTED, "this place is not built");
    return NULL;
}

static enum loop_end run(struct terminal *terminal, const struct theme *theme,
                         struct fixture_options *options)
{
    struct fixture fixture = { 0 };
    struct workspace_options workspace_options = {
        .product = "PiLabStudio",
        .terminal = terminal,
        .theme = theme,
        .clock = clock_frozen(FROZEN_AT),
        .commands = {&fixture, run_command, complete,      NULL, NULL },
        .jobs = { &fixture,    job_count,              job_get,                   job_cancel },
        .jump = { &fixture, offer,jump},
    };
    enum loop_end end;

    fixture.workspace = workspace_new(&workspace_options);
    workspace_add_place(fixture.workspace, 1, "Rows", rows_view_open, options);
    workspace_add_place(fixture.workspace, 2, "Texts", texts_view_open, NULL);
    workspace_add_place(fixture.workspace, 3, "Hostile", hostile_view_open, NULL);
    workspace_add_place(fixture.workspace, 8, "Audit", refuse_open, NULL);
    workspace_set_project(fixture.workspace, "Mobile Banking");
    workspace_set_actor(fixture.workspace, "alice");
    workspace_set_waiting(fixture.workspace, "2 wait for you");
    workspace_go(fixture.workspace, 1);
    end = workspace_run(fixture.workspace);
    if (fixture.working)
        pthread_join(fixture.worker, NULL);
    workspace_free(&fixture.workspace);
    return end;
}

/* fixture_list [--ascii] [--rows N] [--theme NAME]: exits with 10 + how the loop ended, 1 when it
 * could not begin. */
int main(int argc, char **argv)
{
    struct terminal_options options = { 0 };
    struct fixture_options fixture = { 1000000 };
    const char *theme_name = NULL;
    struct terminal *terminal;
    struct error error = { 0 };
    struct theme *theme;
    enum loop_end end;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--ascii") == 0)
            options.ascii = true;
        else if (strcmp(argv[i], "--rows") == 0 && i + 1 < argc)
            fixture.rows = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--theme") == 0 && i + 1 < argc)
            theme_name = argv[++i];
    }
    setlocale(LC_ALL, "");
    theme = theme_load(theme_name, &error);
    if (theme == NULL || !terminal_start(&terminal, &options, &error)) {
        fprintf(stderr, "%s\n%s\n", error.message, error.hint);
        theme_free(&theme);
        return 1;
    }
    end = run(terminal, theme, &fixture);
    terminal_end(&terminal);
    theme_free(&theme);
    return 10 + (int)end;
}
