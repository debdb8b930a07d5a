/*
 * A connection to PostgreSQL that never hangs: libpq without blocking calls, with a limit for every
 * wait, and a cancel that is noticed at once. Private to this folder.
 */
#ifndef PILAB_SRC_SCHEMA_LIVE_POSTGRESQL_CONNECTION_H
#define PILAB_SRC_SCHEMA_LIVE_POSTGRESQL_CONNECTION_H

#include <stddef.h>
#include <stdint.h>

#include <pilab/base/progress.h>
#include <pilab/schema/dsn.h>
#include <pilab/schema/live.h>

#define POSTGRESQL_LEAST_VERSION 120000

struct postgresql;

/* NULL with ERROR_UNSUPPORTED (no library, a server that is too old), ERROR_NETWORK, ERROR_DENIED,
 * ERROR_CANCELLED. What the options point to is not kept; `progress` is. */
struct postgresql *postgresql_open(const struct dsn *dsn, const struct live_options *options,
                                   const struct progress *progress, struct error *error);
/* Never waits. Sets *connection to NULL; NULL is fine. */
void postgresql_close(struct postgresql **connection);

unsigned postgresql_version(const struct postgresql *connection); /* 150020: 15.20 */

/* From now on messages do not repeat what stands in rows. */
void postgresql_hide_data(struct postgresql *connection);

/* A row: texts, NULL for SQL's NULL; valid until it returns. False ends the reading with what it
 * says in `error`. */
typedef bool postgresql_row(void *context, const char *const *values, size_t count,
                            struct error *error);

/* Runs SQL of our own making, which may be several statements, and gives the rows of all of them.
 * `row` may be NULL. `what` is what messages call it: "reading the catalog". After a failure of the
 * connection (not of a statement) all that follows fails. */
bool postgresql_run(struct postgresql *connection, const char *what, const char *sql,
                    postgresql_row *row, void *context, struct error *error);
/* The same for one statement with one text as its $1. */
bool postgresql_ask(struct postgresql *connection, const char *what, const char *sql,
                    const char *parameter, postgresql_row *row, void *context, struct error *error);

/* live_postgresql_address.c: the addresses of the hosts, so that libpq, which looks names up
 * without a limit, needs not. Texts are in the arena; NULL: libpq may have it its own way (sockets,
 * addresses that are given, names that only it knows). */
struct postgresql_address {
    const char *host, *hostaddr, *port; /* lists of equal length, joined by "," */
};
bool postgresql_address(const struct dsn *dsn, int milliseconds, const struct progress *progress,
                        struct arena *arena, struct postgresql_address *out, struct error *error);

#endif
