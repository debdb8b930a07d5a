#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/search.h>

#include "text_view_internal.h"

static const struct key_row text_rows[] = {
    {"j Down",         TEXT_DOWN,      "down",      "Move one line down",                    0},
    { "k Up",          TEXT_UP,        "up",        "Move one line up",                      0},
    { "^D",            TEXT_HALF_DOWN, "half down", "Move half a page down",                 0},
    { "^U",            TEXT_HALF_UP,   "half up",   "Move half a page up",                   0},
    { "PgDn ^F Space", TEXT_PAGE_DOWN, "page down", "Move a page down",                      0},
    { "PgUp ^B",       TEXT_PAGE_UP,   "page up",   "Move a page up",                        0},
    { "gg Home",       TEXT_FIRST,     "top",       "Go to the top",                         0},
    { "G End",         TEXT_LAST,      "end",       "Go to the end",                         0},
    { "l Right",       TEXT_RIGHT,     "right",     "Move to the right where lines are cut", 0},
    { "h Left",        TEXT_LEFT,      "left",      "Move to the left where lines are cut",  0},
    { "w",             TEXT_WRAP,      "wrap",      "Wrap long lines, or cut them",          0},
};

const struct key_table text_keys = { "text", text_rows, sizeof text_rows / sizeof text_rows[0] };

static size_t piece_start(const struct text_view *view, size_t piece)
{
    return piece < view->pieces.count ? *(size_t *)vector_at(&view->pieces, piece) : view->length;
}

static bool starts_line(const struct text_view *view, size_t piece)
{
    size_t start = piece_start(view, piece);

    return start == 0 || view->text[start - 1] == '\n';
}

/* The bytes of a piece, without the newline at its end. */
static size_t piece_length(const struct text_view *view, size_t piece)
{
    size_t start = piece_start(view, piece);
    size_t end = piece_start(view, piece + 1);

    return end > start && view->text[end - 1] == '\n' ? end - start - 1 : end - start;
}

static void add_piece(struct text_view *view, size_t start)
{
    vector_push(&view->pieces, &start);
}

/* Cuts the text at newlines, and long lines between characters every TEXT_PIECE bytes. */
static void find_pieces(struct text_view *view)
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
    while (piece > 0 && !starts_line(view, piece))
        piece--;
    length = piece_length(view, piece);
    return view->role_of(view->role_context, view->text + piece_start(view, piece), length);
}

/* Lays a piece out, unless it is the one that was laid out last. */
static void compose(struct text_view *view, size_t piece, size_t length)
{
    size_t start = piece_start(view, piece);
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
        return starts_line(view, piece) ? 1 : 0;
    compose(view, piece, piece_length(view, piece));
    return view->layout.rows.count;
}

static bool step_down(struct text_view *view, struct text_position *at)
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

static bool step_up(struct text_view *view, struct text_position *at)
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

static bool before(struct text_position a, struct text_position b)
{
    return a.piece != b.piece ? a.piece < b.piece : a.row < b.row;
}

/* The lowest top that still fills the screen. */
static struct text_position last_top(struct text_view *view)
{
    struct text_position at = { 0, 0 };

    if (view->pieces.count == 0)
        return at;
    at.piece = view->pieces.count;
    for (int i = 0; i < view->rows && step_up(view, &at); i++)
        continue;
    return at.piece < view->pieces.count ? at : (struct text_position){ 0, 0 };
}

static void clamp_top(struct text_view *view)
{
    struct text_position limit = last_top(view);
    size_t rows;

    if (before(limit, view->top))
        view->top = limit;
    if (view->pieces.count == 0)
        return;
    rows = piece_rows(view, view->top.piece);
    while (rows == 0 && view->top.piece > 0)
        rows = piece_rows(view, --view->top.piece);
    if (view->top.row >= rows)
        view->top.row = rows == 0 ? 0 : rows - 1;
}

static void scroll(struct text_view *view, int rows, bool downwards)
{
    for (int i = 0; i < rows; i++)
        if (!(downwards ? step_down(view, &view->top) : step_up(view, &view->top)))
            break;
    if (downwards)
        clamp_top(view);
}

unsigned text_pane_act(struct pane *pane, int action)
{
    struct text_view *view = (struct text_view *)pane;
    int half = view->rows / 2 + 1;
    int page = view->rows > 1 ? view->rows - 1 : 1;
    size_t sideways = (size_t)view->columns / 2 + 1;

    switch ((enum text_action)action) {
    case TEXT_DOWN:
    case TEXT_UP:
        scroll(view, 1, action == TEXT_DOWN);
        break;
    case TEXT_HALF_DOWN:
    case TEXT_HALF_UP:
        scroll(view, half, action == TEXT_HALF_DOWN);
        break;
    case TEXT_PAGE_DOWN:
    case TEXT_PAGE_UP:
        scroll(view, page, action == TEXT_PAGE_DOWN);
        break;
    case TEXT_FIRST:
        view->top = (struct text_position){ 0, 0 };
        break;
    case TEXT_LAST:
        view->top = last_top(view);
        break;
    case TEXT_RIGHT:
    case TEXT_LEFT:
        /* A wrapped text has no sides: the key may mean something to somebody else. */
        if (view->wrap)
            return REFRESH_IGNORED;
        if (action == TEXT_RIGHT)
            view->left += sideways;
        else
            view->left = view->left > sideways ? view->left - sideways : 0;
        break;
    case TEXT_WRAP:
        text_view_set_wrap(view, !view->wrap);
        break;
    default:
        return REFRESH_IGNORED;
    }
    return REFRESH_DRAW;
}

