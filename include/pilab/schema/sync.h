/*
 * SQL that makes one schema like another, and SQL that takes it back.
 *
 * PostgreSQL: for psql or any client that runs statements one by one. What has to be outside of a
 * transaction (labels of enums, indexes that are built while others write, foreign keys to keys of
 * those) is; the rest is one. It can be run again: statements say IF [NOT] EXISTS or ask first, and
 * types that are made again are made once more. Locks are short: constraints are added NOT VALID
 * and validated afterwards, NOT NULL is set once a check has shown that it holds. What stands on
 * what is made again (views, policies, triggers, checks, indexes, functions) is taken off and put
 * back.
 *
 * SQLite: one transaction. What ALTER TABLE cannot do is a new table that takes the rows over
 * (https://www.sqlite.org/lang_altertable.html, section 7). It is for a database that is as the
 * first schema, looks whether it is, and stops otherwise: it cannot be run twice.
 *
 * MySQL and MariaDB: each statement commits for itself. One ALTER TABLE for all that changes of a
 * table, so that it changes as a whole or not at all; for a server that is known to be MariaDB
 * statements say IF [NOT] EXISTS and can be run again.
 *
 * What destroys (drops of tables, columns, types and their fields, functions; values that were
 * written to a column which becomes generated, or to a field whose type changes while rows have it)
 * is written as comments unless it is asked for. Constraints, indexes,
 * triggers and policies hold no data: their drops are statements. PostgreSQL: what cannot be done
 * while that is there, or without it, is a comment, too, and says what it waits for, and so is the
 * drop of what that replaces (a key, a check, a policy); the rollback leaves it as it is. A
 * difference that no statement makes is a note. The rollback is the way back from the second schema
 * to the first, for the script that was written with the same options. What it would drop, the
 * script has made, but what was written to it since would go with it: it is a comment there
 * likewise; views hold nothing, and are dropped. It brings back no rows and no values. Both say in
 * their first lines how many statements destroy, and whether they are comments.
 *
 * Both schemas have to be read as a whole: what a reader could not read looks as if it were gone.
 */
#ifndef PILAB_SCHEMA_SYNC_H
#define PILAB_SCHEMA_SYNC_H

#include <stdint.h>

#include <pilab/base/digest.h>
#include <pilab/base/error.h>
#include <pilab/schema/diff.h>

struct schema_sync_options {
    bool destructive; /* write the drops as statements */
    int64_t at;       /* when it was asked for, UTC milliseconds; 0: the header has no time */
};

struct schema_sync {
    struct arena *arena;
    const char *script;
    const char *rollback;
    size_t statement_count;   /* of the script, without those that are comments */
    size_t destructive_count; /* how many destroy, comments or not */
    size_t waiting_count;     /* comments that destroy nothing, and wait for those that do */
    /* the same of the rollback */
    size_t rollback_statement_count, rollback_destructive_count, rollback_waiting_count;
    const char *const *notes; /* what the script cannot do: for people; it says so, too */
    size_t note_count;
    const char *const *rollback_notes;
    size_t rollback_note_count;
};

/* False, with ERROR_UNSUPPORTED, when a script would be a guess: MySQL and MariaDB change nothing
 * that a foreign key stands on, and one of the schemas was read by a user who may not see those. */
bool schema_sync_check(const struct schema_diff *diff, struct error *error);

/* NULL options: the defaults. Never fails. Both schemas are of one dialect. It writes nothing about
 * what one of the schemas may hide. */
struct schema_sync *schema_sync(const struct schema_diff *diff,
                                const struct schema_sync_options *options);
void schema_sync_free(struct schema_sync **sync); /* *sync may be NULL */

/* SHA-256 over all that is compared, in an order that does not depend on the reader's. Returns
 * `out`. */
const char *schema_digest(const struct schema *schema, char out[SHA256_HEX_SIZE]);

#endif
