#include <config.h> /* strcasestr is a GNU extension */

#include "live_mariadb.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

#include "mysql_quote.h"

static const struct schema_place live = { .file = "live" };

static const char *const always_gaps[][2] = {
    {"users and privileges",   "they differ between environments by design"             },
    { "auto_increment values", "they are data: only that a column counts up is compared"},
};

/* What the server answers must not depend on how it or the user is set up. */
static const char *const session_sql[] = {
    "SET SESSION sql_mode = '', lock_wait_timeout = 5, sql_quote_show_create = 1, "
    "time_zone = '+00:00'",
    "SET SESSION TRANSACTION READ ONLY",
};

static const char database_sql[] = "SELECT DATABASE()";

static const char tables_sql[] =
    "SELECT t.TABLE_NAME, t.TABLE_TYPE, t.ENGINE, t.TABLE_COLLATION, t.CREATE_OPTIONS,"
    " t.TABLE_COMMENT, v.VIEW_DEFINITION, v.CHECK_OPTION, v.SECURITY_TYPE"
    " FROM information_schema.TABLES t LEFT JOIN information_schema.VIEWS v"
    " ON v.TABLE_SCHEMA = t.TABLE_SCHEMA AND v.TABLE_NAME = t.TABLE_NAME"
    " WHERE t.TABLE_SCHEMA = DATABASE() ORDER BY t.TABLE_NAME";

static const char columns_sql[] =
    "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA,"
    " GENERATION_EXPRESSION, CHARACTER_SET_NAME, COLLATION_NAME, COLUMN_COMMENT"
    " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
    " ORDER BY TABLE_NAME, ORDINAL_POSITION";

static const char partitions_sql[] =
    "SELECT TABLE_NAME, PARTITION_METHOD, PARTITION_EXPRESSION, PARTITION_NAME,"
    " PARTITION_DESCRIPTION FROM information_schema.PARTITIONS"
    " WHERE TABLE_SCHEMA = DATABASE() AND PARTITION_NAME IS NOT NULL"
    " GROUP BY TABLE_NAME, PARTITION_METHOD, PARTITION_EXPRESSION, PARTITION_NAME,"
    " PARTITION_DESCRIPTION, PARTITION_ORDINAL_POSITION"
    " ORDER BY TABLE_NAME, PARTITION_ORDINAL_POSITION";

static const char events_sql[] = "SELECT CAST(COUNT(*) AS CHAR) FROM information_schema.EVENTS"
                                 " WHERE EVENT_SCHEMA = DATABASE()";

/* --- Before ----------------------------------------------------------------------------------- */

static bool begin(struct mariadb_reading *reading, unsigned seconds, struct error *error)
{
    struct strbuf limit = STRBUF_INIT;
    bool ok = true;

    reading->mariadb = mariadb_is_mariadb(reading->connection);
    schema_set_server(reading->schema, mariadb_version(reading->connection));
    for (size_t i = 0; ok && i < sizeof session_sql / sizeof *session_sql; i++)
        ok = mariadb_run(reading->connection, "beginning to read", session_sql[i], NULL, NULL,
                         error);
    if (reading->mariadb)
        strbuf_printf(&limit, "SET SESSION max_statement_time = %u", seconds);
    else
        strbuf_printf(&limit, "SET SESSION max_execution_time = %u", seconds * 1000);
    /* Relatives of both know neither; our own limit holds for them. */
    if (ok && !mariadb_run(reading->connection, "beginning to read", limit.data, NULL, NULL, NULL))
        ok = mariadb_run(reading->connection, "beginning to read", "DO 0", NULL, NULL, error);
    strbuf_release(&limit);
    return ok;
}

static bool take_database(void *context, const char *const *values, size_t count,
                          struct error *error)
{
    struct mariadb_reading *reading = context;

    (void)count;
    if (values[0] == NULL)
        return error_set(error, ERROR_NOT_FOUND, "%s: it names no database", reading->dsn->shown);
    reading->database = arena_text(reading->schema->arena, values[0]);
    return true;
}

/* --- Tables and views ------------------------------------------------------------------------- */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "row_format=DYNAMIC partitioned": what the person said, in order of name. */
static void set_options(struct mariadb_reading *reading, struct schema_object *table,
                        const char *options)
{
    struct vector words;

    vector_init(&words, sizeof(const char *));
    while (*(options += strspn(options, " ")) != '\0') {
        const char *end = options;
        const char *word;

        while (*end != '\0' && *end != ' ')
            end = strchr("'\"`", *end) != NULL ? mysql_skip_quoted(end) : end + 1;
        word = arena_bytes(reading->schema->arena, options, (size_t)(end - options));
        if (strcmp(word, "partitioned") == 0)
            schema_set(reading->schema, table, SCHEMA_SORT, "partitioned");
        else
            vector_push(&words, &word);
        options = end;
    }
    vector_sort(&words, compare_texts);
    schema_set_list(reading->schema, table, SCHEMA_OPTIONS, words.items, words.count);
    vector_release(&words);
}