void text_pane_resize(struct pane *pane, int rows, int columns)
{
    struct text_view *view = (struct text_view *)pane;

    view->rows = rows;
    view->columns = columns;
    clamp_top(view);
}

/* A cut line from column `left` on: its pieces one behind the other. */
static void draw_cut_line(struct text_view *view, const struct surface *surface, int y,
                          size_t piece)
{
    size_t skip = view->left;
    int column = 0;
    bool hidden = view->left > 0 && piece_length(view, piece) > 0;
    bool more = false;

    do {
        size_t columns;

        compose(view, piece, piece_length(view, piece));
        columns = text_layout_columns(&view->layout);
        if (columns > skip) {
            text_layout_draw(&view->layout, 0, surface, y, column, skip);
            more = columns - skip > (size_t)(surface_columns(surface) - column);
            column += (int)(columns - skip);
            skip = 0;
        } else {
            skip -= columns;
        }
        piece++;
    } while (!more && column < surface_columns(surface) && piece < view->pieces.count &&
             !starts_line(view, piece));
    if (hidden)
        surface_glyph(surface, y, 0, ROLE_DIM, GLYPH_ELLIPSIS);
    if (more || (piece < view->pieces.count && !starts_line(view, piece)))
        surface_glyph(surface, y, surface_columns(surface) - 1, ROLE_DIM, GLYPH_ELLIPSIS);
}

static void draw_row(struct text_view *view, const struct surface *surface, int y,
                     struct text_position at)
{
    if (view->wrap) {
        compose(view, at.piece, piece_length(view, at.piece));
        if (at.row < view->layout.rows.count)
            text_layout_draw(&view->layout, at.row, surface, y, 0, 0);
    } else {
        draw_cut_line(view, surface, y, at.piece);
    }
    if (view->pattern != NULL)
        surface_mark_matches(surface, y, view->pattern);
}

void text_pane_draw(struct pane *pane, const struct surface *surface, bool focused)
{
    struct text_view *view = (struct text_view *)pane;
    struct text_position at = view->top;

    view->ascii = canvas_glyphs(surface->canvas) == GLYPHS_ASCII;
    if (view->pieces.count == 0 && view->empty != NULL)
        surface_print(surface, surface_rows(surface) / 3, 1, ROLE_DIM, view->empty);
    for (int y = 0; y < surface_rows(surface) && at.piece < view->pieces.count; y++) {
        draw_row(view, surface, y, at);
        if (!step_down(view, &at))
            break;
    }
    if (focused)
        surface_cursor(surface, 0, 0, false);
}

/* Where a byte stands. */
static struct text_position position_of(struct text_view *view, size_t offset)
{
    struct text_position at = { 0, 0 };
    size_t high = view->pieces.count;

    while (at.piece + 1 < high) {
        size_t middle = at.piece + (high - at.piece) / 2;

        if (piece_start(view, middle) <= offset)
            at.piece = middle;
        else
            high = middle;
    }
    if (view->wrap) {
        compose(view, at.piece, offset - piece_start(view, at.piece));
        at.row = view->layout.rows.count - 1;
    }
    return at;
}

static bool is_visible(struct text_view *view, struct text_position at)
{
    struct text_position bottom = view->top;

    for (int i = 0; i + 1 < view->rows && step_down(view, &bottom); i++)
        continue;
    return !before(at, view->top) && !before(bottom, at);
}

/* Brings a place onto the screen, a third from the top when it was not on it. */
static void reveal(struct text_view *view, struct text_position at)
{
    if (is_visible(view, at))
        return;
    view->top = at;
    scroll(view, view->rows / 3, false);
    clamp_top(view);
}

static void set_pattern(struct text_view *view, const char *pattern)
{
    if (view->pattern != NULL && pattern != NULL && strcmp(view->pattern, pattern) == 0)
        return;
    free(view->pattern);
    view->pattern = pattern == NULL || pattern[0] == '\0' ? NULL : memory_copy_text(pattern);
    view->found = SIZE_MAX;
}

/* From the place found last as long as it is seen, else from the top of the screen. */
static size_t find_start(struct text_view *view, bool backwards)
{
    if (view->found != SIZE_MAX && is_visible(view, position_of(view, view->found)))
        return view->found + (backwards ? 0 : 1);
    return piece_start(view, view->top.piece);
}

static bool search_from(struct text_view *view, size_t start, bool backwards)
{
    struct search search = search_for(view->pattern);

    if (backwards)
        return search_previous(&search, view->text, view->length, start, &view->found);
    return search_next(&search, view->text, view->length, start, &view->found);
}

