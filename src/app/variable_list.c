/* Variables side by side: the matrix over all environments, one environment's, two compared. */
#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/app/listing.h>
#include <pilab/base/json.h>

#include "variable_parts.h"

static const char nothing_there[] =
    "There are no variables. `pilab variable set NAME VALUE --environment ENV` sets one.";

/* --- One environment -------------------------------------------------------------------------- */

/* clang-format off */
static const struct result_column one_columns[] = {
    { "name", "Variable", CELL_TEXT, 0 },
    { "module", "Module", CELL_TEXT, 0 },
    { "shown", "Value", CELL_TEXT, 0 },
    { "description", "Description", CELL_TEXT, 3 },
    { "author", "By", CELL_TEXT, 2 },
    { "updated_at", "Changed", CELL_TIME, 1 },
};
/* clang-format on */

static bool list_one(struct call *call, const char *environment_id, const char *module_id,
                     struct result *result, struct error *error)
{
    struct store_variables list;

    if (!store_variable_list(call->connection, call->project->id, environment_id, module_id,
                             call->arena, &list, error))
        return false;
    listing_start(call, result, "variables", one_columns, sizeof one_columns / sizeof *one_columns,
                  NULL, nothing_there);
    for (size_t i = 0; i < list.count; i++)
        json_append(result->items, variable_json(&list.items[i]));
    return true;
}

/* --- All environments ------------------------------------------------------------------------- */

static bool same_row(const struct store_variable *a, const struct store_variable *b)
{
    const char *left = a->module != NULL ? a->module : "",
               *right = b->module != NULL ? b->module : "";

    return strcmp(a->name, b->name) == 0 && strcmp(left, right) == 0;
}

/* "same", "different", or where it is missing. */
static const char *row_state(struct call *call, const struct store_variable *row, size_t count,
                             size_t environments)
{
    for (size_t i = 1; i < count; i++) {
        if (!variable_same(call, &row[0], &row[i]))
            return "different";
    }
    if (count == environments)
        return "same";
    return count == 1 ? "here alone" : "same where set";
}

static json_t *row_json(struct call *call, const struct store_variable *row, size_t count,
                        const struct store_environments *environments)
{
    json_t *object = json_object(), *cells = json_array(), *cell;
    bool secret = false;

    for (size_t i = 0; i < count; i++) {
        secret = secret || row[i].is_secret;
        json_put_text(object, row[i].environment, variable_shown(&row[i]));
        cell = variable_json(&row[i]);
        if (i > 0)
            json_put_bool(cell, "as_before", variable_same(call, &row[i - 1], &row[i]));
        json_append(cells, cell);
    }
    /* Last, so that an environment of such a name does not take their place. */
    json_put_text(object, "name", row[0].name);
    json_put_text(object, "module", row[0].module);
    json_put_bool(object, "secret", secret);
    json_put_text(object, "state", row_state(call, row, count, environments->count));
    json_put(object, "cells", cells);
    return object;
}

/* They outlive the call: in the full screen it ends on its worker before the list is drawn. */
static const struct result_column *
matrix_columns(struct arena *arena, const struct store_environments *environments, size_t *count)
{
    struct result_column *columns = arena_array(arena, environments->count + 3, sizeof *columns);
    size_t n = 0;

    columns[n++] = (struct result_column){ "name", "Variable", CELL_TEXT, 0 };
    columns[n++] = (struct result_column){ "module", "Module", CELL_TEXT, 1 };
    columns[n++] = (struct result_column){ "state", "Values are", CELL_TEXT, 0 };
    for (size_t i = 0; i < environments->count; i++) {
        const char *name = arena_text(arena, environments->items[i].name);

        columns[n++] = (struct result_column){ name, name, CELL_TEXT, 0 };
    }
    *count = n;
    return columns;
}

static bool list_all(struct call *call, const char *module_id, struct result *result,
                     struct error *error)
{
    const struct result_column *columns;
    struct store_environments environments;
    struct store_variables list;
    size_t column_count;

