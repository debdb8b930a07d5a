/* Columns that number their rows: identities, and defaults that ask a sequence. */
#include <string.h>

#include "sync_parts.h"

void sync_add_identity(struct strbuf *out, const struct schema_object *column)
{
    static const struct {
        enum schema_property property;
        const char *word;
    } rows[] = {
        {SCHEMA_START,      "START WITH "  },
        { SCHEMA_INCREMENT, "INCREMENT BY "},
        { SCHEMA_MINIMUM,   "MINVALUE "    },
        { SCHEMA_MAXIMUM,   "MAXVALUE "    },
        { SCHEMA_CACHE,     "CACHE "       },
    };
    bool any = false;
    strbuf_printf(out, " GENERATED %s AS IDENTITY",
                  sync_is(column, SCHEMA_IDENTITY, "always") ? "ALWAYS" : "BY DEFAULT");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!schema_get(column, rows[i].property))
            continue;
        strbuf_printf(out, "%s%s%s", any ? " " : " (", rows[i].word,
                      schema_get(column, rows[i].property));
        any = true;
    }
    strbuf_add(out, any ? ")" : "");
}

/* What is not said any more has its ordinary value again. */
static void set_identity(struct sync_writer *writer, const struct schema_change *change)
{
    static const struct {
        enum schema_property property;
        const char *word, *ordinary;
    } rows[] = {
        {SCHEMA_INCREMENT, "INCREMENT BY ", "INCREMENT BY 1"},
        { SCHEMA_MINIMUM,  "MINVALUE ",     "NO MINVALUE"   },
        { SCHEMA_MAXIMUM,  "MAXVALUE ",     "NO MAXVALUE"   },
        { SCHEMA_CACHE,    "CACHE ",        "CACHE 1"       },
        { SCHEMA_CYCLE,    NULL,            "NO CYCLE"      },
    };
    const struct schema_object *column = change->current;
    struct strbuf out = STRBUF_INIT;
    if (schema_change_of(change, SCHEMA_IDENTITY))
        strbuf_printf(&out, " SET GENERATED %s",
                      sync_is(column, SCHEMA_IDENTITY, "always") ? "ALWAYS" : "BY DEFAULT");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *value = schema_get(column, rows[i].property);
        if (!schema_change_of(change, rows[i].property))
            continue;
        if (value)
            strbuf_printf(&out, " SET %s%s", rows[i].word ? rows[i].word : "CYCLE",
                          rows[i].word ? value : "");
        else
            strbuf_printf(&out, " SET %s", rows[i].ordinary);
    }
    if (sync_start_changes(change))
        strbuf_printf(&out, " SET START WITH %s", sync_start(column));
    if (out.length)
        sync_add(writer, SYNC_COLUMNS, "ALTER TABLE %s ALTER COLUMN %s%s;",
                 sync_owner(writer, column), sync_word(writer, column->name), out.data);
    strbuf_release(&out);
}

/* That the column is an identity: DROP DEFAULT is an error then, and ADD GENERATED, too. */
static const char *is_identity(struct sync_writer *writer, const struct schema_object *column)
{
    return arena_printf(writer->arena,
                        "EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = "
                        "%s::pg_catalog.regclass AND attname = %s AND attidentity <> '')",
                        sync_literal(writer, sync_key(writer, column->owner)),
                        sync_literal(writer, column->name));
}

void sync_drop_default(struct sync_writer *writer, const struct schema_object *column)
{
    const char *statement =
        arena_printf(writer->arena, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT",
                     sync_owner(writer, column), sync_word(writer, column->name));
    if (schema_get(column, SCHEMA_IDENTITY))
        sync_unless(writer, SYNC_COLUMNS, is_identity(writer, column), statement);
    else
        sync_add(writer, SYNC_COLUMNS, "%s;", statement);
}

/* Puts the sequence behind the greatest value that it could give again, or before the least. It
 * never goes back; without rows it stays. `which` is what pg_sequence's s has to be. */
static const char *follow(struct sync_writer *writer, const struct schema_object *column,
                          bool descends, const char *which)
{
    return arena_printf(
        writer->arena,
        "PERFORM pg_catalog.setval(s.seqrelid::pg_catalog.regclass, v.reached)\n"
        "            FROM pg_catalog.pg_sequence AS s, LATERAL (SELECT %s(t.%s)::bigint AS "
        "reached\n"
        "                FROM %s AS t WHERE t.%s BETWEEN s.seqmin AND s.seqmax) AS v\n"
        "            WHERE s.seqrelid = %s\n"
        "                AND v.reached %s coalesce(pg_catalog.pg_sequence_last_value(s.seqrelid), "
        "s.seqstart)",
        descends ? "min" : "max", sync_word(writer, column->name), sync_owner(writer, column),
        sync_word(writer, column->name), which, descends ? "<=" : ">=");
}

