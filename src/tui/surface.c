#include <stdarg.h>
#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/utf8.h>
#include <pilab/base/search.h>
#include <pilab/tui/surface.h>

/* No column of the screen is worth more input bytes than this; what lies beyond is cut unread, so
 * that a line of megabytes costs no more than what is seen of it. */
#define BYTES_A_COLUMN 24

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int clamp(int value, int maximum)
{
    return value < 0 || maximum < 0 ? 0 : smaller(value, maximum);
}

struct rectangle rectangle_cut_top(struct rectangle *area, int rows)
{
    struct rectangle strip = *area;

    strip.rows = clamp(rows, area->rows);
    area->row += strip.rows;
    area->rows -= strip.rows;
    return strip;
}

struct rectangle rectangle_cut_bottom(struct rectangle *area, int rows)
{
    struct rectangle strip = *area;

    strip.rows = clamp(rows, area->rows);
    area->rows -= strip.rows;
    strip.row = area->row + area->rows;
    return strip;
}

struct rectangle rectangle_cut_left(struct rectangle *area, int columns)
{
    struct rectangle strip = *area;

    strip.columns = clamp(columns, area->columns);
    area->column += strip.columns;
    area->columns -= strip.columns;
    return strip;
}

struct rectangle rectangle_cut_right(struct rectangle *area, int columns)
{
    struct rectangle strip = *area;

    strip.columns = clamp(columns, area->columns);
    area->columns -= strip.columns;
    strip.column = area->column + area->columns;
    return strip;
}

struct surface surface_whole(struct canvas *canvas)
{
    return (struct surface){
        canvas, {0, 0, canvas_rows(canvas), canvas_columns(canvas)}
    };
}

struct surface surface_part(const struct surface *surface, struct rectangle part)
{
    struct rectangle area = surface->area;

    part.row = clamp(part.row, area.rows);
    part.column = clamp(part.column, area.columns);
    area.row += part.row;
    area.column += part.column;
    area.rows = clamp(part.rows, area.rows - part.row);
    area.columns = clamp(part.columns, area.columns - part.column);
    return (struct surface){ surface->canvas, area };
}

int surface_rows(const struct surface *surface)
{
    return surface->area.rows;
}

int surface_columns(const struct surface *surface)
{
    return surface->area.columns;
}

/* One character, when it lies within the surface as a whole. */
static void put(const struct surface *surface, int row, int column, const char *text, size_t length,
                int width, struct style style)
{
    if (row < 0 || row >= surface->area.rows || column < 0 ||
        column + width > surface->area.columns)
        return;
    canvas_put(surface->canvas, surface->area.row + row, surface->area.column + column, text,
               length, width, style);
}

void surface_clear_row(const struct surface *surface, int row, enum role role)
{
    for (int column = 0; column < surface->area.columns; column++)
        put(surface, row, column, " ", 1, 1, style_of(role));
}

void surface_clear(const struct surface *surface, enum role role)
{
    for (int row = 0; row < surface->area.rows; row++)
        surface_clear_row(surface, row, role);
}

/* The end of the character at `text`: a base and the marks that combine with it. */
static const char *character_end(const char *text, const char *end, int *width)
{
    const char *cursor = text;
    const char *next;

    *width = codepoint_width((uint32_t)utf8_decode(&cursor, end));
    for (next = cursor; next < end; cursor = next) {
        int32_t mark = utf8_decode(&next, end);

        if (mark < 0 || codepoint_width((uint32_t)mark) != 0)
            break;
    }
    return cursor;
}

int surface_escaped(const struct surface *surface, int row, int column, size_t skip,
                    struct style style, const char *text, size_t length)
{
    const char *end = text + length;
    size_t passed = 0;
    int used = 0;

    while (text < end && column + used < surface->area.columns) {
        int width;
        const char *next = character_end(text, end, &width);

        if (passed < skip) {
            passed += (size_t)width;
            /* Of a wide character that the left edge cuts, the visible half is a blank. */
            if (passed > skip) {
                put(surface, row, column + used++, " ", 1, 1, style);
                passed = skip;
            }
        } else if (width > 0) {
            if (column + used + width > surface->area.columns)
                break;
            put(surface, row, column + used, text, (size_t)(next - text), width, style);
            used += width;
        }
        text = next;
    }
    return used;
}

