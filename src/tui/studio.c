#include <pilab/tui/studio.h>

#include "studio_internal.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/memory.h>
#include <pilab/tui/terminal.h>

#include "note_studio.h"

/* A held store keeps whoever writes waiting: those that only look need workers all the same. What
 * is typed has one of its own (job.h). */
#define WORKERS 4
/* How long leaving waits for jobs that were told to stop. One that is stuck keeps nobody: neither
 * the person who leaves nor a program whose line has dropped. */
#define STOP_PATIENCE 500 /* ms */

/* --- Places ------------------------------------------------------------------------------------
 */

static struct view *open_home(void *context, struct workspace *workspace, struct error *error)
{
    (void)workspace;
    (void)error;
    return home_view_new(context);
}

static struct view *open_manifest(void *context, struct workspace *workspace, struct error *error)
{
    (void)workspace;
    (void)error;
    return manifest_view_new(context);
}

static struct view *open_drift(void *context, struct workspace *workspace, struct error *error)
{
    (void)workspace;
    (void)error;
    return drift_start_view_new(context);
}

static struct view *open_notes(void *context, struct workspace *workspace, struct error *error)
{
    (void)workspace;
    (void)error;
    return notes_start_view_new(context);
}

static struct view *open_setup(void *context, struct workspace *workspace, struct error *error)
{
    (void)workspace;
    (void)error;
    return setup_view_new(context);
}

static struct view *open_audit(void *context, struct workspace *workspace, struct error *error)
{
    struct studio *studio = context;

    (void)workspace;
    if (studio->call.store == NULL) {
        error_set(error, ERROR_NOT_FOUND, "there is no store yet, and so no audit");
        error_hint(error,
                   "It begins with the first project: `pilab init`, or `pilab project import "
                   "FILE`.");
        return NULL;
    }
    return audit_view_new(studio);
}

static const struct {
    int digit;
    const char *label;
    struct view *(*open)(void *context, struct workspace *workspace, struct error *error);
} places[] = {
    {PLACE_HOME,      "Home",     open_home    },
    { PLACE_MANIFEST, "Manifest", open_manifest},
    { PLACE_DRIFT,    "Drift",    open_drift   },
    { PLACE_NOTES,    "Notes",    open_notes   },
    { PLACE_SETUP,    "Setup",    open_setup   },
    { PLACE_AUDIT,    "Audit",    open_audit   },
};

#define PLACES (sizeof places / sizeof *places)

/* --- Hosts -------------------------------------------------------------------------------------
 */

/* On a worker: wakes the loop, which then looks what there is. */
static void notify(void *context)
{
    struct studio *studio = context;
    struct event event = { .kind = STUDIO_JOBS };

    if (studio->workspace != NULL)
        workspace_post(studio->workspace, &event);
}

/* On the watching thread. */
static void store_changed(void *context)
{
    struct studio *studio = context;
    struct event event = { .kind = STUDIO_STORE_CHANGED };

    atomic_store(&studio->store_changed, true);
    workspace_post(studio->workspace, &event);
}

static void start_watching(struct studio *studio)
{
    struct error error = { 0 };

    if (studio->call.project == NULL)
        return;
    studio->watch = store_watch_start(&studio->call, store_changed, studio, &error);
    if (studio->watch == NULL)
        workspace_say_error(studio->workspace, &error);
}

static void follow(struct studio *studio, bool store_has_changed)
{
    if (store_has_changed)
        note_waiting_refresh(studio);
    note_typings_again(studio);
    note_recovery_again(studio);
}

/* What the screens ask for. */
static const struct studio_actions studio_actions = {
    .compare = studio_compare,
    .compare_module = studio_compare_module,
    .pick_states = studio_pick_states,
    .open_release = studio_open_release,
    .cut_release = studio_cut_release,
    .run = studio_run_line,
    .make_notes = studio_make_notes,
    .open_report = studio_open_report,
    .open_note = studio_open_note,
    .where = studio_where,
    .look_around = studio_look_around,
    .open_demo = studio_open_demo,
    .run_words = studio_run_words,
    .open_project = studio_open_project,
    .follow = follow,
};

/* --- Life --------------------------------------------------------------------------------------
 */

