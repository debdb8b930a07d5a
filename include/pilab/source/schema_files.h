/*
 * A database's schema from files: a snapshot, a file of SQL, or a folder of migrations, on disk or
 * at a commit.
 */
#ifndef PILAB_SOURCE_SCHEMA_FILES_H
#define PILAB_SOURCE_SCHEMA_FILES_H

#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/schema/live_scratch.h>
#include <pilab/schema/model.h>
#include <pilab/source/place.h>

enum schema_files_kind { SCHEMA_FILES_SNAPSHOT, SCHEMA_FILES_SQL, SCHEMA_FILES_MIGRATIONS };

/* What was found there, besides the schema. */
struct schema_files_found {
    enum schema_files_kind kind;
    int64_t taken_at; /* of a snapshot, UTC milliseconds; 0: not known */
    bool untold;      /* it was refused because nothing tells which database its SQL is for */
};

/* Who runs SQL where it would be read as text, and reads the catalog of what that made. */
struct schema_runner {
    enum schema_dialect dialect; /* of what it runs */
    const char *name;            /* of the server, as messages call it */
    /* As live_scratch_build. Several threads may call it at once. */
    struct schema *(*run)(void *context, const struct scratch_script *scripts, size_t count,
                          const struct progress *progress, struct error *error);
    void *context;
};

struct schema_files_options {
    const char *dialect; /* of SQL; NULL: by evidence */
    const char *other;   /* what it is compared with: its dialect where evidence does not tell one
                            (schema->dialect_assumed); NULL: that is refused */
    const char *name;    /* what messages and results call it */
    const char *says;    /* where whoever reads it says the dialect; NULL: with --dialect */
    bool mariadb;        /* what is MySQL by evidence is MariaDB: it is compared with one */
    const struct schema_runner *runner; /* NULL: SQL is read as text */
    struct schema_files_found *found;   /* filled, also after a failure; NULL: nobody asks */
};

/* `path` is that of a file or folder within the place; "" with a place that is one itself. The
 * caller frees the schema; what could not be read of it is in its problems. NULL with
 * ERROR_NOT_FOUND (nothing there that could be read), ERROR_INVALID (the dialect is not known, a
 * snapshot is damaged, what is there is neither SQL nor a snapshot), ERROR_UNSUPPORTED (SQL of a
 * dialect that is not read from text), ERROR_LIMIT, ERROR_CANCELLED, ERROR_IO. */
struct schema *schema_files_read(const struct place *place, const char *path,
                                 const struct schema_files_options *options,
                                 const struct progress *progress, struct error *error);

#endif
