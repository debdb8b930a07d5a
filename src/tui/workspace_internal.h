/* What the files of the workspace share; nobody else includes this. */
#ifndef PILAB_TUI_WORKSPACE_INTERNAL_H
#define PILAB_TUI_WORKSPACE_INTERNAL_H

#include <stdatomic.h>

#include <pilab/base/vector.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/line_editor.h>
#include <pilab/tui/undo.h>
#include <pilab/tui/workspace.h>

#include "overlay.h"

/* Smaller than this is not usable; the screen says so. */
#define FRAME_ROWS    5
#define FRAME_COLUMNS 20

#define VIEW_EXTRA_KEYS 2

#define NO_PLACE SIZE_MAX

struct view {
    const struct view_ops *ops;
    void *state;
    struct workspace *workspace;
    uint64_t id;
    uint64_t generation;
    struct vector panes; /* of struct pane * */
    size_t focus;
    int64_t wake_at; /* monotonic; 0: never */
    bool production;
    size_t from;   /* the place that it was opened from, another than its own; or NO_PLACE */
    char *project; /* in place of the workspace's; NULL: none of its own */
    size_t extra_count;
    struct {
        const struct key_table *keys;
        unsigned (*act)(void *context, int action);
        void *context;
    } extra[VIEW_EXTRA_KEYS];
};

struct place {
    int digit;
    char *label;
    struct view *(*open)(void *context, struct workspace *workspace, struct error *error);
    void *context;
    struct vector views; /* of struct view *, the top one last */
};

struct workspace {
    struct workspace_options options;
    struct canvas *canvas;
    struct event_queue *queue;
    struct message_log *messages;
    struct vector places;   /* of struct place */
    size_t place;           /* the current one, or NO_PLACE */
    struct vector overlays; /* of struct overlay *, the one with the keys last */
    struct vector closed;   /* of struct view *: freed when no handler of theirs runs any more */
    uint64_t view_count;    /* made so far */

    char *project;
    char *actor;
    char *waiting;

    unsigned refresh;
    int yielded; /* rows of the body that the view was laid out without, for messages */
    bool zoomed;
    bool quitting;
    size_t deceptive; /* characters that the last drawing had to show instead of obey */

    struct key_sequence typed; /* keys that may become an action */
    int64_t menu_at;           /* when their menu opens by itself; -1: never */

    char *pattern; /* what was looked for last */
    bool backwards;
    struct line_history *find_history;
    struct line_history *command_history;
    struct line_history *filter_history;
    char *filter_before; /* what held when a new filter was begun */
    struct undo_list *undo;

    atomic_bool progressed; /* set by workers, taken by the loop */
    int64_t progress_at;    /* when progress is drawn; -1: there is none */
    int64_t progress_drawn;
    int64_t job_at;    /* when a running job has lasted long enough to be shown; -1: none is new */
    int64_t minute_at; /* when the clock moves on; -1: never */
    int64_t messages_at; /* when a message that is shown goes by itself; -1: none does */
    struct theme *theme; /* owned, when `:theme` loaded it */
};

/* workspace_top.c */
void workspace_refresh(struct workspace *workspace, unsigned refresh);
struct place *workspace_current_place(const struct workspace *workspace);
int64_t workspace_now(const struct workspace *workspace); /* monotonic */

/* workspace.c */
struct pane *workspace_pane(const struct workspace *workspace); /* with the focus, or NULL */
void workspace_bury(struct workspace *workspace);

/* workspace_views.c: the project that what is seen belongs to, or NULL. */
const char *workspace_shown_project(const struct workspace *workspace);

/* workspace_leave.c: both ask when something would be lost. */
void workspace_close_view(struct workspace *workspace);
void workspace_ask_quit(struct workspace *workspace);

/* workspace_frame.c. After the terminal's size may have changed. */
void workspace_take_size(struct workspace *workspace);
/* Gives panes their places when they have to move; every handler leaves them right, so that keys
 * that arrive together find them so. */
void workspace_lay_out(struct workspace *workspace);
void workspace_draw(struct workspace *workspace);
void workspace_draw_without_overlays(struct workspace *workspace);

/* The parts of the frame, each with a file of its name. */
void workspace_draw_title(const struct workspace *workspace, const struct surface *surface);
/* `dismissal`: the line begins with the key that takes an error away. */
void workspace_draw_hints(const struct workspace *workspace, const struct surface *surface,
                          bool dismissal);
