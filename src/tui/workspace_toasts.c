#include "workspace_internal.h"

/* Messages over the body, above the hint line. */

#define TOASTS              3
#define TOAST_TEXT_ROWS     3 /* of one message; `:messages` has all of it */
#define TOAST_HINT_ROWS     2
#define SMALL_BODY          3  /* rows; an error may have all of so few */
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

/* How many rows of a message are shown. */
struct toast_rows {
    int text;
    int hint;
};

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* What to do about it is always seen: where `room` is short, the text gives way. */
static struct toast_rows toast_rows(const struct workspace *workspace,
                                    const struct message *message, int columns, int room)
{
    bool ascii = workspace_glyphs(workspace) == GLYPHS_ASCII;
    struct toast_rows rows = { paragraph_rows(message->text, columns, ascii), 0 };

    if (message->hint != NULL)
        rows.hint = smaller(paragraph_rows(message->hint, columns, ascii), TOAST_HINT_ROWS);
    rows.hint = smaller(rows.hint, room / 2);
    rows.text = smaller(smaller(rows.text, TOAST_TEXT_ROWS), room - rows.hint);
    return rows;
}

/* A part of a message in its rows, with an ellipsis where there is more of it. */
static void draw_part(const struct surface *part, const struct toast_shape *shape, enum role role,
                      const char *text)
{
    if (paragraph_draw(part, 0, shape->column, shape->columns, role, text) > surface_rows(part))
        surface_glyph(part, surface_rows(part) - 1, surface_columns(part) - 1, ROLE_DIM,
                      GLYPH_ELLIPSIS);
}

static void draw_toast(const struct surface *toast, const struct message *message,
                       const struct toast_shape *shape, const struct toast_rows *rows)
{
    enum role role = message_role(message->kind);
    struct rectangle area = { 0, 0, surface_rows(toast), surface_columns(toast) };
    struct surface part;

    surface_clear(toast, ROLE_NORMAL);
    if (shape->named)
        surface_print(toast, 0, 1, role, message_kind_name(message->kind));
    part = surface_part(toast, rectangle_cut_top(&area, rows->text));
    draw_part(&part, shape, shape->named ? ROLE_NORMAL : role, message->text);
    if (rows->hint == 0)
        return;
    part = surface_part(toast, area);
    draw_part(&part, shape, ROLE_DIM, message->hint);
}

/* The line over the messages, with the way out where they do not go by themselves. True when it has
 * room for that. */
static bool draw_toast_line(const struct surface *body, int row, bool error)
{
    static const char way_out[] = " Esc dismisses ";
    int column = surface_columns(body) - (int)sizeof way_out;

    surface_horizontal_line(body, row, ROLE_LINE);
    if (error && column >= 0)
        surface_print(body, row, column, ROLE_HINT, way_out);
    return column >= 0;
}

/* Above the hint line, the newest lowest, a line over them; the body keeps its first row, unless it
 * has too few of them. */
bool workspace_draw_toasts(const struct workspace *workspace, const struct surface *body)
{
    struct toast_shape shape = toast_shape(body);
    int64_t now = workspace_now(workspace);
    int bottom = surface_rows(body);
    bool error = false;
    const struct message *message;

    for (size_t i = 0;
         i < TOASTS && (message = message_log_shown(workspace->messages, i, now)) != NULL; i++) {
        bool whole = message->kind == MESSAGE_ERROR && bottom <= SMALL_BODY;
        int room = bottom - (whole ? 0 : 1);
        struct toast_rows rows = toast_rows(workspace, message, shape.columns, room);
        struct rectangle area = { bottom - rows.text - rows.hint, 0, rows.text + rows.hint,
                                  surface_columns(body) };
        struct surface toast;

        if (room < 1 || (i > 0 && area.row < 2))
            break;
        toast = surface_part(body, area);
        draw_toast(&toast, message, &shape, &rows);
        /* Esc is for what lies over the panes, while something does. */
        error |= message->kind == MESSAGE_ERROR && workspace->overlays.count == 0;
        bottom = area.row;
    }
    if (bottom < surface_rows(body) && bottom > 1 && draw_toast_line(body, bottom - 1, error))
        return true;
    return !error;
}
