#include "live_schemas.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/account/secret.h>
#include <pilab/base/memory.h>
#include <pilab/schema/live.h>

#include "schema_side.h"

struct live_schema {
    const char *address;
    struct dsn dsn;
    struct strbuf password;
    struct error why; /* it is not read */
};

struct live_schemas {
    struct arena *arena;
    struct live_schema *items;
    size_t count;
    struct schema_asker asker;
};

static struct live_schema *find(struct live_schemas *schemas, const char *address)
{
    for (size_t i = 0; i < schemas->count; i++) {
        if (strcmp(schemas->items[i].address, address) == 0)
            return &schemas->items[i];
    }
    return NULL;
}

static void add(struct call *call, struct live_schemas *schemas,
                const struct module_settings *settings, const char *environment)
{
    const char *address = settings != NULL && environment != NULL
                              ? schema_settings_live(&settings->schema, environment)
                              : NULL;
    struct live_schema *item;

    if (address == NULL || find(schemas, address) != NULL)
        return;
    item = &schemas->items[schemas->count++];
    *item = (struct live_schema){ .address = arena_text(schemas->arena, address),
                                  .password = STRBUF_INIT };
    if (call->settings->offline) {
        error_set(&item->why, ERROR_DENIED, "not read: offline");
        error_hint(&item->why, "leave --offline out");
    } else if (dsn_read(address, schemas->arena, &item->dsn, &item->why)) {
        schema_side_secret(call, &item->dsn, &item->password, &item->why);
    }
}

static struct schema *read_schema(void *context, const char *address,
                                  const struct progress *progress, struct error *error)
{
    const struct live_schema *item = find(context, address);
    struct live_options options = { .password = NULL };

    if (item == NULL) {
        error_set(error, ERROR_NOT_FOUND, "nobody expected this database to be read");
        return NULL;
    }
    if (item->why.code != ERROR_NONE) {
        if (error != NULL)
            *error = item->why;
        return NULL;
    }
    if (item->password.length > 0)
        options.password = item->password.data;
    progress_report(progress, item->dsn.shown, 0, 0);
    return live_read(&item->dsn, &options, progress, error);
}

struct live_schemas *live_schemas_open(struct call *call, const struct comparison_request *request)
{
    struct live_schemas *schemas = memory_new(sizeof *schemas);

    schemas->arena = arena_new();
    schemas->items = arena_array(schemas->arena, 2 * request->module_count, sizeof *schemas->items);
    schemas->asker = (struct schema_asker){ read_schema, schemas };
    for (size_t i = 0; request->types[DRIFT_DATABASE] && i < request->module_count; i++) {
        const struct comparison_module *module = &request->modules[i];

        add(call, schemas, module->settings, module->previous_now);
        add(call, schemas, module->settings, module->current_now);
    }
    return schemas;
}

void live_schemas_close(struct live_schemas **out)
{
    struct live_schemas *schemas = *out;

    *out = NULL;
    for (size_t i = 0; i < schemas->count; i++)
        secret_wipe(&schemas->items[i].password);
    arena_free(&schemas->arena);
    free(schemas);
}

const struct schema_asker *live_schemas_asker(const struct live_schemas *schemas)
{
    return &schemas->asker;
}
