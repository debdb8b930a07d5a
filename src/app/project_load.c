#include <pilab/app/project.h>

#include <string.h>

#include <pilab/base/json.h>

/* What the tables keep as JSON was written by us; it is checked all the same. */
static bool load_texts(struct call *call, const char *json, const char ***out, size_t *count,
                       struct error *error)
{
    json_t *array = json_read("a module's config", json, strlen(json), error), *entry;
    size_t index;

    if (array == NULL)
        return false;
    *count = json_array_size(array);
    *out = arena_array(call->arena, *count, sizeof **out);
    json_array_foreach(array, index, entry)
    {
        const char *text = json_string_value(entry);

        (*out)[index] = arena_text(call->arena, text != NULL ? text : "");
    }
    json_decref(array);
    return true;
}

static bool load_migrations(struct call *call, const char *json, struct module_settings *module,
                            struct error *error)
{
    json_t *object;

    if (json == NULL)
        return true;
    object = json_read("a module's migrations", json, strlen(json), error);
    if (object == NULL)
        return false;
    module->migrations_path = arena_text(call->arena, json_member_text(object, "path"));
    module->migrations_dialect = arena_text(call->arena, json_member_text(object, "dialect"));
    json_decref(object);
    return true;
}

/* A text alone, which is JSON but no document. */
static const char *load_word(struct call *call, const char *json)
{
    json_t *value = json != NULL ? json_loads(json, JSON_DECODE_ANY, NULL) : NULL;
    const char *text = arena_text(call->arena, json_string_value(value));

    json_decref(value);
    return text;
}

static const char *unless_empty(const char *text)
{
    return text != NULL && *text != '\0' ? text : NULL;
}

/* What the store keeps as JSON beside a module's columns. */
static bool load_more(struct call *call, const char *json, struct module_settings *module,
                      struct error *error)
{
    json_t *object = json_read("a module's settings", json, strlen(json), error);
    bool ok = object != NULL &&
              infrastructure_settings_from_json(json_object_get(object, "infrastructure"),
                                                call->arena, &module->infrastructure, error) &&
              schema_settings_from_json(json_object_get(object, "schema"), call->arena,
                                        &module->schema, error);

    json_decref(object);
    return ok;
}

static bool load_module(struct call *call, const struct store_module *row,
                        struct module_settings *module, struct error *error)
{
    *module = (struct module_settings){
        .name = row->name,
        .type = row->type,
        .description = unless_empty(row->description),
        .repository = row->repository,
        .path = strcmp(row->path, ".") != 0 ? row->path : NULL,
        .tags = unless_empty(row->tags),
        .dependencies = load_word(call, row->dependencies),
        .image = row->image,
    };
    return load_texts(call, row->config, &module->config, &module->config_count, error) &&
           load_migrations(call, row->migrations, module, error) &&
           load_more(call, row->settings, module, error);
}

static bool load_modules(struct call *call, struct project_settings *settings, struct error *error)
{
    struct store_modules list;

    if (!store_module_list(call->connection, call->project->id, NULL, call->arena, &list, error))
        return false;
    settings->module_count = list.count;
    settings->modules = arena_array(call->arena, list.count, sizeof *settings->modules);
    for (size_t i = 0; i < list.count; i++) {
        if (!load_module(call, &list.items[i], &settings->modules[i], error))
            return false;
    }
    return true;
}

static unsigned long long number_of(const json_t *object, const char *key)
{
    json_int_t value = json_integer_value(json_object_get(object, key));

    return value > 0 ? (unsigned long long)value : 0;
}

/* What the store keeps as JSON beside the columns of an environment. */
static bool load_environment_json(struct call *call, const char *json,
                                  struct environment_settings *environment, struct error *error)
{
    json_t *object = json_read("an environment's settings", json, strlen(json), error);
    const json_t *approvals = json_object_get(object, "approvals");
    const json_t *observers = json_object_get(object, "observe");
    bool ok = object != NULL;

    environment->own_approvals = approvals != NULL;
    if (approvals != NULL)
        ok = approval_settings_from_json(approvals, call->arena, &environment->approvals,
                                         &environment->approval_count, error);
    environment->observe_every = number_of(object, "observe_every");
    environment->observe_stale = number_of(object, "observe_stale");
    environment->own_observers = observers != NULL;
    if (ok && observers != NULL)
        ok = observer_settings_from_json(observers, call->arena, &environment->observers,
                                         &environment->observer_count, error);
    json_decref(object);
    return ok;
}

static bool load_environments(struct call *call, struct project_settings *settings,
                              struct error *error)
{
    struct store_environments list;

    if (!store_environment_list(call->connection, call->project->id, NULL, call->arena, &list,
                                error))
        return false;
    settings->environment_count = list.count;
    settings->environments = arena_array(call->arena, list.count, sizeof *settings->environments);
    for (size_t i = 0; i < list.count; i++) {
        const struct store_environment *row = &list.items[i];

        settings->environments[i] =
            (struct environment_settings){ .name = row->name,
                                           .stage = row->stage,
                                           .description = unless_empty(row->description),
                                           .from = row->from,
                                           .from_count = row->from_count };
        if (!load_environment_json(call, row->settings, &settings->environments[i], error))
            return false;
    }
    return true;
}

bool project_load(struct call *call, struct project_settings *settings, struct error *error)
{
    const struct store_project *project = call->project;

    if (!project_settings_read_json(project->settings, strlen(project->settings), call->arena,
                                    settings, error))
        return false;
    settings->name = project->name;
    settings->code = project->code;
    settings->description = unless_empty(project->description);
    return load_modules(call, settings, error) && load_environments(call, settings, error);
}
