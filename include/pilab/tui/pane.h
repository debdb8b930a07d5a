/*
 * A pane: a rectangle with content that can have the focus (a list, a text, a patch).
 *
 * A pane knows nothing of the view it stands in. Its handlers say what must be refreshed and never
 * draw; everything that a pane cannot do is a NULL operation. A component embeds `struct pane` as
 * its first member.
 */
#ifndef PILAB_TUI_PANE_H
#define PILAB_TUI_PANE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>
#include <pilab/tui/keymap.h>
#include <pilab/tui/surface.h>

enum refresh {
    REFRESH_NONE = 0,
    REFRESH_DRAW = 1,   /* what is seen changed */
    REFRESH_LAYOUT = 2, /* sizes changed: lay out again, then draw */
    REFRESH_IGNORED = 4 /* not mine: let the next one have it */
};

enum find_result {
    FIND_HERE,    /* found, and the cursor is on it */
    FIND_WRAPPED, /* found past the end */
    FIND_NOTHING,
    FIND_LATER /* the search goes on in `work` */
};

struct pane;

struct pane_ops {
    const struct key_table *keys;
    const struct key_table *base_keys; /* of the component it is built on; same act, own ids */
    bool keys_first; /* its tables are heard before the view's: keys type and change text here */
    bool takes_text; /* characters are text here: no hint says that one of them does more */
    void (*resize)(struct pane *pane, int rows, int columns);
    void (*draw)(struct pane *pane, const struct surface *surface, bool focused);
    unsigned (*act)(struct pane *pane, int action);
    /* What no table has: text that is typed, keys that are waited for. Asked before the tables, at
     * the beginning of a sequence; REFRESH_IGNORED leaves the key to them. */
    unsigned (*key)(struct pane *pane, int32_t key);
    /* Text pasted as one piece; any bytes. */
    unsigned (*paste)(struct pane *pane, const char *text, size_t length);
    /* Esc: gives up what is half done (a range, a filter); REFRESH_IGNORED when nothing is. */
    unsigned (*back)(struct pane *pane);

    /* `/`, `n`, `N`: from the cursor on, or back. */
    enum find_result (*find)(struct pane *pane, const char *pattern, bool backwards);
    /* A slice of unfinished work, at most some milliseconds; `busy` says whether there is any. */
    bool (*busy)(const struct pane *pane);
    unsigned (*work)(struct pane *pane, enum find_result *found);
    void (*stop)(struct pane *pane);

    /* `f`: shows only what matches, "" all. False with a reason when that text is no filter. */
    bool (*can_filter)(const struct pane *pane);
    bool (*filter)(struct pane *pane, const char *text, struct error *error);
    /* Nothing passes the filter that holds; goes with `filter`. */
    bool (*filter_passes_none)(const struct pane *pane);
    /* The filter is no longer being typed: until now the cursor wanted to be where it was before,
     * from now on where it is. May be NULL. */
    void (*filter_settled)(struct pane *pane);
    /* The filter that holds now, "" for none; goes with `filter`. Borrowed until it changes. */
    const char *(*filter_text)(const struct pane *pane);
    /* Offers what may stand in place of the last term of a filter; may be NULL. */
    void (*filter_complete)(const struct pane *pane, const char *text,
                            void (*offer)(void *to, const char *term), void *to);
    /* `s`: the names it can be sorted by (borrowed), NULL past the last. */
    const char *(*sort_name)(const struct pane *pane, size_t index);
    bool (*sort)(struct pane *pane, size_t index, struct error *error);

    /* "12/345", for the end of the hint line. */
    void (*position)(const struct pane *pane, struct strbuf *out);
    /* The text that `y` offers when the view has nothing better: of the marked rows, a line each,
     * else of the selected one, or all of it. */
    bool (*text)(const struct pane *pane, struct strbuf *out);
    /* How many rows are marked; 0: an action is about the selected one. */
    size_t (*marked)(const struct pane *pane);
};

struct undo_list;

struct pane {
    const struct pane_ops *ops;
    struct undo_list *undo; /* told what can be undone (undo.h), with the pane as its owner; NULL:
                               nobody is. Set when a view takes the pane */
    struct rectangle area;  /* set by pane_place, within the view */
    bool shown;
};

/* Gives the pane its place and resizes it; an empty rectangle hides it. */
void pane_place(struct pane *pane, struct rectangle area);
void pane_hide(struct pane *pane);

/* The filter that holds now, "" for none. Borrowed until it changes. */
const char *pane_filter_text(const struct pane *pane);
/* The filter is another one than `before` now, because a person wanted it: that can be undone. */
void pane_filter_changed(struct pane *pane, const char *before);
/* Takes the filter away, which can be undone. Only for a pane that can filter. */
unsigned pane_filter_clear(struct pane *pane);

/* Whether `f` and `s` can do something now; `pane` may be NULL. */
bool pane_can_filter(const struct pane *pane);
bool pane_can_sort(const struct pane *pane);

#endif
