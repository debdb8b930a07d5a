#include <string.h>

#include "sync_parts.h"

static void add_labels(struct sync_writer *writer, struct strbuf *out,
                       const struct schema_object *type)
{
    size_t count;
    const char *const *labels = schema_list(type, SCHEMA_LABELS, &count);
    for (size_t i = 0; i < count; i++)
        strbuf_printf(out, "%s%s", i ? ", " : "", sync_literal(writer, labels[i]));
}

static const char *take(struct sync_writer *writer, struct strbuf *out)
{
    const char *text = strbuf_to_arena(out, writer->arena);
    strbuf_release(out);
    return text;
}

const char *sync_create_type(struct sync_writer *writer, const struct schema_object *type)
{
    struct strbuf out = STRBUF_INIT;
    const char *name = sync_name(writer, type);
    if (type->kind == SCHEMA_ENUM) {
        strbuf_printf(&out, "CREATE TYPE %s AS ENUM (", name);
        add_labels(writer, &out, type);
        strbuf_add_char(&out, ')');
    } else if (type->kind == SCHEMA_DOMAIN) {
        strbuf_printf(&out, "CREATE DOMAIN %s AS %s", name, sync_text(type, SCHEMA_TYPE));
        if (schema_get(type, SCHEMA_COLLATION))
            strbuf_printf(&out, " COLLATE %s", schema_get(type, SCHEMA_COLLATION));
        if (schema_get(type, SCHEMA_DEFAULT))
            strbuf_printf(&out, " DEFAULT %s", schema_get(type, SCHEMA_DEFAULT));
        strbuf_add(&out, schema_flag(type, SCHEMA_NOT_NULL) ? " NOT NULL" : "");
        for (const struct schema_object *part = type->parts; part; part = part->next)
            if (part->kind == SCHEMA_CONSTRAINT && schema_get(part, SCHEMA_DEFINITION))
                strbuf_printf(&out, " CONSTRAINT %s %s", sync_word(writer, part->name),
                              schema_get(part, SCHEMA_DEFINITION));
    } else if (sync_is(type, SCHEMA_SORT, "range")) {
        strbuf_printf(&out, "CREATE TYPE %s AS RANGE (subtype = %s)", name,
                      sync_text(type, SCHEMA_TYPE));
    } else {
        strbuf_printf(&out, "CREATE TYPE %s AS (", name);
        bool first = true;
        for (const struct schema_object *part = type->parts; part; part = part->next) {
            if (part->kind != SCHEMA_COLUMN)
                continue;
            strbuf_printf(&out, "%s%s", first ? "" : ", ", sync_field(writer, part));
            first = false;
        }
        strbuf_add_char(&out, ')');
    }
    return take(writer, &out);
}

/* There is no IF NOT EXISTS for types. */
static void create_type(struct sync_writer *writer, const struct schema_object *type)
{
    sync_unless(writer, SYNC_OBJECTS,
                arena_printf(writer->arena, "to_regtype(%s) IS NOT NULL",
                             sync_literal(writer, sync_key(writer, type))),
                sync_create_type(writer, type));
    for (const struct schema_object *part = type->parts; part; part = part->next) {
        const struct schema_change added = { .kind = SCHEMA_ADDED, .current = part };
        sync_comment_change(writer, &added);
    }
}

static bool has_label(const struct schema_object *type, const char *label)
{
    size_t count;
    const char *const *labels = schema_list(type, SCHEMA_LABELS, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(labels[i], label) == 0)
            return true;
    return false;
}

static void add_new_labels(struct sync_writer *writer, const struct schema_object *previous,
                           const struct schema_object *current)
{
    size_t count;
    const char *const *labels = schema_list(current, SCHEMA_LABELS, &count);
    for (size_t i = 0; i < count; i++) {
        if (has_label(previous, labels[i]))
            continue;
        const char *beside = i ? labels[i - 1] : count > 1 ? labels[i + 1] : NULL;
        if (!i) /* before the first one that is there */
            for (size_t j = 1; j < count && !has_label(previous, beside); j++)
                beside = labels[j];
        sync_add(writer, SYNC_BEFORE, "ALTER TYPE %s ADD VALUE IF NOT EXISTS %s%s%s;",
                 sync_name(writer, current), sync_literal(writer, labels[i]),
                 !beside ? ""
                 : i     ? " AFTER "
                         : " BEFORE ",
                 beside ? sync_literal(writer, beside) : "");
    }
}

