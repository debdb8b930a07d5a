/* Keys, indexes, checks; triggers and sequences. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>

#include "live_mariadb.h"

static const struct schema_place live = { .file = "live" };

/* The last column is that of functional indexes, which only MySQL has. */
#define INDEX_SQL(expression)                                                                      \
    "SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART, COLLATION, INDEX_TYPE,"     \
    " INDEX_COMMENT, " expression " FROM information_schema.STATISTICS"                            \
    " WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX"

static const char foreign_keys_sql[] =
    "SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_SCHEMA,"
    " k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME, r.DELETE_RULE, r.UPDATE_RULE"
    " FROM information_schema.KEY_COLUMN_USAGE k"
    " LEFT JOIN information_schema.REFERENTIAL_CONSTRAINTS r"
    "  ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME"
    "  AND r.TABLE_NAME = k.TABLE_NAME"
    " WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL"
    " ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION";

/* MariaDB names checks of columns after them, so that names are a table's; MySQL's are a schema's.
 */
static const char mariadb_checks_sql[] =
    "SELECT TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS"
    " WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY TABLE_NAME, CONSTRAINT_NAME";
static const char mysql_checks_sql[] =
    "SELECT t.TABLE_NAME, c.CONSTRAINT_NAME, c.CHECK_CLAUSE"
    " FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t"
    "  ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME"
    "  AND t.CONSTRAINT_TYPE = 'CHECK'"
    " WHERE c.CONSTRAINT_SCHEMA = DATABASE() ORDER BY t.TABLE_NAME, c.CONSTRAINT_NAME";

static const char triggers_sql[] =
    "SELECT EVENT_OBJECT_TABLE, TRIGGER_NAME, ACTION_TIMING, EVENT_MANIPULATION, ACTION_STATEMENT,"
    " SQL_MODE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()"
    " ORDER BY EVENT_OBJECT_TABLE, TRIGGER_NAME";

/* --- Lists that come row by row --------------------------------------------------------------- */

static void append_item(struct mariadb_reading *reading, struct schema_object *object,
                        enum schema_property property, const char *item)
{
    size_t count;
    const char *const *old = schema_list(object, property, &count);
    const char **items = arena_array(reading->schema->arena, count + 1, sizeof *items);

    for (size_t i = 0; i < count; i++)
        items[i] = old[i];
    items[count] = item;
    schema_set_list(reading->schema, object, property, items, count + 1);
}

static struct schema_object *owner_of(struct mariadb_reading *reading, const char *name)
{
    if (reading->object == NULL || strcmp(reading->object->name, name) != 0)
        reading->object = schema_find(reading->schema, SCHEMA_TABLE, "", name, NULL);
    return reading->object;
}

static void add_names(struct strbuf *out, const struct schema_object *part,
                      enum schema_property property)
{
    size_t count;
    const char *const *items = schema_list(part, property, &count);

    for (size_t i = 0; i < count; i++) {
        strbuf_add(out, i > 0 ? ", " : "");
        mariadb_add_name(out, items[i]);
    }
}

/* --- Indexes ---------------------------------------------------------------------------------- */

/* "name(10) DESC", as lists of columns have it, and with backquotes for the definition. */
static void add_index_column(struct strbuf *out, const char *const *values, bool quoted)
{
    if (values[3] == NULL)
        strbuf_printf(out, "(%s)", values[8] != NULL ? values[8] : "");
    else if (quoted)
        mariadb_add_name(out, values[3]);
    else
        strbuf_add(out, values[3]);
    if (values[4] != NULL)
        strbuf_printf(out, "(%s)", values[4]);
    if (values[5] != NULL && strcmp(values[5], "D") == 0)
        strbuf_add(out, " DESC");
}

/* "PRIMARY KEY", "UNIQUE": a constraint; "CREATE INDEX `ix` ON `t`": an index. */
static void begin_definition(struct strbuf *out, const struct schema_object *part,
                             const char *index_type)
{
    if (part->kind == SCHEMA_CONSTRAINT) {
        strbuf_add(out, strcmp(part->name, "PRIMARY") == 0 ? "PRIMARY KEY" : "UNIQUE");
        return;
    }
    strbuf_printf(out, "CREATE %sINDEX ",
                  strcmp(index_type, "FULLTEXT") == 0  ? "FULLTEXT "
                  : strcmp(index_type, "SPATIAL") == 0 ? "SPATIAL "
                                                       : "");
    mariadb_add_name(out, part->name);
    strbuf_add(out, " ON ");
    mariadb_add_name(out, part->owner->name);
}

