#include "snapshot_object.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

/* Where the parts of a kind stand below "parts". */
struct part_group {
    enum schema_kind kind;
    const char *member;
};

static const struct part_group part_groups[] = {
    {SCHEMA_COLUMN,      "columns"    },
    { SCHEMA_CONSTRAINT, "constraints"},
    { SCHEMA_INDEX,      "indexes"    },
    { SCHEMA_TRIGGER,    "triggers"   },
    { SCHEMA_POLICY,     "policies"   },
};

/* Their only value is "true", which is written as JSON's. */
static const enum schema_property flags[] = {
    SCHEMA_NOT_NULL, SCHEMA_UNIQUE,        SCHEMA_NULLS_NOT_DISTINCT, SCHEMA_NOT_VALID,
    SCHEMA_CYCLE,    SCHEMA_RESTRICTIVE,   SCHEMA_SECURITY_DEFINER,   SCHEMA_NO_INHERIT,
    SCHEMA_STRICT,   SCHEMA_WITHOUT_ROWID,
};

static bool is_flag(enum schema_property property)
{
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (flags[i] == property)
            return true;
    }
    return false;
}

/* --- Reading ---------------------------------------------------------------------------------- */

/* Words that say which object it is, and where; everything else is a property. */
static bool is_own_word(const char *word)
{
    static const char *const words[] = { "kind",  "schema", "name", "signature",
                                         "parts", "file",   "line" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], word) == 0)
            return true;
    }
    return false;
}

static bool refuse(const struct schema_object *object, const char *word, const char *what,
                   struct error *error)
{
    return error_set(error, ERROR_INVALID, "the %s \"%s\": \"%s\" %s",
                     schema_kind_name(object->kind), object->name, word, what);
}

static bool read_list(struct schema *schema, struct schema_object *object,
                      enum schema_property property, const json_t *value, struct error *error)
{
    size_t count = json_array_size(value);
    const char **items = memory_array(count + 1, sizeof *items);
    bool ok = true;

    for (size_t i = 0; ok && i < count; i++) {
        items[i] = json_string_value(json_array_get(value, i));
        ok = items[i] != NULL;
    }
    if (ok)
        schema_set_list(schema, object, property, items, count);
    else
        refuse(object, schema_property_word(property), "is not a list of texts", error);
    free(items);
    return ok;
}

static bool read_property(struct schema *schema, struct schema_object *object, const char *word,
                          const json_t *value, struct error *error)
{
    enum schema_property property;

    if (json_is_null(value))
        return true;
    if (!schema_property_of(word, &property))
        return refuse(object, word, "is nothing that is known here", error);
    if (schema_property_is_list(property))
        return json_is_array(value) ? read_list(schema, object, property, value, error)
                                    : refuse(object, word, "is not a list of texts", error);
    if (is_flag(property)) {
        if (!json_is_boolean(value))
            return refuse(object, word, "is neither true nor false", error);
        schema_set_flag(schema, object, property, json_is_true(value));
        return true;
    }
    if (!json_is_string(value))
        return refuse(object, word, "is not a text", error);
    schema_set(schema, object, property, json_string_value(value));
    return true;
}

static bool read_properties(struct schema *schema, struct schema_object *object,
                            const json_t *source, struct error *error)
{
    const char *word;
    json_t *value;

    json_object_foreach((json_t *)source, word, value)
    {
        if (!is_own_word(word) && !read_property(schema, object, word, value, error))
            return false;
    }
    return true;
}

/* Its own, else the one that is given. */
static struct schema_place place_of(const json_t *source, const struct schema_place *place)
{
    const char *file = json_member_text(source, "file");
    json_int_t line = json_integer_value(json_object_get(source, "line"));
    struct schema_place own = place != NULL ? *place : (struct schema_place){ .file = NULL };

    if (file != NULL)
        own = (struct schema_place){ .file = file };
    if (line > 0 && line <= UINT_MAX)
        own.line = (unsigned)line;
    return own;
}

static bool read_part(struct schema *schema, struct schema_object *owner, enum schema_kind kind,
                      const json_t *source, const struct schema_place *place, struct error *error)
{
    const char *name = json_member_text(source, "name");
    const struct schema_place own = place_of(source, place);
    struct schema_object *part;

    if (name == NULL)
        return error_set(error, ERROR_INVALID, "the %s \"%s\" has a %s without a name",
                         schema_kind_name(owner->kind), owner->name, schema_kind_name(kind));
    part = schema_add_part(schema, owner, kind, name, &own);
    if (part == NULL)
        return error_set(error, ERROR_INVALID, "the %s \"%s\" has the %s \"%s\" twice",
                         schema_kind_name(owner->kind), owner->name, schema_kind_name(kind), name);
    return read_properties(schema, part, source, error);
}

static bool read_group(struct schema *schema, struct schema_object *owner, const char *member,
                       const json_t *parts, const struct schema_place *place, struct error *error)
{
    const struct part_group *group = NULL;

    for (size_t i = 0; i < sizeof part_groups / sizeof *part_groups; i++) {
        if (strcmp(part_groups[i].member, member) == 0)
            group = &part_groups[i];
    }
    if (json_is_null(parts))
        return true;
    if (group == NULL || !json_is_array(parts))
        return refuse(owner, member, "is no kind of parts, or no list", error);
    for (size_t i = 0; i < json_array_size(parts); i++) {
        if (!read_part(schema, owner, group->kind, json_array_get(parts, i), place, error))
            return false;
    }
    return true;
}