static const char *own_sequence(struct sync_writer *writer, const struct schema_object *column)
{
    return arena_printf(
        writer->arena,
        "(SELECT d.objid FROM pg_catalog.pg_depend AS d\n"
        "                JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid "
        "AND a.attnum = d.refobjsubid\n"
        "                WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass "
        "AND d.deptype = 'i'\n"
        "                    AND d.refclassid = "
        "'pg_catalog.pg_class'::pg_catalog.regclass\n"
        "                    AND d.refobjid = %s::pg_catalog.regclass AND a.attname = "
        "%s)",
        sync_literal(writer, sync_key(writer, column->owner)), sync_literal(writer, column->name));
}

static bool descends(const struct schema_object *object)
{
    return object && *sync_text(object, SCHEMA_INCREMENT) == '-';
}

/* The sequence of before has the name that one of a default wants: it goes before that is made. */
static void drop_identity(struct sync_writer *writer, const struct schema_object *column)
{
    sync_add(writer, SYNC_DROP_CONSTRAINTS,
             "ALTER TABLE %s ALTER COLUMN %s DROP IDENTITY IF EXISTS;", sync_owner(writer, column),
             sync_word(writer, column->name));
}

/* A new identity begins at its start, whatever rows there are. */
static void make_identity(struct sync_writer *writer, const struct schema_object *column)
{
    const char *table = sync_owner(writer, column), *name = sync_word(writer, column->name);
    struct strbuf out = STRBUF_INIT;
    strbuf_printf(&out, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;\n        ", table, name);
    strbuf_printf(&out, "ALTER TABLE %s ALTER COLUMN %s ADD", table, name);
    sync_add_identity(&out, column);
    strbuf_printf(&out, ";\n        %s",
                  follow(writer, column, descends(column), own_sequence(writer, column)));
    sync_unless(writer, SYNC_COLUMNS, is_identity(writer, column), out.data);
    strbuf_release(&out);
}

void sync_identity_change(struct sync_writer *writer, const struct schema_change *change)
{
    const char *before = schema_get(change->previous, SCHEMA_IDENTITY);
    const char *after = schema_get(change->current, SCHEMA_IDENTITY);
    if (before && after)
        set_identity(writer, change);
    else if (before)
        drop_identity(writer, change->current);
    else if (after)
        make_identity(writer, change->current);
}

/* The sequence that a default asks: nextval('public.seq'::regclass); NULL: none. */
static const char *asked_sequence(struct sync_writer *writer, const struct schema_object *column)
{
    static const char call[] = "nextval('", end[] = "'::regclass)";
    const char *text = sync_text(column, SCHEMA_DEFAULT);
    size_t length = strlen(text), around = strlen(call) + strlen(end);
    if (length <= around || strncmp(text, call, strlen(call)) != 0 ||
        strcmp(text + length - strlen(end), end) != 0)
        return NULL;
    const char *key = arena_bytes(writer->arena, text + strlen(call), length - around);
    return strchr(key, '\'') ? NULL : key;
}

static bool has_numbers(const struct schema_object *column)
{
    return sync_is(column, SCHEMA_TYPE, "integer") || sync_is(column, SCHEMA_TYPE, "bigint") ||
           sync_is(column, SCHEMA_TYPE, "smallint");
}

static const struct schema_object *find_sequence(struct sync_writer *writer, const char *key)
{
    const struct schema_object *object = writer->diff->current->first;
    while (object &&
           (object->kind != SCHEMA_SEQUENCE || strcmp(sync_key(writer, object), key) != 0))
        object = object->next;
    return object;
}

void sync_follow_numbers(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *column = change->current;
    const char *key =
        schema_change_of(change, SCHEMA_DEFAULT) ? asked_sequence(writer, column) : NULL;
    if (!key || !has_numbers(column))
        return;
    const char *which =
        arena_printf(writer->arena, "%s::pg_catalog.regclass", sync_literal(writer, key));
    sync_add(writer, SYNC_COLUMNS, "DO $pilab$ BEGIN\n        %s;\nEND $pilab$;",
             follow(writer, column, descends(find_sequence(writer, key)), which));
}
