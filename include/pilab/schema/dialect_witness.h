/*
 * What tells the dialect of a project's SQL: words in its migrations, and what its settings and
 * dependencies name. Gathered, weighed, and shown with the verdict.
 */
#ifndef PILAB_SCHEMA_DIALECT_WITNESS_H
#define PILAB_SCHEMA_DIALECT_WITNESS_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/schema/dialect.h>

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
