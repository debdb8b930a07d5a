#include "schema_facts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/vector.h>

struct row {
    const char *kind, *object, *part; /* "column", "public.orders", "total" */
    const char *property, *value;
};

static struct row *add(struct vector *rows, const char *kind, const char *object, const char *part)
{
    struct row *row = vector_add(rows);
    *row = (struct row){ kind, object, part, "exists", "true" };
    return row;
}

static void add_value(struct vector *rows, const char *kind, const char *object, const char *part,
                      const char *property, const char *value)
{
    if (!value)
        return;
    struct row *row = add(rows, kind, object, part);
    row->property = property;
    row->value = value;
}

static const char *letter(const char *word)
{
    static const char *const letters[][2] = {
        {"primary key",  "p"},
        { "unique",      "u"},
        { "foreign key", "f"},
        { "check",       "c"},
        { "exclusion",   "x"},
        { "always",      "a"},
        { "by default",  "d"},
        { "stored",      "s"},
        { "SELECT",      "r"},
        { "INSERT",      "a"},
        { "UPDATE",      "w"},
        { "DELETE",      "d"},
    };
    for (size_t i = 0; word && i < sizeof(letters) / sizeof(letters[0]); i++)
        if (strcmp(letters[i][0], word) == 0)
            return letters[i][1];
    return word;
}

static const char *policy_text(struct arena *arena, const struct schema_object *policy)
{
    const char *command = letter(schema_get(policy, SCHEMA_COMMAND));
    const char *using = schema_get(policy, SCHEMA_EXPRESSION);
    const char *check = schema_get(policy, SCHEMA_CHECK);
    return arena_printf(arena, "%s %s using %s check %s", command ? command : "*",
                        schema_flag(policy, SCHEMA_RESTRICTIVE) ? "false" : "true",
                        using ? using : "", check ? check : "");
}

static void part_rows(struct vector *rows, struct arena *arena, const struct schema_object *part)
{
    const char *owner = schema_object_path(arena, part->owner), *name = part->name;
    const char *value = schema_get(part, SCHEMA_DEFAULT);
    if (part->owner->kind == SCHEMA_DOMAIN || part->owner->kind == SCHEMA_COMPOSITE)
        return;
    switch (part->kind) {
    case SCHEMA_COLUMN:
        add_value(rows, "column", owner, name, "type", schema_get(part, SCHEMA_TYPE));
        add_value(rows, "column", owner, name, "notnull",
                  schema_flag(part, SCHEMA_NOT_NULL) ? "true" : "false");
        add_value(rows, "column", owner, name, "default",
                  value ? value : schema_get(part, SCHEMA_GENERATED));
        add_value(rows, "column", owner, name, "identity",
                  letter(schema_get(part, SCHEMA_IDENTITY)));
        add_value(rows, "column", owner, name, "generated",
                  letter(schema_get(part, SCHEMA_GENERATED_KIND)));
        add_value(rows, "comment",
                  arena_printf(arena, "pg_class column %s of %s %s", name,
                               schema_kind_name(part->owner->kind), owner),
                  "", "text", schema_get(part, SCHEMA_COMMENT));
        break;
    case SCHEMA_CONSTRAINT:
        add_value(rows, "constraint", owner, name, "definition",
                  schema_get(part, SCHEMA_DEFINITION));
        add_value(rows, "constraint", owner, name, "contype",
                  letter(schema_get(part, SCHEMA_SORT)));
        break;
    case SCHEMA_POLICY:
        add_value(rows, "policy", owner, name, "definition", policy_text(arena, part));
        break;
    default:
        add_value(rows, schema_kind_word(part->kind), owner, name, "definition",
                  schema_get(part, SCHEMA_DEFINITION));
        break;
    }
}