static struct schema_object *begin_index(struct mariadb_reading *reading,
                                         struct schema_object *table, const char *const *values)
{
    bool primary = strcmp(values[1], "PRIMARY") == 0, unique = strcmp(values[2], "0") == 0;
    struct schema_object *part =
        schema_add_part(reading->schema, table, unique ? SCHEMA_CONSTRAINT : SCHEMA_INDEX,
                        values[1], &live);
    char *method = arena_text(reading->schema->arena, values[6]);

    if (part == NULL)
        return NULL;
    if (unique)
        schema_set(reading->schema, part, SCHEMA_SORT, primary ? "primary key" : "unique");
    for (char *c = method; *c != '\0'; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    schema_set(reading->schema, part, SCHEMA_METHOD, method);
    if (values[7] != NULL && *values[7] != '\0')
        schema_set(reading->schema, part, SCHEMA_COMMENT, values[7]);
    return part;
}

static bool take_index(void *context, const char *const *values, size_t count, struct error *error)
{
    struct mariadb_reading *reading = context;
    struct schema_object *table = owner_of(reading, values[0]), *part = reading->part;
    struct strbuf form = STRBUF_INIT;
    const char *before;

    (void)count;
    (void)error;
    if (table == NULL)
        return true;
    if (part == NULL || part->owner != table || strcmp(part->name, values[1]) != 0)
        part = reading->part = begin_index(reading, table, values);
    if (part == NULL)
        return true;
    before = schema_get(part, SCHEMA_DEFINITION);
    if (before == NULL)
        begin_definition(&form, part, values[6]);
    else
        strbuf_add_bytes(&form, before, strlen(before) - 1);
    strbuf_add(&form, before == NULL ? " (" : ", ");
    add_index_column(&form, values, true);
    strbuf_add_char(&form, ')');
    schema_set(reading->schema, part, SCHEMA_DEFINITION, form.data);
    strbuf_clear(&form);
    add_index_column(&form, values, false);
    append_item(reading, part, SCHEMA_COLUMNS, form.data);
    strbuf_release(&form);
    return true;
}

/* --- Foreign keys and checks ------------------------------------------------------------------ */

/* What is done anyway, under both names that it has. */
static bool is_ordinary(const char *rule)
{
    return strcmp(rule, "RESTRICT") == 0 || strcmp(rule, "NO ACTION") == 0;
}

static void define_foreign_key(struct mariadb_reading *reading, struct schema_object *part)
{
    const char *on_delete = schema_get(part, SCHEMA_ON_DELETE);
    const char *on_update = schema_get(part, SCHEMA_ON_UPDATE);
    struct strbuf form = STRBUF_INIT;

    strbuf_add(&form, "FOREIGN KEY (");
    add_names(&form, part, SCHEMA_COLUMNS);
    strbuf_add(&form, ") REFERENCES ");
    mariadb_add_name(&form, schema_get(part, SCHEMA_REFERENCES));
    strbuf_add(&form, " (");
    add_names(&form, part, SCHEMA_REFERENCED_COLUMNS);
    strbuf_add_char(&form, ')');
    if (on_delete != NULL)
        strbuf_printf(&form, " ON DELETE %s", on_delete);
    if (on_update != NULL)
        strbuf_printf(&form, " ON UPDATE %s", on_update);
    schema_set(reading->schema, part, SCHEMA_DEFINITION, form.data);
    strbuf_release(&form);
}

static bool take_foreign_key(void *context, const char *const *values, size_t count,
                             struct error *error)
{
    struct mariadb_reading *reading = context;
    struct schema_object *table = owner_of(reading, values[0]), *part = reading->part;
    struct schema *schema = reading->schema;

