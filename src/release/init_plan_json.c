#include <pilab/release/init_plan.h>

#include <pilab/base/json.h>

static json_t *texts(const char *const *list, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        json_append(array, json_text(list[i]));
    return array;
}

static json_t *environments_json(const struct init_plan *plan)
{
    json_t *array = json_array();

    for (size_t i = 0; i < plan->environment_count; i++) {
        const struct init_environment *environment = &plan->environments[i];
        json_t *object = json_object();

        json_put_text(object, "name", environment->settings.name);
        json_put_text(object, "stage", environment->settings.stage);
        json_put(object, "from",
                 texts((const char *const *)environment->settings.from,
                       environment->settings.from_count));
        json_put_text(object, "standing", init_standing_name(environment->standing));
        json_put_bool(object, "stage_guessed", environment->guessed);
        json_put_bool(object, "stage_unsure", environment->unsure);
        json_append(array, object);
    }
    return array;
}

static json_t *module_json(const struct init_module *module)
{
    json_t *object = json_object();

    json_put_text(object, "name", module->settings.name);
    json_put_text(object, "type", module->settings.type);
    json_put_text(object, "repository", module->settings.repository);
    json_put_text(object, "path", module->settings.path);
    json_put_text(object, "tags", module->settings.tags);
    json_put(object, "config",
             texts((const char *const *)module->settings.config, module->settings.config_count));
    json_put_text(object, "migrations", module->settings.migrations_path);
    json_put_text(object, "standing", init_standing_name(module->standing));
    json_put_bool(object, "read", module->looked);
    json_put_text(object, "refused", module->refused);
    json_put_text(object, "refused_hint", module->refused_hint);
    json_put_integer(object, "versions", (int64_t)module->versions);
    json_put_integer(object, "resolved", (int64_t)module->resolved);
    return object;
}

static json_t *cell_json(const struct init_plan *plan, const struct init_cell *cell)
{
    json_t *object = json_object();

    json_put_text(object, "module", plan->modules[cell->module].settings.name);
    json_put_text(object, "environment", plan->environments[cell->environment].settings.name);
    json_put_text(object, "version", cell->version);
    json_put_text(object, "commit", cell->commit);
    json_put_text(object, "before", cell->before);
    json_put_time(object, "deployed_at", cell->at);
    json_put_text(object, "deployed_by", cell->actor);
    json_put_text(object, "source", cell->source);
    json_put_text(object, "standing", init_standing_name(cell->standing));
    return object;
}

static json_t *tickets_json(const struct init_plan *plan)
{
    json_t *array = json_array();

    for (size_t i = 0; i < plan->ticket_count; i++) {
        json_t *object = json_object();

        json_put_text(object, "key", plan->tickets[i].key);
        json_put_integer(object, "count", (int64_t)plan->tickets[i].count);
        json_put_bool(object, "suspicious", plan->tickets[i].suspicious);
        json_put_bool(object, "ticked", plan->tickets[i].ticked);
        json_append(array, object);
    }
    return array;
}

static json_t *counts_json(const struct init_plan *plan)
{
    json_t *object = json_object();
    size_t versions = 0, resolved = 0, refused = 0;

    for (size_t i = 0; i < plan->module_count; i++) {
        versions += plan->modules[i].versions;
        resolved += plan->modules[i].resolved;
        refused += plan->modules[i].refused != NULL;
    }
    json_put_integer(object, "cells", (int64_t)(plan->module_count * plan->environment_count));
    json_put_integer(object, "cells_known", (int64_t)plan->cell_count);
    json_put_integer(object, "cells_new", (int64_t)init_plan_cells(plan, INIT_NEW));
    json_put_integer(object, "cells_changed", (int64_t)init_plan_cells(plan, INIT_CHANGED));
    json_put_integer(object, "versions", (int64_t)versions);
    json_put_integer(object, "resolved", (int64_t)resolved);
    json_put_integer(object, "repositories_refused", (int64_t)refused);
    return object;
}

json_t *init_plan_json(const struct init_plan *plan)
{
    json_t *object = json_object(), *project = json_object();
    json_t *modules = json_array(), *cells = json_array();

    json_put_text(project, "name", plan->name);
    json_put_text(project, "code", plan->code);
    json_put_bool(project, "exists", plan->exists);
    for (size_t i = 0; i < plan->module_count; i++)
        json_append(modules, module_json(&plan->modules[i]));
    for (size_t i = 0; i < plan->cell_count; i++)
        json_append(cells, cell_json(plan, &plan->cells[i]));
    json_put_text(object, "schema", "pilab.init/1");
    json_put(object, "project", project);
    json_put(object, "counts", counts_json(plan));
    json_put(object, "environments", environments_json(plan));
    json_put(object, "modules", modules);
    json_put(object, "cells", cells);
    json_put(object, "tickets", tickets_json(plan));
    json_put(object, "remarks", texts(plan->remarks, plan->remark_count));
    return object;
}
