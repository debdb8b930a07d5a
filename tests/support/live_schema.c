#include "live_schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include <pilab/base/memory.h>

struct schema *live_schema_read(const char *text, const struct live_options *options,
                                const struct progress *progress, struct error *error)
{
    struct arena *arena = arena_new();
    struct schema *schema = NULL;
    struct dsn dsn;

    if (dsn_read(text, arena, &dsn, error))
        schema = live_read(&dsn, options, progress, error);
    arena_free(&arena);
    return schema;
}

struct schema *live_schema_good(const char *text)
{
    struct error error = { 0 };
    struct schema *schema = live_schema_read(text, NULL, NULL, &error);

    if (schema == NULL)
        fail_msg("%s: %s (%s)", text, error.message, error.hint);
    return schema;
}

struct schema *live_schema_make(struct database_server *server, const char *name, const char *sql)
{
    char *dsn = database_server_dsn(server, name);
    struct schema *schema;

    database_server_create(server, name);
    database_server_sql(server, name, sql);
    schema = live_schema_good(dsn);
    free(dsn);
    return schema;
}
