/*
 * Schemas read from real servers, for tests of how these are read. The caller frees what comes back
 * (schema_free).
 */
#ifndef TESTS_SUPPORT_LIVE_SCHEMA_H
#define TESTS_SUPPORT_LIVE_SCHEMA_H

#include <pilab/schema/live.h>

#include "database_server.h"

/* What live_read says of this address; NULL with an error. */
struct schema *live_schema_read(const char *text, const struct live_options *options,
                                const struct progress *progress, struct error *error);

/* The same where it has to work: what does not fails the test. */
struct schema *live_schema_good(const char *text);

/* A new database of that name with what this SQL makes, read. */
struct schema *live_schema_make(struct database_server *server, const char *name, const char *sql);

#endif
