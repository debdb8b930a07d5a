#include "template_internal.h"

#include <string.h>

#include <pilab/base/escape.h>

enum {
    NAME_SIZE = 64,      /* no name that we know is longer */
    STEPS_MAX = 4000000, /* parts written: lists within lists within lists end somewhere */
};

struct renderer {
    const struct template *template;
    const json_t *contexts[TEMPLATE_DEPTH_MAX + 1]; /* the innermost last */
    size_t depth;
    size_t steps;
    struct strbuf *out;
    struct error *error;
};

static bool is_empty(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_NULL:
    case JSON_FALSE:
        return true;
    case JSON_INTEGER:
        return json_integer_value(value) == 0;
    case JSON_STRING:
        return json_string_length(value) == 0;
    case JSON_ARRAY:
        return json_array_size(value) == 0;
    default:
        return false;
    }
}

/* The member under the first `length` bytes of `name`. */
static const json_t *member(const json_t *object, const char *name, size_t length)
{
    char key[NAME_SIZE];

    if (!json_is_object(object) || length >= sizeof key)
        return NULL;
    memcpy(key, name, length);
    key[length] = '\0';
    return json_object_get(object, key);
}

/* The value of a name, or NULL with an error. */
static const json_t *look_up(struct renderer *renderer, const struct part *part)
{
    const char *name = part->text;
    size_t length = strcspn(name, ".");
    const json_t *value = NULL;
    size_t depth = renderer->depth;

    if (strcmp(name, ".") == 0)
        return renderer->contexts[depth - 1];
    while (!value && depth > 0)
        value = member(renderer->contexts[--depth], name, length);
    while (value && name[length] == '.') {
        name += length + 1;
        length = strcspn(name, ".");
        value = member(value, name, length);
    }
    if (!value) {
        error_set(renderer->error, ERROR_INVALID, "%s:%u: there is no value called '%s' here",
                  renderer->template->name, part->line, part->text);
        error_hint(renderer->error,
                   "the built-in template, src/notes/default.md.tmpl, shows the names there are");
    }
    return value;
}

/* How many backticks stand here. */
static size_t fence_length(const char *text, size_t length)
{
    size_t count = 0;

    while (count < length && text[count] == '`')
        count++;
    return count;
}

/* Where the code that a fence opens ends: at the next of the same length (CommonMark 6.1); 0: it
 * opens none. */
static size_t code_length(const char *text, size_t length, size_t fence)
{
    size_t at = fence;

    while (at < length) {
        size_t run = fence_length(text + at, length - at);

        if (run == fence)
            return at - fence;
        at += run > 0 ? run : 1;
    }
    return 0;
}

/* People write code as code in the titles of their commits: it stays so. A fence that is not closed
 * is text. */
static void escape_text(struct strbuf *out, const char *text, size_t length)
{
    size_t done = 0, at = 0;

    while (at < length) {
        size_t fence = fence_length(text + at, length - at);
        size_t code = fence > 0 ? code_length(text + at, length - at, fence) : 0;

        if (code > 0) {
            if (at > done)
                escape_markdown(out, text + done, at - done);
            escape_markdown_code(out, text + at + fence, code);
            at += code + 2 * fence;
            done = at;
        } else {
            at += fence > 0 ? fence : 1;
        }
    }
    if (length > done)
        escape_markdown(out, text + done, length - done);
}

static void escape(struct strbuf *out, enum part_filter filter, const char *text, size_t length)
{
    static void (*const escapes[FILTER_COUNT])(struct strbuf *, const char *, size_t) = {
        [FILTER_TEXT] = escape_text,
        [FILTER_CELL] = escape_markdown_cell,
        [FILTER_CODE] = escape_markdown_code,
        [FILTER_CELL_CODE] = escape_markdown_cell_code,
    };

    if (length > 0)
        escapes[filter](out, text, length);
}

static bool write_value(struct renderer *renderer, const struct part *part, const json_t *value)
{
    struct strbuf *out = renderer->out;
    size_t i;

    switch (json_typeof(value)) {
    case JSON_NULL:
        return true;
    case JSON_TRUE:
    case JSON_FALSE:
        strbuf_add(out, json_is_true(value) ? "true" : "false");
        return true;
    case JSON_INTEGER:
        strbuf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return true;
    case JSON_STRING:
        escape(out, part->filter, json_string_value(value), json_string_length(value));
        return true;
    case JSON_ARRAY:
        for (i = 0; i < json_array_size(value); i++) {
            if (i > 0)
                strbuf_add(out, ", ");
            if (!write_value(renderer, part, json_array_get(value, i)))
                return false;
        }
        return true;
    default:
        return error_set(renderer->error, ERROR_INVALID,
                         "%s:%u: '%s' is no value but a group of them: {{#%s}}…{{/%s}} opens it",
                         renderer->template->name, part->line, part->text, part->text, part->text);
    }
}

/* Counts a step, and says no when there have been too many. */
static bool within_limits(struct renderer *renderer, const struct part *part)
{
    if (renderer->out->length <= TEMPLATE_OUTPUT_MAX && ++renderer->steps <= STEPS_MAX)
        return true;
    return error_set(renderer->error, ERROR_LIMIT,
                     "%s:%u: the template makes too much of these notes", renderer->template->name,
                     part->line);
}

static bool render_parts(struct renderer *renderer, size_t begin, size_t end);

static bool render_inside(struct renderer *renderer, size_t place, const json_t *context)
{
    bool ok;

    if (!within_limits(renderer, &renderer->template->parts[place]))
        return false;
    renderer->contexts[renderer->depth++] = context;
    ok = render_parts(renderer, place + 1, renderer->template->parts[place].end);
    renderer->depth--;
    return ok;
}

static bool render_section(struct renderer *renderer, size_t place)
{
    const struct part *part = &renderer->template->parts[place];
    const json_t *value = look_up(renderer, part);
    size_t i;

    if (!value)
        return false;
    if (is_empty(value) != (part->kind == PART_INVERTED))
        return true;
    if (part->kind == PART_INVERTED || !json_is_array(value))
        return render_inside(renderer, place,
                             part->kind == PART_INVERTED ? renderer->contexts[renderer->depth - 1]
                                                         : value);
    for (i = 0; i < json_array_size(value); i++) {
        if (!render_inside(renderer, place, json_array_get(value, i)))
            return false;
    }
    return true;
}

static bool render_part(struct renderer *renderer, const struct part *part)
{
    const json_t *value;

    if (part->kind == PART_TEXT) {
        strbuf_add_bytes(renderer->out, part->text, part->length);
        return true;
    }
    value = look_up(renderer, part);
    return value && write_value(renderer, part, value);
}

static bool render_parts(struct renderer *renderer, size_t begin, size_t end)
{
    const struct template *template = renderer->template;
    size_t i;

    for (i = begin; i < end; i++) {
        const struct part *part = &template->parts[i];
        bool section = part->kind == PART_SECTION || part->kind == PART_INVERTED;

        if (!(section ? render_section(renderer, i) : render_part(renderer, part)))
            return false;
        if (!within_limits(renderer, part))
            return false;
        if (section)
            i = part->end;
    }
    return true;
}

bool template_render(const struct template *template, const json_t *view, struct strbuf *out,
                     struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    struct renderer renderer = { .template = template, .out = &text, .error = error };
    bool ok;

    renderer.contexts[renderer.depth++] = view;
    ok = render_parts(&renderer, 0, template->count);
    if (ok)
        strbuf_add_bytes(out, text.data, text.length);
    strbuf_release(&text);
    return ok;
}
