#include <string.h>

#include <pilab/base/digest.h>

#include "sync_parts.h"
#include "sync_script.h"

static void add_column_text(struct sync_writer *writer, struct strbuf *out,
                            const struct schema_object *column)
{
    strbuf_printf(out, "%s %s", sync_word(writer, column->name), sync_text(column, SCHEMA_TYPE));
    if (schema_get(column, SCHEMA_COLLATION))
        strbuf_printf(out, " COLLATE %s", schema_get(column, SCHEMA_COLLATION));
    if (schema_get(column, SCHEMA_GENERATED))
        strbuf_printf(out, " GENERATED ALWAYS AS (%s) STORED",
                      schema_get(column, SCHEMA_GENERATED));
    else if (schema_get(column, SCHEMA_IDENTITY))
        sync_add_identity(out, column);
    else if (schema_get(column, SCHEMA_DEFAULT))
        strbuf_printf(out, " DEFAULT %s", schema_get(column, SCHEMA_DEFAULT));
    strbuf_add(out, schema_flag(column, SCHEMA_NOT_NULL) ? " NOT NULL" : "");
}

static bool is_same_column(const struct schema_object *column, const struct schema_object *other)
{
    static const enum schema_property rows[] = { SCHEMA_TYPE, SCHEMA_COLLATION, SCHEMA_DEFAULT,
                                                 SCHEMA_GENERATED, SCHEMA_NOT_NULL };
    if (schema_get(column, SCHEMA_IDENTITY)) /* no child has its parent's */
        return false;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(sync_text(column, rows[i]), sync_text(other, rows[i])) != 0)
            return false;
    return true;
}

/* Then it follows that of the parent, which is not so of what the child declares itself; and what a
 * parent computes no child may declare. */
static bool comes_from_parent(struct sync_writer *writer, const struct schema_object *column)
{
    size_t count;
    const char *const *parents = schema_list(column->owner, SCHEMA_INHERITS, &count);
    for (size_t i = 0; i < count; i++) {
        const struct schema *schema = writer->diff->current;
        const struct schema_object *parent = sync_find_table(writer, schema, parents[i]);
        const struct schema_object *other =
            parent ? schema_find_part(schema, parent, SCHEMA_COLUMN, column->name) : NULL;
        if (other)
            return is_same_column(column, other);
    }
    return false;
}

static void add_columns(struct sync_writer *writer, struct strbuf *out,
                        const struct schema_object *table)
{
    bool first = true;
    strbuf_add(out, " (");
    for (const struct schema_object *part = table->parts; part; part = part->next) {
        if (part->kind != SCHEMA_COLUMN || comes_from_parent(writer, part))
            continue;
        strbuf_add(out, first ? "\n    " : ",\n    ");
        add_column_text(writer, out, part);
        first = false;
    }
    strbuf_add(out, first ? ")" : "\n)");
}

static void add_parts(struct sync_writer *writer, const struct schema_object *table)
{
    for (const struct schema_object *part = table->parts; part; part = part->next) {
        struct schema_change change = { .kind = SCHEMA_ADDED, .current = part, .within = true };
        writer->about = part;
        if (part->kind == SCHEMA_CONSTRAINT)
            sync_constraint_change(writer, &change);
        else if (part->kind == SCHEMA_INDEX)
            sync_index_change(writer, &change);
        else if (part->kind == SCHEMA_TRIGGER)
            sync_trigger_change(writer, &change);
        else if (part->kind == SCHEMA_POLICY)
            sync_policy_change(writer, &change);
        if (part->kind == SCHEMA_COLUMN || !sync_is_inherited(writer, writer->diff->current, part))
            sync_comment_change(writer, &change);
    }
}

static void set_row_security(struct sync_writer *writer, const struct schema_object *table,
                             const char *before)
{
    const char *now = sync_text(table, SCHEMA_ROW_SECURITY), *name = sync_name(writer, table);
    bool forced = strncmp(now, "forced", 6) == 0, was_forced = before && *before == 'f';
    bool enabled = *now && strcmp(now, "forced, not enabled") != 0;
    sync_add(writer, SYNC_CODE, "ALTER TABLE %s %s ROW LEVEL SECURITY;", name,
             enabled ? "ENABLE" : "DISABLE");
    if (forced != was_forced)
        sync_add(writer, SYNC_CODE, "ALTER TABLE %s %s ROW LEVEL SECURITY;", name,
                 forced ? "FORCE" : "NO FORCE");
}