/* How many rows of the body messages take, with the line over them. */
int workspace_toast_rows(const struct workspace *workspace, const struct surface *body);
/* False when an error is shown that has no room to say how it goes. */
bool workspace_draw_toasts(const struct workspace *workspace, const struct surface *body);
/* When the next job that runs is shown; -1: all are. */
int64_t workspace_job_deadline(const struct workspace *workspace, int64_t now);
/* Appends where one is, escaped: project, place, and the titles of the views. */
void workspace_crumb(const struct workspace *workspace, struct strbuf *out);
void workspace_set_window_title(struct workspace *workspace);

/* workspace_chain.c: who hears a key, in the order of the keymap. */
enum key_owner { OWNER_VIEW, OWNER_PANE, OWNER_EXTRA, OWNER_HOST, OWNER_WORKSPACE };
struct key_chain {
    struct keymap keymap;
    enum key_owner owners[KEYMAP_MAXIMUM];
    size_t extra[KEYMAP_MAXIMUM]; /* OWNER_EXTRA: which */
};
extern const struct key_table workspace_keys;
void workspace_key_chain(const struct workspace *workspace, struct key_chain *chain);
/* Whether the pane can do what a row of the workspace's own table needs; true for other tables. */
bool workspace_key_possible(const struct workspace *workspace, const struct key_chain *chain,
                            size_t table, const struct key_row *row);
/* Whether it stands in the hint line: not what is refused now; the way back only where there is
 * one, elsewhere the way out. */
bool workspace_key_hinted(const struct workspace *workspace, const struct key_chain *chain,
                          size_t table, const struct key_row *row);
/* False when the row's owner refuses it now, with the reason. */
bool workspace_allows(const struct workspace *workspace, const struct key_chain *chain,
                      size_t table, const struct key_row *row, struct strbuf *why);

/* workspace_keys.c: what a key does. */
void workspace_key(struct workspace *workspace, int32_t key);
void workspace_open_prefix_menu(struct workspace *workspace);

/* workspace_actions.c: what the workspace's own table does. */
enum workspace_action {
    WORKSPACE_PREFIX,
    WORKSPACE_HELP,
    WORKSPACE_FIND,
    WORKSPACE_FIND_NEXT,
    WORKSPACE_FIND_PREVIOUS,
    WORKSPACE_FILTER,
    WORKSPACE_SORT,
    WORKSPACE_ZOOM,
    WORKSPACE_COPY,
    WORKSPACE_UNDO,
    WORKSPACE_REDO,
    WORKSPACE_COMMAND,
    WORKSPACE_JUMP,
    WORKSPACE_NEXT_PANE,
    WORKSPACE_PREVIOUS_PANE,
    WORKSPACE_TAB,
    WORKSPACE_PLACE,
    WORKSPACE_BACK,
    WORKSPACE_CLOSE,
    WORKSPACE_QUIT,
    WORKSPACE_CANCEL,
    WORKSPACE_SUSPEND,
    WORKSPACE_REPAINT
};
void workspace_act(struct workspace *workspace, int action, int32_t key);
void workspace_found(struct workspace *workspace, enum find_result result);
void workspace_cancel_job(struct workspace *workspace);
void workspace_suspend(struct workspace *workspace);

/* workspace_filter.c */
void workspace_filter(struct workspace *workspace);

/* workspace_undo.c */
void workspace_step(struct workspace *workspace, bool again);
struct view *undo_view_new(struct workspace *workspace);

/* completions.c */
struct completions {
    struct vector words; /* of char * */
};
void completions_init(struct completions *completions);
void completions_release(struct completions *completions);

/* workspace_commands.c */
void workspace_run_command(struct workspace *workspace, const char *line);
/* Whole words that could stand where the last word of `line` stands. */
void workspace_complete(struct workspace *workspace, const char *line,
                        struct completions *completions);

/* prompt.c: a line typed over the hint line. */
struct prompt_handler {
    /* After each key; false with what is wrong with it, which is shown. Such a line is not taken.
     * May be NULL. */
    bool (*changed)(void *context, const char *text, struct error *error);
    void (*complete)(void *context, const char *text, struct completions *completions);
    void (*done)(void *context, const char *text); /* NULL: given up */
    /* Whether a line may hold a secret: then no history keeps it. May be NULL. */
    bool (*secret)(void *context, const char *text);
    void *context;
    bool turns; /* '?' as the first character turns it round: done gets "?…" */
};
void prompt_open(struct workspace *workspace, const char *label, const char *initial,
                 struct line_history *history, const struct prompt_handler *handler);

/* The views of the workspace's own. */
struct view *help_view_new(struct workspace *workspace);
struct view *messages_view_new(struct workspace *workspace);
struct view *jobs_view_new(struct workspace *workspace);

#endif