enum find_result text_pane_find(struct pane *pane, const char *pattern, bool backwards)
{
    struct text_view *view = (struct text_view *)pane;
    enum find_result result = FIND_HERE;

    set_pattern(view, pattern);
    if (view->pattern == NULL || view->length == 0)
        return FIND_NOTHING;
    if (!search_from(view, find_start(view, backwards), backwards)) {
        result = FIND_WRAPPED;
        if (!search_from(view, backwards ? view->length : 0, backwards))
            return FIND_NOTHING;
    }
    reveal(view, position_of(view, view->found));
    return result;
}

void text_pane_position(const struct pane *pane, struct strbuf *out)
{
    /* Laying out for the count changes nothing that is seen. */
    struct text_view *view = (struct text_view *)pane;
    struct text_position limit = last_top(view);

    if (view->pieces.count == 0)
        return;
    if (!before(view->top, limit))
        strbuf_add(out, limit.piece == 0 && limit.row == 0 ? "all" : "end");
    else
        strbuf_printf(out, "%zu%%", piece_start(view, view->top.piece) * 100 / view->length);
}

bool text_pane_text(const struct pane *pane, struct strbuf *out)
{
    const struct text_view *view = (const struct text_view *)pane;

    strbuf_add_bytes(out, view->text, view->length);
    return view->length > 0;
}

static const struct pane_ops text_ops = {
    .keys = &text_keys,
    .resize = text_pane_resize,
    .draw = text_pane_draw,
    .act = text_pane_act,
    .find = text_pane_find,
    .position = text_pane_position,
    .text = text_pane_text,
};

void text_view_init(struct text_view *view, const struct pane_ops *ops)
{
    memset(view, 0, sizeof *view);
    view->pane.ops = ops;
    view->text = memory_copy_text("");
    view->wrap = true;
    view->found = SIZE_MAX;
    vector_init(&view->pieces, sizeof(size_t));
    vector_init(&view->spans, sizeof(struct text_span));
    text_layout_init(&view->layout);
}

void text_view_release(struct text_view *view)
{
    vector_release(&view->pieces);
    vector_release(&view->spans);
    text_layout_release(&view->layout);
    free(view->text);
    free(view->pattern);
    free(view->empty);
}

#define COLUMNS_FOR_MARGIN 40

int text_margin(int columns)
{
    return columns >= COLUMNS_FOR_MARGIN ? 1 : 0;
}

struct text_view *text_view_new(void)
{
    struct text_view *view = memory_new(sizeof *view);

    text_view_init(view, &text_ops);
    return view;
}

void text_view_free(struct text_view **out)
{
    if (*out == NULL)
        return;
    text_view_release(*out);
    free(*out);
    *out = NULL;
}

struct pane *text_view_pane(struct text_view *view)
{
    return &view->pane;
}

void text_view_set_text(struct text_view *view, const char *text, size_t length)
{
    text_view_set_spans(view, text, length, NULL, 0);
}

void text_view_set_spans(struct text_view *view, const char *text, size_t length,
                         const struct text_span *spans, size_t count)
{
    free(view->text);
    view->text = memory_copy_bytes(text, length);
    view->length = length;
    vector_clear(&view->spans);
    for (size_t i = 0; i < count; i++)
        vector_push(&view->spans, &spans[i]);
    view->top = (struct text_position){ 0, 0 };
    view->left = 0;
    view->found = SIZE_MAX;
    view->composed.valid = false;
    find_pieces(view);
}

void text_view_set_line_roles(struct text_view *view,
                              enum role (*role_of)(void *context, const char *line, size_t length),
                              void *context)
{
    view->role_of = role_of;
    view->role_context = context;
    view->composed.valid = false;
}

void text_view_set_wrap(struct text_view *view, bool wrap)
{
    view->wrap = wrap;
    view->left = 0;
    view->top.row = 0;
    while (view->top.piece > 0 && !starts_line(view, view->top.piece))
        view->top.piece--;
    clamp_top(view);
}

void text_view_set_empty(struct text_view *view, const char *text)
{
    free(view->empty);
    view->empty = memory_copy_text(text);
}

size_t text_view_lines(const struct text_view *view)
{
    return view->lines;
}

size_t text_view_top(const struct text_view *view)
{
    size_t line = 0;

    for (size_t piece = 1; piece <= view->top.piece && piece < view->pieces.count; piece++)
        line += starts_line(view, piece);
    return line;
}

static size_t line_piece(const struct text_view *view, size_t line)
{
    size_t piece = 0;

    for (size_t next = 1; line > 0 && next < view->pieces.count; next++) {
        if (starts_line(view, next)) {
            piece = next;
            line--;
        }
    }
    return piece;
}

void text_view_go_to(struct text_view *view, size_t line)
{
    view->top = (struct text_position){ line_piece(view, line), 0 };
    clamp_top(view);
}

const char *text_view_line(const struct text_view *view, size_t line, size_t *length)
{
    size_t start = piece_start(view, line_piece(view, line));
    const char *newline = memchr(view->text + start, '\n', view->length - start);

    *length = newline == NULL ? view->length - start : (size_t)(newline - view->text) - start;
    return view->text + start;
}
