/*
 * What a statement of SQL does, as far as a person who releases it wants to know: to which object,
 * with which columns, and what may go wrong. One value for all readers: the grammar of PostgreSQL,
 * our own tolerant reader for every other dialect, and operations of pgroll.
 *
 * Everything lives in the arena it was read into, but `text`, which borrows the source. Names are
 * without quotes, qualified as they were written ("public.users"); PostgreSQL's in small letters
 * where they had no quotes.
 */
#ifndef PILAB_SCHEMA_SQL_OPERATION_H
#define PILAB_SCHEMA_SQL_OPERATION_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/vector.h>
#include <pilab/schema/sql_statements.h>

enum sql_statement_kind {
    SQL_CREATE,
    SQL_ALTER,
    SQL_DROP,
    SQL_RENAME,
    SQL_TRUNCATE,
    SQL_COMMENT_ON,
    SQL_GRANT,
    SQL_REVOKE,
    SQL_INSERT,
    SQL_UPDATE,
    SQL_DELETE,
    SQL_MERGE,
    SQL_COPY,
    SQL_SELECT,
    SQL_CALL,
    SQL_BLOCK, /* DO, an anonymous block: what it does is not known */
    SQL_REFRESH,
    SQL_MAINTAIN, /* VACUUM, ANALYZE, REINDEX, OPTIMIZE, … */
    SQL_LOCK,
    SQL_TRANSACTION,
    SQL_SETTING, /* SET, PRAGMA, USE */
    SQL_OTHER,
    SQL_STATEMENT_KIND_COUNT
};

enum sql_object_kind {
    SQL_NO_OBJECT,
    SQL_TABLE,
    SQL_INDEX,
    SQL_VIEW,
    SQL_MATERIALIZED_VIEW,
    SQL_SEQUENCE,
    SQL_TYPE,
    SQL_DOMAIN,
    SQL_FUNCTION,
    SQL_PROCEDURE,
    SQL_TRIGGER,
    SQL_EVENT,
    SQL_POLICY,
    SQL_RULE,
    SQL_EXTENSION,
    SQL_SCHEMA,
    SQL_DATABASE,
    SQL_ROLE,
    SQL_COLUMN,
    SQL_CONSTRAINT,
    SQL_OTHER_OBJECT,
    SQL_OBJECT_KIND_COUNT
};

/* What an ALTER does; also what operations of pgroll are told as. */
enum sql_action {
    SQL_ADD_COLUMN,
    SQL_DROP_COLUMN,
    SQL_RENAME_COLUMN,
    SQL_CHANGE_TYPE,
    SQL_REDEFINE_COLUMN, /* MODIFY, CHANGE: type, null and default all anew */
    SQL_SET_NOT_NULL,
    SQL_DROP_NOT_NULL,
    SQL_SET_DEFAULT,
    SQL_DROP_DEFAULT,
    SQL_SET_COLUMN, /* identity, storage, statistics, … */
    SQL_ADD_CONSTRAINT,
    SQL_DROP_CONSTRAINT,
    SQL_VALIDATE_CONSTRAINT,
    SQL_RENAME_CONSTRAINT,
    SQL_ADD_INDEX,
    SQL_DROP_INDEX,
    SQL_RENAME_INDEX,
    SQL_RENAME_OBJECT,
    SQL_MOVE_OBJECT, /* SET SCHEMA */
    SQL_ADD_VALUE,   /* to an enum */
    SQL_RENAME_VALUE,
    SQL_ADD_PARTITION,
    SQL_ATTACH_PARTITION,
    SQL_DETACH_PARTITION,
    SQL_DROP_PARTITION, /* also TRUNCATE PARTITION */
    SQL_CHANGE_OWNER,
    SQL_CHANGE_STORAGE,  /* the whole table is written anew: ENGINE, tablespace, character set */
    SQL_CHANGE_SECURITY, /* of rows */
    SQL_CHANGE_OPTION,
    SQL_ACTION_COUNT
};

enum sql_constraint_kind {
    SQL_NO_CONSTRAINT,
    SQL_PRIMARY_KEY,
    SQL_UNIQUE,
    SQL_FOREIGN_KEY,
    SQL_CHECK,
    SQL_EXCLUDE
};