static void object_rows(struct vector *rows, struct arena *arena,
                        const struct schema_object *object)
{
    const char *path = schema_object_path(arena, object);
    const char *definition = schema_get(object, SCHEMA_DEFINITION);
    switch (object->kind) {
    case SCHEMA_EXTENSION:
        add(rows, "extension", object->name, "");
        break;
    case SCHEMA_NAMESPACE:
        add(rows, "schema", object->name, "");
        break;
    case SCHEMA_ENUM:
        add_value(rows, "enum", path, "", "labels", schema_get(object, SCHEMA_LABELS));
        break;
    case SCHEMA_DOMAIN:
        add_value(rows, "domain", path, "", "type", schema_get(object, SCHEMA_TYPE));
        break;
    case SCHEMA_FUNCTION:
        add_value(rows, "function", path, "", "definition", definition);
        break;
    case SCHEMA_COMPOSITE:
        break;
    default:
        add(rows,
            object->kind == SCHEMA_MATERIALIZED_VIEW ? "matview" : schema_kind_word(object->kind),
            path, "");
        add_value(rows, "view", path, "", "definition", definition);
        add_value(rows, "comment",
                  arena_printf(arena, "pg_class %s %s", schema_kind_name(object->kind), path), "",
                  "text", schema_get(object, SCHEMA_COMMENT));
        break;
    }
}

static json_t *group(const struct vector *rows)
{
    json_t *kinds = json_object();
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = vector_at(rows, i);
        char key[512];
        snprintf(key, sizeof(key), "%s\t%s", row->object, row->part);
        json_t *kind = json_object_get(kinds, row->kind);
        if (!kind) {
            kind = json_object();
            json_object_set_new(kinds, row->kind, kind);
        }
        json_t *object = json_object_get(kind, key);
        if (!object) {
            object = json_object();
            json_object_set_new(kind, key, object);
        }
        json_object_set_new(object, row->property, json_string(row->value));
    }
    return kinds;
}

json_t *schema_facts(const struct schema *schema)
{
    struct arena *arena = arena_new();
    struct vector rows;
    vector_init(&rows, sizeof(struct row));
    for (const struct schema_object *object = schema->first; object; object = object->next) {
        object_rows(&rows, arena, object);
        for (const struct schema_object *part = object->parts; part; part = part->next)
            part_rows(&rows, arena, part);
    }
    json_t *facts = group(&rows);
    vector_release(&rows);
    arena_free(&arena);
    return facts;
}

static void rows_of(struct vector *rows, struct arena *arena, const struct schema_object *object)
{
    if (object && object->owner)
        part_rows(rows, arena, object);
    else if (object)
        object_rows(rows, arena, object);
}

static json_t *list_of(json_t *result, const char *list, const char *kind)
{
    json_t *lists = json_object_get(result, list);
    if (!json_object_get(lists, kind))
        json_object_set_new(lists, kind, json_array());
    return json_object_get(lists, kind);
}

static json_t *item_of(const char *key)
{
    const char *tab = strchr(key, '\t');
    json_t *item = json_object();
    json_object_set_new(item, "object", json_stringn(key, (size_t)(tab - key)));
    if (tab[1])
        json_object_set_new(item, "name", json_string(tab + 1));
    return item;
}

static void count(json_t *result, const char *kind, const char *what, int more)
{
    json_t *summary = json_object_get(result, "summary");
    json_t *row = json_object_get(summary, kind);
    if (!row) {
        bool parts = strcmp(kind, "column") == 0 || strcmp(kind, "constraint") == 0 ||
                     strcmp(kind, "index") == 0 || strcmp(kind, "trigger") == 0;
        row = json_pack("{s:i,s:i,s:i,s:i}", "added", 0, "removed", 0, "changed_objects", 0,
                        "changed_properties", 0);
        if (parts) {
            json_object_set_new(row, "added_in_existing_tables", json_integer(0));
            json_object_set_new(row, "removed_in_kept_tables", json_integer(0));
        }
        json_object_set_new(summary, kind, row);
    }
    json_t *number = json_object_get(row, what);
    if (number)
        json_integer_set(number, json_integer_value(number) + more);
}

