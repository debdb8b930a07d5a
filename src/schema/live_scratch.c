#include <pilab/schema/live_scratch.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/digest.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

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

/* --- Files ------------------------------------------------------------------------------------ */

/* Behind as many empty lines as stand before it in its file, so that lines are the file's. */
static bool run_part(struct live_scratch *scratch, const struct scratch_script *script,
                     struct error *error)
{
    struct strbuf padded = STRBUF_INIT;
    bool ok;

    strbuf_add_repeat(&padded, "\n", script->line > 1 ? script->line - 1 : 0);
    strbuf_add_bytes(&padded, script->text, script->length);
    ok = live_scratch_run(scratch, script->file, padded.data, error);
    strbuf_release(&padded);
    return ok;
}

/* Parts of one file are one session's, as they are where it is run. */
static bool run_all(struct live_scratch *scratch, const struct scratch_script *scripts,
                    size_t count, const struct progress *progress, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        bool last = i + 1 == count || strcmp(scripts[i].file, scripts[i + 1].file) != 0;

        if (!progress_check(progress, error) || !run_part(scratch, &scripts[i], error) ||
            (last && !scratch->engine->end_file(scratch->own, scripts[i].file, error)))
            return false;
    }
    return true;
}

/* That something stayed behind is to be known beside why all of it failed. */
static void add_leftover(struct error *error, const struct error *left)
{
    char hint[sizeof error->hint];

    if (error == NULL)
        return;
    snprintf(hint, sizeof hint, "%s", error->hint);
    error_hint(error, "%s%s%s: %s", hint, *hint != '\0' ? " " : "", left->message, left->hint);
}

struct schema *live_scratch_build(const struct dsn *dsn, const struct live_options *options,
                                  struct random *random, const struct scratch_script *scripts,
                                  size_t count, const struct progress *progress,
                                  struct error *error)
{
    struct live_scratch *scratch = live_scratch_open(dsn, options, random, progress, error);
    struct schema *schema = NULL;
    struct error left = { 0 };

    if (scratch == NULL)
        return NULL;
    if (scratch->engine->expect_files(scratch->own, error) &&
        run_all(scratch, scripts, count, progress, error))
        schema = live_scratch_read(scratch, error);
    if (live_scratch_close(&scratch, &left))
        return schema;
    if (schema != NULL && error != NULL)
        *error = left;
    else
        add_leftover(error, &left);
    schema_free(&schema);
    return NULL;
}