/* What may go wrong, or what somebody should know; bits. */
enum sql_mark {
    SQL_LOSES_DATA = 1,       /* what is gone is gone: DROP TABLE, DROP COLUMN, TRUNCATE, DELETE */
    SQL_CHANGES_DATA = 2,     /* rows are written */
    SQL_LOCKS = 4,            /* reads or writes wait, the longer the larger the table is */
    SQL_REWRITES = 8,         /* the whole table is written anew */
    SQL_BREAKS = 16,          /* what runs against the old form fails: names and columns that go */
    SQL_MAY_FAIL = 32,        /* it depends on the rows that are there */
    SQL_TYPE_CHANGES = 64,    /* of a column */
    SQL_NOT_NULL = 128,       /* a column without a default must have a value */
    SQL_OPAQUE = 256,         /* what it does cannot be told from its text */
    SQL_RIGHTS = 512,         /* who may do what */
    SQL_ALONE = 1024,         /* must not run in a transaction: CONCURRENTLY, VACUUM, … */
    SQL_UNREAD = 2048,        /* not understood: the grammar refused it, or it is no statement */
    SQL_OPENS = 4096,         /* what policies kept from some, they may see or change */
    SQL_POWERS = 8192,        /* somebody may do nearly all */
    SQL_WIDE = 16384,         /* everybody may do it, or who may gives it to others */
    SQL_UNCHECKED = 32768,    /* what is written from then on is not checked */
    SQL_CUTS = 65536,         /* values may lose digits, a time of day or their end */
    SQL_NUMBER_GONE = 131072, /* the database gave a column its numbers, and does not any more */
    SQL_UNGUARDED = 262144,   /* what triggers check or write down is not any more */
    SQL_LENIENT = 524288,     /* what was refused is taken */
    SQL_SERVER = 1048576,     /* it is set for all databases of the server */
    SQL_LEAVES = 1 << 21,     /* data are written to a file or a program outside of the database */
    SQL_RUNS = 1 << 22,       /* a program or a library of the server is run */
    SQL_NO_RESTORE = 1 << 23, /* what a restore or a replica needs is gone, or is not written */
    SQL_HALTS = 1 << 24,      /* the server, a replica or somebody's connection is stopped */
    SQL_DEFINER = 1 << 25,    /* whoever calls it does so with the rights of its owner */
    SQL_HIJACKED = 1 << 26,   /* … and finds objects where the caller says */
    SQL_NUMBERS = 1 << 27,    /* a sequence goes on from another number */
    SQL_WEAKENS = 1 << 28,    /* a setting that guards the server is set off */
    SQL_ACTS_AS = 1 << 29,    /* what follows is done with the rights of another */
    SQL_CASCADES = 1 << 30    /* rows are deleted with those that they refer to from then on */
};

struct sql_column {
    const char *name, *type;  /* the type as it is written, blanks folded; "" where there is none */
    const char *default_text; /* NULL: none */
    bool not_null, primary, unique, checked, references;
    bool deletes_with; /* ON DELETE CASCADE; of a foreign key that is added, too */
    bool generated;    /* from other columns, and stored */
    bool numbered;     /* identity, serial, AUTO_INCREMENT: the database gives the value */
    unsigned line;
};

/* Triggers that are switched off: until later in the same migration, or for good; and whether they
 * are all of a table, or one that says that it writes down or keeps out. */
enum sql_off { SQL_NOT_OFF, SQL_OFF_A_WHILE, SQL_OFF_FOR_GOOD, SQL_OFF_GUARD };

struct sql_change {
    enum sql_action action;
    const char *words;    /* "ADD COLUMN", "SET NOT NULL" */
    const char *name;     /* of the column, constraint, index, value or partition; may be NULL */
    const char *new_name; /* of what is renamed */
    const char *target;   /* of a foreign key: the table it points to */
    struct sql_column column; /* ADD COLUMN, CHANGE TYPE, MODIFY: as it is afterwards */
    enum sql_constraint_kind constraint;
    bool not_valid;    /* what is there already is not looked at */
    bool concurrently; /* of an index or a partition */
    bool using_index;  /* a constraint made of an index that is there */
    bool cascade, if_exists;
    bool converts;    /* ALTER TYPE … USING an expression of its own */
    enum sql_off off; /* set with the marks: of triggers */
    unsigned line;
    unsigned seen; /* as of an operation */
    const char *seen_why;
    unsigned marks;          /* bits of enum sql_mark */
    const char *why;         /* the gravest of them as a sentence; NULL: none */
    const char *no_way_back; /* as of an operation */
};

