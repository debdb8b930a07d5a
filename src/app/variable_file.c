#include "variable_file.h"

#include <string.h>
#include <strings.h>

#include <pilab/store/environment.h>
#include <pilab/store/module.h>
#include <pilab/store/variable.h>

bool variables_load(struct call *call, struct project_settings *settings, struct error *error)
{
    struct store_variables list;

    if (!store_variable_list(call->connection, call->project->id, NULL, NULL, call->arena, &list,
                             error))
        return false;
    settings->variable_count = list.count;
    settings->variables_given = list.count > 0;
    settings->variables = arena_array(call->arena, list.count, sizeof *settings->variables);
    for (size_t i = 0; i < list.count; i++) {
        const struct store_variable *row = &list.items[i];

        settings->variables[i] = (struct variable_settings){
            .name = row->name,
            .environment = row->environment,
            .module = row->module,
            .value = row->value,
            .description = *row->description != '\0' ? row->description : NULL,
            .secret = row->is_secret,
        };
    }
    return true;
}

const struct variable_settings *variables_find(const struct project_settings *settings,
                                               const struct variable_settings *place)
{
    const char *module = place->module != NULL ? place->module : "";

    for (size_t i = 0; i < settings->variable_count; i++) {
        const struct variable_settings *variable = &settings->variables[i];

        if (strcmp(variable->name, place->name) == 0 &&
            strcasecmp(variable->environment, place->environment) == 0 &&
            strcmp(variable->module != NULL ? variable->module : "", module) == 0)
            return variable;
    }
    return NULL;
}

/* Whether the store says already what the settings say. */
static bool agrees(const struct store_variable *row, const struct variable_settings *settings)
{
    const char *description = settings->description != NULL ? settings->description : "";

    return row->is_secret == settings->secret && strcmp(row->description, description) == 0 &&
           (settings->secret || strcmp(row->value, settings->value) == 0);
}

static bool refuse_clear(const char *name, const char *environment, struct error *error)
{
    error_set(error, ERROR_INVALID, "%s in %s is a secret, and the file has it in the clear", name,
              environment);
    return error_hint(error, "Write secret: true without a value; or unset it first, when "
                             "everybody may read it.");
}

bool variables_check(const struct project_settings *now, const struct project_settings *wanted,
                     struct error *error)
{
    for (size_t i = 0; i < now->variable_count; i++) {
        const struct variable_settings *row = &now->variables[i];
        const struct variable_settings *named = variables_find(wanted, row);

        if (row->secret && named != NULL && !named->secret)
            return refuse_clear(row->name, row->environment, error);
    }
    return true;
}

static bool save_variable(struct call *call, const struct variable_settings *settings,
                          size_t *changed, struct error *error)
{
    struct store_environment environment;
    struct store_module module;
    struct store_variable row, wanted = { .project_id = call->project->id,
                                          .name = settings->name,
                                          .value = settings->value,
                                          .description = settings->description,
                                          .is_secret = settings->secret,
                                          .author = call->actor.login };
    bool found;

    if (!store_environment_find(call->connection, call->project->id, settings->environment,
                                call->arena, &environment, error) ||
        (settings->module != NULL &&
         !store_module_find(call->connection, call->project->id, settings->module, call->arena,
                            &module, error)))
        return false;
    wanted.environment_id = environment.id;
    wanted.module_id = settings->module != NULL ? module.id : NULL;
    if (!store_variable_find(call->connection, environment.id, wanted.module_id, settings->name,
                             call->arena, &row, &found, error))
        return false;
    if (found && agrees(&row, settings))
        return true;
    if (found && row.is_secret && !settings->secret)
        return refuse_clear(settings->name, environment.name, error);
    if (found) {
        memcpy(wanted.id, row.id, sizeof wanted.id);
        wanted.rev = row.rev;
        wanted.created_at = row.created_at;
        wanted.sealed = row.sealed; /* its place is the same */
        wanted.sealed_length = row.sealed_length;
        wanted.fingerprint = row.fingerprint;
    }
    (*changed)++;
    return store_variable_put(call->connection, &wanted, error);
}

static bool is_named(const struct project_settings *settings, const struct store_variable *row)
{
    const struct variable_settings place = { .name = row->name,
                                             .environment = row->environment,
                                             .module = row->module };

    return variables_find(settings, &place) != NULL;
}

bool variables_save(struct call *call, const struct project_settings *settings, size_t *changed,
                    struct error *error)
{
    struct store_variables there;

    *changed = 0;
    if (!settings->variables_given)
        return true;
    for (size_t i = 0; i < settings->variable_count; i++) {
        if (!save_variable(call, &settings->variables[i], changed, error))
            return false;
    }
    if (!store_variable_list(call->connection, call->project->id, NULL, NULL, call->arena, &there,
                             error))
        return false;
    for (size_t i = 0; i < there.count; i++) {
        if (there.items[i].is_secret || is_named(settings, &there.items[i]))
            continue;
        (*changed)++;
        if (!store_variable_remove(call->connection, &there.items[i], call->actor.login, error))
            return false;
    }
    return true;
}
