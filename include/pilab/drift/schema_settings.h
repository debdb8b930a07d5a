/*
 * Where the schema of a module's database is read from, as a project says it: `schema` of a module
 * in pilab.yaml. A file or folder of the repository, from the module's home on, in which "{env}"
 * stands for the environment; and, by environment, the live database (schema/dsn.h). And a server
 * on which the SQL of files is run where it would be read as text.
 */
#ifndef PILAB_DRIFT_SCHEMA_SETTINGS_H
#define PILAB_DRIFT_SCHEMA_SETTINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>

struct live_database {
    const char *environment;
    const char *address; /* a connection string, never with a password */
};

struct schema_settings {
    const char *path;           /* a dump, a snapshot, or a folder; NULL: none */
    const char *dialect;        /* of its SQL; NULL: by its words */
    const char *scratch;        /* a connection string, without a password; NULL: none */
    struct live_database *live; /* by environment; each once */
    size_t live_count;
};

/* Whether nothing is said. */
bool schema_settings_empty(const struct schema_settings *settings);
/* The address of an environment's database (letters are alike in either case), or NULL. */
const char *schema_settings_live(const struct schema_settings *settings, const char *environment);
/* A connection string that may stand in a file that others read: ERROR_INVALID, or ERROR_UNTRUSTED
 * when it holds a password, of which the message repeats nothing. */
bool schema_settings_check_address(const char *address, struct error *error);
/* The same for a server that runs SQL, which is none of SQLite. */
bool schema_settings_check_scratch(const char *address, struct error *error);
/* Puts the databases in order. */
void schema_settings_sort(struct schema_settings *settings);
/* A text when there is a path and nothing else, else {"path", "dialect", "scratch", "live": {…}}; a
 * new reference. */
json_t *schema_settings_to_json(const struct schema_settings *settings);
/* What was written; NULL reads as nothing said. Texts are copied. ERROR_CORRUPT. */
bool schema_settings_from_json(const json_t *json, struct arena *arena,
                               struct schema_settings *settings, struct error *error);

#endif