    (void)count;
    (void)error;
    /* Who may only read the rows is not told what is done to those that refer to them. */
    reading->hidden_keys = reading->hidden_keys || values[6] == NULL || values[7] == NULL;
    if (table == NULL || values[6] == NULL || values[7] == NULL)
        return true;
    if (part == NULL || part->owner != table || strcmp(part->name, values[1]) != 0) {
        part = reading->part = schema_add_part(schema, table, SCHEMA_CONSTRAINT, values[1], &live);
        if (part == NULL)
            return true;
        schema_set(schema, part, SCHEMA_SORT, "foreign key");
        schema_set(schema, part, SCHEMA_REFERENCES,
                   strcmp(values[3], reading->database) == 0
                       ? values[4]
                       : arena_printf(schema->arena, "%s.%s", values[3], values[4]));
        if (!is_ordinary(values[6]))
            schema_set(schema, part, SCHEMA_ON_DELETE, values[6]);
        if (!is_ordinary(values[7]))
            schema_set(schema, part, SCHEMA_ON_UPDATE, values[7]);
    }
    append_item(reading, part, SCHEMA_COLUMNS, values[2]);
    append_item(reading, part, SCHEMA_REFERENCED_COLUMNS, values[5]);
    define_foreign_key(reading, part);
    return true;
}

/* MariaDB's JSON is a longtext that is checked: the type says it, and nothing else. */
static bool is_json(struct mariadb_reading *reading, struct schema_object *table, const char *name,
                    const char *clause)
{
    struct schema_object *column = schema_find_part(reading->schema, table, SCHEMA_COLUMN, name);
    struct strbuf form = STRBUF_INIT;
    bool json = false;

    if (column != NULL && strcmp(schema_get(column, SCHEMA_TYPE), "longtext") == 0) {
        strbuf_add(&form, "json_valid(");
        mariadb_add_name(&form, name);
        strbuf_add_char(&form, ')');
        json = strcmp(form.data, clause) == 0;
    }
    if (json) {
        schema_set(reading->schema, column, SCHEMA_TYPE, "json");
        schema_set(reading->schema, column, SCHEMA_CHARACTER_SET, NULL);
        schema_set(reading->schema, column, SCHEMA_COLLATION, NULL);
    }
    strbuf_release(&form);
    return json;
}

static bool take_check(void *context, const char *const *values, size_t count, struct error *error)
{
    struct mariadb_reading *reading = context;
    struct schema_object *table = owner_of(reading, values[0]), *part;
    struct strbuf form = STRBUF_INIT;

    (void)count;
    (void)error;
    if (table == NULL || (reading->mariadb && is_json(reading, table, values[1], values[2])))
        return true;
    part = schema_add_part(reading->schema, table, SCHEMA_CONSTRAINT, values[1], &live);
    if (part == NULL)
        return true;
    schema_set(reading->schema, part, SCHEMA_SORT, "check");
    mariadb_add_expression(&form, values[2], reading->database);
    schema_set(reading->schema, part, SCHEMA_EXPRESSION, form.data);
    schema_set(reading->schema, part, SCHEMA_DEFINITION,
               arena_printf(reading->schema->arena, "CHECK (%s)", form.data));
    strbuf_release(&form);
    return true;
}

static bool run_step(struct mariadb_reading *reading, const char *what, const char *sql,
                     mariadb_row *row, struct error *error)
{
    reading->object = reading->part = NULL;
    return mariadb_run(reading->connection, what, sql, row, reading, error);
}

bool mariadb_read_keys(struct mariadb_reading *reading, struct error *error)
{
    static const char mariadb_indexes[] = INDEX_SQL("NULL"),
                      mysql_indexes[] = INDEX_SQL("EXPRESSION");
    bool ok = run_step(reading, "reading indexes",
                       reading->mariadb ? mariadb_indexes : mysql_indexes, take_index, error);

    /* MySQL before 8.0.13 has no functional indexes, and no column that tells of them. */
    if (!ok && !reading->mariadb)
        ok = run_step(reading, "reading indexes", mariadb_indexes, take_index, error);
    ok = ok && run_step(reading, "reading foreign keys", foreign_keys_sql, take_foreign_key, error);
    if (ok &&
        !run_step(reading, "reading checks",
                  reading->mariadb ? mariadb_checks_sql : mysql_checks_sql, take_check, error)) {
        /* MySQL before 8.0.16 reads checks and forgets them. */
        ok = !reading->mariadb && error != NULL && error->code == ERROR_INVALID;
        if (ok)
            schema_add_gap(reading->schema, "checks", "this version of MySQL does not keep them");
    }
    return ok;
}

/* --- Triggers, sequences ---------------------------------------------------------------------- */

static bool take_trigger(void *context, const char *const *values, size_t count,
                         struct error *error)
{
    struct mariadb_reading *reading = context;
    struct schema_object *table = owner_of(reading, values[0]), *trigger;
    struct strbuf form = STRBUF_INIT;