/* Whether only labels came between those that are there. */
bool sync_only_adds_labels(const struct schema_change *change)
{
    for (size_t i = 0; i < change->hazard_count; i++)
        if (strcmp(change->hazards[i].id, "enum-add") == 0)
            return true;
    return false;
}

/* Under its old name with _before at the end until nothing has it any more. */
static const char *old_name(struct sync_writer *writer, const struct schema_object *type)
{
    return arena_printf(writer->arena, "%s_before", type->name);
}

static const char *type_word(const struct schema_object *type)
{
    return type->kind == SCHEMA_DOMAIN ? "DOMAIN" : "TYPE";
}

void sync_make_again(struct sync_writer *writer, const struct schema_object *type)
{
    sync_keep(writer, SYNC_KEPT_TYPES, type);
    sync_add(writer, SYNC_OBJECTS, "ALTER %s %s RENAME TO %s;", type_word(type),
             sync_name(writer, type), sync_word(writer, old_name(writer, type)));
    sync_add(writer, SYNC_OBJECTS, "%s;", sync_create_type(writer, type));
}

void sync_drop_old(struct sync_writer *writer, const struct schema_object *type)
{
    struct schema_object renamed = *type;
    renamed.name = old_name(writer, type);
    sync_add(writer, SYNC_OWNED, "DROP %s %s;", type_word(type), sync_name(writer, &renamed));
}

static void change_domain(struct sync_writer *writer, const struct schema_change *change)
{
    const char *name = sync_name(writer, change->current);
    const struct schema_property_change *value = schema_change_of(change, SCHEMA_DEFAULT);
    const struct schema_property_change *null = schema_change_of(change, SCHEMA_NOT_NULL);
    bool with_base = map_has(writer->fresh, sync_key(writer, change->current));
    if (schema_change_of(change, SCHEMA_TYPE) || schema_change_of(change, SCHEMA_COLLATION)) {
        sync_make_again(writer, change->current);
        return;
    }
    if (with_base) {
        sync_leave(writer); /* sync_finish_fresh makes it */
        return;
    }
    if (value && value->current)
        sync_add(writer, SYNC_OBJECTS, "ALTER DOMAIN %s SET DEFAULT %s;", name, value->current);
    else if (value)
        sync_add(writer, SYNC_OBJECTS, "ALTER DOMAIN %s DROP DEFAULT;", name);
    if (null)
        sync_add(writer, SYNC_OBJECTS, "ALTER DOMAIN %s %s NOT NULL;", name,
                 null->current ? "SET" : "DROP");
}

const char *sync_start(const struct schema_object *object)
{
    bool down = *sync_text(object, SCHEMA_INCREMENT) == '-';
    const char *least = schema_get(object, down ? SCHEMA_MAXIMUM : SCHEMA_MINIMUM);
    if (schema_get(object, SCHEMA_START))
        return schema_get(object, SCHEMA_START);
    return least ? least : down ? "-1" : "1";
}

bool sync_start_changes(const struct schema_change *change)
{
    return schema_change_of(change, SCHEMA_START) || schema_change_of(change, SCHEMA_MINIMUM) ||
           schema_change_of(change, SCHEMA_MAXIMUM) || schema_change_of(change, SCHEMA_INCREMENT);
}

