/*
 * A connection to MariaDB or MySQL that never hangs: libmariadb's calls that can be left in the
 * middle, with a limit for every wait, and a cancel that is noticed at once. Private to this
 * folder.
 */
#ifndef PILAB_SRC_SCHEMA_LIVE_MARIADB_CONNECTION_H
#define PILAB_SRC_SCHEMA_LIVE_MARIADB_CONNECTION_H

#include <stddef.h>

#include <pilab/base/progress.h>
#include <pilab/schema/dsn.h>
#include <pilab/schema/live.h>

struct mariadb;

/* NULL with ERROR_UNSUPPORTED (no library), ERROR_NETWORK, ERROR_DENIED, ERROR_NOT_FOUND (no such
 * database), ERROR_CANCELLED. What the options point to is not kept; `progress` is. */
struct mariadb *mariadb_open(const struct dsn *dsn, const struct live_options *options,
                             const struct progress *progress, struct error *error);
/* Never waits. Sets *connection to NULL; NULL is fine. */
void mariadb_close(struct mariadb **connection);

/* "10.11.19-MariaDB", as the server says it; and whether it is MariaDB. */
const char *mariadb_version(const struct mariadb *connection);
bool mariadb_is_mariadb(const struct mariadb *connection);

/* A row: texts, NULL for SQL's NULL; valid until it returns. False ends the reading with what it
 * says in `error`. */
typedef bool mariadb_row(void *context, const char *const *values, size_t count,
                         struct error *error);

/* Runs one statement and gives its rows, which are kept here first. `row` may be NULL. `what` is
 * what messages call it. ERROR_BUSY (a lock, a limit), ERROR_DENIED, ERROR_LIMIT, ERROR_INVALID,
 * ERROR_NETWORK: then all that follows fails. */
bool mariadb_run(struct mariadb *connection, const char *what, const char *sql, mariadb_row *row,
                 void *context, struct error *error);

#endif