    (void)count;
    (void)error;
    /* Some rights show that it is there, and not what it does. */
    reading->hidden_triggers = reading->hidden_triggers || values[4] == NULL;
    trigger = table == NULL || values[4] == NULL
                  ? NULL
                  : schema_add_part(reading->schema, table, SCHEMA_TRIGGER, values[1], &live);
    if (trigger == NULL)
        return true;
    schema_set(reading->schema, trigger, SCHEMA_TIMING, values[2]);
    schema_set_list(reading->schema, trigger, SCHEMA_EVENTS, &values[3], 1);
    strbuf_add(&form, "CREATE TRIGGER ");
    mariadb_add_name(&form, values[1]);
    strbuf_printf(&form, " %s %s ON ", values[2], values[3]);
    mariadb_add_name(&form, values[0]);
    strbuf_add(&form, " FOR EACH ROW ");
    mariadb_add_expression(&form, values[4], reading->database);
    schema_set(reading->schema, trigger, SCHEMA_DEFINITION, form.data);
    strbuf_clear(&form);
    mariadb_add_expression(&form, values[4], reading->database);
    schema_set(reading->schema, trigger, SCHEMA_BODY, form.data);
    mariadb_set_mode(reading, trigger, values[5]);
    strbuf_release(&form);
    return true;
}

static void set_unless(struct mariadb_reading *reading, enum schema_property property,
                       const char *value, const char *ordinary)
{
    if (strcmp(value, ordinary) != 0)
        schema_set(reading->schema, reading->object, property, value);
}

static bool take_sequence(void *context, const char *const *values, size_t count,
                          struct error *error)
{
    struct mariadb_reading *reading = context;
    bool down = *values[3] == '-';
    const char *least = down ? "-9223372036854775807" : "1";
    const char *most = down ? "-1" : "9223372036854775806";

    (void)count;
    (void)error;
    schema_set(reading->schema, reading->object, SCHEMA_TYPE, "bigint");
    set_unless(reading, SCHEMA_MINIMUM, values[0], least);
    set_unless(reading, SCHEMA_MAXIMUM, values[1], most);
    set_unless(reading, SCHEMA_START, values[2], down ? values[1] : values[0]);
    set_unless(reading, SCHEMA_INCREMENT, values[3], "1");
    set_unless(reading, SCHEMA_CACHE, values[4], "1000");
    schema_set_flag(reading->schema, reading->object, SCHEMA_CYCLE, strcmp(values[5], "0") != 0);
    return true;
}

static bool read_sequences(struct mariadb_reading *reading, struct error *error)
{
    struct strbuf sql = STRBUF_INIT;
    bool ok = true;

    for (struct schema_object *object = reading->schema->first; ok && object != NULL;
         object = object->next) {
        if (object->kind != SCHEMA_SEQUENCE)
            continue;
        reading->object = object;
        strbuf_clear(&sql);
        strbuf_add(&sql, "SELECT minimum_value, maximum_value, start_value, increment, cache_size,"
                         " cycle_option FROM ");
        mariadb_add_name(&sql, object->name);
        ok = mariadb_run(reading->connection, "reading a sequence", sql.data, take_sequence,
                         reading, error);
    }
    strbuf_release(&sql);
    return ok;
}

bool mariadb_read_programs(struct mariadb_reading *reading, struct error *error)
{
    return run_step(reading, "reading triggers", triggers_sql, take_trigger, error) &&
           mariadb_read_routines(reading, error) && read_sequences(reading, error);
}
