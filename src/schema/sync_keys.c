/* Foreign keys and the keys that they hang on: neither comes before the other is there, nor goes
 * while it is needed. */
#include <string.h>

#include "sync_parts.h"

bool sync_is_key(const struct schema_object *part)
{
    if (part->kind == SCHEMA_CONSTRAINT)
        return sync_is(part, SCHEMA_SORT, "primary key") || sync_is(part, SCHEMA_SORT, "unique");
    return part->kind == SCHEMA_INDEX && schema_flag(part, SCHEMA_UNIQUE) &&
           !schema_get(part, SCHEMA_WHERE);
}

static bool has_item(const char *const *items, size_t count, const char *item)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i], item) == 0)
            return true;
    return false;
}

bool sync_list_has(const struct schema_object *object, enum schema_property property,
                   const char *item)
{
    size_t count;
    const char *const *items = schema_list(object, property, &count);
    return has_item(items, count, item);
}

/* In any order: a foreign key may name the columns otherwise than the key does. */
static bool same_columns(const struct schema_object *foreign, const struct schema_object *key)
{
    size_t wanted, count;
    const char *const *columns = schema_list(foreign, SCHEMA_REFERENCED_COLUMNS, &wanted);
    const char *const *own = schema_list(key, SCHEMA_COLUMNS, &count);
    if (!wanted)
        return sync_is(key, SCHEMA_SORT, "primary key");
    if (wanted != count)
        return false;
    for (size_t i = 0; i < wanted; i++)
        if (!has_item(own, count, columns[i]))
            return false;
    return true;
}

bool sync_refers_to(struct sync_writer *writer, const struct schema_object *foreign,
                    const struct schema_object *key)
{
    return strcmp(sync_text(foreign, SCHEMA_REFERENCES), sync_key(writer, key->owner)) == 0 &&
           same_columns(foreign, key);
}

bool sync_is_late_key(const struct sync_writer *writer, const struct schema_object *key)
{
    const struct schema_change *change = sync_change_of(writer, key);
    bool made =
        map_has_bytes(writer->rebuilt, &key, sizeof(key)) ||
        (change && !change->within && change->kind != SCHEMA_REMOVED && !sync_only_comment(change));
    return sync_is_key(key) && made && !sync_is(key->owner, SCHEMA_SORT, "partitioned");
}

enum sync_phase sync_foreign_key_phase(struct sync_writer *writer,
                                       const struct schema_object *foreign)
{
    const struct schema_object *table =
        sync_find_table(writer, writer->diff->current, sync_text(foreign, SCHEMA_REFERENCES));
    bool late = false;
    for (const struct schema_object *part = table ? table->parts : NULL; part; part = part->next) {
        if (!sync_is_key(part) || !same_columns(foreign, part))
            continue;
        if (!sync_is_late_key(writer, part))
            return SYNC_FOREIGN_KEYS;
        late = true;
    }
    return late ? SYNC_REFERENCES : SYNC_FOREIGN_KEYS;
}

const char *sync_is_as_wanted(struct sync_writer *writer, const struct schema_object *key)
{
    const char *definition = sync_literal(writer, sync_text(key, SCHEMA_DEFINITION));
    if (key->kind == SCHEMA_INDEX)
        return arena_printf(writer->arena,
                            "EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = "
                            "pg_catalog.to_regclass(%s) AND indisvalid AND "
                            "pg_catalog.pg_get_indexdef(indexrelid) = %s)",
                            sync_literal(writer, sync_index_name(writer, key)), definition);
    return arena_printf(writer->arena,
                        "EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = "
                        "%s::pg_catalog.regclass AND conname = %s AND "
                        "pg_catalog.pg_get_constraintdef(oid) = %s)",
                        sync_literal(writer, sync_key(writer, key->owner)),
                        sync_literal(writer, key->name), definition);
}
