#include "live_postgresql.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#include "live_postgresql_query.h"
#include "live_postgresql_connection.h"
#include "snapshot_object.h"

/* Between two words of progress. */
#define OBJECTS_A_REPORT 200

struct reading {
    struct postgresql *connection;
    const struct dsn *dsn;
    const struct progress *progress;
    struct schema *schema;
    bool kinds[SCHEMA_KINDS];
    struct strbuf denied; /* catalogs without which nothing can be read */
    size_t objects;
};

/* A catalog that some servers close to ordinary users, and what is lost without it. */
struct closed_catalog {
    const char *name;
    enum schema_kind kinds[2];
};

static const struct closed_catalog optional_catalogs[] = {
    {"pg_extension",   { SCHEMA_EXTENSION, SCHEMA_EXTENSION }},
    { "pg_sequence",   { SCHEMA_SEQUENCE, SCHEMA_SEQUENCE }  },
    { "pg_proc",       { SCHEMA_FUNCTION, SCHEMA_TRIGGER }   },
    { "pg_language",   { SCHEMA_FUNCTION, SCHEMA_FUNCTION }  },
    { "pg_aggregate",  { SCHEMA_FUNCTION, SCHEMA_FUNCTION }  },
    { "pg_constraint", { SCHEMA_CONSTRAINT, SCHEMA_INDEX }   },
    { "pg_index",      { SCHEMA_INDEX, SCHEMA_INDEX }        },
    { "pg_am",         { SCHEMA_INDEX, SCHEMA_INDEX }        },
    { "pg_trigger",    { SCHEMA_TRIGGER, SCHEMA_TRIGGER }    },
    { "pg_policy",     { SCHEMA_POLICY, SCHEMA_POLICY }      },
};

/* Never compared, whatever is there. */
static const char *const always_gaps[][2] = {
    {"owners and privileges",    "they differ between environments by design; `pg_dump` shows them"   },
    { "storage of columns",      "storage, compression and statistics targets of columns are not read"},
    { "foreign tables' options", "servers, options and user mappings are not read"                    },
};

/* All of it sees one moment, writes nothing, waits for nobody, and does not depend on how the
 * server or the user is set up. Not as start-up parameters: poolers refuse those. */
