#include <string.h>

#include <pilab/base/utf8.h>
#include <pilab/tui/text_layout.h>

#include "overlay.h"

#define FRAME_BOX_ROWS 10

/* On a screen with few rows the frame would take too many of them: the title and the whole rest. */
static struct surface plain_box(const struct surface *screen, const char *title)
{
    struct rectangle area = { 0, 0, surface_rows(screen), surface_columns(screen) };
    struct rectangle line = rectangle_cut_top(&area, 1);
    struct surface heading = surface_part(screen, line);

    surface_clear(screen, ROLE_DIALOG);
    surface_print(&heading, 0, 0, ROLE_DIALOG_TITLE, title);
    return surface_part(screen, area);
}

struct surface overlay_box(const struct surface *screen, int rows, int columns, const char *title)
{
    int width = (int)text_width(title, strlen(title)) + 4;
    struct rectangle box = { 0 };
    struct rectangle inside;
    struct surface surface;

    if (surface_rows(screen) < FRAME_BOX_ROWS)
        return plain_box(screen, title);
    box.columns = columns > width ? columns + 4 : width + 4;
    box.rows = rows + 2;
    if (box.columns > surface_columns(screen))
        box.columns = surface_columns(screen);
    if (box.rows > surface_rows(screen))
        box.rows = surface_rows(screen);
    box.row = (surface_rows(screen) - box.rows) / 3;
    box.column = (surface_columns(screen) - box.columns) / 2;
    surface = surface_part(screen, box);
    surface_clear(&surface, ROLE_DIALOG);
    surface_box(&surface, ROLE_ACCENT);
    if (title[0] != '\0' && box.columns > 6) {
        struct rectangle area = { 0, 2, 1, box.columns - 4 };
        struct surface line = surface_part(&surface, area);
        int used = surface_print(&line, 0, 1, ROLE_DIALOG_TITLE, title);

        surface_print(&line, 0, 0, ROLE_DIALOG_TITLE, " ");
        surface_print(&line, 0, used + 1, ROLE_DIALOG_TITLE, " ");
    }
    inside = (struct rectangle){ 1, 2, box.rows - 2, box.columns - 4 };
    return surface_part(&surface, inside);
}

/* Lays out line by line; draws when there is a surface. */
static int lay_out(const char *text, int columns, bool ascii, const struct surface *surface,
                   int row, int column, enum role role)
{
    struct text_layout layout;
    int rows = 0;

    text_layout_init(&layout);
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        text_layout_compose(&layout, text, length, 0, NULL, 0, role, ascii);
        text_layout_break(&layout, columns);
        for (size_t i = 0; surface != NULL && i < layout.rows.count; i++)
            text_layout_draw(&layout, i, surface, row + rows + (int)i, column, 0);
        rows += (int)layout.rows.count;
        text += length + (text[length] == '\n');
    }
    text_layout_release(&layout);
    return rows;
}

int paragraph_rows(const char *text, int columns, bool ascii)
{
    return lay_out(text, columns, ascii, NULL, 0, 0, ROLE_NORMAL);
}

int paragraph_draw(const struct surface *surface, int row, int column, int columns, enum role role,
                   const char *text)
{
    return lay_out(text, columns, canvas_glyphs(surface->canvas) == GLYPHS_ASCII, surface, row,
                   column, role);
}
