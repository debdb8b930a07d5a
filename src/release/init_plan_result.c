#include <pilab/release/init_plan.h>

#include <string.h>
#include <strings.h>

size_t init_plan_cells(const struct init_plan *plan, enum init_standing standing)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->cell_count; i++)
        count += plan->cells[i].standing == standing;
    return count;
}

size_t init_plan_modules(const struct init_plan *plan, enum init_standing standing)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->module_count; i++)
        count += plan->modules[i].standing == standing;
    return count;
}

size_t init_plan_environments(const struct init_plan *plan, enum init_standing standing)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->environment_count; i++)
        count += plan->environments[i].standing == standing;
    return count;
}

static bool is_in(const char *key, const char *const *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(keys[i], key) == 0)
            return true;
    }
    return false;
}

/* Whether what is ticked is not what the project has. */
static bool tickets_change(const struct init_plan *plan)
{
    size_t ticked = 0, common = 0;
    const struct project_settings *base = plan->base;

    for (size_t i = 0; i < plan->ticket_count; i++) {
        if (!plan->tickets[i].ticked)
            continue;
        ticked++;
        common += base != NULL && is_in(plan->tickets[i].key, (const char *const *)base->tickets,
                                        base->ticket_count);
    }
    return base == NULL || ticked != common || common != base->ticket_count;
}

bool init_plan_is_empty(const struct init_plan *plan)
{
    return plan->exists && strcmp(plan->name, plan->base->name) == 0 && !tickets_change(plan) &&
           init_plan_environments(plan, INIT_NEW) == 0 && init_plan_modules(plan, INIT_NEW) == 0 &&
           init_plan_modules(plan, INIT_CHANGED) == 0 && init_plan_cells(plan, INIT_NEW) == 0 &&
           init_plan_cells(plan, INIT_CHANGED) == 0;
}

void init_plan_title(struct strbuf *out, const struct init_plan *plan)
{
    size_t all = plan->module_count * plan->environment_count;

    strbuf_printf(out, "%s (%s), %s: %zu module%s, %zu environment%s, %zu of %zu cells", plan->name,
                  plan->code, plan->exists ? "already there" : "new", plan->module_count,
                  plan->module_count == 1 ? "" : "s", plan->environment_count,
                  plan->environment_count == 1 ? "" : "s", plan->cell_count, all);
}
