#include <string.h>

#include "text_view_internal.h"

/* The rows of the screen that a text takes, of which only those are laid out that are looked at. */

size_t text_piece_start(const struct text_view *view, size_t piece)
{
    return piece < view->pieces.count ? *(size_t *)vector_at(&view->pieces, piece) : view->length;
}

bool text_starts_line(const struct text_view *view, size_t piece)
{
    size_t start = text_piece_start(view, piece);

    return start == 0 || view->text[start - 1] == '\n';
}

size_t text_piece_length(const struct text_view *view, size_t piece)
{
    size_t start = text_piece_start(view, piece);
    size_t end = text_piece_start(view, piece + 1);

    return end > start && view->text[end - 1] == '\n' ? end - start - 1 : end - start;
}

static void add_piece(struct text_view *view, size_t start)
{
    vector_push(&view->pieces, &start);
}

/* Cuts the text at newlines, and long lines between characters every TEXT_PIECE bytes. */
void text_find_pieces(struct text_view *view)
{
    size_t at = 0;

    vector_clear(&view->pieces);
    view->lines = 0;
    while (at < view->length) {
        const char *newline = memchr(view->text + at, '\n', view->length - at);
        size_t end = newline == NULL ? view->length : (size_t)(newline - view->text);

        view->lines++;
        add_piece(view, at);
        while (end - at > TEXT_PIECE) {
            size_t cut = at + TEXT_PIECE;

            for (size_t i = 0; i < 3 && ((unsigned char)view->text[cut] & 0xc0) == 0x80; i++)
                cut--;
            at = cut;
            add_piece(view, at);
        }
        at = end + 1;
    }
}

static enum role line_role(const struct text_view *view, size_t piece)
{
    size_t length;

    if (view->role_of == NULL)
        return ROLE_NORMAL;
    while (piece > 0 && !text_starts_line(view, piece))
        piece--;
    length = text_piece_length(view, piece);
    return view->role_of(view->role_context, view->text + text_piece_start(view, piece), length);
}

/* Lays a piece out, unless it is the one that was laid out last. */
void text_compose(struct text_view *view, size_t piece, size_t length)
{
    size_t start = text_piece_start(view, piece);
    struct text_composed *last = &view->composed;

    if (last->valid && last->piece == piece && last->length == length &&
        last->columns == view->columns && last->wrap == view->wrap && last->ascii == view->ascii)
        return;
    *last = (struct text_composed){ true, view->wrap, view->ascii, view->columns, piece, length };
    text_layout_compose(&view->layout, view->text + start, length, start, view->spans.items,
                        view->spans.count, line_role(view, piece), view->ascii);
    text_layout_break(&view->layout, view->wrap ? view->columns : 0);
}

/* How many rows of the screen a piece takes; where lines are cut, only its line's first has one. */
static size_t piece_rows(struct text_view *view, size_t piece)
{
    if (!view->wrap)
        return text_starts_line(view, piece) ? 1 : 0;
    text_compose(view, piece, text_piece_length(view, piece));
    return view->layout.rows.count;
}

bool text_step_down(struct text_view *view, struct text_position *at)
{
    struct text_position next = *at;

    if (next.row + 1 < piece_rows(view, next.piece)) {
        at->row++;
        return true;
    }
    do {
        if (++next.piece >= view->pieces.count)
            return false;
    } while (piece_rows(view, next.piece) == 0);
    next.row = 0;
    *at = next;
    return true;
}

bool text_step_up(struct text_view *view, struct text_position *at)
{
    struct text_position next = *at;
    size_t rows;

    if (at->row > 0) {
        at->row--;
        return true;
    }
    do {
        if (next.piece == 0)
            return false;
        rows = piece_rows(view, --next.piece);
    } while (rows == 0);
    next.row = rows - 1;
    *at = next;
    return true;
}

bool text_before(struct text_position a, struct text_position b)
{
    return a.piece != b.piece ? a.piece < b.piece : a.row < b.row;
}

struct text_position text_last_top(struct text_view *view)
{
    struct text_position at = { 0, 0 };

    if (view->pieces.count == 0)
        return at;
    at.piece = view->pieces.count;
    for (int i = 0; i < view->rows && text_step_up(view, &at); i++)
        continue;
    return at.piece < view->pieces.count ? at : (struct text_position){ 0, 0 };
}

void text_clamp_top(struct text_view *view)
{
    struct text_position limit = text_last_top(view);
    size_t rows;

    if (text_before(limit, view->top))
        view->top = limit;
    if (view->pieces.count == 0)
        return;
    rows = piece_rows(view, view->top.piece);
    while (rows == 0 && view->top.piece > 0)
        rows = piece_rows(view, --view->top.piece);
    if (view->top.row >= rows)
        view->top.row = rows == 0 ? 0 : rows - 1;
}

void text_scroll(struct text_view *view, int rows, bool downwards)
{
    for (int i = 0; i < rows; i++)
        if (!(downwards ? text_step_down(view, &view->top) : text_step_up(view, &view->top)))
            break;
    if (downwards)
        text_clamp_top(view);
}

struct text_position text_position_of(struct text_view *view, size_t offset)
{
    struct text_position at = { 0, 0 };
    size_t high = view->pieces.count;

    while (at.piece + 1 < high) {
        size_t middle = at.piece + (high - at.piece) / 2;

        if (text_piece_start(view, middle) <= offset)
            at.piece = middle;
        else
            high = middle;
    }
    if (view->wrap) {
        text_compose(view, at.piece, offset - text_piece_start(view, at.piece));
        at.row = view->layout.rows.count - 1;
    }
    return at;
}

bool text_is_visible(struct text_view *view, struct text_position at)
{
    struct text_position bottom = view->top;

    for (int i = 0; i + 1 < view->rows && text_step_down(view, &bottom); i++)
        continue;
    return !text_before(at, view->top) && !text_before(bottom, at);
}
