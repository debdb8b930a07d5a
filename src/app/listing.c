#include <pilab/app/listing.h>

#include <pilab/base/escape.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>

#define USUAL_LIMIT 50
#define MOST_ROWS   100000

bool listing_page(const struct arguments *arguments, struct store_page *page, struct error *error)
{
    int64_t limit;

    if (!arguments_number(arguments, "limit", USUAL_LIMIT, 1, MOST_ROWS, &limit, error))
        return false;
    page->limit = (size_t)limit;
    page->after = arguments_option(arguments, "after");
    return true;
}

bool listing_filter(const struct call *call, const struct arguments *arguments,
                    const struct filter_fields *fields, struct filter **filter, struct error *error)
{
    const char *text = arguments_option(arguments, "filter");

    *filter = NULL;
    if (text == NULL)
        return true;
    *filter = filter_new(text, fields, clock_now(&call->clock), error);
    if (*filter != NULL)
        return true;
    return arguments_refuse("filter", error);
}

void listing_start(struct call *call, struct result *result, const char *kind,
                   const struct result_column *columns, size_t column_count, const char *next,
                   const char *empty)
{
    result->kind = RESULT_LIST;
    result->list_kind = kind;
    result->items = json_array();
    result->columns = columns;
    result->column_count = column_count;
    result->next = next != NULL ? json_text(next) : NULL;
    result->empty = empty;
    result->now = clock_now(&call->clock);
}

bool listing_time(const struct arguments *arguments, const char *name, int64_t *at,
                  struct error *error)
{
    const char *text = arguments_option(arguments, name);

    *at = 0;
    if (text == NULL || timestamp_parse(text, at, error))
        return true;
    arguments_refuse(name, error);
    return error_hint(error, "for example 2025-01-22 or 2025-01-22T14:30:00Z");
}

bool listing_export(const struct arguments *arguments, const struct strbuf *text, bool document,
                    struct result *result, struct error *error)
{
    const char *path = arguments_option(arguments, "output");

    if (path == NULL) {
        result->kind = RESULT_RAW;
        result->document = document;
        strbuf_add_bytes(&result->text, text->data, text->length);
        return true;
    }
    if (!file_write_atomic(path, text->data, text->length, 0600, error))
        return false;
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.export/1");
    json_put_text(result->object, "file", path);
    json_put_integer(result->object, "bytes", (int64_t)text->length);
    strbuf_printf(&result->text, "%zu bytes written to ", text->length);
    rich_text(&result->text, RICH_NAME, path, true);
    strbuf_add_char(&result->text, '\n');
    return true;
}
