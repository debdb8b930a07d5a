/*
 * What a user of MariaDB or MySQL may do besides making databases for SQL of files, and which he
 * left behind. Private to this folder.
 */
#ifndef PILAB_SRC_SCHEMA_LIVE_SCRATCH_GRANTS_H
#define PILAB_SRC_SCHEMA_LIVE_SCRATCH_GRANTS_H

#include <stdbool.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/map.h>

#include "live_mariadb_connection.h"

/* ERROR_DENIED when the user of the connection has, of his own, by a role or as everybody, any
 * privilege but those on `pilab\_verify\_%`.*, or sees any other database. */
bool scratch_grants_check(struct mariadb *connection, const char *server, struct error *error);

/* Whether a line of SHOW GRANTS gives nothing but that. */
bool scratch_grant_is_ours(const char *line);

/* The databases that are there, without those that we make ourselves, into `names`. */
bool scratch_databases_list(struct mariadb *connection, struct map *names, struct arena *arena,
                            struct error *error);
/* ERROR_INVALID when there is one more by now. */
bool scratch_databases_check(struct mariadb *connection, const struct map *before,
                             const char *server, struct error *error);

#endif