void sync_create_table(struct sync_writer *writer, const struct schema_object *table)
{
    struct strbuf out = STRBUF_INIT;
    const char *partition_of = schema_get(table, SCHEMA_PARTITION_OF);
    if (sync_is(table, SCHEMA_SORT, "foreign")) {
        sync_note(writer, "the foreign table %s has to be made by hand", sync_name(writer, table));
        return;
    }
    strbuf_printf(&out, "CREATE %sTABLE IF NOT EXISTS %s",
                  sync_is(table, SCHEMA_PERSISTENCE, "unlogged") ? "UNLOGGED " : "",
                  sync_name(writer, table));
    if (partition_of)
        strbuf_printf(&out, " PARTITION OF %s %s", partition_of,
                      sync_text(table, SCHEMA_PARTITION_BOUND));
    else
        add_columns(writer, &out, table);
    if (schema_get(table, SCHEMA_INHERITS) && !partition_of)
        strbuf_printf(&out, " INHERITS (%s)", schema_get(table, SCHEMA_INHERITS));
    if (schema_get(table, SCHEMA_PARTITION_KEY))
        strbuf_printf(&out, " PARTITION BY %s", schema_get(table, SCHEMA_PARTITION_KEY));
    sync_add_options(&out, table);
    if (schema_get(table, SCHEMA_TABLESPACE))
        strbuf_printf(&out, " TABLESPACE %s",
                      sync_word(writer, schema_get(table, SCHEMA_TABLESPACE)));
    sync_add(writer, SYNC_OBJECTS, "%s;", out.data);
    strbuf_release(&out);
    if (schema_get(table, SCHEMA_ROW_SECURITY))
        set_row_security(writer, table, NULL);
    add_parts(writer, table);
}

/* Before others take its bounds, and behind what is dropped of its parent's indexes. */
static void detach(struct sync_writer *writer, const struct schema_object *partition,
                   const char *loses)
{
    const char *of = schema_get(partition, SCHEMA_PARTITION_OF);
    const char *condition =
        arena_printf(writer->arena,
                     "NOT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhrelid = "
                     "pg_catalog.to_regclass(%s) AND inhparent = pg_catalog.to_regclass(%s))",
                     sync_literal(writer, sync_key(writer, partition)), sync_literal(writer, of));
    sync_unless_losing(writer, SYNC_DROP_FUNCTIONS, loses, condition,
                       arena_printf(writer->arena, "ALTER TABLE %s DETACH PARTITION %s", of,
                                    sync_name(writer, partition)));
}

/* Whether the table gets partitions, or other bounds: one that goes may stand where they are. */
static bool takes_partitions(const struct sync_writer *writer, const char *of)
{
    for (size_t i = 0; i < writer->diff->count; i++) {
        const struct schema_change *change = &writer->diff->changes[i];
        const struct schema_object *table = change->current;
        if (table && table->kind == SCHEMA_TABLE && sync_is(table, SCHEMA_PARTITION_OF, of) &&
            (change->kind == SCHEMA_ADDED || schema_change_of(change, SCHEMA_PARTITION_BOUND) ||
             schema_change_of(change, SCHEMA_PARTITION_OF)))
            return true;
    }
    return false;
}

static void drop_table(struct sync_writer *writer, const struct schema_object *table)
{
    const char *of = schema_get(table, SCHEMA_PARTITION_OF);
    if (of && sync_find_table(writer, writer->diff->current, of) && takes_partitions(writer, of))
        detach(writer, table, "its rows are no longer in the partitioned table");
    sync_destroy(writer, SYNC_DESTROY,
                 "the table's rows; CASCADE takes what stands on it, also in schemas that were not "
                 "read",
                 "DROP TABLE IF EXISTS %s CASCADE;", sync_name(writer, table));
}

static void change_partition(struct sync_writer *writer, const struct schema_change *change)
{
    const char *name = sync_name(writer, change->current);
    const char *before = schema_get(change->previous, SCHEMA_PARTITION_OF);
    const char *after = schema_get(change->current, SCHEMA_PARTITION_OF);
    if (before)
        detach(writer, change->previous, NULL);
    if (after)
        sync_add(writer, SYNC_COLUMNS, "ALTER TABLE %s ATTACH PARTITION %s %s;", after, name,
                 sync_text(change->current, SCHEMA_PARTITION_BOUND));
}

