/*
 * What a database of our own to try scripts in is to each engine (live_scratch.h). Private to this
 * folder.
 */
#ifndef PILAB_SRC_SCHEMA_LIVE_SCRATCH_ENGINE_H
#define PILAB_SRC_SCHEMA_LIVE_SCRATCH_ENGINE_H

#include <pilab/schema/live_scratch.h>

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
    struct schema *(*read)(void *own, struct error *error);
};

extern const struct scratch_engine scratch_postgresql, scratch_mariadb, scratch_sqlite;

#endif
