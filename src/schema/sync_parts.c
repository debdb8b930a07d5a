#include <pilab/schema/sync.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>

#include "pg_world.h"
#include "sync_parts.h"

#define LINES "\n\t" /* controls of ordinary text */

__attribute__((format(printf, 4, 0))) static void
add_statement(struct sync_writer *writer, enum sync_phase phase, const char *loses,
              const char *format, va_list arguments)
{
    struct strbuf text = STRBUF_INIT;
    strbuf_vprintf(&text, format, arguments);
    struct sync_statement *statement = vector_add(&writer->statements);
    statement->phase = phase;
    statement->loses = loses;
    statement->about = writer->about;
    statement->waits = NULL;
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

void sync_unless_losing(struct sync_writer *writer, enum sync_phase phase, const char *loses,
                        const char *condition, const char *statement)
{
    const char *tag = "$pilab$";
    for (unsigned i = 1; strstr(statement, tag) || strstr(condition, tag); i++)
        tag = arena_printf(writer->arena, "$pilab%u$", i);
    sync_destroy(writer, phase, loses,
                 "DO %s BEGIN\n    IF NOT (%s) THEN\n        %s;\n    END IF;\nEND %s;", tag,
                 condition, statement, tag);
}

void sync_unless(struct sync_writer *writer, enum sync_phase phase, const char *condition,
                 const char *statement)
{
    sync_unless_losing(writer, phase, NULL, condition, statement);
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

const char *sync_key(struct sync_writer *writer, const struct schema_object *object)
{
    return pg_object_name(writer->arena, object);
}

const char *sync_index_name(struct sync_writer *writer, const struct schema_object *part)
{
    const char *name = sync_word(writer, part->name), *schema = part->owner->schema;
    return *schema ? arena_printf(writer->arena, "%s.%s", sync_word(writer, schema), name) : name;
}

const char *sync_name(struct sync_writer *writer, const struct schema_object *object)
{
    if (object->kind == SCHEMA_NAMESPACE || object->kind == SCHEMA_EXTENSION || !*object->schema)
        return sync_word(writer, object->name);
    return arena_printf(writer->arena, "%s.%s", sync_word(writer, object->schema),
                        sync_word(writer, object->name));
}

/* The code of a control (C0, DEL, C1) that stands at `text`, and how many bytes it has; 0: none. */
static unsigned control_at(const char *text, size_t *bytes)
{
    const unsigned char *c = (const unsigned char *)text;
    *bytes = 1;
    if ((c[0] && c[0] < ' ') || c[0] == 0x7f)
        return c[0];
    if (c[0] != 0xc2 || c[1] < 0x80 || c[1] > 0x9f)
        return 0;
    *bytes = 2;
    return c[1];
}

static bool has_control(const char *text, const char *kept)
{
    size_t bytes;
    for (; *text; text++)
        if (control_at(text, &bytes) && !strchr(kept, *text))
            return true;
    return false;
}

/* With each control but those of `kept` as `escape` and four digits, and what `doubled` names
 * twice. */
static void add_escaped(struct strbuf *out, const char *text, const char *kept, const char *escape,
                        const char *doubled)
{
    while (*text) {
        size_t bytes;
        unsigned control = control_at(text, &bytes);
        if (control && !strchr(kept, *text)) {
            strbuf_printf(out, "%s%04x", escape, control);
            text += bytes;
            continue;
        }
        if (strchr(doubled, *text))
            strbuf_add_char(out, *text);
        strbuf_add_char(out, *text++);
    }
}

const char *sync_word(struct sync_writer *writer, const char *name)
{
    struct strbuf out = STRBUF_INIT;
    if (!has_control(name, ""))
        return pg_quoted(writer->arena, name);
    strbuf_add(&out, "U&\"");
    add_escaped(&out, name, "", "\\", "\"\\");
    strbuf_add_char(&out, '"');
    const char *text = strbuf_to_arena(&out, writer->arena);
    strbuf_release(&out);
    return text;
}

const char *sync_owner(struct sync_writer *writer, const struct schema_object *part)
{
    return sync_name(writer, part->owner);
}

const char *sync_literal(struct sync_writer *writer, const char *text)
{
    struct strbuf out = STRBUF_INIT;
    if (!has_control(text, LINES))
        return pg_literal(writer->arena, text);
    strbuf_add(&out, "E'");
    add_escaped(&out, text, LINES, "\\u", "'\\");
    strbuf_add_char(&out, '\'');
    const char *copy = strbuf_to_arena(&out, writer->arena);
    strbuf_release(&out);
    return copy;
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

bool sync_only_comment(const struct schema_change *change)
{
    return change->property_count == 1 && schema_change_of(change, SCHEMA_COMMENT);
}

const struct schema_object *sync_other(const struct schema *schema,
                                       const struct schema_object *object)
{
    if (!object->owner)
        return schema_find(schema, object->kind, object->schema, object->name, object->arguments);
    const struct schema_object *owner = sync_other(schema, object->owner);
    return owner ? schema_find_part(schema, owner, object->kind, object->name) : NULL;
}

const struct schema_change *sync_change_of(const struct sync_writer *writer,
                                           const struct schema_object *object)
{
    return map_get_bytes(writer->changes, &object, sizeof(object));
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

const struct schema_object *sync_find_table(struct sync_writer *writer, const struct schema *schema,
                                            const char *key)
{
    struct map **tables = &writer->tables[schema == writer->diff->current];
    const struct schema_object *table = *tables ? NULL : schema->first;
    if (!*tables)
        *tables = map_new();
    for (; table; table = table->next)
        if (table->kind == SCHEMA_TABLE)
            map_put(*tables, sync_key(writer, table), (void *)(size_t)table);
    return map_get(*tables, key);
}

/* Plain inheritance hands on columns and checks, partitions have keys and indexes of their
 * parents', too. */
static bool is_handed_on(const struct schema_object *part, bool partition)
{
    static const char end[] = " NO INHERIT";
    const char *definition = sync_text(part, SCHEMA_DEFINITION);
    size_t length = strlen(definition);
    if (part->kind == SCHEMA_CONSTRAINT && sync_is(part, SCHEMA_SORT, "check"))
        return length < strlen(end) || strcmp(definition + length - strlen(end), end) != 0;
    return partition || part->kind == SCHEMA_COLUMN;
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
    }
    if (!is_handed_on(part, of != NULL))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct schema_object *parent = sync_find_table(writer, schema, parents[i]);
        for (const struct schema_object *other = parent ? parent->parts : NULL; other;
             other = other->next)
            if (is_alike(part, other))
                return true;
    }
    return false;
}

const char *sync_function_name(struct sync_writer *writer, const struct schema_object *function)
{
    const char *types = function->arguments ? function->arguments : "";
    bool star = !*types && sync_is(function, SCHEMA_SORT, "aggregate");
    return arena_printf(writer->arena, "%s(%s)", sync_name(writer, function), star ? "*" : types);
}

const char *sync_routine_word(const struct schema_object *function)
{
    if (sync_is(function, SCHEMA_SORT, "aggregate"))
        return "AGGREGATE";
    return sync_is(function, SCHEMA_SORT, "procedure") ? "PROCEDURE" : "FUNCTION";
}

const char *sync_view_word(const struct schema_object *view)
{
    return view->kind == SCHEMA_VIEW ? "VIEW" : "MATERIALIZED VIEW";
}

void sync_add_options(struct strbuf *out, const struct schema_object *object)
{
    size_t count;
    const char *const *items = schema_list(object, SCHEMA_OPTIONS, &count);
    for (size_t i = 0; i < count; i++)
        strbuf_printf(out, "%s%s", i ? ", " : " WITH (", items[i]);
    strbuf_add(out, count ? ")" : "");
}

void sync_change_options(struct sync_writer *writer, enum sync_phase phase, const char *word,
                         const struct schema_change *change)
{
    const char *name = sync_name(writer, change->current);
    size_t count;
    const char *const *items = schema_list(change->previous, SCHEMA_OPTIONS, &count);
    struct strbuf out = STRBUF_INIT;
    for (size_t i = 0; i < count; i++)
        strbuf_printf(&out, "%s%.*s", i ? ", " : "", (int)strcspn(items[i], "="), items[i]);
    if (count)
        sync_add(writer, phase, "ALTER %s %s RESET (%s);", word, name, out.data);
    strbuf_clear(&out);
    sync_add_options(&out, change->current);
    if (out.length)
        sync_add(writer, phase, "ALTER %s %s SET%s;", word, name, out.data + strlen(" WITH"));
    strbuf_release(&out);
}
