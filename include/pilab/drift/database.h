/*
 * Drift of a database by its migrations: what a release would run, what happened to those that the
 * target has run already, and what may go wrong.
 *
 * Items: each operation of a migration that will run ("CREATE TABLE" as the category, the object as
 * the key, what is done as the value), and each migration about which something else is to be said
 * (category "MIGRATION"): edited, out of order, removed, renamed. The path of an operation is its
 * object ("users.email"), that of a migration its file; the value is what is done.
 *
 * Words that rules look for: each item speaks of some of
 *   creates drops renames adds-column drops-column changes-type adds-constraint
 *   drops-constraint alters writes-rows removes-rows rights other
 *   loses-data lost-for-good locks rewrites breaks may-fail needs-value opaque unread alone
 *   edited looks-edited edited-unseen out-of-order removed renamed runs-again way-back-changed
 *   no-operation
 * "lost-for-good" is loses-data where nothing leads back.
 */
#ifndef PILAB_DRIFT_DATABASE_H
#define PILAB_DRIFT_DATABASE_H

#include <pilab/drift/part.h>
#include <pilab/schema/migration.h>

/* The migrations of one module on both sides, compared; operations are read of those that will
 * run. */
struct database_input {
    const struct migration_set *previous, *current;
    const struct migration_pair *pairs;
    size_t pair_count;
    const char *folder; /* where they were looked for; NULL: by well-known names */
};

struct drift_operation_change {
    const char *action; /* "ADD COLUMN" */
    const char *name;   /* of the column, constraint, index; may be NULL */
    const char *new_name, *type, *default_value, *target, *constraint; /* may be NULL */
    bool not_null;
};

struct drift_operation {
    size_t migration;                      /* index into migrations */
    const char *operation;                 /* "CREATE TABLE" */
    const char *kind;                      /* "table" */
    const char *object, *table, *new_name; /* may be NULL */
    const char **columns;                  /* of a new table */
    size_t column_count;
    struct drift_operation_change *changes;
    size_t change_count;
    const char *words;   /* what may go wrong: "loses-data breaks" */
    const char *why;     /* NULL: nothing */
    const char *refused; /* what the grammar said; NULL: it was read */
    const char *sql;     /* strings that may be secrets are masked; may be cut */
    bool cut;
    unsigned line;
};

struct drift_migration {
    const char *id, *file, *down_file; /* down_file may be NULL */
    const char *layout, *kind, *version, *title;
    const char *difference;    /* migration_difference_name */
    const char *detail;        /* NULL: none */
    const char *previous_file; /* of a renamed one; NULL */
    bool cosmetic;
    bool rollback_available;
    const char *way_back, *rollback_why;
    bool no_transaction;
    size_t placeholders;
    size_t first_operation, operation_count;
};

struct drift_evidence {
    const char *dialect, *file, *what;
    unsigned line; /* 0: the file */
};

/* The content of a part of type database. */
struct drift_database {
    const char *db_type;             /* "postgresql"; "unknown" */
    bool configured;                 /* the project says the dialect */
    const char *dialect_why;         /* never NULL */
    struct drift_evidence *evidence; /* at most a few */
    size_t evidence_count;
    const char *reader, *layout, *folder; /* folder may be NULL */
    size_t previous_count, current_count; /* migrations on each side */
    size_t unread;                        /* statements that the grammar refused */
    bool rollback_available;              /* all that would run can be taken back */
    struct drift_migration *migrations;
    size_t migration_count;
    struct drift_operation *operations;
    size_t operation_count;
    const char **not_compared; /* what a comparison of migrations does not tell */
    size_t not_compared_count;
};

#endif
