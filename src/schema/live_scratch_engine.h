/*
 * What a database of our own to try scripts in is to each engine (live_scratch.h). Private to this
 * folder.
 */
#ifndef PILAB_SRC_SCHEMA_LIVE_SCRATCH_ENGINE_H
#define PILAB_SRC_SCHEMA_LIVE_SCRATCH_ENGINE_H

#include <pilab/schema/live_scratch.h>
#include <pilab/schema/sql_scan.h>

struct scratch_place {
    const struct dsn *dsn;
    const struct live_options *options;
    const struct progress *progress;
    const char *name; /* of the database that is made: letters, digits and _ */
};

/* `own` is the engine's. close frees it, whatever it returns. */
struct scratch_engine {
    void *(*open)(const struct scratch_place *place, struct error *error);
    bool (*close)(void *own, struct error *error);
    bool (*run)(void *own, const char *name, const char *script, struct error *error);
    /* What follows is from files (live_scratch_build). False when that could reach more than what
     * was made. */
    bool (*expect_files)(void *own, struct error *error);
    /* The next script is of another file: what this one has set is over. False when it left
     * something open that would be lost. */
    bool (*end_file)(void *own, const char *name, struct error *error);
    struct schema *(*read)(void *own, struct error *error);
};

/* The first text of all rows that are read into it; NULL: there is none. */
struct scratch_first {
    char *text;
};
void scratch_first_forget(struct scratch_first *first);
/* Takes a row of an answer (postgresql_row, mariadb_row). True. */
bool scratch_first_row(void *context, const char *const *values, size_t count, struct error *error);
/* Forgets what a user may reach besides what was made, as the server names it. ERROR_DENIED when
 * there is any; `make` says how to make a user who has none. */
bool scratch_reach_is_nothing(struct scratch_first *reach, const char *server, const char *make,
                              struct error *error);

/* Takes strings and numbers of a statement out of what a server says of it: they may be anybody's.
 * NULL is fine. */
void scratch_hide_literals(struct error *error, enum sql_dialect dialect, const char *statement,
                           size_t length);

extern const struct scratch_engine scratch_postgresql, scratch_mariadb, scratch_sqlite;

#endif
