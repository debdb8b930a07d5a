/*
 * The workspace: frame, places, the stack of views in each, and everything views share — find,
 * filter, help, the `:` line, messages, jobs, clipboard.
 *
 * It owns the views that were opened in it and the canvas; it borrows the terminal and the hosts.
 * All functions belong to the thread of workspace_run, except workspace_post and
 * workspace_post_progress.
 */
#ifndef PILAB_TUI_WORKSPACE_H
#define PILAB_TUI_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/clock.h>
#include <pilab/base/error.h>
#include <pilab/base/vector.h>
#include <pilab/base/transfer.h>
#include <pilab/tui/event_queue.h>
#include <pilab/tui/loop.h>
#include <pilab/tui/messages.h>
#include <pilab/tui/terminal.h>
#include <pilab/tui/theme.h>
#include <pilab/tui/view.h>

struct picker;
struct workspace;

/* The `:` line behind the workspace's own commands. */
struct completions;
void completions_add(struct completions *completions, const char *word);

struct command_host {
    void *context;
    /* False with an error, which is shown. */
    bool (*run)(void *context, struct workspace *workspace, const char *line, struct error *error);
    /* Adds whole words that could replace the last, unfinished word of `line`; may be NULL. */
    void (*complete)(void *context, const char *line, struct completions *completions);
    /* Whether a line may hold a secret: it is in no history and no title. May be NULL. */
    bool (*secret)(void *context, const char *line);
    /* Asked before anything else, whether the view that is seen means something of its own by the
     * line, and has done it; may be NULL. */
    bool (*own)(void *context, const char *line);
};

/* The jobs that are shown in `:jobs` and cancelled with ^C; in the title line stand those that have
 * lasted long enough to be read. */
struct job_status {
    uint64_t id;
    char title[64];
    char doing[128]; /* what it is at just now; may be empty */
    uint64_t done;
    uint64_t total; /* 0: not known */
    bool transferring;
    struct transfer_state transfer; /* more of it, when something comes over the network */
    int64_t since;                  /* when it was started, monotonic milliseconds; 0: long ago */
    bool reading;                   /* it only looks: leaving need not ask because of it */
    bool cancelling;
};

struct job_host {
    void *context;
    size_t (*count)(void *context);
    bool (*get)(void *context, size_t index, struct job_status *job);
    void (*cancel)(void *context, uint64_t id);
};

/* Actions that are there on every view: undo, the lasting ones behind `!`. */
struct action_host {
    void *context;
    const struct key_table *keys;
    unsigned (*act)(void *context, struct workspace *workspace, int action);
    /* As in view.h; may be NULL. */
    bool (*allows)(void *context, int action, struct strbuf *why);
};

/* ^P: what one can jump to, and the jump. */
struct jump_host {
    void *context;
    void (*offer)(void *context, struct picker *picker);
    void (*go)(void *context, struct workspace *workspace, const char *value);
};

/* Copied; what it points to outlives the workspace. Functions that are NULL are not offered. */
struct workspace_options {
    const char *product; /* "PiLabStudio" */
    struct terminal *terminal;
    const struct theme *theme;
    struct clock clock;
    struct action_host actions;
    struct command_host commands;
    struct job_host jobs;
    struct jump_host jump;
};

struct workspace *workspace_new(const struct workspace_options *options);
void workspace_free(struct workspace **workspace);

/* A place: its digit (1–8), its label, and what makes its first view when it is first entered
 * (NULL with an error: the place stays closed and says why). */
void workspace_add_place(struct workspace *workspace, int digit, const char *label,
                         struct view *(*open)(void *context, struct workspace *workspace,
                                              struct error *error),
                         void *context);
bool workspace_go(struct workspace *workspace, int digit);
bool workspace_has_place(const struct workspace *workspace, int digit);
int workspace_place(const struct workspace *workspace); /* the current digit, 0: none */
/* The places in the order they were added; NULL past the last. Borrowed. */
const char *workspace_place_label(const struct workspace *workspace, size_t index, int *digit);

/* Puts a view on top of the current place; takes it over. */
void workspace_open(struct workspace *workspace, struct view *view);
/* The same in the place with this digit, which becomes the current one. Closing the view leads back
 * to where one is now, unless one goes to that place by its digit in between: one comes from there,
 * then. What was looked at in another place before is closed, unless something there is not saved.
 */
void workspace_open_in(struct workspace *workspace, int digit, struct view *view);
/* Closes the top view; the last one of a place stays. True when one was closed. */
bool workspace_back(struct workspace *workspace);
/* The same with all views of the current place but the first; not while something lies over them,
 * which may be about one. */
void workspace_back_to_first(struct workspace *workspace);
struct view *workspace_view(const struct workspace *workspace); /* the top one; NULL: none */

/* Runs until the person leaves, the terminal goes, or SIGTERM. After the latter two nobody can be
 * asked any more: the caller keeps what is not saved. */
enum loop_end workspace_run(struct workspace *workspace);
/* Ends workspace_run after the current handler. */
void workspace_quit(struct workspace *workspace);

/* Puts in what `u` can undo from now on (undo.h). */
struct undo_entry;
void workspace_add_undo(struct workspace *workspace, const struct undo_entry *entry);

/* Says something; errors stay until dismissed. */
void workspace_say(struct workspace *workspace, enum message_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void workspace_say_error(struct workspace *workspace, const struct error *error);
struct message_log *workspace_messages(const struct workspace *workspace);

/* The title line: the project before the crumb, who works, what waits. NULL or "" leaves out. */
void workspace_set_project(struct workspace *workspace, const char *project);
void workspace_set_actor(struct workspace *workspace, const char *actor);
void workspace_set_waiting(struct workspace *workspace, const char *waiting);
void workspace_set_theme(struct workspace *workspace, const struct theme *theme);
void workspace_bell(struct workspace *workspace);

/* Opens the `:` line with a text to begin with. */
void workspace_command_line(struct workspace *workspace, const char *initial);
/* Copies to the clipboard and says where it went. */
void workspace_copy(struct workspace *workspace, const char *text, size_t length);
/* Writes what is seen, with place and time, to a new file (0600); `replace` allows an old one. */
bool workspace_save_screen(struct workspace *workspace, const char *path, bool replace,
                           struct error *error);

/* Runs a program in the terminal ($EDITOR) and waits for it; its arguments are never a shell's.
 * `*status` gets what waitpid(2) says. ERROR_NOT_FOUND or ERROR_IO when it could not be started. */
bool workspace_run_program(struct workspace *workspace, const char *const argv[], int *status,
                           struct error *error);

/* For tests: whether all key tables that are heard on the current view are sound (keymap.h). */
bool workspace_check_keys(const struct workspace *workspace, struct error *error);

/* Any thread: an event for a view, or for everybody. Wakes the loop. */
void workspace_post(struct workspace *workspace, const struct event *event);
/* Any thread: a job moved on; the title line follows at most four times a second. */
void workspace_post_progress(struct workspace *workspace);

struct terminal *workspace_terminal(const struct workspace *workspace);
enum glyph_set workspace_glyphs(const struct workspace *workspace);
const struct clock *workspace_clock(const struct workspace *workspace);

#endif
