#include <pilab/schema/sync.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>

#include "pg_world.h"
#include "sync_parts.h"

__attribute__((format(printf, 4, 0))) static void
add_statement(struct sync_writer *writer, enum sync_phase phase, const char *loses,
              const char *format, va_list arguments)
{
    struct strbuf text = STRBUF_INIT;
    strbuf_vprintf(&text, format, arguments);
    struct sync_statement *statement = vector_add(&writer->statements);
    statement->phase = phase;
    statement->loses = loses;
    statement->text = strbuf_to_arena(&text, writer->arena);
    strbuf_release(&text);
}

void sync_add(struct sync_writer *writer, enum sync_phase phase, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_statement(writer, phase, NULL, format, arguments);
    va_end(arguments);
}

void sync_destroy(struct sync_writer *writer, enum sync_phase phase, const char *loses,
                  const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_statement(writer, phase, loses, format, arguments);
    va_end(arguments);
}

void sync_unless(struct sync_writer *writer, enum sync_phase phase, const char *condition,
                 const char *statement)
{
    const char *tag = "$pilab$";
    for (unsigned i = 1; strstr(statement, tag) || strstr(condition, tag); i++)
        tag = arena_printf(writer->arena, "$pilab%u$", i);
    sync_add(writer, phase, "DO %s BEGIN\n    IF NOT (%s) THEN\n        %s;\n    END IF;\nEND %s;",
             tag, condition, statement, tag);
}

void sync_note(struct sync_writer *writer, const char *format, ...)
{
    struct strbuf text = STRBUF_INIT;
    va_list arguments;
    va_start(arguments, format);
    strbuf_vprintf(&text, format, arguments);
    va_end(arguments);
    const char *copy = strbuf_to_arena(&text, writer->arena);
    vector_push(&writer->notes, &copy);
    strbuf_release(&text);
}

const char *sync_name(struct sync_writer *writer, const struct schema_object *object)
{
    if (object->kind == SCHEMA_NAMESPACE || object->kind == SCHEMA_EXTENSION)
        return sync_word(writer, object->name);
    return pg_object_name(writer->arena, object);
}

const char *sync_word(struct sync_writer *writer, const char *name)
{
    return pg_quoted(writer->arena, name);
}

const char *sync_owner(struct sync_writer *writer, const struct schema_object *part)
{
    return sync_name(writer, part->owner);
}

const char *sync_literal(struct sync_writer *writer, const char *text)
{
    return pg_literal(writer->arena, text);
}

bool sync_is(const struct schema_object *object, enum schema_property property, const char *value)
{
    const char *text = schema_get(object, property);
    return text && strcmp(text, value) == 0;
}

const char *sync_text(const struct schema_object *object, enum schema_property property)
{
    const char *text = schema_get(object, property);
    return text ? text : "";
}

const struct schema_object *sync_other(const struct schema *schema,
                                       const struct schema_object *object)
{
    if (!object->owner)
        return schema_find(schema, object->kind, object->schema, object->name, object->arguments);
    const struct schema_object *owner = sync_other(schema, object->owner);
    return owner ? schema_find_part(schema, owner, object->kind, object->name) : NULL;
}

/* Of indexes and constraints the names differ: what they are made of does not. */
static bool is_alike(const struct schema_object *part, const struct schema_object *other)
{
    if (part->kind != other->kind)
        return false;
    if (part->kind == SCHEMA_COLUMN || part->kind == SCHEMA_TRIGGER)
        return strcmp(part->name, other->name) == 0;
    if (part->kind == SCHEMA_CONSTRAINT)
        return strcmp(sync_text(part, SCHEMA_DEFINITION), sync_text(other, SCHEMA_DEFINITION)) == 0;
    return part->kind == SCHEMA_INDEX &&
           strcmp(sync_text(part, SCHEMA_COLUMNS), sync_text(other, SCHEMA_COLUMNS)) == 0 &&
           strcmp(sync_text(part, SCHEMA_WHERE), sync_text(other, SCHEMA_WHERE)) == 0 &&
           schema_flag(part, SCHEMA_UNIQUE) == schema_flag(other, SCHEMA_UNIQUE);
}

static const struct schema_object *find_path(struct sync_writer *writer,
                                             const struct schema *schema, const char *path)
{
    struct map **tables = &writer->tables[schema == writer->diff->current];
    const struct schema_object *table = *tables ? NULL : schema->first;
    if (!*tables)
        *tables = map_new();
    for (; table; table = table->next)
        if (table->kind == SCHEMA_TABLE)
            map_put(*tables, sync_name(writer, table), (void *)(size_t)table);
    return map_get(*tables, path);
}

bool sync_is_inherited(struct sync_writer *writer, const struct schema *schema,
                       const struct schema_object *part)
{
    size_t count = 0;
    const char *of = schema_get(part->owner, SCHEMA_PARTITION_OF);
    const char *const *parents = schema_list(part->owner, SCHEMA_INHERITS, &count);
    if (of) {
        parents = &of;
        count = 1;
    } else if (part->kind != SCHEMA_COLUMN && part->kind != SCHEMA_CONSTRAINT) {
        return false; /* plain inheritance hands on columns and checks only */
    }
    for (size_t i = 0; i < count; i++) {
        const struct schema_object *parent = find_path(writer, schema, parents[i]);
        for (const struct schema_object *other = parent ? parent->parts : NULL; other;
             other = other->next)
            if (is_alike(part, other))
                return true;
    }
    return false;
}
