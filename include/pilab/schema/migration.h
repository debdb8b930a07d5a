/*
 * Migrations: files that change a database step by step, as many tools keep them. Which files are
 * some and of which tool, in which order they run, what leads there and what leads back.
 *
 * Everything is judged by the names of the files and by what stands in them; nothing is run. A set
 * lives in the arena that it was read into and borrows the texts it was given.
 */
#ifndef PILAB_SCHEMA_MIGRATION_H
#define PILAB_SCHEMA_MIGRATION_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/digest.h>
#include <pilab/base/strbuf.h>
#include <pilab/schema/dialect_witness.h>
#include <pilab/schema/migration_tree.h>
#include <pilab/schema/sql_operation.h>

enum migration_layout {
    MIGRATION_NONE,
    MIGRATION_GOLANG,      /* golang-migrate: 1_name.up.sql, 1_name.down.sql */
    MIGRATION_FLYWAY,      /* V1.2__name.sql, U…, B…, R__name.sql */
    MIGRATION_GOOSE,       /* 1_name.sql with "-- +goose Up" */
    MIGRATION_SQL_MIGRATE, /* 1_name.sql with "-- +migrate Up" */
    MIGRATION_DBMATE,      /* 1_name.sql with "-- migrate:up" */
    MIGRATION_LIQUIBASE,   /* "--liquibase formatted sql" with changesets */
    MIGRATION_PRISMA,      /* 20250120103000_name/migration.sql */
    MIGRATION_DIESEL,      /* 2025-01-20-103000_name/up.sql, down.sql */
    MIGRATION_PGROLL,      /* 01_name.json or .yaml with operations */
    MIGRATION_TIMESTAMPED, /* 20250120_001_name.sql, 0001_name.sql */
    MIGRATION_PATTERN,     /* what the project says are migrations */
    MIGRATION_LAYOUT_COUNT
};

enum migration_kind {
    MIGRATION_VERSIONED,
    MIGRATION_BASELINE,   /* Flyway B: stands for all up to its version, for an empty database */
    MIGRATION_REPEATABLE, /* Flyway R, Liquibase runOnChange: runs again when it changes */
    MIGRATION_ALWAYS,     /* Liquibase runAlways, Flyway's callbacks: runs each time */
    MIGRATION_KIND_COUNT
};

/* What the name of a file tells. */
struct migration_name {
    enum migration_layout layout;
    enum migration_kind kind;
    bool down;           /* it leads back */
    const char *version; /* "1.2", "20250120_001"; "" of a repeatable one */
    const char *title;   /* "add upi transactions", as it is written; may be "" */
};

/* Whether a file is a migration by its path alone, and what its name tells; texts are in `arena`.
 * A schema that a tool writes (structure.sql, schema.rb) is none. Of files that only their content
 * can tell (goose, dbmate, liquibase, pgroll) the layout is MIGRATION_TIMESTAMPED. */
bool migration_name_read(const char *path, struct arena *arena, struct migration_name *name);
/* A file that holds the whole schema as a tool keeps it beside the migrations: db/structure.sql of
 * Rails, db/schema.sql of dbmate. */
bool migration_is_schema(const char *path);

/* Patterns of paths (base/glob.h), one text in braces, for code that only looks at paths: where
 * migrations lie and how they are called there. SQL and change logs, a number or a time in front of
 * what the file does, the revisions of Alembic; and how those of Flyway are called wherever they
 * lie. A folder alone says little: programs have classes that migrate something. */
#define MIGRATION_FOLDER "**/{migration,migrations,migrate,flyway,liquibase,changelog}/**/"
#define MIGRATION_FILES                                                                            \
    "{" MIGRATION_FOLDER "{*.sql,*.cql,*.xml,*.yaml,*.yml,[0-9]*,[VURB][0-9]*__*},"                \
    "**/{migrations,alembic}/versions/*.py,**/[VURB][0-9]*__*.sql,**/R__*.sql}"

/* A folder that migrations usually lie in, the most telling first; NULL past the last. */
const char *migration_folder(size_t index);
/* Whether a file in such a folder may be one, also in languages that we do not read. */
bool migration_file_may_be(const char *path);

/* Part of a migration's text: all of it, or a section. */
struct migration_part {
    const char *text;
    size_t length;
    unsigned line;
    bool whole; /* one statement, whatever stands in it */
};

enum migration_way_back {
    WAY_BACK_NONE,
    WAY_BACK_FILE,      /* a down file */
    WAY_BACK_SECTION,   /* a down section, or --rollback */
    WAY_BACK_EMPTY,     /* there is one, and nothing in it does anything */
    WAY_BACK_AUTOMATIC, /* pgroll, Liquibase: the tool knows the way back of each operation */
    WAY_BACK_NOT_NEEDED /* nothing is changed, or it is run again and again */
};

