#include <pilab/schema/live_scratch.h>

#include <stdlib.h>

#include <pilab/base/arena.h>
#include <pilab/base/digest.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/schema/sql_statements.h>

#include "live_scratch_engine.h"
#include "mysql_runnable.h"

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

/* --- Files ------------------------------------------------------------------------------------ */

/* Behind as many empty lines as stand before it in its file, so that lines are the file's. */
static bool run_part(struct live_scratch *scratch, const struct scratch_script *script,
                     struct error *error)
{
    enum dsn_engine engine = scratch->place.dsn->engine;
    const char *filled =
        engine == DSN_POSTGRESQL /* which does that itself */
            ? script->text
            : sql_fill_placeholders(script->text, script->length, false, scratch->arena, NULL);
    struct strbuf padded = STRBUF_INIT;
    bool ok;

    strbuf_add_repeat(&padded, "\n", script->line > 1 ? script->line - 1 : 0);
    strbuf_add_bytes(&padded, filled, script->length);
    if (engine == DSN_MARIADB)
        mysql_runnable(padded.data, padded.length);
    ok = live_scratch_run(scratch, script->file, padded.data, error);
    strbuf_release(&padded);
    return ok;
}

struct schema *live_scratch_build(const struct dsn *dsn, const struct live_options *options,
                                  struct random *random, const struct scratch_script *scripts,
                                  size_t count, const struct progress *progress,
                                  struct error *error)
{
    struct live_scratch *scratch = live_scratch_open(dsn, options, random, progress, error);
    struct schema *schema = NULL;
    bool ok = scratch != NULL && scratch->engine->expect_files(scratch->own, error);

    for (size_t i = 0; ok && i < count; i++)
        ok = progress_check(progress, error) && run_part(scratch, &scripts[i], error);
    if (ok)
        schema = live_scratch_read(scratch, error);
    /* That it is still there is to be known, but not instead of why all of it failed. */
    if (!live_scratch_close(&scratch, schema != NULL ? error : NULL))
        schema_free(&schema);
    return schema;
}