static void change_table(struct sync_writer *writer, const struct schema_change *change)
{
    const char *name = sync_name(writer, change->current);
    const struct schema_property_change *security = schema_change_of(change, SCHEMA_ROW_SECURITY);
    if (security)
        set_row_security(writer, change->current, security->previous);
    if (schema_change_of(change, SCHEMA_PERSISTENCE))
        sync_add(writer, SYNC_COLUMNS, "ALTER TABLE %s SET %s;", name,
                 sync_is(change->current, SCHEMA_PERSISTENCE, "unlogged") ? "UNLOGGED" : "LOGGED");
    if (schema_change_of(change, SCHEMA_OPTIONS))
        sync_change_options(writer, SYNC_COLUMNS, "TABLE", change);
    if (schema_change_of(change, SCHEMA_PARTITION_OF) ||
        schema_change_of(change, SCHEMA_PARTITION_BOUND))
        change_partition(writer, change);
    if (schema_change_of(change, SCHEMA_PARTITION_KEY) || schema_change_of(change, SCHEMA_SORT))
        sync_note(writer, "%s cannot become partitioned, or by another key: make it again by hand",
                  name);
    if (schema_change_of(change, SCHEMA_INHERITS))
        sync_note(writer, "what %s inherits from has to be changed by hand", name);
    if (schema_change_of(change, SCHEMA_TABLESPACE))
        sync_note(writer, "%s is moved to another tablespace by hand: it is locked meanwhile",
                  name);
}

void sync_table_change(struct sync_writer *writer, const struct schema_change *change)
{
    if (change->kind == SCHEMA_ADDED)
        sync_create_table(writer, change->current);
    else if (change->kind == SCHEMA_REMOVED)
        drop_table(writer, change->previous);
    else
        change_table(writer, change);
}

static void add_column(struct sync_writer *writer, const struct schema_object *column,
                       enum sync_phase phase)
{
    struct strbuf out = STRBUF_INIT;
    add_column_text(writer, &out, column);
    sync_add(writer, phase, "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s;",
             sync_owner(writer, column), out.data);
    strbuf_release(&out);
}

/* A generated column is dropped before the columns that it is made of change, and comes back when
 * they have, and behind it what stands on it. */
void sync_generate_again(struct sync_writer *writer, const struct schema_object *column)
{
    const char *name = sync_word(writer, column->name);
    const struct schema_object *about = writer->about;
    if (map_has_bytes(writer->regenerated, &column->number, sizeof(column->number)))
        return;
    writer->about = column;
    map_put_bytes(writer->regenerated, &column->number, sizeof(column->number), writer);
    /* What was computed is computed again; what was written is gone. */
    const struct schema_object *previous = sync_other(writer->diff->previous, column);
    const char *loses =
        previous && !schema_get(previous, SCHEMA_GENERATED) ? "the column's values" : NULL;
    sync_destroy(writer, SYNC_DROP_CONSTRAINTS, loses, "ALTER TABLE %s DROP COLUMN IF EXISTS %s;",
                 sync_owner(writer, column), name);
    if (previous)
        sync_keep(writer, SYNC_KEPT_COLUMNS, column);
    add_column(writer, column, SYNC_RETYPE);
    if (previous)
        sync_make_users_again(writer, column);
    sync_comment_again(writer, column);
    writer->about = about;
}

static void generate_dependents(struct sync_writer *writer, const struct schema_object *column)
{
    for (const struct schema_object *part = column->owner->parts; part; part = part->next) {
        const char *expression =
            part->kind == SCHEMA_COLUMN ? schema_get(part, SCHEMA_GENERATED) : NULL;
        if (expression && strstr(expression, column->name) &&
            sync_other(writer->diff->previous, part))
            sync_generate_again(writer, part);
    }
}

static bool is_list(const char *type)
{
    size_t length = strlen(type);

    return length > 0 && type[length - 1] == ']';
}

/* A cast that is written cuts what is too long and says nothing; one that is left to the server
 * fails. It makes text of everything, but no bits of anything else and no list of a text. */
static bool casts_itself(const char *from, const char *to)
{
    bool text = strncmp(to, "character", strlen("character")) == 0;
    bool bits = strncmp(to, "bit", strlen("bit")) == 0;

    if (bits)
        return strncmp(from, "bit", strlen("bit")) == 0 && is_list(from) == is_list(to);
    return text && (!is_list(to) || is_list(from));
}

