/*
 * The schema of a live database: PostgreSQL 12 and later, MariaDB and MySQL, SQLite.
 *
 * Reading only, in one consistent view of the catalog (PostgreSQL: REPEATABLE READ READ ONLY), and
 * within limits: a server that is silent, slow or locked ends the reading and nothing else. What
 * was not read, for whatever reason, is a gap of the schema.
 */
#ifndef PILAB_SCHEMA_LIVE_H
#define PILAB_SCHEMA_LIVE_H

#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/schema/dsn.h>
#include <pilab/schema/model.h>

#define LIVE_CONNECT_SECONDS   10
#define LIVE_STATEMENT_SECONDS 60
#define LIVE_LOCK_SECONDS      5

struct live_options {
    const char *password;       /* from the project's secrets; NULL: the library finds its own */
    unsigned statement_seconds; /* of any one statement; 0: LIVE_STATEMENT_SECONDS */
};

/* NULL with ERROR_NETWORK, ERROR_DENIED, ERROR_BUSY (time limit, lock), ERROR_NOT_FOUND (no such
 * file, database or schema), ERROR_UNSUPPORTED, ERROR_LIMIT, ERROR_CANCELLED. `options` and
 * `progress` may be NULL. The caller frees the schema. */
struct schema *live_read(const struct dsn *dsn, const struct live_options *options,
                         const struct progress *progress, struct error *error);

#endif
