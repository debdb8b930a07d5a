#include <pilab/app/table.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/escape.h>
#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/base/utf8.h>
#include <pilab/drift/mask.h>
#include <pilab/drift/text.h>

#define GAP         2
#define WIDEST_CELL 60
#define NARROWEST   6

struct table_column {
    const struct result_column *spec;
    size_t width, wish; /* what it gets; what its widest cell takes */
    bool shown;
};

static const char *words_of(const char *name, char *buffer, size_t size)
{
    snprintf(buffer, size, "%s", name);
    for (char *at = buffer; *at != '\0'; at++)
        *at = *at == '_' ? ' ' : *at;
    return buffer;
}

/* The text of a cell; `buffer` holds what has to be made. */
static const char *cell_text(const json_t *item, const struct result_column *column, int64_t now,
                             bool utf8, char *buffer, size_t size)
{
    const json_t *value = json_object_get(item, column->member);
    int64_t at;

    if (json_is_integer(value)) {
        snprintf(buffer, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return buffer;
    }
    if (json_is_boolean(value))
        return json_is_true(value) ? "yes" : "";
    if (!json_is_string(value))
        return "";
    if (column->form == CELL_TIME && timestamp_parse(json_string_value(value), &at, NULL))
        return timestamp_relative(at, now, buffer);
    if (column->form == CELL_WORDS)
        return words_of(json_string_value(value), buffer, size);
    if (!utf8 && strcmp(json_string_value(value), MASK_TEXT) == 0)
        return "****"; /* our own sign, which would be spelt out */
    return json_string_value(value);
}

static size_t shown_width(const char *text, size_t widest, bool utf8)
{
    struct strbuf safe = STRBUF_INIT;
    size_t width;

    escape_terminal(&safe, text, strlen(text), ESCAPE_BLANKS | (utf8 ? 0 : ESCAPE_ASCII));
    width = text_width(safe.data, safe.length);
    strbuf_release(&safe);
    return width < widest ? width : widest;
}

static size_t total_width(const struct table_column *columns, size_t count)
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++)
        total += columns[i].shown ? columns[i].width + (total > 0 ? GAP : 0) : 0;
    return total;
}

/* What the others gave up for it they get back. */
static void leave_out(struct table_column *columns, size_t count, size_t least)
{
    columns[least].shown = false;
    for (size_t i = 0; i < count; i++)
        columns[i].width = columns[i].wish;
}

static bool gives_way(const struct result_column *column)
{
    return column->form == CELL_TEXT || column->form == CELL_WORDS || column->form == CELL_PLACE;
}

/* First the least important columns go, then the widest text gives way. */
static void fit_columns(struct table_column *columns, size_t count, size_t width)
{
    while (total_width(columns, count) > width) {
        size_t least = count, widest = count;

        for (size_t i = 0; i < count; i++) {
            if (!columns[i].shown)
                continue;
            if (columns[i].spec->priority > 0 &&
                (least == count || columns[i].spec->priority >= columns[least].spec->priority))
                least = i;
            if (gives_way(columns[i].spec) &&
                (widest == count || columns[i].width > columns[widest].width))
                widest = i;
        }
        if (widest < count && columns[widest].width > NARROWEST * 3)
            columns[widest].width--;
        else if (least < count)
            leave_out(columns, count, least);
        else if (widest < count && columns[widest].width > NARROWEST)
            columns[widest].width--;
        else
            return;
    }
}

static enum rich_role cell_role(const struct result_column *column, const char *text)
{
    enum severity severity;

    if (column->form == CELL_SEVERITY && severity_parse(text, &severity))
        return severity_role(severity);
    return column->form == CELL_TIME ? RICH_DIM : RICH_PLAIN;
}

static enum rich_align align_of(const struct result_column *column)
{
    return column->form == CELL_NUMBER  ? RICH_RIGHT
           : column->form == CELL_PLACE ? RICH_ENDS
                                        : RICH_LEFT;
}

static void add_row(struct strbuf *out, const struct table_column *columns, size_t count,
                    const json_t *item, int64_t now, bool utf8)
{
    bool first = true;
    char buffer[TIMESTAMP_SIZE];

    for (size_t i = 0; i < count; i++) {
        const struct result_column *spec = columns[i].spec;
        const char *text =
            item != NULL ? cell_text(item, spec, now, utf8, buffer, sizeof buffer) : spec->title;

        if (!columns[i].shown)
            continue;
        strbuf_add_repeat(out, " ", first ? 0 : GAP);
        rich_cell(out, item != NULL ? cell_role(spec, text) : RICH_DIM, text, columns[i].width,
                  align_of(spec), utf8);
        first = false;
    }
    while (out->length > 0 && out->data[out->length - 1] == ' ')
        strbuf_truncate(out, out->length - 1);
    strbuf_add_char(out, '\n');
}

static void measure(struct table_column *columns, size_t count, size_t widest, const json_t *items,
                    int64_t now, bool utf8)
{
    char buffer[TIMESTAMP_SIZE];
    size_t index;
    json_t *item;

    for (size_t i = 0; i < count; i++) {
        columns[i].width = shown_width(columns[i].spec->title, widest, utf8);
        columns[i].shown = true;
        json_array_foreach(items, index, item)
        {
            size_t width =
                shown_width(cell_text(item, columns[i].spec, now, utf8, buffer, sizeof buffer),
                            widest, utf8);

            if (width > columns[i].width)
                columns[i].width = width;
        }
        columns[i].wish = columns[i].width;
    }
}

void table_render(struct strbuf *out, const struct result *result, size_t width, bool utf8,
                  int64_t now)
{
    size_t count = result->column_count, index;
    struct table_column *columns;
    json_t *item;

    if (json_array_size(result->items) == 0) {
        strbuf_add(out, result->empty != NULL ? result->empty : "There is nothing.");
        strbuf_add_char(out, '\n');
        return;
    }
    columns = memory_array(count, sizeof *columns);
    for (size_t i = 0; i < count; i++)
        columns[i].spec = &result->columns[i];
    measure(columns, count, width > 0 ? WIDEST_CELL : SIZE_MAX, result->items, now, utf8);
    if (width > 0)
        fit_columns(columns, count, width);
    add_row(out, columns, count, NULL, now, utf8);
    json_array_foreach(result->items, index, item) add_row(out, columns, count, item, now, utf8);
    if (result->next != NULL) {
        strbuf_add(out, "more: --after ");
        rich_text(out, RICH_PLAIN, json_string_value(result->next), utf8);
        strbuf_add_char(out, '\n');
    }
    free(columns);
}
