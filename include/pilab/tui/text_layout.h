/*
 * One piece of a text (at most TEXT_PIECE bytes of one line) laid out: escaped, with its looks, and
 * broken into rows.
 */
#ifndef PILAB_TUI_TEXT_LAYOUT_H
#define PILAB_TUI_TEXT_LAYOUT_H

#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/tui/surface.h>

#define TEXT_PIECE 4096

/* A run of bytes that looks different; sorted by offset and not overlapping. */
struct text_span {
    size_t offset;
    size_t length;
    enum role role;
};

/* Escaped bytes that look alike, up to `end`. */
struct text_run {
    size_t end;
    enum role role;
};

/* Escaped bytes of one row on the screen. */
struct text_row {
    size_t start;
    size_t end;
};

struct text_layout {
    struct strbuf escaped;
    struct vector runs; /* of struct text_run */
    struct vector rows; /* of struct text_row, at least one once it is broken */
    size_t deceptive;
};

void text_layout_init(struct text_layout *layout);
void text_layout_release(struct text_layout *layout);

/* Escapes `length` bytes; the bytes stand at `offset` of the text that the spans, sorted, refer to.
 * What no span covers gets `role`. Tabs go to the next multiple of 8 columns. */
void text_layout_compose(struct text_layout *layout, const char *bytes, size_t length,
                         size_t offset, const struct text_span *spans, size_t span_count,
                         enum role role, bool ascii);

/* Breaks into rows of at most `columns`, between words where there are any; 0: all in one row. */
void text_layout_break(struct text_layout *layout, int columns);

size_t text_layout_columns(const struct text_layout *layout);

/* Draws one row, `skip` columns of it left out. */
void text_layout_draw(const struct text_layout *layout, size_t row, const struct surface *surface,
                      int y, int column, size_t skip);

#endif
