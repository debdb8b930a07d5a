/* The schema of a live PostgreSQL database (live.h). Private to this folder. */
#ifndef PILAB_SRC_SCHEMA_LIVE_POSTGRESQL_H
#define PILAB_SRC_SCHEMA_LIVE_POSTGRESQL_H

#include <pilab/schema/live.h>

struct schema *live_postgresql_read(const struct dsn *dsn, const struct live_options *options,
                                    const struct progress *progress, struct error *error);

#endif