/* A column that is added, and computed of this one; NULL: none. */
static const struct schema_object *computed_of(struct sync_writer *writer,
                                               const struct schema_object *column)
{
    for (const struct schema_object *part = column->owner->parts; part; part = part->next) {
        const char *expression =
            part->kind == SCHEMA_COLUMN ? schema_get(part, SCHEMA_GENERATED) : NULL;
        if (expression && strstr(expression, column->name) &&
            !sync_other(writer->diff->previous, part))
            return part;
    }
    return NULL;
}

/* Then the script was run before, and the type cannot be altered under it. */
static const char *has_column(struct sync_writer *writer, const struct schema_object *column)
{
    return arena_printf(writer->arena,
                        "EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = "
                        "%s::pg_catalog.regclass AND attname = %s AND NOT attisdropped)",
                        sync_literal(writer, sync_key(writer, column->owner)),
                        sync_literal(writer, column->name));
}

static void change_type(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *previous = change->previous, *current = change->current;
    const char *loses = change->risks & SCHEMA_RISK_DATA ? SYNC_LOSES_BY_TYPE : NULL;
    const char *table = sync_owner(writer, current), *name = sync_word(writer, current->name);
    generate_dependents(writer, current);
    if (schema_get(previous, SCHEMA_DEFAULT))
        sync_drop_default(writer, current);
    const char *type = sync_text(current, SCHEMA_TYPE);
    const char *cast = casts_itself(sync_text(previous, SCHEMA_TYPE), type)
                           ? ""
                           : arena_printf(writer->arena, " USING %s::%s", name, type);
    const char *statement =
        arena_printf(writer->arena, "ALTER TABLE %s ALTER COLUMN %s TYPE %s%s%s%s", table, name,
                     type, schema_get(current, SCHEMA_COLLATION) ? " COLLATE " : "",
                     sync_text(current, SCHEMA_COLLATION), cast);
    const struct schema_object *computed = computed_of(writer, current);
    if (computed)
        sync_unless_losing(writer, SYNC_COLUMNS, loses, has_column(writer, computed), statement);
    else
        sync_destroy(writer, SYNC_COLUMNS, loses, "%s;", statement);
    if (schema_get(current, SCHEMA_DEFAULT))
        sync_add(writer, SYNC_COLUMNS, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s;", table,
                 name, schema_get(current, SCHEMA_DEFAULT));
}

static void change_default(struct sync_writer *writer, const struct schema_object *column)
{
    const char *value = schema_get(column, SCHEMA_DEFAULT);
    const char *table = sync_owner(writer, column), *name = sync_word(writer, column->name);
    if (value)
        sync_add(writer, SYNC_COLUMNS, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s;", table,
                 name, value);
    else
        sync_drop_default(writer, column);
}

