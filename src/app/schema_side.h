/*
 * One side of what is done with schemas: a live database, a snapshot, SQL, migrations. Private to
 * this folder.
 */
#ifndef PILAB_SRC_APP_SCHEMA_SIDE_H
#define PILAB_SRC_APP_SCHEMA_SIDE_H

#include <pilab/app/arguments.h>
#include <pilab/app/call.h>
#include <pilab/schema/dsn.h>
#include <pilab/schema/live.h>
#include <pilab/schema/model.h>

/* What --dialect, --timeout and --scratch say. */
struct schema_side_options {
    const char *dialect;
    unsigned seconds;    /* 0: the usual */
    const char *scratch; /* the address of a server that runs SQL; NULL: it is read as text */
    bool mariadb;        /* the other side is: SQL of MySQL is taken for MariaDB's */
};
bool schema_side_options_read(const struct arguments *arguments,
                              struct schema_side_options *options, struct error *error);

/* A connection string, a path, or REVISION:path of the repository here. The caller frees it. */
struct schema *schema_side_read(struct call *call, const char *spec,
                                const struct schema_side_options *options, struct error *error);

/* Both sides: at the same time where both are files or revisions. All or nothing: `sides` are NULL
 * after a failure. One whose SQL does not tell which database it is for is taken for what the other
 * is (schema->dialect_assumed). ERROR_INVALID when they are of different dialects. */
bool schema_sides_read(struct call *call, const struct arguments *arguments,
                       const struct schema_side_options *options, struct schema *sides[2],
                       struct error *error);

/* False, with ERROR_INVALID, when either side met what it could not read: for what must not take
 * the unread for absent (a pipeline's verdict, a script that drops). */
bool schema_sides_check_readable(struct schema *const sides[2], struct error *error);

/* The password that secret=ENVIRONMENT:NAME names, appended; nothing when it names none. Needs the
 * right to configure the project: whoever chooses the server would get it. ERROR_DENIED also where
 * nobody is to be asked (--offline). The caller wipes it. */
bool schema_side_password(struct call *call, const struct dsn *dsn, struct strbuf *password,
                          struct error *error);
/* The same for a server that the project's settings name, which took that right already. The
 * project is chosen. */
bool schema_side_secret(struct call *call, const struct dsn *dsn, struct strbuf *password,
                        struct error *error);

#endif
