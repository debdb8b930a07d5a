#include <pilab/schema/dialect.h>

#include <stddef.h>
#include <strings.h>

#include <pilab/base/array.h>

static const struct {
    const char *name, *title;
} names[] = {
    [DIALECT_UNKNOWN] = {"unknown",     "SQL of an unknown dialect"},
    [DIALECT_POSTGRESQL] = { "postgresql", "PostgreSQL"               },
    [DIALECT_MYSQL] = { "mysql",      "MySQL"                    },
    [DIALECT_MARIADB] = { "mariadb",    "MariaDB"                  },
    [DIALECT_SQLITE] = { "sqlite",     "SQLite"                   },
    [DIALECT_ORACLE] = { "oracle",     "Oracle"                   },
    [DIALECT_SQLSERVER] = { "sqlserver",  "SQL Server"               },
};

static const struct {
    const char *name;
    enum sql_dialect dialect;
} other_names[] = {
    {"postgres",     DIALECT_POSTGRESQL},
    { "pgsql",       DIALECT_POSTGRESQL},
    { "pg",          DIALECT_POSTGRESQL},
    { "pgx",         DIALECT_POSTGRESQL},
    { "cockroachdb", DIALECT_POSTGRESQL},
    { "sqlite3",     DIALECT_SQLITE    },
    { "mssql",       DIALECT_SQLSERVER },
    { "tsql",        DIALECT_SQLSERVER },
};

const char *sql_dialect_name(enum sql_dialect dialect)
{
    return names[dialect].name;
}

const char *sql_dialect_title(enum sql_dialect dialect)
{
    return names[dialect].title;
}

bool sql_dialect_parse(const char *name, enum sql_dialect *dialect)
{
    for (size_t i = DIALECT_UNKNOWN + 1; i < COUNT(names); i++) {
        if (strcasecmp(names[i].name, name) == 0) {
            *dialect = (enum sql_dialect)i;
            return true;
        }
    }
    for (size_t i = 0; i < COUNT(other_names); i++) {
        if (strcasecmp(other_names[i].name, name) == 0) {
            *dialect = other_names[i].dialect;
            return true;
        }
    }
    return false;
}

bool sql_dialect_is_mysql(enum sql_dialect dialect)
{
    return dialect == DIALECT_MYSQL || dialect == DIALECT_MARIADB;
}
