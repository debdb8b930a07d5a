#include <pilab/schema/live.h>

#include "live_mariadb.h"
#include "live_postgresql.h"

struct schema *live_read(const struct dsn *dsn, const struct live_options *options,
                         const struct progress *progress, struct error *error)
{
    switch (dsn->engine) {
    case DSN_POSTGRESQL:
        return live_postgresql_read(dsn, options, progress, error);
    case DSN_MARIADB:
        return live_mariadb_read(dsn, options, progress, error);
    case DSN_SQLITE:
        break;
    }
    error_set(error, ERROR_UNSUPPORTED, "%s databases are not read", dsn_engine_name(dsn->engine));
    return NULL;
}
