#include <pilab/schema/live_scratch.h>

#include <stdlib.h>

#include <pilab/base/arena.h>
#include <pilab/base/digest.h>
#include <pilab/base/memory.h>

#include "live_scratch_engine.h"

#define NAME_BYTES 6

struct live_scratch {
    struct arena *arena;
    struct scratch_place place;
    const struct scratch_engine *engine;
    void *own;
};

static const struct scratch_engine *const engines[] = {
    [DSN_POSTGRESQL] = &scratch_postgresql,
    [DSN_MARIADB] = &scratch_mariadb,
    [DSN_SQLITE] = &scratch_sqlite,
};

enum schema_dialect live_scratch_dialect(const struct dsn *dsn)
{
    static const enum schema_dialect dialects[] = { [DSN_POSTGRESQL] = SCHEMA_POSTGRESQL,
                                                    [DSN_MARIADB] = SCHEMA_MYSQL,
                                                    [DSN_SQLITE] = SCHEMA_SQLITE };

    return dialects[dsn->engine];
}

struct live_scratch *live_scratch_open(const struct dsn *dsn, const struct live_options *options,
                                       struct random *random, const struct progress *progress,
                                       struct error *error)
{
    struct live_scratch *scratch = memory_new(sizeof *scratch);
    unsigned char bytes[NAME_BYTES];
    char hex[2 * NAME_BYTES + 1];

    random_bytes(random, bytes, sizeof bytes);
    scratch->arena = arena_new();
    scratch->engine = engines[dsn->engine];
    scratch->place = (struct scratch_place){
        .dsn = dsn,
        .options = options,
        .progress = progress,
        .name =
            arena_printf(scratch->arena, "pilab_verify_%s", hex_encode(bytes, sizeof bytes, hex)),
    };
    scratch->own = scratch->engine->open(&scratch->place, error);
    if (scratch->own == NULL)
        live_scratch_close(&scratch, NULL);
    return scratch;
}

bool live_scratch_close(struct live_scratch **out, struct error *error)
{
    struct live_scratch *scratch = *out;
    bool ok = true;

    if (scratch == NULL)
        return true;
    *out = NULL;
    if (scratch->own != NULL)
        ok = scratch->engine->close(scratch->own, error);
    arena_free(&scratch->arena);
    free(scratch);
    return ok;
}

bool live_scratch_run(struct live_scratch *scratch, const char *name, const char *script,
                      struct error *error)
{
    return scratch->engine->run(scratch->own, name, script, error);
}

struct schema *live_scratch_read(struct live_scratch *scratch, struct error *error)
{
    return scratch->engine->read(scratch->own, error);
}
