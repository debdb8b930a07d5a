#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/search.h>

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

unsigned text_pane_act(struct pane *pane, int action)
{
    struct text_view *view = (struct text_view *)pane;
    int half = view->rows / 2 + 1;
    int page = view->rows > 1 ? view->rows - 1 : 1;
    size_t sideways = (size_t)view->columns / 2 + 1;

    switch ((enum text_action)action) {
    case TEXT_DOWN:
    case TEXT_UP:
        text_scroll(view, 1, action == TEXT_DOWN);
        break;
    case TEXT_HALF_DOWN:
    case TEXT_HALF_UP:
        text_scroll(view, half, action == TEXT_HALF_DOWN);
        break;
    case TEXT_PAGE_DOWN:
    case TEXT_PAGE_UP:
        text_scroll(view, page, action == TEXT_PAGE_DOWN);
        break;
    case TEXT_FIRST:
        view->top = (struct text_position){ 0, 0 };
        break;
    case TEXT_LAST:
        view->top = text_last_top(view);
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
    text_clamp_top(view);
}

void text_pane_position(const struct pane *pane, struct strbuf *out)
{
    /* Laying out for the count changes nothing that is seen. */
    struct text_view *view = (struct text_view *)pane;
    struct text_position limit = text_last_top(view);

    if (view->pieces.count == 0)
        return;
    if (!text_before(view->top, limit))
        strbuf_add(out, limit.piece == 0 && limit.row == 0 ? "all" : "end");
    else
        strbuf_printf(out, "%zu%%", text_piece_start(view, view->top.piece) * 100 / view->length);
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
    text_find_pieces(view);
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
    while (view->top.piece > 0 && !text_starts_line(view, view->top.piece))
        view->top.piece--;
    text_clamp_top(view);
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
        line += text_starts_line(view, piece);
    return line;
}

static size_t line_piece(const struct text_view *view, size_t line)
{
    size_t piece = 0;

    for (size_t next = 1; line > 0 && next < view->pieces.count; next++) {
        if (text_starts_line(view, next)) {
            piece = next;
            line--;
        }
    }
    return piece;
}

void text_view_go_to(struct text_view *view, size_t line)
{
    view->top = (struct text_position){ line_piece(view, line), 0 };
    text_clamp_top(view);
}

const char *text_view_line(const struct text_view *view, size_t line, size_t *length)
{
    size_t start = text_piece_start(view, line_piece(view, line));
    const char *newline = memchr(view->text + start, '\n', view->length - start);

    *length = newline == NULL ? view->length - start : (size_t)(newline - view->text) - start;
    return view->text + start;
}
