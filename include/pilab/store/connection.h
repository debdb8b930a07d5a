/*
 * The narrow layer between our tables and the engine that keeps them (SQLite): connection,
 * statement, transaction. Everything above it speaks only through this header, so that a second
 * engine can stand behind it.
 *
 * A connection belongs to one thread at a time. It carries the clock and the random source that
 * came with the call, so that ids and times are made here and never by SQL.
 *
 * SQL is always a string constant of ours, with `?` (or ?1, ?2 when a value is used twice) for the
 * values; values are bound in the order of their numbers, columns are read in their order.
 *
 * A write happens only inside a transaction begun with store_begin: outside of one it is refused as
 * a defect (ERROR_INTERNAL). When the engine gives a transaction up in the middle (a full disk does
 * that), nothing can be written any more until store_rollback, so that no half of it is ever kept.
 */
#ifndef PILAB_STORE_CONNECTION_H
#define PILAB_STORE_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/clock.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>

struct connection;
struct statement;

/* --- Transactions ---------------------------------------------------------------------------- */

/* Begins to write: BEGIN IMMEDIATE, so that from here on nobody else writes and what is read now is
 * still true at the commit. When somebody else is writing it waits, with short random pauses that
 * get shorter the longer it has waited, until the connection's patience ends (ERROR_BUSY) or
 * `progress` says stop (ERROR_CANCELLED). `progress` may be NULL; it is looked at until the
 * transaction ends. Keep transactions short: no git, network or rendering inside.
 *
 *     bool ok = store_begin(connection, progress, error) &&
 *               store_note_move(connection, …, error) &&
 *               audit_append(connection, &entry, body, error) &&
 *               store_commit(connection, error);
 *     store_rollback(connection);
 */
bool store_begin(struct connection *connection, const struct progress *progress,
                 struct error *error);

/* Begins to read: every query until the end sees the same state. Ends with store_rollback. */
bool store_begin_reading(struct connection *connection, struct error *error);

/* True: everything since store_begin is on the disk. False: nothing of it is. */
bool store_commit(struct connection *connection, struct error *error);

/* Undoes everything since store_begin. Does nothing when there is no transaction, so that it can
 * stand at the end of a function for both ways out. */
void store_rollback(struct connection *connection);

/* Whether a transaction that may write is open. */
bool store_writing(const struct connection *connection);

/* --- Connections ----------------------------------------------------------------------------- */

/* A connection to the store comes from store_connect (store/store.h). */
void connection_close(struct connection **connection);

/* UTC milliseconds of the connection's clock, and a new UUIDv7. */
int64_t connection_now(const struct connection *connection);
const char *connection_new_id(struct connection *connection, char out[UUID_SIZE]);

bool connection_read_only(const struct connection *connection);

/* A number that is another one whenever somebody else, on a connection of theirs, has committed
 * since it was asked for last on this one. Quick, and it waits for nobody. */
bool connection_data_version(struct connection *connection, int64_t *version, struct error *error);

/* --- Statements ------------------------------------------------------------------------------ */

/* The statement of a constant SQL text, ready to take its values. Prepared once per connection and
 * kept; a statement that is open already is prepared a second time. NULL with an error when it
 * cannot be prepared; all functions below take NULL and do nothing (those that return bool: false),
 * so that a chain of calls needs one check at its end. */
struct statement *statement_open(struct connection *connection, const char *sql,
                                 struct error *error);
/* Gives it back. Sets the pointer to NULL. */
void statement_close(struct statement **statement);
/* Makes an open statement ready for the next set of values. */
void statement_rewind(struct statement *statement);

/* The next parameter's value. Text and bytes must stay as they are until the statement is stepped
 * to its end, rewound or closed. NULL text is SQL's NULL. A value that cannot be taken makes the
 * next step fail. */
void statement_put_text(struct statement *statement, const char *text);
void statement_put_integer(struct statement *statement, int64_t value);
void statement_put_blob(struct statement *statement, const void *bytes, size_t length);
void statement_put_null(struct statement *statement);

/* Moves to the next row; *row is false when there is none. */
bool statement_step(struct statement *statement, bool *row, struct error *error);
/* Runs a statement that gives no rows. *changed, when not NULL, gets the number of rows that it
 * inserted, updated or deleted. */
bool statement_run(struct statement *statement, size_t *changed, struct error *error);

/* The next column of the current row. Text is NUL-terminated; NULL for SQL's NULL. */
int64_t statement_take_integer(struct statement *statement); /* NULL reads as 0 */
bool statement_take_bool(struct statement *statement);
const char *statement_take_text(struct statement *statement, struct arena *arena);
/* Without a copy: valid until the next step. *length may be NULL. */
const char *statement_view_text(struct statement *statement, size_t *length);
const void *statement_view_blob(struct statement *statement, size_t *length);
void statement_skip(struct statement *statement);

#endif
