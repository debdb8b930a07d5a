#include "project_names.h"

#include <string.h>
#include <strings.h>

/* --- Environments ----------------------------------------------------------------------------- */

static void rename_source(struct environment_settings *environment, const char *from,
                          const char *to)
{
    for (size_t i = 0; i < environment->from_count; i++) {
        if (strcasecmp(environment->from[i], from) == 0)
            environment->from[i] = to;
    }
}

static void rename_databases(struct schema_settings *schema, const char *from, const char *to)
{
    for (size_t i = 0; i < schema->live_count; i++) {
        if (strcasecmp(schema->live[i].environment, from) == 0)
            schema->live[i].environment = to;
    }
    schema_settings_sort(schema);
}

void project_rename_environment(struct project_settings *settings, const char *from, const char *to)
{
    for (size_t i = 0; i < settings->environment_count; i++)
        rename_source(&settings->environments[i], from, to);
    for (size_t i = 0; i < settings->module_count; i++)
        rename_databases(&settings->modules[i].schema, from, to);
    for (size_t i = 0; i < settings->expected_count; i++) {
        struct expected_difference *expected = &settings->expected[i];

        if (expected->environment != NULL && strcasecmp(expected->environment, from) == 0)
            expected->environment = to;
    }
}

static void forget_source(struct environment_settings *environment, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < environment->from_count; i++) {
        if (strcasecmp(environment->from[i], name) != 0)
            environment->from[kept++] = environment->from[i];
    }
    environment->from_count = kept;
}

static void forget_database(struct schema_settings *schema, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < schema->live_count; i++) {
        if (strcasecmp(schema->live[i].environment, name) != 0)
            schema->live[kept++] = schema->live[i];
    }
    schema->live_count = kept;
}

void project_forget_environment(struct project_settings *settings, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < settings->environment_count; i++)
        forget_source(&settings->environments[i], name);
    for (size_t i = 0; i < settings->module_count; i++)
        forget_database(&settings->modules[i].schema, name);
    for (size_t i = 0; i < settings->expected_count; i++) {
        const char *environment = settings->expected[i].environment;

        if (environment == NULL || strcasecmp(environment, name) != 0)
            settings->expected[kept++] = settings->expected[i];
    }
    settings->expected_count = kept;
}

/* --- Modules ---------------------------------------------------------------------------------- */

static void rename_places(struct observer_module *places, size_t count, const char *from,
                          const char *to)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(places[i].module, from) == 0)
            places[i].module = to;
    }
}

void project_rename_module(struct project_settings *settings, const char *from, const char *to)
{
    for (size_t i = 0; i < settings->environment_count; i++) {
        for (size_t j = 0; j < settings->environments[i].observer_count; j++) {
            struct observer_settings *observer = &settings->environments[i].observers[j];

            if (observer->module != NULL && strcmp(observer->module, from) == 0)
                observer->module = to;
            rename_places(observer->modules, observer->module_count, from, to);
            rename_places(observer->config_maps, observer->config_map_count, from, to);
        }
    }
    for (size_t i = 0; i < settings->expected_count; i++) {
        struct expected_difference *expected = &settings->expected[i];

        if (expected->module != NULL && strcmp(expected->module, from) == 0)
            expected->module = to;
    }
}

static void forget_place(struct observer_module *places, size_t *count, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < *count; i++) {
        if (strcmp(places[i].module, name) != 0)
            places[kept++] = places[i];
    }
    *count = kept;
}

/* False when it has nothing left to tell of. */
static bool forget_observed(struct observer_settings *observer, const char *name)
{
    bool named = observer->module_count > 0, configured = observer->config_map_count > 0;

    forget_place(observer->modules, &observer->module_count, name);
    forget_place(observer->config_maps, &observer->config_map_count, name);
    if (configured && observer->config_map_count == 0)
        observer->file = NULL;
    if (observer->module != NULL && strcmp(observer->module, name) == 0)
        return false;
    return !named || observer->module_count > 0 || observer->type == OBSERVER_GITOPS;
}

static void forget_observers(struct environment_settings *environment, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < environment->observer_count; i++) {
        if (forget_observed(&environment->observers[i], name))
            environment->observers[kept++] = environment->observers[i];
    }
    environment->observer_count = kept;
}

void project_forget_module(struct project_settings *settings, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < settings->environment_count; i++)
        forget_observers(&settings->environments[i], name);
    for (size_t i = 0; i < settings->expected_count; i++) {
        const char *module = settings->expected[i].module;

        if (module == NULL || strcmp(module, name) != 0)
            settings->expected[kept++] = settings->expected[i];
    }
    settings->expected_count = kept;
}
