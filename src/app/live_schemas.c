#include "live_schemas.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/account/secret.h>
#include <pilab/base/memory.h>
#include <pilab/schema/live.h>

#include "schema_scratch.h"
#include "schema_side.h"

struct live_schema {
    const char *address;
    struct dsn dsn;
    struct strbuf password;
    struct error why; /* it is not read */
};

/* One that runs SQL. */
struct scratch_server {
    const char *address;
    struct schema_scratch scratch;
    struct error why; /* it runs none */
};

struct live_schemas {
    struct arena *arena;
    struct live_schema *items;
    size_t count;
    struct scratch_server *servers;
    size_t server_count;
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

static void refuse_offline(struct error *error)
{
    error_set(error, ERROR_DENIED, "not read: offline");
    error_hint(error, "leave --offline out");
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
        refuse_offline(&item->why);
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

static struct scratch_server *find_server(struct live_schemas *schemas, const char *address)
{
    for (size_t i = 0; i < schemas->server_count; i++) {
        if (strcmp(schemas->servers[i].address, address) == 0)
            return &schemas->servers[i];
    }
    return NULL;
}

static void add_server(struct call *call, struct live_schemas *schemas,
                       const struct module_settings *settings)
{
    const char *address = settings != NULL ? settings->schema.scratch : NULL;
    struct scratch_server *server;

    if (address == NULL || find_server(schemas, address) != NULL)
        return;
    server = &schemas->servers[schemas->server_count++];
    server->address = arena_text(schemas->arena, address);
    if (schema_scratch_read(&server->scratch, address, schemas->arena, &server->why) &&
        !call->settings->offline)
        schema_side_secret(call, &server->scratch.dsn, &server->scratch.password, &server->why);
    else if (call->settings->offline && server->why.code == ERROR_NONE)
        refuse_offline(&server->why);
}

static const struct schema_runner *find_runner(void *context, const char *address,
                                               struct error *error)
{
    const struct scratch_server *server = find_server(context, address);

    if (server == NULL) {
        error_set(error, ERROR_NOT_FOUND, "nobody expected SQL to be run there");
        return NULL;
    }
    if (server->why.code == ERROR_NONE)
        return &server->scratch.runner;
    *error = server->why;
    return NULL;
}

struct live_schemas *live_schemas_open(struct call *call, const struct comparison_request *request)
{
    struct live_schemas *schemas = memory_new(sizeof *schemas);

    schemas->arena = arena_new();
    schemas->items = arena_array(schemas->arena, 2 * request->module_count, sizeof *schemas->items);
    schemas->servers = arena_array(schemas->arena, request->module_count, sizeof *schemas->servers);
    schemas->asker =
        (struct schema_asker){ .read = read_schema, .runner = find_runner, .context = schemas };
    for (size_t i = 0;
         request->types[DRIFT_DATABASE] && !request->unvouched && i < request->module_count; i++) {
        const struct comparison_module *module = &request->modules[i];

        add(call, schemas, module->settings, module->previous_now);
        add(call, schemas, module->settings, module->current_now);
        add_server(call, schemas, module->settings);
    }
    return schemas;
}

void live_schemas_close(struct live_schemas **out)
{
    struct live_schemas *schemas = *out;

    *out = NULL;
    for (size_t i = 0; i < schemas->count; i++)
        secret_wipe(&schemas->items[i].password);
    for (size_t i = 0; i < schemas->server_count; i++)
        schema_scratch_close(&schemas->servers[i].scratch);
    arena_free(&schemas->arena);
    free(schemas);
}

const struct schema_asker *live_schemas_asker(const struct live_schemas *schemas)
{
    return &schemas->asker;
}
