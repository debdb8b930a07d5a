#include <pilab/app/use_cases.h>

#include <pilab/base/json.h>
#include <pilab/store/environment.h>

static const struct result_column environment_columns[] = {
    {"name",         "Environment", CELL_TEXT, 0},
    { "stage",       "Stage",       CELL_TEXT, 0},
    { "from",        "From",        CELL_TEXT, 0},
    { "description", "Description", CELL_TEXT, 1},
};

static json_t *environment_json(const struct store_environment *environment)
{
    json_t *object = json_object();
    struct strbuf from = STRBUF_INIT;

    for (size_t i = 0; i < environment->from_count; i++)
        strbuf_printf(&from, "%s%s", i > 0 ? ", " : "", environment->from[i]);
    json_put_text(object, "name", environment->name);
    json_put_text(object, "stage", environment->stage);
    json_put_text(object, "from", from.data);
    json_put_bool(object, "is_production", environment->is_production);
    json_put_text(object, "description", environment->description);
    strbuf_release(&from);
    return object;
}

bool app_environment_list(struct call *call, const struct arguments *arguments,
                          struct result *result, struct error *error)
{
    struct store_environments list;

    (void)arguments;
    if (!store_environment_list(call->connection, call->project->id, NULL, call->arena, &list,
                                error))
        return false;
    result->kind = RESULT_LIST;
    result->list_kind = "environments";
    result->items = json_array();
    result->columns = environment_columns;
    result->column_count = sizeof environment_columns / sizeof *environment_columns;
    result->empty = "The project has no environments. `pilab init` fills them in, `pilab project "
                    "import` takes them from a pilab.yaml.";
    for (size_t i = 0; i < list.count; i++)
        json_append(result->items, environment_json(&list.items[i]));
    return true;
}