struct migration {
    const char
        *id; /* the same on both sides: version, or path for a changeset "file::id::author" */
    const char *file;      /* its path */
    const char *down_file; /* NULL: none */
    enum migration_layout layout;
    enum migration_kind kind;
    const char *version, *title;
    const struct migration_part *up, *down;
    size_t up_count, down_count;
    bool no_transaction; /* the tool runs it outside of one */
    enum migration_way_back way_back;
    bool rollback_available;
    const char *rollback_why;          /* a sentence: "1_init.down.sql", "no down section" */
    size_t placeholders;               /* that its tool replaces before it runs */
    char digest[SHA256_HEX_SIZE];      /* of what leads there, whatever the ends of its lines */
    char down_digest[SHA256_HEX_SIZE]; /* "" without a way back */
    unsigned line;                     /* of a changeset within its file */
    const struct migration_node *tree; /* of pgroll */
    const char *unread;                /* why none of it is read, what leads there; NULL: it is */
    const struct sql_operation *operations;
    size_t operation_count;
};

/* A file as it was found: text may hold anything. */
struct migration_file {
    const char *path;
    const char *text;
    size_t length;
    /* Of JSON and YAML, what it says, in the set's arena; NULL: `unread` says why it cannot be
     * read, or it is SQL. */
    const struct migration_node *tree;
    const char *unread; /* why nothing of its text is understood; NULL: it can be read */
};

/* A file of these bytes, whatever they were saved as: its text is UTF-8 without a byte order mark.
 * What is no text is told by `unread`, and `text` is what was there, so that it can be compared.
 * Everything lives in `arena`. */
void migration_file_take(struct migration_file *file, const char *path, const struct strbuf *bytes,
                         struct arena *arena);

struct migration_problem {
    const char *file;
    unsigned line;              /* 0: the file */
    const char *message, *hint; /* hint may be NULL */
};

struct migration_set {
    struct migration *list; /* in the order in which the tool runs them */
    size_t count;
    const struct migration_file *schemas; /* whole schemas beside them */
    size_t schema_count;
    const struct migration_problem *problems;
    size_t problem_count;
    enum migration_layout layout; /* of most of them */
    struct dialect_verdict dialect;
    size_t unread;      /* statements that are not understood */
    const char *reader; /* "the grammar of PostgreSQL 15", "our reader of MySQL" */
};

struct migration_options {
    const char *dialect; /* configured; NULL: decided by evidence */
    const char *pattern; /* glob: every file that matches is a migration; NULL: by their names */
    /* Files beside them that may tell the dialect (dialect_names_database). */
    const struct migration_file *beside;
    size_t beside_count;
};

/* Reads the files into a set: names, sections, ways back, order, dialect; operations are left to
 * migration_read_operations. Files that are no migrations are left out. What cannot be understood
 * is a problem. */
void migration_set_read(const struct migration_file *files, size_t count,
                        const struct migration_options *options, struct arena *arena,
                        struct migration_set *set);
/* Reads the operations of those migrations for which `wanted` is true (NULL: all), in their order,
 * and marks them; tables that are made among the wanted ones are new. */
void migration_read_operations(struct migration_set *set, const bool *wanted, struct arena *arena);

/* How the tool compares two versions: numbers in them by value, missing parts as 0. */
int migration_version_compare(const char *left, const char *right);

const char *migration_layout_name(enum migration_layout layout);  /* "golang-migrate" */
const char *migration_kind_name(enum migration_kind kind);        /* "versioned" */
const char *migration_way_back_name(enum migration_way_back way); /* "section" */

/* --- Two sets compared ------------------------------------------------------------------------ */

enum migration_difference {
    MIGRATION_NEW,
    MIGRATION_CHANGED,      /* it is there already in another form */
    MIGRATION_REPEATED,     /* a repeatable one changed: it runs again */
    MIGRATION_OUT_OF_ORDER, /* new, and before one that is there already */
    MIGRATION_REMOVED,
    MIGRATION_RENAMED,      /* same version and text, another file name */
    MIGRATION_DOWN_CHANGED, /* only the way back */
    MIGRATION_DIFFERENCE_COUNT
};

struct migration_pair {
    enum migration_difference difference;
    const struct migration *previous, *current; /* NULL: not on that side */
    const char *detail; /* "before 20250120_002, which is there already"; NULL: none */
    bool cosmetic;      /* only comments and blanks changed: checksums differ, effects do not */
};

/* What differs: removed ones first, then in the order of current. The pairs live in `arena`. */
const struct migration_pair *migration_set_compare(const struct migration_set *previous,
                                                   const struct migration_set *current,
                                                   struct arena *arena, size_t *count);
const char *migration_difference_name(enum migration_difference difference); /* "out_of_order" */

#endif
