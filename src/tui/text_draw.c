#include "text_view_internal.h"

/* A cut line from column `left` on: its pieces one behind the other. */
static void draw_cut_line(struct text_view *view, const struct surface *surface, int y,
                          size_t piece)
{
    size_t skip = view->left;
    int column = 0;
    bool hidden = view->left > 0 && text_piece_length(view, piece) > 0;
    bool more = false;

    do {
        size_t columns;

        text_compose(view, piece, text_piece_length(view, piece));
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
             !text_starts_line(view, piece));
    if (hidden)
        surface_glyph(surface, y, 0, ROLE_DIM, GLYPH_ELLIPSIS);
    if (more || (piece < view->pieces.count && !text_starts_line(view, piece)))
        surface_glyph(surface, y, surface_columns(surface) - 1, ROLE_DIM, GLYPH_ELLIPSIS);
}

static void draw_row(struct text_view *view, const struct surface *surface, int y,
                     struct text_position at)
{
    if (view->wrap) {
        text_compose(view, at.piece, text_piece_length(view, at.piece));
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
        if (!text_step_down(view, &at))
            break;
    }
    if (focused)
        surface_cursor(surface, 0, 0, false);
}
