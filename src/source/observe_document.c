#include "observe_parts.h"

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/json_pointer.h>
#include <pilab/base/utf8.h>

#define VERSION_LIMIT 200 /* bytes */

/* One word that could be shown, stored and compared. */
static bool check_word(const char *text, size_t length, struct error *error)
{
    if (length == 0)
        return error_set(error, ERROR_INVALID, "no version stands there: it is empty");
    if (length > VERSION_LIMIT)
        return error_set(error, ERROR_INVALID, "no version stands there: it is %zu bytes long",
                         length);
    if (!utf8_valid(text, length))
        return error_set(error, ERROR_INVALID, "no version stands there: it is no UTF-8");
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f)
            return error_set(error, ERROR_INVALID,
                             "no version stands there, but more than one word");
    }
    return true;
}

/* NULL with an error. A number with a point has lost its zeros: 1.10 came as 1.1. */
static const char *word_at(const json_t *root, const char *pointer, struct arena *arena,
                           struct error *error)
{
    const json_t *value = json_pointer_find(root, pointer, error);

    if (value == NULL)
        return NULL;
    if (json_is_integer(value))
        return arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    if (json_is_real(value)) {
        error_set(error, ERROR_INVALID,
                  "%s is a number, of which 1.10 and 1.1 are the same: a version must be a text",
                  pointer);
        return NULL;
    }
    if (!json_is_string(value)) {
        error_set(error, ERROR_INVALID, "%s is no text", *pointer != '\0' ? pointer : "it");
        return NULL;
    }
    if (!check_word(json_string_value(value), json_string_length(value), error)) {
        error_prefix(error, "%s", *pointer != '\0' ? pointer : "the document");
        return NULL;
    }
    return arena_bytes(arena, json_string_value(value), json_string_length(value));
}

/* What stands beside a version may be missing: it is not known then. */
static bool beside(struct observing *observing, const json_t *root, const char *pointer,
                   const char **out, struct error *error)
{
    struct error why = { 0 };

    if (pointer == NULL)
        return true;
    *out = word_at(root, pointer, observing->arena, &why);
    if (*out != NULL || why.code == ERROR_NOT_FOUND)
        return true;
    if (error != NULL)
        *error = why;
    return false;
}

static bool read_one(struct observing *observing, const json_t *root, struct error *error)
{
    const struct observer_settings *observer = observing->observer;
    const char *version = word_at(root, observer->pointer, observing->arena, error);
    struct observation *item;

    if (version == NULL)
        return false;
    item = observing_add(observing, observer->module, version, observer->pointer);
    return beside(observing, root, observer->commit, &item->commit, error) &&
           beside(observing, root, observer->image, &item->image, error) &&
           beside(observing, root, observer->config, &item->config_revision, error);
}

/* One module that is not to be found says nothing about the others. */
static void read_modules(struct observing *observing, const json_t *root)
{
    for (size_t i = 0; i < observing->observer->module_count; i++) {
        const struct observer_module *module = &observing->observer->modules[i];
        struct error why = { 0 };
        const char *version = word_at(root, module->place, observing->arena, &why);
        struct observation *item = observing_add(observing, module->module, version, module->place);

        if (version == NULL)
            item->unread = arena_text(observing->arena, why.message);
    }
}

static bool read_line(struct observing *observing, const char *text, size_t length,
                      struct error *error)
{
    size_t end = 0;
    const char *line;

    while (length > 0 && strchr(" \t\r\n", *text) != NULL && *text != '\0') {
        text++;
        length--;
    }
    while (end < length && text[end] != '\n')
        end++;
    while (end > 0 && strchr(" \t\r", text[end - 1]) != NULL)
        end--;
    if (!check_word(text, end, error))
        return error_hint(error, "its first line must be the version; `pointer` takes it out of a "
                                 "JSON document");
    line = arena_bytes(observing->arena, text, end);
    observing_add(observing, observing->observer->module, line, NULL);
    return true;
}

bool observing_document(struct observing *observing, const char *name, const char *text,
                        size_t length, struct error *error)
{
    const struct observer_settings *observer = observing->observer;
    json_t *root;
    bool ok;

    if (observer->format != NULL)
        return observing_whole(observing, name, text, length, error);
    if (observer->module_count == 0 && observer->pointer == NULL)
        return read_line(observing, text, length, error) || error_prefix(error, "%s", name);
    root = json_read(name, text, length, error);
    if (root == NULL)
        return false;
    ok = observer->module_count > 0 || read_one(observing, root, error);
    if (!ok)
        error_prefix(error, "%s", name);
    else if (observer->module_count > 0)
        read_modules(observing, root);
    json_decref(root);
    return ok;
}
