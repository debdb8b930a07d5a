#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/canvas.h>

struct canvas {
    int rows;
    int columns;
    enum glyph_set glyphs;
    size_t deceptive;
    struct canvas_cursor cursor;
    bool plain;
    struct canvas_cell *cells;
};

static const struct canvas_cell blank_cell = { .text = " ", .width = 1 };

struct style style_of(enum role role)
{
    return (struct style){ .role = (uint8_t)role, .overlay = ROLE_NORMAL };
}

struct canvas *canvas_new(int rows, int columns, enum glyph_set glyphs)
{
    struct canvas *canvas = memory_new(sizeof *canvas);

    canvas->glyphs = glyphs;
    canvas_resize(canvas, rows, columns);
    return canvas;
}

void canvas_free(struct canvas **canvas)
{
    if (*canvas == NULL)
        return;
    free((*canvas)->cells);
    free(*canvas);
    *canvas = NULL;
}

void canvas_resize(struct canvas *canvas, int rows, int columns)
{
    canvas->rows = rows < 1 ? 1 : rows;
    canvas->columns = columns < 1 ? 1 : columns;
    canvas->cells = memory_resize(canvas->cells, (size_t)canvas->rows * (size_t)canvas->columns,
                                  sizeof *canvas->cells);
    canvas_clear(canvas);
}

void canvas_clear(struct canvas *canvas)
{
    size_t count = (size_t)canvas->rows * (size_t)canvas->columns;

    for (size_t i = 0; i < count; i++)
        canvas->cells[i] = blank_cell;
    canvas->deceptive = 0;
    canvas->cursor = (struct canvas_cursor){ 0 };
}

int canvas_rows(const struct canvas *canvas)
{
    return canvas->rows;
}

int canvas_columns(const struct canvas *canvas)
{
    return canvas->columns;
}

enum glyph_set canvas_glyphs(const struct canvas *canvas)
{
    return canvas->glyphs;
}

static struct canvas_cell *cell_at(const struct canvas *canvas, int row, int column)
{
    return &canvas->cells[(size_t)row * (size_t)canvas->columns + (size_t)column];
}

const struct canvas_cell *canvas_row(const struct canvas *canvas, int row)
{
    return cell_at(canvas, row, 0);
}

void canvas_row_text(const struct canvas *canvas, int row, struct strbuf *out)
{
    size_t end = out->length;

    for (int column = 0; column < canvas->columns; column++) {
        const struct canvas_cell *cell = cell_at(canvas, row, column);

        strbuf_add(out, cell->text);
        if (cell->width > 0 && strcmp(cell->text, " ") != 0)
            end = out->length;
    }
    strbuf_truncate(out, end);
}

void canvas_text(const struct canvas *canvas, struct strbuf *out)
{
    for (int row = 0; row < canvas->rows; row++) {
        canvas_row_text(canvas, row, out);
        strbuf_add_char(out, '\n');
    }
}

/* A wide character that loses one half must lose the other. */
static void clear_around(struct canvas *canvas, int row, int column)
{
    struct canvas_cell *cell = cell_at(canvas, row, column);
    struct style style = cell->style;

    if (cell->width == 0 && column > 0) {
        struct canvas_cell *left = cell_at(canvas, row, column - 1);

        style = left->style;
        *left = blank_cell;
        left->style = style;
    }
    if (cell->width == 2 && column + 1 < canvas->columns) {
        struct canvas_cell *right = cell_at(canvas, row, column + 1);

        *right = blank_cell;
        right->style = style;
    }
}

void canvas_put(struct canvas *canvas, int row, int column, const char *text, size_t length,
                int width, struct style style)
{
    struct canvas_cell *cell;

    if (row < 0 || row >= canvas->rows || column < 0 || width < 1 || width > 2 ||
        column + width > canvas->columns || length >= CANVAS_CELL_TEXT)
        return;
    clear_around(canvas, row, column);
    if (width == 2)
        clear_around(canvas, row, column + 1);

    cell = cell_at(canvas, row, column);
    memset(cell, 0, sizeof *cell);
    memcpy(cell->text, text, length);
    cell->width = (uint8_t)width;
    cell->style = style;
    if (width == 2) {
        memset(cell + 1, 0, sizeof *cell);
        cell[1].style = style;
    }
}

void canvas_set_overlay(struct canvas *canvas, int row, int column, enum role overlay)
{
    if (row < 0 || row >= canvas->rows || column < 0 || column >= canvas->columns)
        return;
    cell_at(canvas, row, column)->style.overlay = (uint8_t)overlay;
}

void canvas_set_cursor(struct canvas *canvas, int row, int column, bool visible)
{
    if (row < 0 || row >= canvas->rows || column < 0)
        return;
    if (column >= canvas->columns)
        column = canvas->columns - 1;
    canvas->cursor = (struct canvas_cursor){ row, column, visible };
}

struct canvas_cursor canvas_cursor(const struct canvas *canvas)
{
    return canvas->cursor;
}

void canvas_set_plain(struct canvas *canvas, bool plain)
{
    canvas->plain = plain;
}

bool canvas_is_plain(const struct canvas *canvas)
{
    return canvas->plain;
}

size_t canvas_deceptive(const struct canvas *canvas)
{
    return canvas->deceptive;
}

void canvas_add_deceptive(struct canvas *canvas, size_t count)
{
    canvas->deceptive += count;
}