static void change_sequence(struct sync_writer *writer, const struct schema_change *change)
{
    static const struct {
        enum schema_property property;
        const char *word, *ordinary;
    } rows[] = {
        {SCHEMA_TYPE,       "AS ",           "bigint"},
        { SCHEMA_INCREMENT, "INCREMENT BY ", "1"     },
        { SCHEMA_MINIMUM,   "MINVALUE ",     NULL    },
        { SCHEMA_MAXIMUM,   "MAXVALUE ",     NULL    },
        { SCHEMA_CACHE,     "CACHE ",        "1"     },
    };
    const struct schema_object *sequence = change->current;
    struct strbuf out = STRBUF_INIT;
    bool added = change->kind == SCHEMA_ADDED;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *value = schema_get(sequence, rows[i].property);
        if (!added && !schema_change_of(change, rows[i].property))
            continue;
        if (value)
            strbuf_printf(&out, " %s%s", rows[i].word, value);
        else if (!added && rows[i].ordinary)
            strbuf_printf(&out, " %s%s", rows[i].word, rows[i].ordinary);
        else if (!added)
            strbuf_printf(&out, " NO %s", rows[i].word);
    }
    if (added ? schema_get(sequence, SCHEMA_START) != NULL : sync_start_changes(change))
        strbuf_printf(&out, " START WITH %s", sync_start(sequence));
    if (added ? schema_flag(sequence, SCHEMA_CYCLE)
              : schema_change_of(change, SCHEMA_CYCLE) != NULL)
        strbuf_add(&out, schema_flag(sequence, SCHEMA_CYCLE) ? " CYCLE" : " NO CYCLE");
    if (added)
        sync_add(writer, SYNC_OBJECTS, "CREATE SEQUENCE IF NOT EXISTS %s%s;",
                 sync_name(writer, sequence), out.data);
    else if (out.length)
        sync_add(writer, SYNC_OBJECTS, "ALTER SEQUENCE %s%s;", sync_name(writer, sequence),
                 out.data);
    const char *owned = schema_get(sequence, SCHEMA_OWNED_BY);
    if (added ? owned != NULL : schema_change_of(change, SCHEMA_OWNED_BY) != NULL)
        sync_add(writer, SYNC_OWNED, "ALTER SEQUENCE %s OWNED BY %s;", sync_name(writer, sequence),
                 owned ? owned : "NONE");
    strbuf_release(&out);
}

static void drop(struct sync_writer *writer, const struct schema_object *object)
{
    static const char *const words[SCHEMA_KINDS] = {
        [SCHEMA_NAMESPACE] = "SCHEMA", [SCHEMA_EXTENSION] = "EXTENSION",
        [SCHEMA_ENUM] = "TYPE",        [SCHEMA_DOMAIN] = "DOMAIN",
        [SCHEMA_COMPOSITE] = "TYPE",   [SCHEMA_SEQUENCE] = "SEQUENCE",
    };
    const char *loses =
        object->kind == SCHEMA_SEQUENCE ? "the number that it is at" : "what uses it fails";
    /* Behind the tables that have it. */
    sync_destroy(writer, SYNC_DESTROY_REST, loses, "DROP %s IF EXISTS %s;", words[object->kind],
                 object->kind == SCHEMA_EXTENSION ? sync_word(writer, object->name)
                                                  : sync_name(writer, object));
}

static void change_composite(struct sync_writer *writer, const struct schema_change *change)
{
    sync_note(writer, "the type %s has to be changed by hand", sync_name(writer, change->current));
}

void sync_type_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *object = schema_change_object(change);
    bool added = change->kind == SCHEMA_ADDED;
    if (change->kind == SCHEMA_REMOVED) {
        drop(writer, object);
        return;
    }
    switch (object->kind) {
    case SCHEMA_NAMESPACE:
        if (added)
            sync_add(writer, SYNC_NAMESPACES, "CREATE SCHEMA IF NOT EXISTS %s;",
                     sync_name(writer, object));
        break;
    case SCHEMA_EXTENSION:
        if (added)
            sync_add(writer, SYNC_NAMESPACES, "CREATE EXTENSION IF NOT EXISTS %s WITH SCHEMA %s;",
                     sync_word(writer, object->name),
                     sync_word(writer, *object->schema ? object->schema : "public"));
        else if (schema_change_of(change, SCHEMA_VERSION) && schema_get(object, SCHEMA_VERSION))
            sync_add(writer, SYNC_NAMESPACES, "ALTER EXTENSION %s UPDATE TO %s;",
                     sync_word(writer, object->name),
                     sync_literal(writer, schema_get(object, SCHEMA_VERSION)));
        break;
    case SCHEMA_SEQUENCE:
        change_sequence(writer, change);
        break;
    case SCHEMA_DOMAIN:
        if (added)
            create_type(writer, object);
        else
            change_domain(writer, change);
        break;
    case SCHEMA_ENUM:
        if (added)
            create_type(writer, object);
        else if (sync_only_adds_labels(change))
            add_new_labels(writer, change->previous, object);
        else if (schema_change_of(change, SCHEMA_LABELS))
            sync_make_again(writer, object);
        break;
    default:
        if (added)
            create_type(writer, object);
        else if (change->property_count > 1 || !schema_change_of(change, SCHEMA_COMMENT))
            change_composite(writer, change);
        break;
    }
}