static void set_unless_empty(struct mariadb_reading *reading, struct schema_object *object,
                             enum schema_property property, const char *text)
{
    if (text != NULL && *text != '\0')
        schema_set(reading->schema, object, property, text);
}

static void set_expression(struct mariadb_reading *reading, struct schema_object *object,
                           enum schema_property property, const char *text)
{
    struct strbuf form = STRBUF_INIT;

    mariadb_add_expression(&form, text, reading->database);
    schema_set(reading->schema, object, property, form.data);
    strbuf_release(&form);
}

static void fill_view(struct mariadb_reading *reading, struct schema_object *view,
                      const char *definition, const char *check, const char *security)
{
    const char *options[2];
    size_t count = 0;

    if (definition == NULL || *definition == '\0')
        reading->hidden_views = true;
    else
        set_expression(reading, view, SCHEMA_DEFINITION, definition);
    if (check != NULL && strcmp(check, "NONE") != 0)
        options[count++] =
            strcmp(check, "LOCAL") == 0 ? "check_option=local" : "check_option=cascaded";
    if (security != NULL && strcmp(security, "INVOKER") == 0)
        options[count++] = "security=invoker";
    schema_set_list(reading->schema, view, SCHEMA_OPTIONS, options, count);
}

/* A collation begins with its character set: "utf8mb4_general_ci". */
static void set_collation(struct mariadb_reading *reading, struct schema_object *object,
                          const char *collation)
{
    char *set;

    if (collation == NULL)
        return;
    set = arena_bytes(reading->schema->arena, collation, strcspn(collation, "_"));
    schema_set(reading->schema, object, SCHEMA_CHARACTER_SET, set);
    schema_set(reading->schema, object, SCHEMA_COLLATION, collation);
}

static bool take_table(void *context, const char *const *values, size_t count, struct error *error)
{
    struct mariadb_reading *reading = context;
    const char *type = values[1];
    bool view = strcmp(type, "VIEW") == 0, sequence = strcmp(type, "SEQUENCE") == 0;
    enum schema_kind kind = view ? SCHEMA_VIEW : sequence ? SCHEMA_SEQUENCE : SCHEMA_TABLE;
    struct schema_object *object = schema_add(reading->schema, kind, "", values[0], NULL, &live);

    (void)count;
    if (object == NULL)
        return error_set(error, ERROR_INTERNAL, "%s: the table %s is there twice",
                         reading->dsn->shown, values[0]);
    if (view) {
        fill_view(reading, object, values[6], values[7], values[8]);
    } else if (!sequence) {
        set_unless_empty(reading, object, SCHEMA_ENGINE, values[2]);
        set_collation(reading, object, values[3]);
        set_options(reading, object, values[4] != NULL ? values[4] : "");
        set_unless_empty(reading, object, SCHEMA_COMMENT, values[5]);
    }
    return true;
}

/* --- Columns ---------------------------------------------------------------------------------- */

static struct schema_object *owner_of(struct mariadb_reading *reading, const char *name)
{
    if (reading->object == NULL || strcmp(reading->object->name, name) != 0)
        reading->object = schema_find_relation(reading->schema, "", name);
    return reading->object;
}

/* Where they are not those of the table: nobody has said them for the others. */
static void set_own_collation(struct mariadb_reading *reading, struct schema_object *column,
                              const char *set, const char *collation)
{
    const char *usual_set = schema_get(column->owner, SCHEMA_CHARACTER_SET);
    const char *usual = schema_get(column->owner, SCHEMA_COLLATION);

    if (set != NULL && usual_set != NULL && strcmp(set, usual_set) != 0)
        schema_set(reading->schema, column, SCHEMA_CHARACTER_SET, set);
    if (collation != NULL && usual != NULL && strcmp(collation, usual) != 0)
        schema_set(reading->schema, column, SCHEMA_COLLATION, collation);
}

static void set_extra(struct mariadb_reading *reading, struct schema_object *column,
                      const char *extra, const char *expression)
{
    static const char update[] = "on update ";
    const char *at = strcasestr(extra, update);

    if (strstr(extra, "auto_increment") != NULL)
        schema_set(reading->schema, column, SCHEMA_IDENTITY, "auto_increment");
    if (at != NULL) {
        at += strlen(update);
        char *value = arena_bytes(reading->schema->arena, at, strcspn(at, " "));

        for (char *c = value; *c != '\0'; c++)
            *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        if (strchr(value, '(') == NULL)
            value = arena_printf(reading->schema->arena, "%s()", value);
        schema_set(reading->schema, column, SCHEMA_ON_UPDATE_VALUE, value);
    }
    if (expression == NULL || *expression == '\0')
        return;
    set_expression(reading, column, SCHEMA_GENERATED, expression);
    schema_set(reading->schema, column, SCHEMA_GENERATED_KIND,
               strcasestr(extra, "VIRTUAL") != NULL ? "virtual" : "stored");
}

