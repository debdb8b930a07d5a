/* What the text view shares with panes that are built on it; nobody else includes this. */
#ifndef PILAB_TUI_TEXT_VIEW_INTERNAL_H
#define PILAB_TUI_TEXT_VIEW_INTERNAL_H

#include <pilab/base/vector.h>
#include <pilab/tui/text_view.h>

enum text_action {
    TEXT_DOWN,
    TEXT_UP,
    TEXT_HALF_DOWN,
    TEXT_HALF_UP,
    TEXT_PAGE_DOWN,
    TEXT_PAGE_UP,
    TEXT_FIRST,
    TEXT_LAST,
    TEXT_RIGHT,
    TEXT_LEFT,
    TEXT_WRAP
};

/* A row of the laid-out text. */
struct text_position {
    size_t piece;
    size_t row; /* within the piece */
};

/* What the layout holds. */
struct text_composed {
    bool valid;
    bool wrap;
    bool ascii;
    int columns;
    size_t piece;
    size_t length;
};

struct text_view {
    struct pane pane;
    char *text;
    size_t length;
    size_t lines;
    struct vector pieces; /* of size_t: where each begins; a line is one or more */
    struct vector spans;  /* of struct text_span */
    enum role (*role_of)(void *context, const char *line, size_t length);
    void *role_context;
    char *empty;

    int rows;
    int columns;
    bool wrap;
    bool ascii;
    struct text_position top;
    size_t left; /* columns that cut lines are moved */

    char *pattern; /* what was looked for last; NULL: nothing */
    size_t found;  /* where; SIZE_MAX: nowhere yet */

    struct text_layout layout; /* of the piece that was composed last */
    struct text_composed composed;
};

/* text_rows.c. A piece is a line, or a part of at most TEXT_PIECE bytes of a longer one. */
size_t text_piece_start(const struct text_view *view, size_t piece);
bool text_starts_line(const struct text_view *view, size_t piece);
/* The bytes of a piece, without the newline at its end. */
size_t text_piece_length(const struct text_view *view, size_t piece);
void text_find_pieces(struct text_view *view);
/* Lays out the first bytes of a piece, unless they were laid out last. */
void text_compose(struct text_view *view, size_t piece, size_t length);
/* To the next row, or the one before; false at the end. */
bool text_step_down(struct text_view *view, struct text_position *at);
bool text_step_up(struct text_view *view, struct text_position *at);
bool text_before(struct text_position a, struct text_position b);
/* The lowest top that still fills the screen. */
struct text_position text_last_top(struct text_view *view);
void text_clamp_top(struct text_view *view);
void text_scroll(struct text_view *view, int rows, bool downwards);
/* Where a byte stands, and whether that is on the screen. */
struct text_position text_position_of(struct text_view *view, size_t offset);
bool text_is_visible(struct text_view *view, struct text_position at);

extern const struct key_table text_keys;

void text_view_init(struct text_view *view, const struct pane_ops *ops);
void text_view_release(struct text_view *view);

/* The operations of a pane whose first member is a text view. */
void text_pane_resize(struct pane *pane, int rows, int columns);
void text_pane_draw(struct pane *pane, const struct surface *surface, bool focused);
unsigned text_pane_act(struct pane *pane, int action);
enum find_result text_pane_find(struct pane *pane, const char *pattern, bool backwards);
void text_pane_position(const struct pane *pane, struct strbuf *out);
bool text_pane_text(const struct pane *pane, struct strbuf *out);

#endif
