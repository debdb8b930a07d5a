#include <string.h>

#include <pilab/base/utf8.h>
#include <pilab/tui/text_layout.h>

#define TAB_STOP 8

void text_layout_init(struct text_layout *layout)
{
    layout->escaped = (struct strbuf)STRBUF_INIT;
    layout->deceptive = 0;
    vector_init(&layout->runs, sizeof(struct text_run));
    vector_init(&layout->rows, sizeof(struct text_row));
}

void text_layout_release(struct text_layout *layout)
{
    strbuf_release(&layout->escaped);
    vector_release(&layout->runs);
    vector_release(&layout->rows);
}

/* Where the next change comes: a span's edge, a tab, or the end. `*role` gets the look up to it. */
static size_t next_edge(const char *bytes, size_t at, size_t length, size_t offset,
                        const struct text_span **span, const struct text_span *last, enum role base,
                        enum role *role)
{
    size_t end = length;
    const char *tab;

    while (*span < last && (*span)->offset + (*span)->length <= offset + at)
        (*span)++;
    *role = base;
    if (*span < last && (*span)->offset <= offset + at) {
        *role = (*span)->role;
        if ((*span)->offset + (*span)->length - offset < end)
            end = (*span)->offset + (*span)->length - offset;
    } else if (*span < last && (*span)->offset - offset < end) {
        end = (*span)->offset - offset;
    }
    tab = memchr(bytes + at, '\t', end - at);
    return tab == NULL ? end : (size_t)(tab - bytes);
}

/* The first span that ends after `offset`. */
static const struct text_span *first_span(const struct text_span *spans, size_t count,
                                          size_t offset)
{
    size_t low = 0;

    while (low < count) {
        size_t middle = low + (count - low) / 2;

        if (spans[middle].offset + spans[middle].length <= offset)
            low = middle + 1;
        else
            count = middle;
    }
    return spans + low;
}

void text_layout_compose(struct text_layout *layout, const char *bytes, size_t length,
                         size_t offset, const struct text_span *spans, size_t span_count,
                         enum role role, bool ascii)
{
    const struct text_span *span = first_span(spans, span_count, offset);
    const struct text_span *last = spans + span_count;
    struct strbuf *escaped = &layout->escaped;

    strbuf_clear(escaped);
    vector_clear(&layout->runs);
    layout->deceptive = 0;
    for (size_t at = 0; at < length;) {
        enum role look;
        size_t edge = next_edge(bytes, at, length, offset, &span, last, role, &look);
        struct text_run *run;

        layout->deceptive +=
            glyphs_escape(ascii ? GLYPHS_ASCII : GLYPHS_UTF8, escaped, bytes + at, edge - at, 0);
        at = edge;
        if (at < length && bytes[at] == '\t') {
            size_t column = text_width(escaped->data, escaped->length);

            strbuf_add_repeat(escaped, " ", TAB_STOP - column % TAB_STOP);
            at++;
        }
        run = vector_add(&layout->runs);
        *run = (struct text_run){ escaped->length, look };
    }
}

/* Where a row that may hold `fits` of the `length` bytes ends: after its last blank. Only a word
 * that has no room on a row of its own is cut, to fill this one: a path between its parts. */
static size_t break_at(const char *text, size_t fits, size_t length)
{
    size_t blank = fits;
    size_t slash = fits;
    size_t word;

    while (blank > 0 && text[blank - 1] != ' ')
        blank--;
    word = blank;
    while (word < length && word - blank <= fits && text[word] != ' ')
        word++;
    if (blank > fits / 2 || (blank > 0 && word - blank <= fits))
        return blank;
    while (slash > fits / 2 && text[slash - 1] != '/')
        slash--;
    return slash > fits / 2 ? slash : fits;
}

void text_layout_break(struct text_layout *layout, int columns)
{
    const struct strbuf *text = &layout->escaped;
    size_t at = 0;

    vector_clear(&layout->rows);
    do {
        const char *rest = text->data + at;
        size_t left = text->length - at;
        size_t fits = columns > 0 ? text_fit(rest, left, (size_t)columns, NULL) : left;
        struct text_row *row;

        /* A wide character in a narrow pane still takes a row of its own. */
        if (fits == 0)
            fits = text_fit(rest, left, 2, NULL);
        if (fits == 0)
            fits = left;
        if (fits < left && rest[fits] != ' ')
            fits = break_at(rest, fits, left);
        row = vector_add(&layout->rows);
        *row = (struct text_row){ at, at + fits };
        at += fits;
        /* The blank between two rows is not shown at the beginning of the second. */
        if (columns > 0 && at < text->length && text->data[at] == ' ')
            at++;
    } while (at < text->length);
}

size_t text_layout_columns(const struct text_layout *layout)
{
    return text_width(layout->escaped.data, layout->escaped.length);
}

void text_layout_draw(const struct text_layout *layout, size_t row, const struct surface *surface,
                      int y, int column, size_t skip)
{
    const struct text_row *shown = vector_at(&layout->rows, row);
    size_t at = shown->start;

    for (size_t i = 0; i < layout->runs.count && at < shown->end; i++) {
        const struct text_run *run = vector_at(&layout->runs, i);
        size_t end = run->end < shown->end ? run->end : shown->end;
        size_t width;

        if (run->end <= at)
            continue;
        width = skip == 0 ? 0 : text_width(layout->escaped.data + at, end - at);
        if (skip > 0 && width <= skip) {
            skip -= width;
        } else {
            column += surface_escaped(surface, y, column, skip, style_of(run->role),
                                      layout->escaped.data + at, end - at);
            skip = 0;
        }
        at = end;
    }
    canvas_add_deceptive(surface->canvas, layout->deceptive);
}
