/* The schema of an SQLite file (live.h), and of a database that is open. Private to this folder. */
#ifndef PILAB_SRC_SCHEMA_LIVE_SQLITE_H
#define PILAB_SRC_SCHEMA_LIVE_SQLITE_H

#include <sqlite3.h>

#include <pilab/schema/live.h>

struct schema *live_sqlite_read(const struct dsn *dsn, const struct progress *progress,
                                struct error *error);

/* Of an open database, which stays open: also one in memory that DDL was run in. `name` is the
 * schema's. NULL with ERROR_BUSY, ERROR_CORRUPT, ERROR_IO. */
struct schema *sqlite_catalog_read(sqlite3 *database, const char *name, struct error *error);

/* Says why it failed, in our words. Returns false. */
bool sqlite_refuse(sqlite3 *database, const char *name, struct error *error);

#endif
