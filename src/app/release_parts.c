#include "release_parts.h"

#include <string.h>

#include <pilab/app/manifest.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>

/* --- Modules ---------------------------------------------------------------------------------- */

void module_names_words(struct call *call, const struct arguments *arguments, size_t first,
                        struct module_names *names)
{
    size_t count = arguments_count(arguments);

    *names = (struct module_names){ 0 };
    names->items = arena_array(call->arena, count, sizeof *names->items);
    for (size_t i = first; i < count; i++)
        names->items[names->count++] = arguments_at(arguments, i);
}

void module_names_option(struct call *call, const struct arguments *arguments, const char *option,
                         struct module_names *names)
{
    const char *text = arguments_option(arguments, option);

    *names = (struct module_names){ 0 };
    if (text == NULL)
        return;
    names->items = arena_array(call->arena, strlen(text) + 1, sizeof *names->items);
    while (*text != '\0') {
        size_t length = strcspn(text, ",");

        if (length > 0)
            names->items[names->count++] = arena_bytes(call->arena, text, length);
        text += length + (text[length] == ',');
    }
}

bool module_names_have(const struct module_names *names, const char *module)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], module) == 0)
            return true;
    return false;
}

static bool has_module(const struct store_matrix *matrix, const char *name)
{
    for (size_t i = 0; i < matrix->module_count; i++)
        if (strcmp(matrix->cells[i * matrix->environment_count].module, name) == 0)
            return true;
    return false;
}

bool module_names_check(struct call *call, const struct module_names *names,
                        const struct store_matrix *matrix, struct error *error)
{
    const char *unknown = NULL, **known;

    for (size_t i = 0; i < names->count && unknown == NULL; i++)
        if (!has_module(matrix, names->items[i]))
            unknown = names->items[i];
    if (unknown == NULL)
        return true;
    known = arena_array(call->arena, matrix->module_count, sizeof *known);
    for (size_t i = 0; i < matrix->module_count; i++)
        known[i] = matrix->cells[i * matrix->environment_count].module;
    error_set(error, ERROR_NOT_FOUND, "there is no module %s", unknown);
    manifest_hint_modules(call->project->name, unknown, known, matrix->module_count, error);
    return false;
}

/* --- Results ---------------------------------------------------------------------------------- */

static void draw(struct strbuf *out, const void *subject, size_t width)
{
    const struct result *result = subject;

    strbuf_add(out, result->said != NULL ? result->said : "");
    release_text_render(out, result->object, width, true);
}

bool release_result(struct call *call, const struct store_release *release,
                    const struct strbuf *said, struct result *result, struct error *error)
{
    struct release_detail detail;

    if (!release_detail_read(call, release, NULL, call->arena, &detail, error))
        return false;
    result->arena = arena_new();
    result->kind = RESULT_OBJECT;
    result->object = release_detail_json(&detail);
    result->opens_release = arena_text(result->arena, detail.row.name);
    if (said != NULL)
        result->said = arena_text(result->arena, said->data);
    result->draw = draw;
    result->subject = result;
    return true;
}

/* --- The audit -------------------------------------------------------------------------------- */

json_t *release_audit_body(const struct store_release *release)
{
    json_t *body = json_object();

    json_put_text(body, "name", release->name);
    json_put_integer(body, "number", release->number);
    json_put_integer(body, "rev", release->rev);
    json_put_text(body, "digest", release->digest);
    return body;
}

bool release_audit(struct call *call, const char *action, const struct store_release *release,
                   const json_t *body, struct error *error)
{
    return call_audit(call, action, arena_printf(call->arena, "release:%s", release->id), body,
                      error);
}
