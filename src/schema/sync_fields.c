/*
 * Fields of composite types. While a column of a table has the type, a server adds and drops fields
 * and refuses to alter one's type: then the field is dropped and added, without its values. CASCADE
 * is never written: what stands on a field has to be changed before, or the server refuses.
 */
#include <string.h>

#include "sync_parts.h"

/* Types that have each other end: a server makes none that has itself. */
#define DEPTH 16

const char *sync_field(struct sync_writer *writer, const struct schema_object *field)
{
    const char *collation = schema_get(field, SCHEMA_COLLATION);
    return arena_printf(writer->arena, "%s %s%s%s", sync_word(writer, field->name),
                        sync_text(field, SCHEMA_TYPE), collation ? " COLLATE " : "",
                        collation ? collation : "");
}

/* "public.place", "public.place[]" */
static bool is_of(const struct schema_object *object, const char *type)
{
    const char *text = sync_text(object, SCHEMA_TYPE);
    size_t length = strlen(type);
    return strncmp(text, type, length) == 0 && strspn(text + length, "[]") == strlen(text + length);
}

/* The first column of a table that has the type, perhaps within another one; NULL: none. */
static const struct schema_object *
stored_in(struct sync_writer *writer, const struct schema *schema, const char *type, unsigned depth)
{
    const struct schema_object *found = NULL;
    for (const struct schema_object *one = schema->first; one && !found && depth; one = one->next) {
        if (one->kind == SCHEMA_DOMAIN && is_of(one, type))
            found = stored_in(writer, schema, sync_key(writer, one), depth - 1);
        for (const struct schema_object *part = one->parts; part && !found; part = part->next) {
            if (part->kind != SCHEMA_COLUMN || !is_of(part, type))
                continue;
            if (one->kind == SCHEMA_TABLE || one->kind == SCHEMA_MATERIALIZED_VIEW)
                found = part;
            else if (one->kind == SCHEMA_COMPOSITE)
                found = stored_in(writer, schema, sync_key(writer, one), depth - 1);
        }
    }
    return found;
}

/* Whether the type has the field already; `more`: and it is as it shall be. */
static const char *is_there(struct sync_writer *writer, const struct schema_object *field,
                            const char *more)
{
    return arena_printf(writer->arena,
                        "EXISTS (SELECT 1 FROM pg_catalog.pg_attribute WHERE attrelid = "
                        "to_regclass(%s) AND attname = %s AND NOT attisdropped%s)",
                        sync_literal(writer, sync_key(writer, field->owner)),
                        sync_literal(writer, field->name), more);
}

static void change_stored(struct sync_writer *writer, const struct schema_change *change,
                          const struct schema_object *column)
{
    const struct schema_object *field = change->current;
    const char *type = sync_owner(writer, field), *name = sync_word(writer, field->name);
    const char *where = arena_printf(writer->arena, "%s.%s", sync_owner(writer, column),
                                     sync_word(writer, column->name));
    if (!schema_change_of(change, SCHEMA_TYPE)) {
        sync_note(writer,
                  "the collation of the field %s of the type %s has to be changed by hand: %s has "
                  "the type",
                  name, type, where);
        return;
    }
    sync_unless_losing(
        writer, SYNC_COLUMNS,
        arena_printf(writer->arena, "the field's values in every row: %s has the type", where),
        is_there(writer, field,
                 arena_printf(writer->arena,
                              " AND pg_catalog.format_type(atttypid, atttypmod) = %s",
                              sync_literal(writer, sync_text(field, SCHEMA_TYPE)))),
        arena_printf(writer->arena,
                     "ALTER TYPE %s DROP ATTRIBUTE IF EXISTS %s;\n"
                     "        ALTER TYPE %s ADD ATTRIBUTE %s",
                     type, name, type, sync_field(writer, field)));
}

static void change_field(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *field = change->current;
    const char *type = sync_key(writer, field->owner);
    const struct schema_object *column = stored_in(writer, writer->diff->previous, type, DEPTH);
    const char *collation = schema_get(field, SCHEMA_COLLATION);
    if (!schema_change_of(change, SCHEMA_TYPE) && !schema_change_of(change, SCHEMA_COLLATION))
        return;
    if (!column)
        column = stored_in(writer, writer->diff->current, type, DEPTH);
    if (sync_fresh_type(writer, field))
        sync_note(writer,
                  "the field %s of the type %s has to be changed by hand: its type is made "
                  "again",
                  sync_word(writer, field->name), sync_owner(writer, field));
    else if (column)
        change_stored(writer, change, column);
    else
        sync_add(writer, SYNC_COLUMNS, "ALTER TYPE %s ALTER ATTRIBUTE %s TYPE %s%s%s;",
                 sync_owner(writer, field), sync_word(writer, field->name),
                 sync_text(field, SCHEMA_TYPE), collation ? " COLLATE " : "",
                 collation ? collation : "");
}

void sync_field_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *field = schema_change_object(change);
    const char *type = sync_owner(writer, field);
    if (change->kind == SCHEMA_ADDED)
        sync_unless(writer, SYNC_COLUMNS, is_there(writer, field, ""),
                    arena_printf(writer->arena, "ALTER TYPE %s ADD ATTRIBUTE %s", type,
                                 sync_field(writer, field)));
    else if (change->kind == SCHEMA_REMOVED)
        sync_destroy(writer, SYNC_DESTROY, "the field's values in every row that has the type",
                     "ALTER TYPE %s DROP ATTRIBUTE IF EXISTS %s;", type,
                     sync_word(writer, field->name));
    else
        change_field(writer, change);
}