static bool start_workspace(struct studio *studio, struct terminal *terminal,
                            const struct theme *theme)
{
    struct workspace_options options = {
        .product = "PiLabStudio",
        .terminal = terminal,
        .theme = theme,
        .clock = studio->call.clock,
        .commands = studio_command_host,
        .jobs = studio_job_host(studio),
        .jump = studio_jump_host(studio),
    };

    options.commands.context = studio;
    studio->workspace = workspace_new(&options);
    workspace_set_actor(studio->workspace, studio->call.actor.login);
    if (studio->call.project != NULL)
        workspace_set_project(studio->workspace, studio->call.project->name);
    for (size_t i = 0; i < PLACES; i++)
        workspace_add_place(studio->workspace, places[i].digit, places[i].label, places[i].open,
                            studio);
    studio_look_around(studio);
    if (!workspace_go(studio->workspace, PLACE_HOME))
        return false;
    start_watching(studio);
    note_recovery_offer(studio);
    return true;
}

static int exit_status(enum loop_end end)
{
    static const int statuses[] = {
        [LOOP_QUIT] = EXIT_SUCCESS, [LOOP_HUNG_UP] = 129, [LOOP_TERMINATED] = 143
    };

    return statuses[end];
}

static void end_studio(struct studio *studio)
{
    store_watch_stop(&studio->watch);
    job_pool_free(&studio->jobs);
    studio_jobs_free(studio);
    workspace_free(&studio->workspace);
    note_typings_free(studio);
    note_recovery_free(studio);
    surroundings_free(&studio->around);
    call_end(&studio->call);
}

/* --- What was typed, at the end --------------------------------------------------------------- */

/* Another process holds the store: who leaves need not look at a screen that hears no key. */
static void say_waiting(void *context, const char *what, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    terminal_pause(context);
    fprintf(stderr, "pilab: what you typed is being saved; %s\n", what);
}

/* Once no job runs any more, so that none puts an older text over this one. What could not be done
 * is added to `said`. */
static void save_typed(struct studio *studio, struct terminal *terminal, enum loop_end end,
                       struct strbuf *said)
{
    struct progress progress = { .report = end == LOOP_HUNG_UP ? NULL : say_waiting,
                                 .context = terminal };

    note_typings_finish(studio, &progress, said);
}

/* On the terminal as it was before. */
static void say_losses(struct strbuf *said)
{
    if (said->length > 0)
        fprintf(stderr, "pilab: %s", said->data);
    strbuf_release(said);
}

/* One store and one folder. True with `*next` filled when the person wants to go on elsewhere. */
static bool run_here(const struct settings *settings, struct settings *next, bool *moving,
                     int *status, struct error *error)
{
    struct studio studio = { .actions = &studio_actions,
                             .utf8 =
                                 !settings->ascii && strcmp(nl_langinfo(CODESET), "UTF-8") == 0 };
    struct terminal_options wanted = { .ascii = settings->ascii, .no_color = settings->no_color };
    struct theme *theme = theme_load(settings->theme, error);
    struct terminal *terminal = NULL;
    struct strbuf said = STRBUF_INIT;
    enum loop_end end = LOOP_QUIT;
    bool ok = false, stopped;

    call_start(&studio.call, settings);
    vector_init(&studio.running, sizeof(struct studio_job *));
    note_typings_init(&studio);
    if (theme == NULL || !terminal_start(&terminal, &wanted, error))
        goto out;
    surroundings_open_store(&studio.call, &studio.store_error);
    studio.jobs = job_pool_new(&studio.call, WORKERS, notify, &studio, error);
    if (studio.jobs == NULL)
        goto out;
    ok = start_workspace(&studio, terminal, theme);
    if (ok) {
        end = workspace_run(studio.workspace);
        *status = exit_status(end);
    }
out:
    stopped = studio.jobs == NULL || job_pool_stop(studio.jobs, STOP_PATIENCE);
    /* However it ended, and whatever keeps a job from ending. */
    if (terminal != NULL)
        save_typed(&studio, terminal, end, &said);
    if (!stopped) {
        terminal_end(&terminal);
        say_losses(&said);
        _exit(ok ? *status : EXIT_FAILURE);
    }
    *moving = ok && studio.moving && *status == EXIT_SUCCESS;
    if (*moving)
        *next = studio.next;
    else
        settings_release(&studio.next);
    end_studio(&studio);
    terminal_end(&terminal);
    say_losses(&said);
    theme_free(&theme);
    return ok;
}

bool studio_run(const struct settings *settings, int *status, struct error *error)
{
    struct settings next = { 0 };
    bool moving;
    bool ok = run_here(settings, &next, &moving, status, error);

    while (moving) {
        struct settings here = next;

        ok = run_here(&here, &next, &moving, status, error);
        settings_release(&here);
    }
    return ok;
}
