/*
 * The schema of a live MariaDB or MySQL database (live.h). Private to this folder.
 *
 * What both write differently is one form here: integers without display width (but tinyint(1),
 * which is a boolean), MariaDB's JSON, which is a longtext with a check, as json; expressions
 * without the database's own name; names in backquotes within definitions.
 */
#ifndef PILAB_SRC_SCHEMA_LIVE_MARIADB_H
#define PILAB_SRC_SCHEMA_LIVE_MARIADB_H

#include <pilab/schema/live.h>

#include "live_mariadb_connection.h"
#include "live_mariadb_rights.h"

struct schema *live_mariadb_read(const struct dsn *dsn, const struct live_options *options,
                                 const struct progress *progress, struct error *error);

/* What the files of this reader share. */
struct mariadb_reading {
    struct mariadb *connection;
    const struct dsn *dsn;
    struct schema *schema;
    const char *database; /* the name that the server has for it */
    bool mariadb;
    struct schema_object *object; /* the last one that rows went to */
    struct schema_object *part;   /* of the last index, constraint or function */
    struct mariadb_rights rights;
    bool hidden_views, hidden_functions, hidden_triggers, hidden_keys;
};

/* live_mariadb_hidden.c: asks what the user may see, and once all is read tells what may be hidden
 * as refused gaps. */
bool mariadb_read_rights(struct mariadb_reading *reading, struct error *error);
void mariadb_tell_hidden(struct mariadb_reading *reading);

/* live_mariadb_forms.c: appends the normal form of a column's type, of an expression or statement
 * (without "`database`."), of a name in backquotes, of a default as the server keeps it. */
void mariadb_add_type(struct strbuf *out, const char *type);
void mariadb_add_expression(struct strbuf *out, const char *text, const char *database);
void mariadb_add_name(struct strbuf *out, const char *name);
/* False: there is none. `extra` is information_schema's EXTRA. */
bool mariadb_add_default(struct strbuf *out, const char *value, const char *type, const char *extra,
                         bool mariadb, const char *database);

/* live_mariadb_parts.c: indexes, keys, checks; triggers, functions, sequences. */
bool mariadb_read_keys(struct mariadb_reading *reading, struct error *error);
bool mariadb_read_programs(struct mariadb_reading *reading, struct error *error);

/* live_mariadb_routines.c: functions and procedures. */
bool mariadb_read_routines(struct mariadb_reading *reading, struct error *error);
/* Keeps what of the sql_mode that a program was made with says how its text is to be read. */
void mariadb_set_mode(struct mariadb_reading *reading, struct schema_object *program,
                      const char *mode);

#endif