/* Appends the escaped text, of which `columns` columns and a bit are enough. */
static void escape_visible(const struct surface *surface, int columns, const char *text,
                           size_t length, struct strbuf *out)
{
    size_t enough = ((size_t)columns + 2) * BYTES_A_COLUMN;

    if (length > enough) {
        /* Back to the beginning of a character, at most four bytes away. */
        for (length = enough; length > enough - 4 && ((unsigned char)text[length] & 0xc0) == 0x80;)
            length--;
    }
    canvas_add_deceptive(surface->canvas, glyphs_escape(canvas_glyphs(surface->canvas), out, text,
                                                        length, ESCAPE_BLANKS));
}

int surface_text(const struct surface *surface, int row, int column, int columns,
                 struct style style, const char *text, size_t length)
{
    struct strbuf escaped = STRBUF_INIT;
    size_t used = 0;
    size_t fits;
    int drawn;

    columns = clamp(columns, surface->area.columns - column);
    if (text == NULL || columns == 0 || row < 0 || row >= surface->area.rows)
        return 0;
    escape_visible(surface, columns, text, length, &escaped);
    fits = text_fit(escaped.data, escaped.length, (size_t)columns, &used);
    if (fits < escaped.length)
        fits = text_fit(escaped.data, escaped.length, (size_t)columns - 1, &used);
    drawn = surface_escaped(surface, row, column, 0, style, escaped.data, fits);
    if (fits < escaped.length) {
        const char *ellipsis = glyph_text(canvas_glyphs(surface->canvas), GLYPH_ELLIPSIS);

        put(surface, row, column + drawn, ellipsis, strlen(ellipsis), 1, style);
        drawn++;
    }
    strbuf_release(&escaped);
    return drawn;
}

int surface_text_middle(const struct surface *surface, int row, int column, int columns,
                        struct style style, const char *text, size_t length)
{
    enum glyph_set glyphs = canvas_glyphs(surface->canvas);
    struct strbuf escaped = STRBUF_INIT, ends = STRBUF_INIT, cut = STRBUF_INIT;
    size_t enough;
    int drawn;

    columns = clamp(columns, surface->area.columns - column);
    if (text == NULL || columns == 0 || row < 0 || row >= surface->area.rows)
        return 0;
    enough = ((size_t)columns + 2) * BYTES_A_COLUMN;
    if (length > 2 * enough) {
        /* What is between can't be seen; half a character at either side is not seen either. */
        strbuf_add_bytes(&ends, text, enough);
        strbuf_add_bytes(&ends, text + length - enough, enough);
        text = ends.data;
        length = ends.length;
    }
    canvas_add_deceptive(surface->canvas,
                         glyphs_escape(glyphs, &escaped, text, length, ESCAPE_BLANKS));
    strbuf_add_cut_middle(&cut, escaped.data, escaped.length, (size_t)columns,
                          glyph_text(glyphs, GLYPH_ELLIPSIS));
    drawn = surface_escaped(surface, row, column, 0, style, cut.data, cut.length);
    strbuf_release(&escaped);
    strbuf_release(&ends);
    strbuf_release(&cut);
    return drawn;
}

int surface_print(const struct surface *surface, int row, int column, enum role role,
                  const char *text)
{
    return surface_text(surface, row, column, surface->area.columns, style_of(role), text,
                        text == NULL ? 0 : strlen(text));
}

int surface_printf(const struct surface *surface, int row, int column, enum role role,
                   const char *format, ...)
{
    struct strbuf text = STRBUF_INIT;
    va_list arguments;
    int used;

    va_start(arguments, format);
    strbuf_vprintf(&text, format, arguments);
    va_end(arguments);
    used = surface_text(surface, row, column, surface->area.columns, style_of(role), text.data,
                        text.length);
    strbuf_release(&text);
    return used;
}

void surface_text_right(const struct surface *surface, int row, int column, int columns,
                        struct style style, const char *text, size_t length)
{
    struct strbuf escaped = STRBUF_INIT;
    int width;