void sync_default_again(struct sync_writer *writer, const struct schema_object *column)
{
    const char *table = sync_owner(writer, column), *name = sync_word(writer, column->name);
    sync_add(writer, SYNC_DROP_CODE, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT;", table, name);
    if (schema_get(column, SCHEMA_DEFAULT))
        /* Functions whose body stands on columns come late. */
        sync_add(writer, map_count(writer->bodies) ? SYNC_CODE : SYNC_RETYPE,
                 "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s;", table, name,
                 schema_get(column, SCHEMA_DEFAULT));
}

/* Of a check that lasts as long as the script: no two columns have the same, however they begin. */
static const char *null_check_name(struct sync_writer *writer, const char *column)
{
    char hex[SHA256_HEX_SIZE];
    sha256_hex(column, strlen(column), hex);
    return arena_printf(writer->arena, "pilab_not_null_%.24s", hex);
}

/* A check that is validated while others write lets SET NOT NULL look at no row. */
static void change_null(struct sync_writer *writer, const struct schema_object *column)
{
    const char *table = sync_owner(writer, column), *name = sync_word(writer, column->name);
    if (!schema_flag(column, SCHEMA_NOT_NULL)) {
        sync_add(writer, sync_is_in_old_key(writer, column) ? SYNC_VALIDATE : SYNC_COLUMNS,
                 "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL;", table, name);
        return;
    }
    const char *check = null_check_name(writer, column->name);
    sync_add(writer, SYNC_CONSTRAINTS, "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s;", table,
             check);
    sync_add(writer, SYNC_CONSTRAINTS,
             "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID;", table, check,
             name);
    sync_add(writer, SYNC_NOT_NULL, "ALTER TABLE %s VALIDATE CONSTRAINT %s;", table, check);
    sync_add(writer, SYNC_NOT_NULL, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;", table, name);
    sync_add(writer, SYNC_NOT_NULL, "ALTER TABLE %s DROP CONSTRAINT %s;", table, check);
}

static bool is_generated_anew(const struct schema_change *change)
{
    const struct schema_property_change *expression = schema_change_of(change, SCHEMA_GENERATED);
    bool generated = schema_get(change->current, SCHEMA_GENERATED) != NULL;
    return generated && (expression || schema_change_of(change, SCHEMA_TYPE));
}

static void change_column(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *current = change->current;
    const char *table = sync_owner(writer, current), *name = sync_word(writer, current->name);
    if (is_generated_anew(change)) {
        sync_generate_again(writer, current);
        sync_leave(writer);
        return;
    }
    if (schema_change_of(change, SCHEMA_GENERATED))
        sync_add(writer, SYNC_COLUMNS, "ALTER TABLE %s ALTER COLUMN %s DROP EXPRESSION IF EXISTS;",
                 table, name);
    if (sync_fresh_type(writer, current))
        sync_leave(writer); /* sync_retype gives it type and default */
    else if (schema_change_of(change, SCHEMA_TYPE) || schema_change_of(change, SCHEMA_COLLATION))
        change_type(writer, change);
    else if (schema_change_of(change, SCHEMA_DEFAULT))
        change_default(writer, current);
    sync_identity_change(writer, change);
    sync_follow_numbers(writer, change);
    if (schema_change_of(change, SCHEMA_NOT_NULL))
        change_null(writer, current);
}

static bool is_retyped(struct sync_writer *writer, const struct schema_object *column)
{
    const struct schema_change *change = sync_change_of(writer, column);
    return sync_fresh_type(writer, column) ||
           (change &&
            (schema_change_of(change, SCHEMA_TYPE) || schema_change_of(change, SCHEMA_COLLATION) ||
             schema_change_of(change, SCHEMA_GENERATED)));
}

/* Which of the columns that one is computed of gets another type; NULL: none. */
static const struct schema_object *retyped_ground(struct sync_writer *writer,
                                                  const struct schema_object *column)
{
    const char *expression = schema_get(column, SCHEMA_GENERATED);
    for (const struct schema_object *part = column->owner->parts; expression && part;
         part = part->next) {
        const struct schema_object *current =
            part == column ? NULL : sync_other(writer->diff->current, part);
        if (part->kind == SCHEMA_COLUMN && current && strstr(expression, part->name) &&
            sync_other(writer->diff->previous, part) && is_retyped(writer, current))
            return current;
    }
    return NULL;
}

/* Behind the columns that it is computed of, which have their types by then. */
static enum sync_phase column_start(struct sync_writer *writer, const struct schema_object *column)
{
    const struct schema_object *ground = retyped_ground(writer, column);
    if (!ground)
        return SYNC_COLUMNS;
    return sync_fresh_type(writer, ground) ? SYNC_LATE_FUNCTIONS : SYNC_RETYPE;
}

/* Before the columns that it is computed of get other types, or go. */
static enum sync_phase column_end(struct sync_writer *writer, const struct schema_object *column)
{
    if (retyped_ground(writer, column))
        return SYNC_DROP_CONSTRAINTS;
    return schema_get(column, SCHEMA_GENERATED) ? SYNC_DESTROY_CALLERS : SYNC_DESTROY;
}

void sync_column_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *column = schema_change_object(change);
    const struct schema_diff *diff = writer->diff;
    bool removed = change->kind == SCHEMA_REMOVED;
    if (sync_is_inherited(writer, removed ? diff->previous : diff->current, column)) {
        sync_leave(writer);
        return;
    }
    if (change->kind == SCHEMA_ADDED)
        add_column(writer, column, column_start(writer, column));
    else if (removed)
        sync_destroy(writer, column_end(writer, column), "the column's values",
                     "ALTER TABLE %s DROP COLUMN IF EXISTS %s;", sync_owner(writer, column),
                     sync_word(writer, column->name));
    else
        change_column(writer, change);
}