struct sql_operation {
    enum sql_statement_kind kind;
    enum sql_object_kind object_kind;
    const char *words;    /* "CREATE TABLE", as the seed of the reports has them */
    const char *object;   /* NULL where there is none */
    const char *table;    /* that an index, trigger, policy or comment belongs to; else NULL */
    const char *new_name; /* of what is renamed or moved as a whole */
    const struct sql_column *columns; /* of a new table */
    size_t column_count;
    struct sql_change *changes;
    size_t change_count;
    const char *rights;                  /* GRANT, REVOKE: what, "SELECT, UPDATE"; else NULL */
    const char *grantees;                /* … and whose, "app, PUBLIC"; may be NULL */
    bool to_public, grantable, powerful; /* of rights: everybody's; to be given on; of nearly all */
    bool given_anyway;                   /* … which the database gives to everybody by itself */
    const char *value;                   /* of a setting of the server, bare; NULL: not told */
    const char *sets;                    /* SET: which of the checks that are known; NULL: none */
    bool unchecked;                      /* … keys are not looked at from then on */
    bool lenient;                        /* … what was refused is taken */
    bool kept;                           /* … and what it was is kept, to be set back */
    bool server;                         /* … of the whole server */
    unsigned checks_off, checks_set; /* … checks that are switched off, and all that are set */
    unsigned checks_kept;            /* … and those that a variable keeps as they are */
    const char **references;         /* tables that a new table's foreign keys point to */
    size_t reference_count;
    bool if_exists; /* IF EXISTS, IF NOT EXISTS */
    bool or_replace, temporary, unique, concurrently, cascade;
    bool of_query; /* CREATE TABLE … AS */
    bool whole;    /* UPDATE, DELETE: of all rows */
    bool online;   /* MySQL: ALGORITHM=INSTANT or LOCK=NONE */
    bool staged;   /* pgroll: done beside the old form, which programs use until it is completed */
    bool of_new;   /* set with the marks: it is about something that is new as a whole */
    const char *text;
    size_t length;
    unsigned line;
    const char *refused;  /* why it is not understood, as the grammar says it where there is one;
                             NULL: it is */
    bool swallows;        /* a rule that does nothing instead of what is written */
    bool taken_back;      /* the migration itself rolls it back */
    bool well_formed;     /* … and it is one all the same, of a kind that we do not judge */
    unsigned seen;        /* marks that its words alone tell the reader, and the sentence of them */
    const char *seen_why; /* NULL where there is none */
    unsigned marks;
    const char *why;
    const char *no_way_back; /* set with the marks, of what loses data: why its migration's way back
                                does not bring it again, or all its changes; NULL: it may */
};

/* "create", "alter", …; "table", "materialized view", … */
const char *sql_statement_kind_name(enum sql_statement_kind kind);
const char *sql_object_kind_name(enum sql_object_kind kind);
const char *sql_action_name(enum sql_action action);                 /* "add_column" */
const char *sql_constraint_kind_name(enum sql_constraint_kind kind); /* "FOREIGN KEY"; "" */

/* Our own reader: adds the operations of one statement, at least one, to a vector of
 * struct sql_operation. Marks are not set. */
void sql_read_operations(enum sql_dialect dialect, const struct sql_statement *statement,
                         struct arena *arena, struct vector *operations);

/* Whether statements of the dialect begin with such a word; of one that is not known, those of any.
 */
bool sql_begins_statement(enum sql_dialect dialect, const struct sql_token *first);
/* Whether CREATE is followed by words that may stand there. */
bool sql_makes_something(enum sql_dialect dialect, const struct sql_token *tokens, size_t count);
/* Whether one that is not understood is a statement of its database, or a command of its client,
 * all the same: of databases that we know a part of. */
bool sql_is_other_statement(enum sql_dialect dialect, const struct sql_token *tokens, size_t count);

/* What is known of a database while migrations are read one after another: tables that were made
 * among them are empty and nobody uses them yet, so that nothing about them can go wrong. */
struct sql_columns;
struct sql_context {
    enum sql_dialect dialect;
    const struct map *new_objects;     /* by sql_object_key; may be NULL */
    const struct sql_columns *columns; /* of all tables, as they are before; may be NULL */
};

/* Finds in the operations of one migration what is only switched off for a while. */
void sql_find_restored(struct sql_operation *operations, size_t count);
/* What the migration takes back itself: all between BEGIN and ROLLBACK, where the database can. */
void sql_find_taken_back(enum sql_dialect dialect, struct sql_operation *operations, size_t count);

/* Sets the marks and the sentences of an operation and its changes. */
void sql_mark_operation(const struct sql_context *context, struct arena *arena,
                        struct sql_operation *operation);
/* A name as it is compared: small letters, without the schema that is meant anyway, and with the
 * space that it stands in: a function, a type and a table of one name are three things. In the
 * arena; NULL: nothing of that kind is remembered. */
const char *sql_object_key(struct arena *arena, enum sql_object_kind kind, const char *name);

#endif