static void add_whole(json_t *result, const char *list, const char *kind, const char *key,
                      json_t *values, bool within)
{
    json_t *item = item_of(key);
    const char *property;
    json_t *value;
    json_object_foreach(values, property, value)
    {
        if (strcmp(property, "exists") != 0)
            json_object_set(item, property, value);
    }
    json_array_append_new(list_of(result, list, kind), item);
    count(result, kind, list, 1);
    if (!within)
        count(result, kind, *list == 'a' ? "added_in_existing_tables" : "removed_in_kept_tables",
              1);
}

static void add_changes(json_t *result, const char *kind, const char *key, json_t *before,
                        json_t *after)
{
    const char *property;
    json_t *value;
    int changed = 0;
    json_t *all = json_copy(before);
    json_object_update(all, after);
    json_object_foreach(all, property, value)
    {
        json_t *old = json_object_get(before, property), *new = json_object_get(after, property);
        if (old && new &&json_equal(old, new))
            continue;
        json_t *item = item_of(key);
        json_object_set_new(item, "property", json_string(property));
        json_object_set(item, "v1", old ? old : json_null());
        json_object_set(item, "v2", new ? new : json_null());
        json_array_append_new(list_of(result, "changed", kind), item);
        changed++;
    }
    json_decref(all);
    if (changed) {
        count(result, kind, "changed_objects", 1);
        count(result, kind, "changed_properties", changed);
    }
}

static void add_change(json_t *result, struct arena *arena, const struct schema_change *change)
{
    struct vector before, after;
    vector_init(&before, sizeof(struct row));
    vector_init(&after, sizeof(struct row));
    rows_of(&before, arena, change->previous);
    rows_of(&after, arena, change->current);
    json_t *left = group(&before), *right = group(&after), *kinds = json_deep_copy(left);
    json_object_update_missing(kinds, right);
    const char *kind;
    json_t *value;
    json_object_foreach(kinds, kind, value)
    {
        json_t *old = json_object_get(left, kind), *new = json_object_get(right, kind);
        void *entry = json_object_iter(old ? old : new);
        const char *key = json_object_iter_key(entry);
        if (!old)
            add_whole(result, "added", kind, key, json_object_get(new, key), change->within);
        else if (!new)
            add_whole(result, "removed", kind, key, json_object_get(old, key), change->within);
        else
            add_changes(result, kind, key, json_object_get(old, key), json_object_get(new, key));
    }
    json_decref(left);
    json_decref(right);
    json_decref(kinds);
    vector_release(&before);
    vector_release(&after);
}

static int compare_items(const void *a, const void *b)
{
    static const char *const keys[] = { "object", "name", "property" };
    for (size_t i = 0; i < 3; i++) {
        const char *left = json_string_value(json_object_get(*(json_t *const *)a, keys[i]));
        const char *right = json_string_value(json_object_get(*(json_t *const *)b, keys[i]));
        int order = strcmp(left ? left : "", right ? right : "");
        if (order)
            return order;
    }
    return 0;
}

static void sort_lists(json_t *lists)
{
    const char *kind;
    json_t *list;
    json_object_foreach(lists, kind, list)
    {
        size_t items = json_array_size(list);
        json_t **sorted = calloc(items + 1, sizeof(*sorted));
        for (size_t i = 0; i < items; i++)
            sorted[i] = json_incref(json_array_get(list, i));
        qsort(sorted, items, sizeof(*sorted), compare_items);
        json_array_clear(list);
        for (size_t i = 0; i < items; i++)
            json_array_append_new(list, sorted[i]);
        free(sorted);
    }
}

json_t *schema_diff_facts(const struct schema_diff *diff)
{
    struct arena *arena = arena_new();
    json_t *result = json_pack("{s:{},s:{},s:{},s:{}}", "added", "removed", "changed", "summary");
    for (size_t i = 0; i < diff->count; i++)
        add_change(result, arena, &diff->changes[i]);
    sort_lists(json_object_get(result, "added"));
    sort_lists(json_object_get(result, "removed"));
    sort_lists(json_object_get(result, "changed"));
    arena_free(&arena);
    return result;
}
