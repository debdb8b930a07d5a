#include <pilab/schema/live.h>

#include "live_mariadb.h"
#include "live_postgresql.h"
#include "live_sqlite.h"

struct schema *live_read(const struct dsn *dsn, const struct live_options *options,
                         const struct progress *progress, struct error *error)
{
    switch (dsn->engine) {
    case DSN_POSTGRESQL:
        return live_postgresql_read(dsn, options, progress, error);
    case DSN_MARIADB:
        return live_mariadb_read(dsn, options, progress, error);
    case DSN_SQLITE:
        return live_sqlite_read(dsn, progress, error);
    }
    return NULL;
}
