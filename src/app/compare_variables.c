/* What two environments keep as variables, side by side, for a comparison of both. */
#include <string.h>

#include <pilab/app/compare_plan.h>

#include "compare_variables.h"
#include "variable_parts.h"

/* Where a row comes in the order of both lists: by name, then module, none first. */
static int order_of(const struct store_variable *a, const struct store_variable *b)
{
    int order = strcmp(a->name, b->name);

    return order != 0
               ? order
               : strcmp(a->module != NULL ? a->module : "", b->module != NULL ? b->module : "");
}

static struct kept_variable_side side_of(const struct store_variable *variable)
{
    if (variable == NULL)
        return (struct kept_variable_side){ .fingerprint = "" };
    return (struct kept_variable_side){ .present = true,
                                        .secret = variable->is_secret,
                                        .value = variable->is_secret ? NULL : variable->value,
                                        .fingerprint = variable->fingerprint };
}

static bool list_of(struct call *call, const char *environment, const char *module,
                    struct store_variables *list, struct error *error)
{
    struct store_environment found;
    struct store_module of;

    return variable_environment(call, environment, &found, error) &&
           (module == NULL || variable_module(call, module, &of, error)) &&
           store_variable_list(call->connection, call->project->id, found.id,
                               module != NULL ? of.id : NULL, call->arena, list, error);
}

bool compare_plan_variables(struct call *call, const char *previous, const char *current,
                            const char *module, struct compare_plan *plan, struct error *error)
{
    struct store_variables before, after;
    struct kept_variable *variables;
    size_t count = 0, i = 0, j = 0;

    if (!list_of(call, previous, module, &before, error) ||
        !list_of(call, current, module, &after, error))
        return false;
    variables = arena_array(call->arena, before.count + after.count, sizeof *variables);
    while (i < before.count || j < after.count) {
        int order = i == before.count  ? 1
                    : j == after.count ? -1
                                       : order_of(&before.items[i], &after.items[j]);
        const struct store_variable *left = order <= 0 ? &before.items[i++] : NULL;
        const struct store_variable *right = order >= 0 ? &after.items[j++] : NULL;
        const struct store_variable *either = left != NULL ? left : right;

        variables[count++] = (struct kept_variable){
            .name = either->name,
            .module = either->module,
            .previous = side_of(left),
            .current = side_of(right),
            .same = left != NULL && right != NULL && variable_same(call, left, right),
        };
    }
    plan->request.variables = variables;
    plan->request.variable_count = count;
    return true;
}
