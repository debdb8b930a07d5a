/*
 * A database's schema from files: a snapshot, a file of SQL, or a folder of migrations, on disk or
 * at a commit.
 */
#ifndef PILAB_SOURCE_SCHEMA_FILES_H
#define PILAB_SOURCE_SCHEMA_FILES_H

#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/schema/model.h>
#include <pilab/source/place.h>

struct schema_files_options {
    const char *dialect; /* of SQL; NULL: by evidence */
    const char *name;    /* what messages and results call it */
    bool mariadb;        /* what is MySQL by evidence is MariaDB: it is compared with one */
};

/* `path` is that of a file or folder within the place; "" with a place that is one itself. The
 * caller frees the schema; what could not be read of it is in its problems. NULL with
 * ERROR_NOT_FOUND (nothing there that could be read), ERROR_INVALID (the dialect is not known, a
 * snapshot is damaged), ERROR_UNSUPPORTED (SQL of a dialect that is not read from text),
 * ERROR_LIMIT, ERROR_CANCELLED, ERROR_IO. */
struct schema *schema_files_read(const struct place *place, const char *path,
                                 const struct schema_files_options *options,
                                 const struct progress *progress, struct error *error);

#endif
