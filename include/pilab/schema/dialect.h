/*
 * Which SQL a text is written in. Most statements of one database are read by another's grammar
 * with an error, and some are read without one and wrongly: so a dialect is configured, or decided
 * by evidence that is shown with it, and "not known" is an answer.
 */
#ifndef PILAB_SCHEMA_DIALECT_H
#define PILAB_SCHEMA_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>

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

/* What speaks for a dialect. */
struct dialect_evidence {
    enum sql_dialect dialect;
    const char *file;
    unsigned line;    /* from 1; 0: the file as a whole */
    const char *what; /* "AUTO_INCREMENT", "provider = \"postgresql\"" */
    unsigned weight;
};

/* Gathers evidence; owns its arena. */
struct dialect_witness;

struct dialect_witness *dialect_witness_new(void);
void dialect_witness_free(struct dialect_witness **witness);
/* A migration, or another file of SQL: what it is called, and words that only one dialect has,
 * outside of comments and strings. NULs and broken UTF-8 do no harm. */
void dialect_witness_sql(struct dialect_witness *witness, const char *path, const char *text,
                         size_t length);
/* Whether a file beside the migrations may name the database: migration_lock.toml, schema.prisma,
 * diesel.toml, atlas.hcl, flyway.conf, liquibase.properties, dbconfig.yml, config/database.yml,
 * .env, go.mod, pom.xml, … Only by what it is called. */
bool dialect_names_database(const char *path);
/* Such a file: settings and drivers that only one dialect has. Values are not kept, for they may
 * be secrets: only the words that were found. */
void dialect_witness_project(struct dialect_witness *witness, const char *path, const char *text,
                             size_t length);

struct dialect_verdict {
    enum sql_dialect dialect;
    bool configured;
    const char *why; /* "AUTO_INCREMENT in db/1_init.sql:3 and 4 more signs"; never NULL */
    const struct dialect_evidence *evidence; /* for the verdict first, then what speaks against */
    size_t count;
};

/* Weighs what was gathered. Not known where nothing, too little or too much against it was found.
 * `configured` (may be NULL) decides by itself; one that we do not know is "not known", and the
 * verdict says so. Lives in `arena`. */
struct dialect_verdict dialect_decide(const struct dialect_witness *witness, const char *configured,
                                      struct arena *arena);

#endif
