#include "schema_scratch.h"

#include <pilab/account/secret.h>
#include <pilab/schema/live_scratch.h>

static struct schema *run(void *context, const struct scratch_script *scripts, size_t count,
                          const struct progress *progress, struct error *error)
{
    const struct schema_scratch *scratch = context;
    const struct live_options options = { .password = scratch->password.length > 0
                                                          ? scratch->password.data
                                                          : NULL,
                                          .statement_seconds = scratch->seconds };
    struct random names = random_system(); /* those of two at once must differ */

    progress_report(progress, scratch->dsn.shown, 0, 0);
    return live_scratch_build(&scratch->dsn, &options, &names, scripts, count, progress, error);
}

bool schema_scratch_read(struct schema_scratch *scratch, const char *address, struct arena *arena,
                         struct error *error)
{
    *scratch = (struct schema_scratch){ .password = STRBUF_INIT };
    if (!dsn_recognise(address))
        return error_set(error, ERROR_USAGE,
                         "SQL is run on a server that a connection string names: postgresql://…, "
                         "service=NAME or mariadb://…");
    if (!dsn_read(address, arena, &scratch->dsn, error))
        return false;
    if (scratch->dsn.engine == DSN_SQLITE)
        return error_set(error, ERROR_USAGE,
                         "%s: SQL for SQLite is run in memory anyway, and nowhere else",
                         scratch->dsn.shown);
    scratch->runner = (struct schema_runner){ .dialect = live_scratch_dialect(&scratch->dsn),
                                              .name = scratch->dsn.shown,
                                              .run = run,
                                              .context = scratch };
    return true;
}

void schema_scratch_close(struct schema_scratch *scratch)
{
    secret_wipe(&scratch->password);
}
