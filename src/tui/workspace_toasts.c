#include "workspace_internal.h"

/* Messages over the body, above the hint line. */

#define TOASTS              3
#define TOAST_ROWS          3  /* of one message; `:messages` has all of it */
#define TOAST_NAME          9  /* columns of "warning" and blanks around it */
#define NAMED_TOAST_COLUMNS 50 /* from so many columns on, a message says of what kind it is */

/* Where the text of a message stands: beside the name of its kind, or where it is narrow in the
 * kind's look and without the name. */
struct toast_shape {
    bool named;
    int column;
    int columns;
};

static struct toast_shape toast_shape(const struct surface *body)
{
    struct toast_shape shape = { surface_columns(body) >= NAMED_TOAST_COLUMNS, 1, 0 };

    shape.column += shape.named ? TOAST_NAME : 0;
    shape.columns = surface_columns(body) - shape.column - 1;
    return shape;
}

static int toast_rows(const struct workspace *workspace, const struct message *message, int columns)
{
    bool ascii = workspace_glyphs(workspace) == GLYPHS_ASCII;
    int rows = paragraph_rows(message->text, columns, ascii);

    if (message->hint != NULL)
        rows += paragraph_rows(message->hint, columns, ascii);
    return rows < TOAST_ROWS ? rows : TOAST_ROWS;
}

static void draw_toast(const struct surface *surface, const struct message *message,
                       const struct toast_shape *shape)
{
    enum role role = message_role(message->kind);
    int rows;

    surface_clear(surface, ROLE_NORMAL);
    if (shape->named)
        surface_print(surface, 0, 1, role, message_kind_name(message->kind));
    rows = paragraph_draw(surface, 0, shape->column, shape->columns,
                          shape->named ? ROLE_NORMAL : role, message->text);
    if (message->hint != NULL)
        rows +=
            paragraph_draw(surface, rows, shape->column, shape->columns, ROLE_DIM, message->hint);
    if (rows > surface_rows(surface))
        surface_glyph(surface, surface_rows(surface) - 1, surface_columns(surface) - 1, ROLE_DIM,
                      GLYPH_ELLIPSIS);
}

/* The line over the messages, with the way out where they do not go by themselves. */
static void draw_toast_line(const struct surface *body, int row, bool error)
{
    static const char way_out[] = " Esc dismisses ";
    int column = surface_columns(body) - (int)sizeof way_out;

    surface_horizontal_line(body, row, ROLE_LINE);
    if (error && column >= 0)
        surface_print(body, row, column, ROLE_HINT, way_out);
}

/* Above the hint line, the newest lowest, a line over them; the body keeps its first row. */
void workspace_draw_toasts(const struct workspace *workspace, const struct surface *body)
{
    struct toast_shape shape = toast_shape(body);
    int64_t now = workspace_now(workspace);
    int bottom = surface_rows(body);
    bool error = false;
    const struct message *message;

    for (size_t i = 0;
         i < TOASTS && (message = message_log_shown(workspace->messages, i, now)) != NULL; i++) {
        int rows = toast_rows(workspace, message, shape.columns);
        struct rectangle area = { 1, 0, bottom - 1, surface_columns(body) };
        struct surface toast;

        if (bottom < 2 || (i > 0 && rows > bottom - 2))
            break;
        toast = surface_part(body, rectangle_cut_bottom(&area, rows));
        draw_toast(&toast, message, &shape);
        error |= message->kind == MESSAGE_ERROR;
        bottom -= surface_rows(&toast);
    }
    if (bottom < surface_rows(body) && bottom > 1)
        draw_toast_line(body, bottom - 1, error);
}