    if (!store_environment_list(call->connection, call->project->id, NULL, call->arena,
                                &environments, error) ||
        !store_variable_list(call->connection, call->project->id, NULL, module_id, call->arena,
                             &list, error))
        return false;
    result->arena = arena_new();
    columns = matrix_columns(result->arena, &environments, &column_count);
    listing_start(call, result, "variable_matrix", columns, column_count, NULL, nothing_there);
    for (size_t i = 0, count; i < list.count; i += count) {
        for (count = 1; i + count < list.count; count++) {
            if (!same_row(&list.items[i], &list.items[i + count]))
                break;
        }
        json_append(result->items, row_json(call, &list.items[i], count, &environments));
    }
    return true;
}

bool app_variable_list(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error)
{
    const char *environment_name = arguments_option(arguments, "environment");
    const char *module_name = arguments_option(arguments, "module");
    struct store_environment environment;
    struct store_module module;

    if ((environment_name != NULL &&
         !variable_environment(call, environment_name, &environment, error)) ||
        (module_name != NULL && !variable_module(call, module_name, &module, error)))
        return false;
    return environment_name != NULL
               ? list_one(call, environment.id, module_name != NULL ? module.id : NULL, result,
                          error)
               : list_all(call, module_name != NULL ? module.id : NULL, result, error);
}

/* --- Two compared ----------------------------------------------------------------------------- */

/* clang-format off */
static const struct result_column compare_columns[] = {
    { "change", "Change", CELL_TEXT, 0 },
    { "name", "Variable", CELL_TEXT, 0 },
    { "module", "Module", CELL_TEXT, 1 },
    { "previous", "Before", CELL_TEXT, 0 },
    { "current", "After", CELL_TEXT, 0 },
};
/* clang-format on */

/* What is there on one side only, or on both and not the same. `previous` or `current` NULL. */
static void add_difference(struct call *call, json_t *items, const struct store_variable *previous,
                           const struct store_variable *current)
{
    const struct store_variable *either = current != NULL ? current : previous;
    json_t *object;

    if (previous != NULL && current != NULL && variable_same(call, previous, current))
        return;
    object = json_object();
    json_put_text(object, "change",
                  previous == NULL  ? "added"
                  : current == NULL ? "removed"
                                    : "changed");
    json_put_text(object, "name", either->name);
    json_put_text(object, "module", either->module);
    json_put_bool(object, "secret",
                  (previous != NULL && previous->is_secret) ||
                      (current != NULL && current->is_secret));
    json_put_text(object, "previous", previous != NULL ? variable_shown(previous) : NULL);
    json_put_text(object, "current", current != NULL ? variable_shown(current) : NULL);
    json_append(items, object);
}

/* Where a row comes in the order of both lists: by name, then module, none first. */
static int order_of(const struct store_variable *a, const struct store_variable *b)
{
    int order = strcmp(a->name, b->name);

    return order != 0
               ? order
               : strcmp(a->module != NULL ? a->module : "", b->module != NULL ? b->module : "");
}

static void merge_lists(struct call *call, const struct store_variables *previous,
                        const struct store_variables *current, json_t *items)
{
    size_t i = 0, j = 0;

    while (i < previous->count || j < current->count) {
        int order = i == previous->count  ? 1
                    : j == current->count ? -1
                                          : order_of(&previous->items[i], &current->items[j]);
        const struct store_variable *left = order <= 0 ? &previous->items[i++] : NULL;
        const struct store_variable *right = order >= 0 ? &current->items[j++] : NULL;

        add_difference(call, items, left, right);
    }
}

bool app_variable_compare(struct call *call, const struct arguments *arguments,
                          struct result *result, struct error *error)
{
    struct store_environment previous, current;
    struct store_variables before, after;

    if (!variable_environment(call, arguments_at(arguments, 0), &previous, error) ||
        !variable_environment(call, arguments_at(arguments, 1), &current, error) ||
        !store_variable_list(call->connection, call->project->id, previous.id, NULL, call->arena,
                             &before, error) ||
        !store_variable_list(call->connection, call->project->id, current.id, NULL, call->arena,
                             &after, error))
        return false;
    listing_start(call, result, "variable_differences", compare_columns,
                  sizeof compare_columns / sizeof *compare_columns, NULL,
                  "Both environments have the same variables, with the same values.");
    merge_lists(call, &before, &after, result->items);
    result->differences = json_array_size(result->items) > 0;
    return true;
}
