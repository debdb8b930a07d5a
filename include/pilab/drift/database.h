/*
 * Drift of a database by its migrations: what a release would run, what happened to those that the
 * target has run already, and what may go wrong. And by its schema, as it is on each side: live, or
 * as a file tells it.
 *
 * Items: each operation of a migration that will run ("CREATE TABLE" as the category, the object as
 * the key, what is done as the value), and each migration about which something else is to be said
 * (category "MIGRATION"): edited, out of order, removed, renamed. The path of an operation is its
 * object ("users.email"), that of a migration its file; the value is what is done.
 *
 * Of schemas: each object that differs, with its kind as the category ("TABLE", "COLUMN",
 * "MATERIALIZED VIEW"), its name with that of its schema and table as the path
 * ("public.users.email"), and as values what changed of it, or what it is in short. Parts of what
 * came or went as a whole are no items of their own. Added is what only current has. What a live
 * database has and no version makes, or lacks and its own version makes, is of category
 * CATEGORY_OUTSIDE: previous is what is known of it, current what it really is.
 *
 * Words that rules look for: each item speaks of some of
 *   creates drops renames adds-column drops-column changes-type adds-constraint
 *   drops-constraint alters writes-rows removes-rows rights other
 *   loses-data lost-for-good locks rewrites breaks may-fail needs-value opens opaque unread
 *   alone powers wide unchecked unguarded lenient server-wide credential cuts
 *   leaves runs-code no-restore halts as-owner hijacked numbers weakens acts-as cascades
 *   swallows
 *   edited looks-edited edited-unseen out-of-order removed renamed runs-again way-back-changed
 *   no-operation small-deed
 * "lost-for-good" is loses-data where nothing leads back; "powers" are rights to nearly all, "wide"
 * ones everybody's or to be given on, "credential" a password in the clear. An object of a schema
 * speaks of some of
 *   creates drops adds-column drops-column adds-constraint drops-constraint changes-type alters
 *   breaks needs-value opens rights cascades would-lose-data would-lock would-fail remark
 * where "would" is what happens when one side is made like the other, and "remark" a comment alone.
 */
#ifndef PILAB_DRIFT_DATABASE_H
#define PILAB_DRIFT_DATABASE_H

#include <stdint.h>

#include <pilab/drift/part.h>
#include <pilab/schema/diff.h>
#include <pilab/schema/migration.h>

struct drift_item;
struct drift_report;

/* Where one side's schema was read. */
struct database_schema_side {
    const char *kind;        /* "live", "snapshot", "sql", "migrations" */
    const char *place;       /* "UAT (db.example/uat)", "db/structure.sql at v2.0.7" */
    int64_t at;              /* when it was so, UTC milliseconds; 0: not known */
    const char *environment; /* whose own it is, live or kept by environment; NULL: a version's */
};

/* From what a live side's own version makes of it to what it really is. */
struct database_schema_outside {
    const struct schema_diff *diff;
    struct database_schema_side live;
};

/* The schemas of one module, compared. */
struct database_schema_input {
    const struct schema_diff *diff;
    struct database_schema_side previous, current;
    /* Both are what migrations make, and those are told themselves: the difference is not, unless a
     * server ran them and the text of one does not tell what it does. */
    bool by_migrations;
    /* Where a side is live and files tell what its version makes of it, both of the above come from
     * files, and these are of the live sides, previous first. */
    struct database_schema_outside outside[2];
    size_t outside_count;
};

/* The migrations of one module on both sides, compared; operations are read of those that will
 * run. */
struct database_input {
    const struct migration_set *previous, *current; /* NULL: none were compared */
    const struct database_schema_input *schema;     /* NULL: not compared */
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

struct drift_schema_side {
    const char *kind, *place; /* as in the input */
    const char *server;       /* its version; NULL: read from text */
    int64_t at;               /* UTC milliseconds; 0: not known */
    bool dialect_assumed;     /* its text does not tell it: it was read like the other */
    size_t tables, columns;
    const char *environment; /* as in the input */
};

struct drift_schema_property {
    const char *name;               /* "not null" */
    const char *previous, *current; /* NULL: absent; what may be a secret is masked; may be cut */
    bool facet;                     /* the definition says it, too */
};

struct drift_schema_hazard {
    const char *id;     /* "drop-column" (schema/diff.h) */
    const char *reason; /* a sentence */
};

struct drift_schema_change {
    const char *change;      /* "added", "removed", "changed" */
    const char *kind;        /* "materialized view" */
    const char *path;        /* "public.users.email" */
    const char *owner;       /* path of what it is a part of, or NULL */
    bool within;             /* its owner came or went with it: it is no item */
    bool outside;            /* the live database has it so, and no version does */
    const char *environment; /* of what is outside: where it is so */
    const char *gist;        /* what it is, in short */
    const char *definition;  /* of what came or went; NULL: none; masked; may be cut */
    struct drift_schema_property *properties;
    size_t property_count;
    struct drift_schema_hazard *hazards;
    size_t hazard_count;
};

struct drift_schema_rename {
    const char *kind, *previous, *current; /* paths */
    unsigned score;                        /* of 100 */
    const char *why;
};

struct drift_schema_gap {
    const char *what, *why;
    const char *side; /* whose reader says so: "previous", "current", "both" */
};

/* Two schemas, compared. */
struct drift_schema {
    const char *dialect; /* "postgresql" */
    struct drift_schema_side previous, current;
    struct drift_schema_side lives[2]; /* beside files on both sides */
    size_t live_count;
    struct drift_schema_change *changes; /* parts behind their owner */
    size_t change_count;
    struct drift_schema_rename *renames; /* guesses, the likeliest first */
    size_t rename_count;
    struct drift_schema_gap *gaps; /* what was not compared */
    size_t gap_count;
    bool loose; /* casts, parentheses and qualifiers were not compared */
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
    const struct drift_schema *schema; /* NULL: not compared */
};

/* Whether it is an object of two environments' own schemas, of which is not known whether a release
 * brings it. */
bool drift_database_is_as_is(const struct drift_report *report, const struct drift_item *item);

#endif
