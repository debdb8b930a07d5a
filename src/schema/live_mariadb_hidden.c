/* What the user may not see, which servers leave out without a word. */
#include <string.h>

#include "live_mariadb.h"

static const char known_sql[] = "SELECT CURRENT_USER()";

static bool take_user(void *context, const char *const *values, size_t count, struct error *error)
{
    struct mariadb_reading *reading = context;

    (void)count;
    (void)error;
    /* A server without tables of users (--skip-grant-tables) shows everybody everything. */
    if (values[0] == NULL || strcmp(values[0], "@") == 0 ||
        strncmp(values[0], "skip-grants user@", strlen("skip-grants user@")) == 0)
        reading->rights.everywhere = MARIADB_SEES_ALL;
    return true;
}

static bool take_grant(void *context, const char *const *values, size_t count, struct error *error)
{
    struct mariadb_reading *reading = context;

    (void)count;
    (void)error;
    if (values[0] != NULL)
        mariadb_rights_take(&reading->rights, values[0]);
    return true;
}

bool mariadb_read_rights(struct mariadb_reading *reading, struct error *error)
{
    static const char what[] = "asking what the user may see";
    struct mariadb_rights *rights = &reading->rights;

    rights->database = reading->database;
    if (!mariadb_run(reading->connection, what, known_sql, take_user, reading, error))
        return false;
    if (rights->everywhere == MARIADB_SEES_ALL)
        return true;
    if (!mariadb_run(reading->connection, what, "SHOW GRANTS", take_grant, reading, NULL)) {
        schema_refuse_gap(reading->schema, "what the user may not see",
                          "the server does not tell what the user may see (SHOW GRANTS)");
        rights->everywhere = MARIADB_SEES_ALL;
    }
    /* MariaDB from 10.11 on: what everybody may. Others have no such words. */
    if (reading->mariadb)
        mariadb_run(reading->connection, what, "SHOW GRANTS FOR PUBLIC", take_grant, reading, NULL);
    return mariadb_run(reading->connection, what, "DO 0", NULL, NULL, error);
}

/* MariaDB's JSON, when it is not told that it is checked. */
static bool is_perhaps_json(const struct schema_object *part)
{
    const char *type = part->kind == SCHEMA_COLUMN ? schema_get(part, SCHEMA_TYPE) : NULL;
    const char *collation = schema_get(part, SCHEMA_COLLATION);

    return type != NULL && strcmp(type, "longtext") == 0 &&
           (collation == NULL || strcmp(collation, "utf8mb4_bin") == 0);
}

static bool has_perhaps_json(const struct schema *schema)
{
    for (const struct schema_object *table = schema->first; table != NULL; table = table->next) {
        for (const struct schema_object *part = table->parts; part != NULL; part = part->next) {
            if (table->kind == SCHEMA_TABLE && is_perhaps_json(part))
                return true;
        }
    }
    return false;
}

static bool sees_all_columns(const struct mariadb_reading *reading)
{
    for (const struct schema_object *table = reading->schema->first; table != NULL;
         table = table->next) {
        if ((table->kind == SCHEMA_TABLE || table->kind == SCHEMA_VIEW) &&
            !mariadb_rights_see_table(&reading->rights, table->name))
            return false;
    }
    return true;
}

/* Rights on single tables, or on columns of them. */
static void tell_hidden_tables(struct mariadb_reading *reading)
{
    struct schema *schema = reading->schema;

    if (mariadb_rights_have(&reading->rights, MARIADB_SEES_COLUMNS))
        return;
    schema_refuse_gap(schema, schema_kind_name(SCHEMA_TABLE),
                      "the user may see only what was granted one by one (SELECT on the database "
                      "shows all)");
    if (!sees_all_columns(reading)) {
        schema_refuse_gap(schema, schema_kind_name(SCHEMA_COLUMN),
                          "the user may see only some (SELECT on the table shows all)");
        schema_refuse(schema, SCHEMA_CONSTRAINT, "the user may not see all columns");
        schema_refuse(schema, SCHEMA_INDEX, "the user may not see all columns");
    }
    if (!reading->mariadb)
        return;
    schema_refuse_gap(schema, "check",
                      "the user may see none (SELECT on the whole database shows all)");
    if (has_perhaps_json(schema))
        schema_refuse(schema, SCHEMA_COLUMN,
                      "a longtext may be a JSON: the user may not see the checks that tell which");
}

void mariadb_tell_hidden(struct mariadb_reading *reading)
{
    struct schema *schema = reading->schema;
    const struct mariadb_rights *rights = &reading->rights;

    tell_hidden_tables(reading);
    if (reading->hidden_keys)
        schema_refuse_gap(schema, "foreign key",
                          "the user may not see what a key does (REFERENCES on the database shows "
                          "it)");
    if (reading->hidden_views)
        schema_refuse(schema, SCHEMA_VIEW,
                      "the user may not see what views are made of (SHOW VIEW)");
    if (reading->hidden_functions)
        schema_refuse(schema, SCHEMA_FUNCTION,
                      "the user may not see what functions do (SHOW CREATE ROUTINE, or SELECT on "
                      "mysql.proc)");
    else if (!mariadb_rights_have(rights, MARIADB_SEES_ROUTINES))
        schema_refuse_gap(schema, schema_kind_name(SCHEMA_FUNCTION),
                          "the user may not see all (SHOW CREATE ROUTINE, or SELECT on "
                          "mysql.proc)");
    if (reading->hidden_triggers)
        schema_refuse(schema, SCHEMA_TRIGGER, "the user may not see what triggers do (TRIGGER)");
    else if (!mariadb_rights_have(rights, MARIADB_SEES_TRIGGERS))
        schema_refuse_gap(schema, schema_kind_name(SCHEMA_TRIGGER),
                          "the user may not see all triggers (TRIGGER on the database)");
    if (!mariadb_rights_have(rights, MARIADB_SEES_EVENTS))
        schema_add_gap(schema, "events", "the user may not see them (EVENT)");
}