static const char session_sql[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                                  "SET LOCAL search_path = '';"
                                  "SET LOCAL lock_timeout = '%us';"
                                  "SET LOCAL statement_timeout = '%us';"
                                  "SET LOCAL idle_in_transaction_session_timeout = '%us';"
                                  "SET LOCAL jit = off;"
                                  "SET LOCAL enable_nestloop = off;"
                                  "SET LOCAL quote_all_identifiers = off;"
                                  "SET LOCAL standard_conforming_strings = on;"
                                  "SET LOCAL TimeZone = 'UTC';"
                                  "SET LOCAL DateStyle = 'ISO, YMD';"
                                  "SET LOCAL IntervalStyle = 'postgres'";

/* From 14 on the server notices within a second that nobody waits for its answer any more. Where it
 * cannot (the platform), that is no reason not to read. */
static const char watch_sql[] =
    "SAVEPOINT pilab; SET LOCAL client_connection_check_interval = '1s'";

static const char preflight_sql[] =
    "SELECT c.relname, has_table_privilege(c.oid, 'SELECT')::text FROM pg_class c"
    " WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relname IN ("
    "'pg_namespace', 'pg_class', 'pg_attribute', 'pg_type', 'pg_attrdef', 'pg_depend',"
    "'pg_rewrite', 'pg_description', 'pg_inherits', 'pg_tablespace', 'pg_enum', 'pg_range',"
    "'pg_opclass', 'pg_collation', 'pg_extension', 'pg_sequence', 'pg_proc', 'pg_language',"
    "'pg_aggregate', 'pg_constraint', 'pg_index', 'pg_am', 'pg_trigger', 'pg_policy')"
    " UNION ALL SELECT '', current_setting('server_version')";

/* --- Before ----------------------------------------------------------------------------------- */

static bool begin(struct reading *reading, const struct live_options *options, struct error *error)
{
    unsigned seconds = options != NULL && options->statement_seconds > 0
                           ? options->statement_seconds
                           : LIVE_STATEMENT_SECONDS;
    struct strbuf sql = STRBUF_INIT;
    bool ok;

    strbuf_printf(&sql, session_sql, LIVE_LOCK_SECONDS, seconds, seconds);
    ok = postgresql_run(reading->connection, "beginning to read", sql.data, NULL, NULL, error);
    strbuf_release(&sql);
    if (ok && postgresql_version(reading->connection) >= 140000 &&
        !postgresql_run(reading->connection, "beginning to read", watch_sql, NULL, NULL, NULL))
        ok = postgresql_run(reading->connection, "beginning to read", "ROLLBACK TO SAVEPOINT pilab",
                            NULL, NULL, error);
    return ok;
}

static void leave_out(struct reading *reading, enum schema_kind kind, const char *catalog)
{
    struct strbuf why = STRBUF_INIT;

    if (!reading->kinds[kind])
        return;
    reading->kinds[kind] = false;
    strbuf_printf(&why, "the user may not read the catalog %s", catalog);
    schema_refuse(reading->schema, kind, why.data);
    strbuf_release(&why);
}

static bool take_permission(void *context, const char *const *values, size_t count,
                            struct error *error)
{
    struct reading *reading = context;
    bool optional = false;

    (void)count;
    (void)error;
    if (*values[0] == '\0') {
        /* "15.20 (Debian 15.20-0+deb12u1)": the packager's part says nothing of the schema. */
        char *version = arena_bytes(reading->schema->arena, values[1], strcspn(values[1], " "));

        schema_set_server(reading->schema, version);
        return true;
    }
    if (strcmp(values[1], "true") == 0)
        return true;
    for (size_t i = 0; i < sizeof optional_catalogs / sizeof *optional_catalogs; i++) {
        if (strcmp(optional_catalogs[i].name, values[0]) != 0)
            continue;
        leave_out(reading, optional_catalogs[i].kinds[0], values[0]);
        leave_out(reading, optional_catalogs[i].kinds[1], values[0]);
        optional = true;
    }
    if (!optional)
        strbuf_printf(&reading->denied, "%s%s", reading->denied.length > 0 ? ", " : "", values[0]);
    return true;
}

static bool look_at_permissions(struct reading *reading, struct error *error)
{
    for (size_t i = 0; i < SCHEMA_KINDS; i++)
        reading->kinds[i] = true;
    if (!postgresql_run(reading->connection, "looking at permissions", preflight_sql,
                        take_permission, reading, error))
        return false;
    if (reading->denied.length == 0)
        return true;
    error_set(error, ERROR_DENIED, "%s: the user may not read the catalog: %s", reading->dsn->shown,
              reading->denied.data);
    return error_hint(error, "Ask for GRANT SELECT on these, as PostgreSQL has it by default.");
}

/* --- The catalog ------------------------------------------------------------------------------ */

static const struct schema_place live = { .file = "live" };

/* A list that came as JSON in a text. */
static bool set_list(struct schema *schema, struct schema_object *part,
                     enum schema_property property, const char *text, struct error *error)
{
    json_t *list = json_read("a list of the catalog", text, strlen(text), error);
    size_t count = json_array_size(list);
    const char **items = memory_array(count + 1, sizeof *items);

    for (size_t i = 0; i < count; i++) {
        items[i] = json_string_value(json_array_get(list, i));
        if (items[i] == NULL)
            items[i] = "";
    }
    schema_set_list(schema, part, property, items, count);
    free(items);
    json_decref(list);
    return list != NULL;
}

static bool take_part(struct schema *schema, struct schema_object *owner,
                      const struct live_postgresql_part *plan, const json_t *row,
                      struct error *error)
{
    const char *name = json_string_value(json_array_get(row, 0));
    struct schema_object *part =
        name != NULL ? schema_add_part(schema, owner, plan->kind, name, &live) : NULL;

    if (part == NULL || json_array_size(row) != plan->count + 1)
        return error_set(error, ERROR_INTERNAL, "the %s of \"%s\" cannot be read", plan->member,
                         owner->name);
    for (size_t i = 0; i < plan->count; i++) {
        const char *text = json_string_value(json_array_get(row, i + 1));

        if (text == NULL)
            continue;
        if (!schema_property_is_list(plan->properties[i]))
            schema_set(schema, part, plan->properties[i], text);
        else if (!set_list(schema, part, plan->properties[i], text, error))
            return false;
    }
    return true;
}

/* What stands beside "parts" is taken out of the object first: it is no property of it. */
static bool add_object(struct schema *schema, json_t *object, struct error *error)
{
    json_t *rows[LIVE_POSTGRESQL_PARTS];
    struct schema_object *owner;
    bool ok;

    for (size_t i = 0; i < LIVE_POSTGRESQL_PARTS; i++) {
        rows[i] = json_incref(json_object_get(object, live_postgresql_parts[i].member));
        json_object_del(object, live_postgresql_parts[i].member);
    }
    owner = snapshot_object_begin(schema, object, &live, error);
    ok = owner != NULL;
    for (size_t i = 0; i < LIVE_POSTGRESQL_PARTS; i++) {
        for (size_t k = 0; ok && k < json_array_size(rows[i]); k++)
            ok = take_part(schema, owner, &live_postgresql_parts[i], json_array_get(rows[i], k),
                           error);
        json_decref(rows[i]);
    }
    return ok && snapshot_object_parts(schema, owner, object, &live, error);
}

static bool take_object(void *context, const char *const *values, size_t count, struct error *error)
{
    struct reading *reading = context;
    json_t *object;
    bool ok;

    (void)count;
    object = json_read("the catalog", values[0], strlen(values[0]), error);
    if (object == NULL)
        return error_prefix(error, "%s", reading->dsn->shown);
    ok = add_object(reading->schema, object, error) ||
         error_prefix(error, "%s: the catalog", reading->dsn->shown);
    json_decref(object);
    if (++reading->objects % OBJECTS_A_REPORT == 0)
        progress_report(reading->progress, "reading the catalog", reading->objects, 0);
    return ok;
}

static bool take_other(void *context, const char *const *values, size_t count, struct error *error)
{
    struct reading *reading = context;
    struct strbuf why = STRBUF_INIT;

    (void)count;
    (void)error;
    strbuf_printf(&why, "%s here, of a kind that is not read", values[1]);
    schema_add_gap(reading->schema, values[0], why.data);
    strbuf_release(&why);
    return true;
}

/* {"a","b"}: PostgreSQL's array of texts. */
static void array_literal(struct strbuf *out, const char *const *items, size_t count)
{
    strbuf_add_char(out, '{');
    for (size_t i = 0; i < count; i++) {
        strbuf_add(out, i > 0 ? ",\"" : "\"");
        for (const char *c = items[i]; *c != '\0'; c++) {
            if (*c == '"' || *c == '\\')
                strbuf_add_char(out, '\\');
            strbuf_add_char(out, *c);
        }
        strbuf_add_char(out, '"');
    }
    strbuf_add_char(out, '}');
}

static bool read_catalog(struct reading *reading, struct error *error)
{
    struct strbuf sql = STRBUF_INIT, schemas = STRBUF_INIT;
    const char *wanted = NULL;
    bool ok;

    if (reading->dsn->schema_count > 0) {
        array_literal(&schemas, reading->dsn->schemas, reading->dsn->schema_count);
        wanted = schemas.data;
    }
    live_postgresql_query(&sql, postgresql_version(reading->connection), reading->kinds);
    ok = postgresql_ask(reading->connection, "reading the catalog", sql.data, wanted, take_object,
                        reading, error) &&
         postgresql_ask(reading->connection, "counting what is not read", live_postgresql_others,
                        wanted, take_other, reading, error);
    strbuf_release(&sql);
    strbuf_release(&schemas);
    return ok;
}

static bool check_schemas(const struct reading *reading, struct error *error)
{
    for (size_t i = 0; i < reading->dsn->schema_count; i++) {
        const char *name = reading->dsn->schemas[i];

        if (schema_find(reading->schema, SCHEMA_NAMESPACE, "", name, NULL) != NULL)
            continue;
        error_set(error, ERROR_NOT_FOUND, "%s: there is no schema \"%s\"", reading->dsn->shown,
                  name);
        return error_hint(error, "`pilab schema snapshot` without schema= reads all of them.");
    }
    return true;
}

static void add_gaps(struct reading *reading)
{
    for (size_t i = 0; i < sizeof always_gaps / sizeof *always_gaps; i++)
        schema_add_gap(reading->schema, always_gaps[i][0], always_gaps[i][1]);
    if (reading->dsn->schema_count > 0)
        schema_add_gap(reading->schema, "other schemas", "only those of schema= were asked for");
}

struct schema *live_postgresql_read(const struct dsn *dsn, const struct live_options *options,
                                    const struct progress *progress, struct error *error)
{
    struct reading reading = {
        .connection = postgresql_open(dsn, options, progress, error),
        .dsn = dsn,
        .progress = progress,
        .denied = STRBUF_INIT,
    };
    bool ok;

    if (reading.connection == NULL)
        return NULL;
    reading.schema = schema_new(SCHEMA_POSTGRESQL, dsn->shown);
    ok = begin(&reading, options, error) && look_at_permissions(&reading, error) &&
         read_catalog(&reading, error) && check_schemas(&reading, error);
    if (ok)
        add_gaps(&reading);
    else
        schema_free(&reading.schema);
    /* Nothing was written: that the connection ends is the end of the transaction. */
    postgresql_close(&reading.connection);
    strbuf_release(&reading.denied);
    return reading.schema;
}
