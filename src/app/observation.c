#include "observation.h"

#include <string.h>

#include <pilab/base/json.h>

#define MINUTE INT64_C(60000)

/* --- Keeping ---------------------------------------------------------------------------------- */

/* Of what nobody looks at there is nothing to be kept. False: not to be. */
static bool fill(const struct verify_cell *cell, struct store_observation *row)
{
    const struct observation *seen = cell->observed;

    if (cell->verdict == VERIFY_WAITING ||
        (cell->verdict == VERIFY_UNOBSERVED && !cell->configured))
        return false;
    *row = (struct store_observation){
        .verdict = cell->verdict == VERIFY_SAME || cell->verdict == VERIFY_DIFFERS
                       ? verify_verdict_name(cell->verdict)
                       : verify_verdict_name(VERIFY_UNASKED),
        .expected = cell->expected->version,
        .source = cell->source != NULL ? cell->source->label : NULL,
        .why = cell->why,
    };
    if (seen == NULL || seen->unread != NULL)
        return true;
    row->absent = seen->absent;
    row->version = seen->version;
    row->commit = seen->commit;
    row->image = seen->image != NULL ? seen->image : seen->digest;
    row->place = seen->place;
    return true;
}

bool observations_keep(struct call *call, const struct verification *verification, size_t *changed,
                       struct error *error)
{
    struct store_environment environment;

    *changed = 0;
    if (!store_environment_find(call->connection, call->project->id, verification->environment,
                                call->arena, &environment, error))
        return false;
    for (size_t i = 0; i < verification->count; i++) {
        const struct verify_cell *cell = &verification->cells[i];
        struct store_observation row;
        struct store_module module;
        bool is_new;

        if (!fill(cell, &row))
            continue;
        /* A module that a baseline still names may be gone. */
        if (!store_module_find(call->connection, call->project->id, cell->expected->module,
                               call->arena, &module, NULL))
            continue;
        row.project_id = call->project->id;
        row.module_id = module.id;
        row.environment_id = environment.id;
        row.last_at =
            cell->source != NULL && cell->source->at != 0 ? cell->source->at : verification->at;
        if (!store_observation_keep(call->connection, &row, &is_new, error))
            return false;
        *changed += is_new;
    }
    return true;
}

/* --- In the manifest -------------------------------------------------------------------------- */

static void put_settings(const struct store_environments *environments, struct manifest *manifest)
{
    for (size_t i = 0; i < environments->count; i++) {
        const struct store_environment *environment = &environments->items[i];
        size_t column = manifest_find_column(manifest, environment->name);
        json_t *settings =
            json_read("settings", environment->settings, strlen(environment->settings), NULL);

        if (column != MANIFEST_NONE) {
            struct manifest_column *out = &manifest->columns[column];

            out->observed = json_array_size(json_object_get(settings, "observe")) > 0;
            out->observe_every =
                json_integer_value(json_object_get(settings, "observe_every")) * MINUTE;
            out->observe_stale =
                json_integer_value(json_object_get(settings, "observe_stale")) * MINUTE;
        }
        json_decref(settings);
    }
}

bool observations_put(struct call *call, const struct store_environments *environments,
                      struct arena *arena, struct manifest *manifest, struct error *error)
{
    struct store_observations list;

    if (!store_observation_latest(call->connection, call->project->id, arena, &list, error))
        return false;
    put_settings(environments, manifest);
    manifest_set_observations(manifest, &list);
    return true;
}
