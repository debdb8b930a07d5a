#include <string.h>

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

/* Whether a line goes across the row already. */
static bool is_line(const struct surface *body, int row)
{
    const char *glyph = glyph_text(canvas_glyphs(body->canvas), GLYPH_HORIZONTAL);
    const struct canvas_cell *cells = canvas_row(body->canvas, body->area.row + row);

    for (int i = 0; i < surface_columns(body); i++)
        if (strcmp(cells[body->area.column + i].text, glyph) != 0)
            return false;
    return true;
}

/* The line over the messages; where one is above it already, room instead of a second one. At its
 * end stands the way out where they do not go by themselves, and elsewhere that they do: nobody is
 * to leave the page with the key that was meant for a message. True when it has room for that. */
static bool draw_toast_line(const struct surface *body, int row, bool error)
{
    const char *words = error ? " Esc dismisses " : " goes by itself ";
    int column = surface_columns(body) - (int)strlen(words) - 1;

    if (row > 0 && is_line(body, row - 1))
        surface_clear_row(body, row, ROLE_NORMAL);
    else
        surface_horizontal_line(body, row, ROLE_LINE);
    if (column >= 0)
        surface_print(body, row, column, ROLE_HINT, words);
    return column >= 0;
}

/* Where the messages stand that are shown. */
struct toasts {
    struct toast {
        const struct message *message;
        struct toast_rows rows;
        struct rectangle area;
    } items[TOASTS];
    size_t count;
    int top; /* their first row; the one above has the line */
};

/* The newest first. Errors go before what goes by itself: nothing that follows hides one before it
 * was seen. */
static size_t choose_messages(const struct workspace *workspace, bool errors_alone,
                              const struct message *chosen[TOASTS])
{
    int64_t now = workspace_now(workspace);
    const struct message *message;
    size_t count = 0, errors = 0;

    for (size_t i = 0; (message = message_log_shown(workspace->messages, i, now)) != NULL; i++)
        errors += message->kind == MESSAGE_ERROR;
    for (size_t i = 0;
         count < TOASTS && (message = message_log_shown(workspace->messages, i, now)) != NULL;
         i++) {
        bool error = message->kind == MESSAGE_ERROR;

        if (error || (!errors_alone && count + errors < TOASTS))
            chosen[count++] = message;
        errors -= error;
    }
    return count;
}

/* From the bottom up, as many as fit below row `first`; of the lowest at least something. False:
 * not all of them do. */
static bool place_toasts(const struct workspace *workspace, const struct surface *body, int first,
                         bool errors_alone, struct toasts *toasts)
{
    const struct message *chosen[TOASTS];
    size_t count = choose_messages(workspace, errors_alone, chosen);
    struct toast_shape shape = toast_shape(body);

    *toasts = (struct toasts){ .top = surface_rows(body) };
    for (size_t i = 0; i < count; i++) {
        struct toast *toast = &toasts->items[i];
        bool whole = chosen[i]->kind == MESSAGE_ERROR && toasts->top <= SMALL_BODY;
        int room = toasts->top - (whole ? 0 : 1);

        toast->message = chosen[i];
        toast->rows = toast_rows(workspace, chosen[i], shape.columns, room);
        toast->area =
            (struct rectangle){ toasts->top - toast->rows.text - toast->rows.hint, 0,
                                toast->rows.text + toast->rows.hint, surface_columns(body) };
        if (room < 1 || (i > 0 && toast->area.row < first))
            return false;
        toasts->top = toast->area.row;
        toasts->count++;
    }
    return true;
}

static void plan_toasts(const struct workspace *workspace, const struct surface *body,
                        struct toasts *toasts)
{
    const struct view *view = workspace_view(workspace);
    bool uncovered = view != NULL && view->ops->uncovered;
    int first = uncovered ? surface_rows(body) / 2 : 2;

    if (!place_toasts(workspace, body, first, false, toasts))
        place_toasts(workspace, body, first, true, toasts);
}

int workspace_toast_rows(const struct workspace *workspace, const struct surface *body)
{
    struct toasts toasts;

    plan_toasts(workspace, body, &toasts);
    return toasts.count > 0 ? surface_rows(body) - toasts.top + 1 : 0;
}

/* Above the hint line, the newest lowest, a line over them; the body keeps its first row, unless it
 * has too few of them. */
bool workspace_draw_toasts(const struct workspace *workspace, const struct surface *body)
{
    struct toast_shape shape = toast_shape(body);
    bool error = false, on_top = workspace->overlays.count == 0;
    struct toasts toasts;

    plan_toasts(workspace, body, &toasts);
    for (size_t i = 0; i < toasts.count; i++) {
        const struct toast *toast = &toasts.items[i];
        struct surface part = surface_part(body, toast->area);

        draw_toast(&part, toast->message, &shape, &toast->rows);
        /* Esc is for what lies over the panes, while something does; it may hide an error. */
        error |= toast->message->kind == MESSAGE_ERROR && on_top;
        if (on_top || toast->message->kind != MESSAGE_ERROR)
            message_log_see(workspace->messages, toast->message);
    }
    if (toasts.count > 0 && toasts.top > 1 && draw_toast_line(body, toasts.top - 1, error))
        return true;
    return !error;
}
