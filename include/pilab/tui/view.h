/*
 * A view: one screen of one place. It arranges panes, draws what stands between them and answers
 * the actions of its own key table; the workspace does the rest (frame, focus, find, filter, help).
 *
 * Life: a constructor makes it with view_new and adds its panes; workspace_open shows it; `close`
 * frees the view's own state, once. Handlers return what must be refreshed (pane.h). A view may
 * close itself or open others from any handler: it is freed when none of its handlers runs.
 *
 * A list of commits that opens a patch, whole:
 *
 *     struct commits { struct memory_rows *rows; struct list *list; };
 *
 *     enum { COMMITS_OPEN };
 *     static const struct key_row rows[] = {
 *         { "Enter", COMMITS_OPEN, "open", "Open the patch of the commit", KEYS_HINT },
 *     };
 *     static const struct key_table keys = { "commits", rows, 1 };
 *
 *     static void layout(struct view *view, struct rectangle area)
 *     {
 *         struct commits *commits = view_state(view);
 *
 *         pane_place(list_pane(commits->list), area);
 *     }
 *
 *     static unsigned act(struct view *view, int action)
 *     {
 *         struct commits *commits = view_state(view);
 *         struct row row;
 *
 *         if (action == COMMITS_OPEN && list_selected(commits->list, &row))
 *             workspace_open(view_workspace(view), patch_screen_new(view, row.identity));
 *         return REFRESH_NONE;
 *     }
 *
 *     static const struct view_ops ops = {
 *         .name = "commits", .keys = &keys, .layout = layout, .act = act, .close = close_commits,
 *     };
 */
#ifndef PILAB_TUI_VIEW_H
#define PILAB_TUI_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include <pilab/tui/event_queue.h>
#include <pilab/tui/pane.h>

struct view;
struct workspace;
struct copy_menu;

struct view_ops {
    const char *name;             /* the heading in the help screen */
    const struct key_table *keys; /* may be NULL */
    bool uncovered; /* it yields rows to messages, which else lie over its last ones */
    /* Appends this view's part of the crumb in the title line: "Drift 42". */
    void (*title)(const struct view *view, struct strbuf *out);
    /* Places the panes (pane_place) in a rectangle whose corner is 0, 0. */
    void (*layout)(struct view *view, struct rectangle area);
    /* Draws what is not a pane; may be NULL. */
    void (*draw)(struct view *view, const struct surface *surface);
    unsigned (*act)(struct view *view, int action);
    /* False when the action is not possible now, with the reason; NULL: all are possible. */
    bool (*allows)(const struct view *view, int action, struct strbuf *why);
    /* An answer from another thread, of the view's current generation. */
    unsigned (*event)(struct view *view, const struct event *event);
    /* It is on top again, after what lay over it was closed; may be NULL. */
    unsigned (*shown)(struct view *view);
    /* Two or three words at the very end of the hint line ("HIGH"); returns their role. */
    enum role (*status)(const struct view *view, struct strbuf *out);
    /* Fills the menu of `y` for the selected thing (clipboard.h); may be NULL. */
    void (*copy)(const struct view *view, struct copy_menu *menu);
    /* What would be lost by closing, or false when nothing would. */
    bool (*unsaved)(const struct view *view, struct strbuf *what);
    void (*close)(struct view *view);
};

/* `state` is the view's own. `ops` outlives the view. */
struct view *view_new(struct workspace *workspace, const struct view_ops *ops, void *state);
void view_free(struct view **view);

void *view_state(const struct view *view);
struct workspace *view_workspace(const struct view *view);
uint64_t view_id(const struct view *view); /* never used twice */

/* Panes take the focus in the order they are added; the first has it first. Borrowed. */
void view_add_pane(struct view *view, struct pane *pane);
struct pane *view_focus(const struct view *view); /* NULL: it has none */
void view_set_focus(struct view *view, struct pane *pane);
/* A further table that hears the keys no pane wanted, and who acts on it: tab strips. */
void view_add_keys(struct view *view, const struct key_table *table,
                   unsigned (*act)(void *context, int action), void *context);

/* A new question makes the answers to older ones stale: returns the new generation. */
uint64_t view_ask(struct view *view);
uint64_t view_generation(const struct view *view);

/* The kind of the event that view_wake asks for. */
#define VIEW_WOKEN (-1)
/* The view gets an event at this time of clock_monotonic(), once; 0: never. The last call counts.
 */
void view_wake(struct view *view, int64_t at);
/* For somebody else than the view, which may ask for a time of its own: at the earlier of both. */
void view_wake_by(struct view *view, int64_t at);

/* A production environment is at stake: the frame shows it, in colour and in words. */
void view_set_production(struct view *view, bool production);
/* What the title line names in place of the project while this view or one above it is seen: what
 * the view is about is not the project's. Copied; "" names nothing, NULL the project. */
void view_set_project(struct view *view, const char *project);
bool view_is_production(const struct view *view);

/* Something changed outside of a handler. */
void view_refresh(struct view *view, unsigned refresh);

#endif
