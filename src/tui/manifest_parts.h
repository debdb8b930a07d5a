/* What the files of the Manifest screen share. Nobody else includes this. */
#ifndef PILAB_TUI_MANIFEST_PARTS_H
#define PILAB_TUI_MANIFEST_PARTS_H

#include <pilab/app/manifest.h>
#include <pilab/app/store_watch.h>
#include <pilab/release/manifest_fields.h>
#include <pilab/tui/picker.h>
#include <pilab/tui/studio_parts.h>
#include <pilab/tui/table.h>

enum manifest_only { ONLY_ALL, ONLY_DIFFERING, ONLY_BEHIND_PRODUCTION };

#define FROZEN_SIZE        160
#define MANIFEST_TEXT_SIZE 256

struct manifest_screen {
    struct studio *studio;
    struct view *view;
    struct table *table;
    struct store_watch *watch; /* NULL: nothing to watch */

    struct arena *arena;       /* of the manifest */
    struct manifest *manifest; /* NULL: not read yet */
    int64_t at;                /* 0: now */
    char frozen[FROZEN_SIZE];  /* "baseline:gold", "release:R1"; "": none of them */
    bool counting, count_again;
    uint64_t observing;    /* the job that asks what really runs; 0: none does */
    int64_t observe_tried; /* monotonic, of the last time it did so by itself */

    /* What is shown of it: indices of rows. */
    struct vector shown; /* size_t */
    enum manifest_only only;
    struct filter *filter; /* NULL: none */
    const struct manifest_fields *fields;
    struct arena *filter_arena; /* of `fields`, which the filter borrows */
    size_t sorted;              /* column of the table + 1; 0: the project's order */
    bool descending;

    char *sought; /* a module or an environment that is to be shown once it can be; or NULL */
    bool sought_environment;

    bool details;
    struct rectangle foot;
    char mark[MANIFEST_MARK_SIZE]; /* of the cell that was asked for last */
};

/* manifest_source.c: the manifest as the rows of a table, whose column 0 is the module and column
 * n + 1 the manifest's column n. */
extern const struct table_source_ops manifest_source_ops;
/* Chooses and orders the rows anew. */
void manifest_choose_rows(struct manifest_screen *screen);
/* The manifest's row and column under the cursor; MANIFEST_NONE for the row of a heading. False
 * when there is nothing. */
bool manifest_here(const struct manifest_screen *screen, size_t *row, size_t *column);

/* "env:UAT", "env:UAT@2025-01-22T14:30:00Z", "baseline:gold@UAT", "release:R1". */
void manifest_column_spec(const struct manifest_screen *screen, size_t column, struct strbuf *out);

/* manifest_job.c */
enum manifest_event {
    MANIFEST_STORE_CHANGED = 100,
    MANIFEST_LOADED,
    MANIFEST_FAILED,
    MANIFEST_DISTANCE,
    MANIFEST_COUNTED,
    MANIFEST_ASKED
};
void manifest_start_loading(struct manifest_screen *screen);
/* True when the event was one of these. */
bool manifest_take_event(struct manifest_screen *screen, const struct event *event);

/* manifest_observe.c: asks, behind the screen, what really runs; what was seen is in the store
 * then, and the manifest is read again as after any change there. */
void manifest_observe(struct manifest_screen *screen);
/* Whatever is due by the project's settings; asks to be woken for what is due next. */
void manifest_observe_due(struct manifest_screen *screen);
void manifest_observe_stop(struct manifest_screen *screen);
/* True when the event was about it. */
bool manifest_observe_event(struct manifest_screen *screen, const struct event *event);

/* manifest_detail.c */
int manifest_foot_rows(const struct manifest_screen *screen, int rows);
void manifest_draw_foot(const struct manifest_screen *screen, const struct surface *surface);

/* manifest_look.c: what only looks. */
void manifest_open_history(struct manifest_screen *screen);
void manifest_open_would_get(struct manifest_screen *screen);
/* What is marked with this, or, when nothing is, this with a state that is asked for. */
void manifest_compare_marked(struct manifest_screen *screen);
void manifest_ask_where(const struct manifest_screen *screen);
/* What really runs in the environment under the cursor. */
void manifest_open_verify(struct manifest_screen *screen);
void manifest_travel(struct manifest_screen *screen);
void manifest_choose_only(struct manifest_screen *screen);

/* manifest_copy.c: fills the menu of `y`. */
void manifest_copy(const struct manifest_screen *screen, struct copy_menu *menu);

/* manifest_states.c: states that are not on the screen. */
/* Baselines and releases by name, whose values are states. */
void manifest_offer_frozen(const struct manifest_screen *screen, struct picker *picker);
/* Asks for a state and compares what is under the cursor with it. */
void manifest_ask_state(struct manifest_screen *screen);

/* manifest_act.c: what lasts. */
void manifest_ask_baseline(struct manifest_screen *screen);
void manifest_ask_version(struct manifest_screen *screen);
void manifest_cut_release(struct manifest_screen *screen);

/* manifest_lists.c: lists that are opened from here. */
struct view *manifest_history_view_new(struct studio *studio, const char *module,
                                       const char *environment);
/* `previous` and `current` are what Enter compares. */
struct view *manifest_differences_view_new(struct studio *studio, const char *title,
                                           const struct manifest_differences *differences,
                                           const char *previous, const char *current);

#endif
