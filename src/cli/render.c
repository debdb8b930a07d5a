#include <pilab/cli/render.h>

#include <string.h>

#include <pilab/app/table.h>
#include <pilab/base/escape.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/drift/json.h>
#include <pilab/drift/text.h>
#include <pilab/notes/json.h>
#include <pilab/notes/markdown.h>
#include <pilab/notes/text.h>
#include <pilab/release/where.h>

/* What is only a text is one in JSON too: a file's content as it is, a page without its looks. */
static json_t *text_json(const struct result *result)
{
    json_t *object = json_object();
    struct strbuf plain = STRBUF_INIT;

    if (result->kind == RESULT_RAW)
        strbuf_add_bytes(&plain, result->text.data, result->text.length);
    else
        rich_to_plain(&plain, result->text.data, result->text.length);
    json_put_text(object, "schema", "pilab.text/1");
    json_put(object, "text", json_text_bytes(plain.data, plain.length));
    strbuf_release(&plain);
    return object;
}

static json_t *result_json(const struct result *result)
{
    json_t *list;

    switch (result->kind) {
    case RESULT_REPORT:
        return drift_report_to_json(result->report);
    case RESULT_NOTE:
        return note_to_json(result->note);
    case RESULT_WHERE:
        return where_to_json(result->where);
    case RESULT_LIST:
        list = json_object();
        json_put_text(list, "schema", "pilab.list/1");
        json_put_text(list, "kind", result->list_kind);
        json_put(list, "items", json_incref(result->items));
        json_put(list, "next", result->next != NULL ? json_incref(result->next) : json_null());
        return list;
    default:
        return result->object != NULL ? json_incref(result->object) : text_json(result);
    }
}

static bool print_json(const struct output *output, const struct result *result,
                       struct error *error)
{
    json_t *value = result_json(result);
    struct strbuf text = STRBUF_INIT;
    bool ok;

    json_write_pretty(&text, value);
    ok = output_raw(output, text.data, text.length, error);
    strbuf_release(&text);
    json_decref(value);
    return ok;
}

/* What people wrote themselves, a line a line. */
static void add_written(struct strbuf *out, const char *markdown, bool utf8)
{
    struct strbuf line = STRBUF_INIT;

    for (const char *c = markdown; *c != '\0'; c++) {
        if (*c != '\n')
            strbuf_add_char(&line, *c);
        if (*c != '\n' && c[1] != '\0')
            continue;
        if (line.length > 0)
            rich_text(out, RICH_PLAIN, line.data, utf8);
        strbuf_add_char(out, '\n');
        strbuf_clear(&line);
    }
    strbuf_release(&line);
}

static bool print_note(const struct output *output, const struct result *result,
                       struct error *error)
{
    const char *format = result->format;
    struct strbuf text = STRBUF_INIT;
    bool ok;

    if (format == NULL)
        format = output->terminal ? "text" : "markdown";
    if (strcmp(format, "markdown") == 0 && result->note_markdown != NULL) {
        ok = output_raw(output, result->note_markdown, strlen(result->note_markdown), error);
    } else if (result->note_edited) {
        add_written(&text, result->note_markdown, output->utf8);
        ok = output_rich(output, &text, error);
    } else if (strcmp(format, "markdown") == 0) {
        ok = note_render_markdown(&text, result->note, result->note_template, error) &&
             output_raw(output, text.data, text.length, error);
    } else {
        struct note_text_options options = { .width = output->width,
                                             .utf8 = output->utf8,
                                             .wide = result->wide };

        note_render_text(&text, result->note, &options);
        ok = output_rich(output, &text, error);
    }
    strbuf_release(&text);
    return ok;
}

static bool print_text(const struct output *output, const struct result *result,
                       struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    bool ok;

    if (result->kind == RESULT_REPORT) {
        struct drift_text_options options = { .width = output->width,
                                              .utf8 = output->utf8,
                                              .wide = result->wide,
                                              .whole = output->whole };

        drift_report_render_text(&text, result->report, &options);
    } else if (result->kind == RESULT_WHERE) {
        struct where_text_options options = {
            .width = output->width, .utf8 = output->utf8, .wide = result->wide, .now = result->now
        };

        where_render_text(&text, result->where, &options);
    } else if (result->kind == RESULT_LIST) {
        table_render(&text, result, output->whole ? 0 : output->width, output->utf8, result->now);
    } else if (result->draw != NULL) {
        result->draw(&text, result->subject, output->width);
    } else {
        strbuf_add_bytes(&text, result->text.data, result->text.length);
    }
    ok = output_rich(output, &text, error);
    strbuf_release(&text);
    return ok;
}

bool render_result(const struct output *output, const struct result *result, bool json,
                   struct error *error)
{
    if (result->kind == RESULT_NOTHING)
        return true;
    /* What is JSON and says its schema needs nothing around it. */
    if (result->kind == RESULT_RAW && (result->document || !json))
        return output_content(output, result->text.data, result->text.length, error);
    if (json || (result->format != NULL && strcmp(result->format, "json") == 0))
        return print_json(output, result, error);
    if (result->kind == RESULT_NOTE)
        return print_note(output, result, error);
    return print_text(output, result, error);
}

void render_said(const struct output *errors, const struct result *result)
{
    struct strbuf text = STRBUF_INIT;

    if (result->kind != RESULT_LIST || result->said == NULL)
        return;
    strbuf_add(&text, result->said);
    output_rich(errors, &text, NULL);
    strbuf_release(&text);
}

void render_incomplete(const struct output *errors)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_add(&text, "pilab: not everything could be read, so nothing that was not found is known "
                      "not to be there: exit status 1\n");
    output_rich(errors, &text, NULL);
    strbuf_release(&text);
}

void render_error(const struct output *output, const struct error *error, bool json)
{
    struct strbuf text = STRBUF_INIT;

    if (json) {
        json_t *object = json_object();

        json_put_text(object, "schema", "pilab.error/1");
        json_put_text(object, "code", error_code_name(error->code));
        json_put_text(object, "message", error->message);
        json_put_text(object, "hint", error->hint[0] != '\0' ? error->hint : NULL);
        json_write_pretty(&text, object);
        json_decref(object);
        output_raw(output, text.data, text.length, NULL);
    } else {
        rich_word(&text, RICH_CRITICAL, "pilab:");
        strbuf_add_char(&text, ' ');
        rich_text(&text, RICH_PLAIN, error->message, output->utf8);
        strbuf_add_char(&text, '\n');
        if (error->hint[0] != '\0') {
            strbuf_add(&text, "  ");
            rich_text(&text, RICH_PLAIN, error->hint, output->utf8);
            strbuf_add_char(&text, '\n');
        }
        output_rich(output, &text, NULL);
    }
    strbuf_release(&text);
}