    columns = clamp(columns, surface->area.columns - column);
    if (text == NULL || columns == 0)
        return;
    escape_visible(surface, columns, text, length, &escaped);
    width = (int)text_width(escaped.data, escaped.length);
    strbuf_release(&escaped);
    if (width < columns)
        column += columns - width;
    surface_text(surface, row, column, smaller(width, columns), style, text, length);
}

static bool is_line(enum glyph glyph)
{
    return glyph >= GLYPH_HORIZONTAL && glyph <= GLYPH_BOTTOM_RIGHT;
}

int surface_glyph(const struct surface *surface, int row, int column, enum role role,
                  enum glyph glyph)
{
    bool left_out = is_line(glyph) && canvas_is_plain(surface->canvas);
    const char *text = left_out ? " " : glyph_text(canvas_glyphs(surface->canvas), glyph);

    return surface_escaped(surface, row, column, 0, style_of(role), text, strlen(text));
}

void surface_horizontal_line(const struct surface *surface, int row, enum role role)
{
    for (int column = 0; column < surface->area.columns; column++)
        surface_glyph(surface, row, column, role, GLYPH_HORIZONTAL);
}

void surface_vertical_line(const struct surface *surface, int column, enum role role)
{
    for (int row = 0; row < surface->area.rows; row++)
        surface_glyph(surface, row, column, role, GLYPH_VERTICAL);
}

void surface_box(const struct surface *surface, enum role role)
{
    int bottom = surface->area.rows - 1;
    int right = surface->area.columns - 1;

    surface_horizontal_line(surface, 0, role);
    surface_horizontal_line(surface, bottom, role);
    surface_vertical_line(surface, 0, role);
    surface_vertical_line(surface, right, role);
    surface_glyph(surface, 0, 0, role, GLYPH_TOP_LEFT);
    surface_glyph(surface, 0, right, role, GLYPH_TOP_RIGHT);
    surface_glyph(surface, bottom, 0, role, GLYPH_BOTTOM_LEFT);
    surface_glyph(surface, bottom, right, role, GLYPH_BOTTOM_RIGHT);
}

void surface_overlay(const struct surface *surface, int row, int column, int columns,
                     enum role overlay)
{
    if (row < 0 || row >= surface->area.rows || column < 0)
        return;
    columns = clamp(columns, surface->area.columns - column);
    for (int i = 0; i < columns; i++)
        canvas_set_overlay(surface->canvas, surface->area.row + row,
                           surface->area.column + column + i, overlay);
}

/* The columns that the pattern takes when it stands at `cells`, 0 when it does not. */
static int match_columns(const struct canvas_cell *cells, int available,
                         const struct search *pattern)
{
    struct search rest = *pattern;
    int column = 0;

    while (rest.length > 0) {
        struct search letter = rest;
        const char *next = rest.pattern;
        int width;

        next = character_end(next, next + rest.length, &width);
        letter.length = (size_t)(next - rest.pattern);
        if (column >= available || cells[column].width == 0 ||
            search_match(&letter, cells[column].text, strlen(cells[column].text)) == 0)
            return 0;
        column += cells[column].width;
        rest.length -= letter.length;
        rest.pattern = next;
    }
    return column;
}

size_t surface_mark_matches(const struct surface *surface, int row, const char *pattern)
{
    const struct canvas_cell *cells;
    struct search search = search_for(pattern);
    size_t found = 0;

    if (row < 0 || row >= surface->area.rows || search.length == 0)
        return 0;
    cells = canvas_row(surface->canvas, surface->area.row + row) + surface->area.column;
    for (int column = 0; column < surface->area.columns;) {
        int length = match_columns(cells + column, surface->area.columns - column, &search);

        if (length > 0) {
            surface_overlay(surface, row, column, length, ROLE_MATCH);
            found++;
        }
        column += length > 0 ? length : 1;
    }
    return found;
}

void surface_cursor(const struct surface *surface, int row, int column, bool visible)
{
    if (row < 0 || row >= surface->area.rows)
        return;
    canvas_set_cursor(surface->canvas, surface->area.row + row, surface->area.column + column,
                      visible);
}
