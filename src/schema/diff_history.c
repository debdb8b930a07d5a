/* What tools of migrations keep for themselves in the database that they change. */
#include <string.h>
#include <strings.h>

#include <pilab/base/array.h>

#include "diff_parts.h"

/* Names that nobody else gives a table; "migrations" is not among them. */
static const struct {
    const char *table, *tool;
} histories[] = {
    {"flyway_schema_history",       "Flyway"                },
    { "schema_migrations",          "Rails, dbmate, migrate"},
    { "ar_internal_metadata",       "Rails"                 },
    { "goose_db_version",           "goose"                 },
    { "databasechangelog",          "Liquibase"             },
    { "databasechangeloglock",      "Liquibase"             },
    { "_prisma_migrations",         "Prisma"                },
    { "__diesel_schema_migrations", "Diesel"                },
    { "_sqlx_migrations",           "SQLx"                  },
    { "refinery_schema_history",    "refinery"              },
    { "alembic_version",            "Alembic"               },
    { "django_migrations",          "Django"                },
    { "knex_migrations",            "Knex"                  },
    { "knex_migrations_lock",       "Knex"                  },
    { "SequelizeMeta",              "Sequelize"             },
    { "__EFMigrationsHistory",      "Entity Framework"      },
};

static const char pgroll[] = "pgroll"; /* a namespace, with tables and functions in it */

/* Flyway's before 5, under a name that others have, too. */
static bool is_old_flyway(const struct schema *schema, const struct schema_object *table)
{
    static const char *const columns[] = { "installed_rank", "version", "script", "checksum",
                                           "installed_on" };

    if (strcasecmp(table->name, "schema_version") != 0)
        return false;
    for (size_t i = 0; i < COUNT(columns); i++) {
        if (schema_find_part(schema, table, SCHEMA_COLUMN, columns[i]) == NULL)
            return false;
    }
    return true;
}

/* "goose_db_version_id_seq": of a serial column. */
static bool is_sequence_of(const char *name, const char *table)
{
    size_t length = strlen(name), of_table = strlen(table);

    return length > of_table + 5 && strncasecmp(name, table, of_table) == 0 &&
           name[of_table] == '_' && strcmp(name + length - 4, "_seq") == 0;
}

const char *diff_history_tool(const struct schema *schema, const struct schema_object *object)
{
    if (object->owner != NULL)
        object = object->owner;
    if (strcmp(object->kind == SCHEMA_NAMESPACE ? object->name : object->schema, pgroll) == 0)
        return pgroll;
    for (size_t i = 0; i < COUNT(histories); i++) {
        if (object->kind == SCHEMA_TABLE && strcasecmp(object->name, histories[i].table) == 0)
            return histories[i].tool;
        if (object->kind == SCHEMA_SEQUENCE && is_sequence_of(object->name, histories[i].table))
            return histories[i].tool;
    }
    return object->kind == SCHEMA_TABLE && is_old_flyway(schema, object) ? "Flyway" : NULL;
}
