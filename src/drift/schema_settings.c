#include <pilab/drift/schema_settings.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/schema/dsn.h>

#include "ascii.h"

bool schema_settings_empty(const struct schema_settings *settings)
{
    return settings->path == NULL && settings->live_count == 0 && settings->scratch == NULL;
}

const char *schema_settings_live(const struct schema_settings *settings, const char *environment)
{
    for (size_t i = 0; i < settings->live_count; i++) {
        if (ascii_equal(settings->live[i].environment, environment))
            return settings->live[i].address;
    }
    return NULL;
}

bool schema_settings_check_address(const char *address, struct error *error)
{
    struct arena *arena = arena_new();
    struct dsn dsn;
    bool ok;

    if (dsn_recognise(address)) {
        ok = dsn_read(address, arena, &dsn, error);
    } else {
        /* It is not repeated: it may be anything, a password among it. */
        error_set(error, ERROR_INVALID, "that is no connection string");
        ok = error_hint(error, "postgresql://USER@HOST/DATABASE, service=NAME, "
                               "mariadb://USER@HOST/DATABASE or sqlite:PATH");
    }
    arena_free(&arena);
    return ok;
}

bool schema_settings_check_scratch(const char *address, struct error *error)
{
    struct arena *arena;
    struct dsn dsn;
    bool ok;

    if (!schema_settings_check_address(address, error))
        return false;
    arena = arena_new();
    ok = dsn_read(address, arena, &dsn, error) &&
         (dsn.engine != DSN_SQLITE ||
          error_set(error, ERROR_INVALID, "SQL for SQLite is run in memory, and nowhere else"));
    arena_free(&arena);
    return ok;
}

static int by_environment(const void *a, const void *b)
{
    return strcmp(((const struct live_database *)a)->environment,
                  ((const struct live_database *)b)->environment);
}

void schema_settings_sort(struct schema_settings *settings)
{
    if (settings->live_count > 1)
        qsort(settings->live, settings->live_count, sizeof *settings->live, by_environment);
}

json_t *schema_settings_to_json(const struct schema_settings *settings)
{
    json_t *object, *live;

    if (settings->dialect == NULL && settings->scratch == NULL && settings->live_count == 0)
        return json_text(settings->path);
    object = json_object();
    if (settings->path != NULL)
        json_put_text(object, "path", settings->path);
    if (settings->dialect != NULL)
        json_put_text(object, "dialect", settings->dialect);
    if (settings->scratch != NULL)
        json_put_text(object, "scratch", settings->scratch);
    if (settings->live_count == 0)
        return object;
    live = json_object();
    for (size_t i = 0; i < settings->live_count; i++)
        json_put_text(live, settings->live[i].environment, settings->live[i].address);
    json_put(object, "live", live);
    return object;
}

static bool read_live(const json_t *map, struct arena *arena, struct schema_settings *settings,
                      struct error *error)
{
    const char *name;
    json_t *value;

    settings->live = arena_array(arena, json_object_size(map), sizeof *settings->live);
    json_object_foreach((json_t *)(uintptr_t)map, name, value)
    {
        if (!json_is_string(value))
            return error_set(error, ERROR_CORRUPT,
                             "what a module says about its schema is damaged: the address of a "
                             "database is no text");
        settings->live[settings->live_count++] =
            (struct live_database){ arena_text(arena, name),
                                    arena_text(arena, json_string_value(value)) };
    }
    schema_settings_sort(settings);
    return true;
}

bool schema_settings_from_json(const json_t *json, struct arena *arena,
                               struct schema_settings *settings, struct error *error)
{
    *settings = (struct schema_settings){ .path = NULL };
    if (json_is_string(json)) {
        settings->path = arena_text(arena, json_string_value(json));
        return true;
    }
    settings->path = arena_text(arena, json_member_text(json, "path"));
    settings->dialect = arena_text(arena, json_member_text(json, "dialect"));
    settings->scratch = arena_text(arena, json_member_text(json, "scratch"));
    return read_live(json_object_get(json, "live"), arena, settings, error);
}
