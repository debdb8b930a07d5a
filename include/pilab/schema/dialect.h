/*
 * Which SQL a text is written in. Most statements of one database are read by another's grammar
 * with an error, and some are read without one and wrongly: so a dialect is configured, or decided
 * by evidence that is shown with it, and "not known" is an answer.
 */
#ifndef PILAB_SCHEMA_DIALECT_H
#define PILAB_SCHEMA_DIALECT_H

#include <stdbool.h>

enum sql_dialect {
    DIALECT_UNKNOWN, /* read only what all of them have in common */
    DIALECT_POSTGRESQL,
    DIALECT_MYSQL,
    DIALECT_MARIADB,
    DIALECT_SQLITE,
    DIALECT_ORACLE,    /* known by name; read as if it was not */
    DIALECT_SQLSERVER, /* the same */
    DIALECT_COUNT
};

/* "postgresql", as settings and JSON have it; "unknown". */
const char *sql_dialect_name(enum sql_dialect dialect);
/* "PostgreSQL", for people; "SQL of an unknown dialect". */
const char *sql_dialect_title(enum sql_dialect dialect);
/* Takes the names above in any case, and those that tools use: "postgres", "pgx", "sqlite3",
 * "mssql". */
bool sql_dialect_parse(const char *name, enum sql_dialect *dialect);
/* MySQL and MariaDB are one family: what is read for one holds for the other. */
bool sql_dialect_is_mysql(enum sql_dialect dialect);

#endif
