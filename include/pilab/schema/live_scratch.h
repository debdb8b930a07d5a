/*
 * A database of our own for trying scripts out: made on a live server beside the one that a
 * connection string names, and dropped again whatever happened; for SQLite in memory
 * ("sqlite::memory:").
 */
#ifndef PILAB_SCHEMA_LIVE_SCRATCH_H
#define PILAB_SCHEMA_LIVE_SCRATCH_H

#include <pilab/base/clock.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/schema/dsn.h>
#include <pilab/schema/live.h>
#include <pilab/schema/model.h>

struct live_scratch;

/* The dialect of scripts that can be tried there. */
enum schema_dialect live_scratch_dialect(const struct dsn *dsn);

/* Makes an empty database ("pilab_verify_…"). NULL with ERROR_DENIED (no right to make databases),
 * ERROR_USAGE (a file of SQLite), or as live_read. What is pointed to must outlive it. */
struct live_scratch *live_scratch_open(const struct dsn *dsn, const struct live_options *options,
                                       struct random *random, const struct progress *progress,
                                       struct error *error);
/* Drops the database. False when it is still there; the error names it. Sets *scratch to NULL;
 * NULL is fine. */
bool live_scratch_close(struct live_scratch **scratch, struct error *error);

/* Runs a script statement by statement, as the client does; the first error ends it, and says which
 * line. `name` is what messages call it. */
bool live_scratch_run(struct live_scratch *scratch, const char *name, const char *script,
                      struct error *error);
/* What is in it now. The caller frees it. */
struct schema *live_scratch_read(struct live_scratch *scratch, struct error *error);

/* A part of a file of SQL. */
struct scratch_script {
    const char *file;
    unsigned line; /* of its beginning in the file, from 1 */
    const char *text;
    size_t length;
};

/* The schema that files of SQL make: they are run one after the other in a database made for them,
 * whose catalog is read. Who wrote them is not asked, so whoever runs them must reach nothing else:
 * ERROR_DENIED for a user who could change another database of the server, or its files. The data
 * of COPY is left out, and what tools would have replaced is a name (sql_fill_placeholders). A
 * statement that fails ends it: ERROR_INVALID and its line. The caller frees the schema. */
struct schema *live_scratch_build(const struct dsn *dsn, const struct live_options *options,
                                  struct random *random, const struct scratch_script *scripts,
                                  size_t count, const struct progress *progress,
                                  struct error *error);

#endif
