/* A plan as a change: it is done to the project as it stands when it is written, which may be
 * another one than was looked at. */
#include <pilab/release/init_plan.h>

#include <string.h>
#include <strings.h>

#include "init_module.h"

static bool apply_name(const struct init_plan *plan, struct project_settings *settings,
                       struct error *error)
{
    const char *before = plan->base != NULL ? plan->base->name : NULL;

    if (before != NULL && strcmp(plan->name, before) == 0)
        return true;
    if (before != NULL && strcmp(settings->name, before) != 0 &&
        strcmp(settings->name, plan->name) != 0)
        return error_set(error, ERROR_CONFLICT, "%s was renamed meanwhile, to %s", before,
                         settings->name);
    settings->name = plan->name;
    return true;
}

static bool has_environment(const struct project_settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->environment_count; i++) {
        if (strcasecmp(settings->environments[i].name, name) == 0)
            return true;
    }
    return false;
}

static void apply_environments(const struct init_plan *plan, struct arena *arena,
                               struct project_settings *settings)
{
    size_t most = settings->environment_count + plan->environment_count;
    struct environment_settings *all = arena_array(arena, most, sizeof *all);

    for (size_t i = 0; i < settings->environment_count; i++)
        all[i] = settings->environments[i];
    settings->environments = all;
    for (size_t i = 0; i < plan->environment_count; i++) {
        const struct init_environment *environment = &plan->environments[i];

        if (environment->standing == INIT_NEW &&
            !has_environment(settings, environment->settings.name))
            all[settings->environment_count++] = environment->settings;
    }
}

static struct module_settings *find_module(struct project_settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->module_count; i++) {
        if (strcasecmp(settings->modules[i].name, name) == 0)
            return &settings->modules[i];
    }
    return NULL;
}

/* One that the plan fills and somebody took away stays away. */
static void apply_modules(const struct init_plan *plan, struct arena *arena,
                          struct project_settings *settings)
{
    size_t most = settings->module_count + plan->module_count;
    struct module_settings *all = arena_array(arena, most, sizeof *all);

    for (size_t i = 0; i < settings->module_count; i++)
        all[i] = settings->modules[i];
    settings->modules = all;
    for (size_t i = 0; i < plan->module_count; i++) {
        const struct init_module *module = &plan->modules[i];
        struct module_settings *there = find_module(settings, module->settings.name);

        if (there != NULL && (module->standing == INIT_NEW || module->standing == INIT_CHANGED))
            init_module_fill(there, &module->settings);
        else if (there == NULL && module->standing == INIT_NEW)
            all[settings->module_count++] = module->settings;
    }
}

static bool has_key(const struct project_settings *settings, const char *key)
{
    for (size_t i = 0; settings != NULL && i < settings->ticket_count; i++) {
        if (strcasecmp(settings->tickets[i], key) == 0)
            return true;
    }
    return false;
}

static bool is_ticked(const struct init_plan *plan, const char *key)
{
    for (size_t i = 0; i < plan->ticket_count; i++) {
        if (plan->tickets[i].ticked && strcasecmp(plan->tickets[i].key, key) == 0)
            return true;
    }
    return false;
}

/* What was ticked and what was unticked; keys that nobody was shown stay. */
static void apply_tickets(const struct init_plan *plan, struct arena *arena,
                          struct project_settings *settings)
{
    struct project_settings now = *settings;

    settings->tickets =
        arena_array(arena, now.ticket_count + plan->ticket_count, sizeof *settings->tickets);
    settings->ticket_count = 0;
    for (size_t i = 0; i < now.ticket_count; i++) {
        if (!has_key(plan->base, now.tickets[i]) || is_ticked(plan, now.tickets[i]))
            settings->tickets[settings->ticket_count++] = now.tickets[i];
    }
    for (size_t i = 0; i < plan->ticket_count; i++) {
        const struct init_ticket *ticket = &plan->tickets[i];

        if (ticket->ticked && !has_key(plan->base, ticket->key) && !has_key(settings, ticket->key))
            settings->tickets[settings->ticket_count++] = ticket->key;
    }
}

bool init_plan_apply(const struct init_plan *plan, struct arena *arena,
                     struct project_settings *settings, struct error *error)
{
    if (!apply_name(plan, settings, error))
        return false;
    apply_environments(plan, arena, settings);
    apply_modules(plan, arena, settings);
    apply_tickets(plan, arena, settings);
    return true;
}

void init_plan_settings(const struct init_plan *plan, struct arena *arena,
                        struct project_settings *settings)
{
    if (plan->base != NULL)
        *settings = *plan->base;
    else
        memset(settings, 0, sizeof *settings);
    settings->code = plan->code;
    /* Nobody renames what it was made from. */
    init_plan_apply(plan, arena, settings, NULL);
}