bool snapshot_object_parts(struct schema *schema, struct schema_object *owner, const json_t *source,
                           const struct schema_place *place, struct error *error)
{
    json_t *parts = json_object_get(source, "parts"), *group;
    const char *member;

    if (parts == NULL || json_is_null(parts))
        return true;
    if (!json_is_object(parts))
        return refuse(owner, "parts", "is not an object", error);
    json_object_foreach(parts, member, group)
    {
        if (!read_group(schema, owner, member, group, place, error))
            return false;
    }
    return true;
}

struct schema_object *snapshot_object_begin(struct schema *schema, const json_t *source,
                                            const struct schema_place *place, struct error *error)
{
    const char *word = json_member_text(source, "kind"), *name = json_member_text(source, "name");
    const char *namespace = json_member_text(source, "schema");
    const char *signature = json_member_text(source, "signature");
    const struct schema_place own = place_of(source, place);
    struct schema_object *object = NULL;
    enum schema_kind kind;

    if (word == NULL || name == NULL)
        error_set(error, ERROR_INVALID, "an object has no kind, or no name");
    else if (!schema_kind_of(word, &kind) || schema_kind_is_part(kind))
        error_set(error, ERROR_INVALID, "\"%s\" is of a kind that is not known: \"%s\"", name,
                  word);
    else if ((kind == SCHEMA_FUNCTION) != (signature != NULL))
        error_set(error, ERROR_INVALID, "the %s \"%s\" %s", schema_kind_name(kind), name,
                  signature == NULL ? "has no signature" : "is no function and has a signature");
    else {
        object =
            schema_add(schema, kind, namespace != NULL ? namespace : "", name, signature, &own);
        if (object == NULL)
            error_set(error, ERROR_INVALID, "the %s \"%s\" is there twice", schema_kind_name(kind),
                      name);
    }
    return object != NULL && read_properties(schema, object, source, error) ? object : NULL;
}

bool snapshot_object_add(struct schema *schema, const json_t *source,
                         const struct schema_place *place, struct error *error)
{
    struct schema_object *object = snapshot_object_begin(schema, source, place, error);

    return object != NULL && snapshot_object_parts(schema, object, source, place, error);
}

/* --- Writing ---------------------------------------------------------------------------------- */

static json_t *list_json(const struct schema_value *value)
{
    json_t *list = json_array();

    for (size_t i = 0; i < value->item_count; i++)
        json_append(list, json_text(value->items[i]));
    return list;
}

static void put_properties(json_t *out, const struct schema_object *object)
{
    for (unsigned i = 0; i < object->value_count; i++) {
        const struct schema_value *value = &object->values[i];
        const char *word = schema_property_word(value->property);

        if (schema_property_is_list(value->property))
            json_put(out, word, list_json(value));
        else if (is_flag(value->property))
            json_put_bool(out, word, true);
        else
            json_put_text(out, word, value->text);
    }
}

/* That all of it is live is said once, by the name of the whole. */
static void put_place(json_t *out, const struct schema_object *object)
{
    if (object->place.file != NULL && strcmp(object->place.file, "live") != 0)
        json_put_text(out, "file", object->place.file);
    if (object->place.line > 0)
        json_put_integer(out, "line", object->place.line);
}

static json_t *part_json(const struct schema_object *part)
{
    json_t *out = json_object();

    json_put_text(out, "name", part->name);
    put_properties(out, part);
    put_place(out, part);
    return out;
}

static int compare_names(const void *a, const void *b)
{
    const struct schema_object *const *first = a, *const *second = b;

    return strcmp((*first)->name, (*second)->name);
}

/* The order of columns is theirs; of the others it says nothing, so that names have it. */
static json_t *group_json(const struct schema_object *object, enum schema_kind kind)
{
    json_t *list = NULL;
    struct vector parts;

    vector_init(&parts, sizeof(const struct schema_object *));
    for (const struct schema_object *part = object->parts; part != NULL; part = part->next) {
        if (part->kind == kind)
            vector_push(&parts, &part);
    }
    if (kind != SCHEMA_COLUMN)
        vector_sort(&parts, compare_names);
    if (parts.count > 0)
        list = json_array();
    for (size_t i = 0; i < parts.count; i++)
        json_append(list, part_json(*(const struct schema_object **)vector_at(&parts, i)));
    vector_release(&parts);
    return list;
}

static json_t *parts_json(const struct schema_object *object)
{
    json_t *out = NULL;

    for (size_t i = 0; i < sizeof part_groups / sizeof *part_groups; i++) {
        json_t *list = group_json(object, part_groups[i].kind);

        if (list == NULL)
            continue;
        if (out == NULL)
            out = json_object();
        json_put(out, part_groups[i].member, list);
    }
    return out;
}

json_t *snapshot_object_json(const struct schema_object *object)
{
    json_t *out = json_object(), *parts = parts_json(object);

    json_put_text(out, "kind", schema_kind_word(object->kind));
    json_put_text(out, "schema", object->schema);
    json_put_text(out, "name", object->name);
    if (object->arguments != NULL)
        json_put_text(out, "signature", object->arguments);
    put_properties(out, object);
    put_place(out, object);
    if (parts != NULL)
        json_put(out, "parts", parts);
    return out;
}