static bool take_column(void *context, const char *const *values, size_t count, struct error *error)
{
    struct mariadb_reading *reading = context;
    struct schema_object *owner = owner_of(reading, values[0]), *column;
    const char *extra = values[5] != NULL ? values[5] : "";
    struct strbuf form = STRBUF_INIT;

    (void)count;
    (void)error;
    /* Those of a sequence are the server's; a table that came after we asked is not ours. */
    if (owner == NULL || owner->kind == SCHEMA_SEQUENCE)
        return true;
    column = schema_add_part(reading->schema, owner, SCHEMA_COLUMN, values[1], &live);
    if (column == NULL)
        return true;
    mariadb_add_type(&form, values[2]);
    schema_set(reading->schema, column, SCHEMA_TYPE, form.data);
    strbuf_clear(&form);
    schema_set_flag(reading->schema, column, SCHEMA_NOT_NULL, strcmp(values[3], "NO") == 0);
    if (owner->kind == SCHEMA_TABLE && mariadb_add_default(&form, values[4], values[2], extra,
                                                           reading->mariadb, reading->database))
        schema_set(reading->schema, column, SCHEMA_DEFAULT, form.data);
    set_extra(reading, column, extra, values[6]);
    set_own_collation(reading, column, values[7], values[8]);
    set_unless_empty(reading, column, SCHEMA_COMMENT, values[9]);
    strbuf_release(&form);
    return true;
}

/* Bare where it can be. */
static void add_partition_name(struct strbuf *out, const char *name)
{
    static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

    if (name[strspn(name, bare)] == '\0')
        strbuf_add(out, name);
    else
        mariadb_add_name(out, name);
}

/* RANGE (`at`), and "p0 VALUES LESS THAN (2020), p1 …" as the bound. */
static bool take_partition(void *context, const char *const *values, size_t count,
                           struct error *error)
{
    struct mariadb_reading *reading = context;
    struct schema_object *table = owner_of(reading, values[0]);
    const char *bound = table != NULL ? schema_get(table, SCHEMA_PARTITION_BOUND) : NULL;
    struct strbuf form = STRBUF_INIT;

    (void)count;
    (void)error;
    if (table == NULL)
        return true;
    strbuf_printf(&form, "%s (%s)", values[1], values[2] != NULL ? values[2] : "");
    schema_set(reading->schema, table, SCHEMA_PARTITION_KEY, form.data);
    strbuf_clear(&form);
    strbuf_printf(&form, "%s%s", bound != NULL ? bound : "", bound != NULL ? ", " : "");
    add_partition_name(&form, values[3]);
    if (values[4] != NULL)
        strbuf_printf(&form, " VALUES %s (%s)",
                      strncmp(values[1], "RANGE", 5) == 0 ? "LESS THAN" : "IN", values[4]);
    schema_set(reading->schema, table, SCHEMA_PARTITION_BOUND, form.data);
    strbuf_release(&form);
    return true;
}

/* --- After ------------------------------------------------------------------------------------ */

static bool take_events(void *context, const char *const *values, size_t count, struct error *error)
{
    struct mariadb_reading *reading = context;
    char *why;

    (void)count;
    (void)error;
    if (strcmp(values[0], "0") == 0)
        return true;
    why = arena_printf(reading->schema->arena, "%s here, of a kind that is not read", values[0]);
    schema_add_gap(reading->schema, "events", why);
    return true;
}

static void add_gaps(struct mariadb_reading *reading)
{
    for (size_t i = 0; i < sizeof always_gaps / sizeof *always_gaps; i++)
        schema_add_gap(reading->schema, always_gaps[i][0], always_gaps[i][1]);
    mariadb_tell_hidden(reading);
}

static bool read_all(struct mariadb_reading *reading, struct error *error)
{
    static const struct {
        const char *what, *sql;
        mariadb_row *row;
    } steps[] = {
        {"finding the database", database_sql,   take_database },
        { "reading tables",      tables_sql,     take_table    },
        { "reading columns",     columns_sql,    take_column   },
        { "reading partitions",  partitions_sql, take_partition},
        { "counting events",     events_sql,     take_events   },
    };

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        reading->object = NULL;
        if (!mariadb_run(reading->connection, steps[i].what, steps[i].sql, steps[i].row, reading,
                         error))
            return false;
    }
    return mariadb_read_rights(reading, error) && mariadb_read_keys(reading, error) &&
           mariadb_read_programs(reading, error);
}

struct schema *live_mariadb_read(const struct dsn *dsn, const struct live_options *options,
                                 const struct progress *progress, struct error *error)
{
    unsigned seconds = options != NULL && options->statement_seconds > 0
                           ? options->statement_seconds
                           : LIVE_STATEMENT_SECONDS;
    struct mariadb_reading reading = {
        .connection = mariadb_open(dsn, options, progress, error),
        .dsn = dsn,
    };

    if (reading.connection == NULL)
        return NULL;
    reading.schema = schema_new(SCHEMA_MYSQL, dsn->shown);
    mariadb_rights_init(&reading.rights, reading.schema->arena, "");
    if (begin(&reading, seconds, error) && read_all(&reading, error))
        add_gaps(&reading);
    else
        schema_free(&reading.schema);
    mariadb_close(&reading.connection);
    mariadb_rights_release(&reading.rights);
    return reading.schema;
}
