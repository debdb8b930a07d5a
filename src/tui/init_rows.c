#include "init_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/strbuf.h>

/* At most: columns with less in them are narrower. */
const struct list_column init_columns[INIT_CELLS] = {
    {NULL,  16, 28, 0, FIT_MIDDLE},
    { NULL, 20, 0,  0, FIT_END   },
    { NULL, 10, 16, 1, FIT_RIGHT },
};

static const char ticket_kind[] = "ticket:";

static void add(struct memory_rows *rows, const char *kind, size_t index, enum role role,
                const char *name, const char *detail, const char *right)
{
    char identity[64];
    struct row row = { .identity = identity };

    snprintf(identity, sizeof identity, "%s%zu", kind, index);
    row_set(&row, 0, role, name);
    row_set(&row, 1, role == ROLE_NORMAL ? ROLE_DIM : role, detail != NULL ? detail : "");
    row_set(&row, 2, ROLE_DIM, right != NULL ? right : "");
    memory_rows_add(rows, &row);
}

/* What is said of many is one row: how many, what, and which. */
static void add_complaint(struct memory_rows *rows, const char *kind, size_t index, enum role role,
                          const char *things, const struct init_complaint *complaint)
{
    struct strbuf name = STRBUF_INIT, text = STRBUF_INIT, places = STRBUF_INIT;

    init_complaint_places(&places, complaint, complaint->count);
    strbuf_add(&text, complaint->text);
    if (complaint->count == 1) {
        strbuf_add(&name, complaint->places[0]);
    } else {
        strbuf_printf(&name, "%zu %s", complaint->count, things);
        strbuf_printf(&text, " (%s)", places.data);
    }
    add(rows, kind, index, role, name.data, text.data, NULL);
    strbuf_release(&name);
    strbuf_release(&text);
    strbuf_release(&places);
}

static void add_refused(struct memory_rows *rows, const struct init_plan *plan)
{
    if (plan->refusal_count > 0)
        memory_rows_add_group(rows, "Repositories that cannot be read", "the rest goes on");
    for (size_t i = 0; i < plan->refusal_count; i++) {
        add_complaint(rows, "refused:", i, ROLE_WARNING, "modules", &plan->refusals[i]);
        memory_rows_find_also(rows, plan->refusals[i].hint);
    }
}

static void unresolved_text(struct strbuf *out, const struct init_plan *plan, size_t module)
{
    for (size_t i = 0; i < plan->cell_count; i++) {
        const struct init_cell *cell = &plan->cells[i];

        if (cell->module == module && cell->commit == NULL)
            strbuf_printf(out, "%s%s in %s", out->length > 0 ? ", " : "", cell->version,
                          plan->environments[cell->environment].settings.name);
    }
}

static void add_unresolved(struct memory_rows *rows, const struct init_plan *plan)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->module_count; i++) {
        const struct init_module *module = &plan->modules[i];
        struct strbuf text = STRBUF_INIT;

        if (!module->looked || module->resolved == module->versions)
            continue;
        if (count++ == 0)
            memory_rows_add_group(rows, "Versions that the repository does not know", "");
        unresolved_text(&text, plan, i);
        add(rows, "unresolved:", i, ROLE_WARNING, module->settings.name, text.data, NULL);
        strbuf_release(&text);
    }
}

static void add_without_repository(struct memory_rows *rows, const struct init_plan *plan)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->module_count; i++) {
        const struct init_module *module = &plan->modules[i];

        if (module->settings.repository != NULL || module->refused != NULL)
            continue;
        if (count++ == 0)
            memory_rows_add_group(rows, "Modules without a repository",
                                  "nothing of theirs can be compared");
        add(rows, "without:", i, ROLE_WARNING, module->settings.name,
            "pilab init --repos or --scan finds it, later too", NULL);
    }
}

static void add_gone(struct memory_rows *rows, const struct init_plan *plan)
{
    if (init_plan_modules(plan, INIT_GONE) + init_plan_environments(plan, INIT_GONE) == 0)
        return;
    memory_rows_add_group(rows, "In the project, and not found this time", "they stay");
    for (size_t i = 0; i < plan->module_count; i++) {
        if (plan->modules[i].standing == INIT_GONE)
            add(rows, "gone:", i, ROLE_NORMAL, plan->modules[i].settings.name, "module", NULL);
    }
    for (size_t i = 0; i < plan->environment_count; i++) {
        if (plan->environments[i].standing == INIT_GONE)
            add(rows, "gone-env:", i, ROLE_NORMAL, plan->environments[i].settings.name,
                "environment", NULL);
    }
}

static void add_environments(struct memory_rows *rows, const struct init_plan *plan)
{
    memory_rows_add_group(rows, "Environments, in the order of promotion",
                          plan->no_production ? "none is recognised as production" : "");
    for (size_t i = 0; i < plan->environment_count; i++) {
        const struct init_environment *environment = &plan->environments[i];
        struct strbuf text = STRBUF_INIT;

        strbuf_add(&text, environment->settings.stage);
        for (size_t j = 0; j < environment->settings.from_count; j++)
            strbuf_printf(&text, "%s%s", j == 0 ? ", from " : ", ", environment->settings.from[j]);
        if (environment->unsure)
            strbuf_add(&text, "; its name does not say its stage");
        add(rows, "env:", i, ROLE_NORMAL, environment->settings.name, text.data,
            plan->exists ? init_standing_name(environment->standing) : NULL);
        strbuf_release(&text);
    }
}

static void add_modules(struct memory_rows *rows, const struct init_plan *plan)
{
    memory_rows_add_group(rows, "Modules", "versions whose commit is known");
    for (size_t i = 0; i < plan->module_count; i++) {
        const struct init_module *module = &plan->modules[i];
        struct strbuf text = STRBUF_INIT, right = STRBUF_INIT;

        strbuf_add(&text, module->settings.type);
        if (module->settings.tags != NULL)
            strbuf_printf(&text, "  tags %s", module->settings.tags);
        if (module->settings.path != NULL)
            strbuf_printf(&text, "  in %s", module->settings.path);
        strbuf_printf(&right, "%zu of %zu", module->resolved, module->versions);
        add(rows, "module:", i, ROLE_NORMAL, module->settings.name, text.data,
            module->versions > 0 ? right.data : NULL);
        memory_rows_find_also(rows, module->settings.repository);
        strbuf_release(&text);
        strbuf_release(&right);
    }
}

static void add_changes(struct memory_rows *rows, const struct init_plan *plan)
{
    if (!plan->exists || init_plan_cells(plan, INIT_CHANGED) == 0)
        return;
    memory_rows_add_group(rows, "Cells that change", "");
    for (size_t i = 0; i < plan->cell_count; i++) {
        const struct init_cell *cell = &plan->cells[i];
        struct strbuf text = STRBUF_INIT;

        if (cell->standing != INIT_CHANGED)
            continue;
        strbuf_printf(&text, "%s: has %s, will have %s",
                      plan->environments[cell->environment].settings.name, cell->before,
                      cell->version);
        add(rows, "cell:", i, ROLE_NORMAL, plan->modules[cell->module].settings.name, text.data,
            NULL);
        strbuf_release(&text);
    }
}

static void add_tickets(struct memory_rows *rows, const struct init_plan *plan)
{
    if (plan->ticket_count > 0)
        memory_rows_add_group(rows, "Keys in the last commits: Space ticks which are tickets",
                              "messages");
    for (size_t i = 0; i < plan->ticket_count; i++) {
        const struct init_ticket *ticket = &plan->tickets[i];
        char name[64], count[32];

        snprintf(name, sizeof name, "[%c] %s", ticket->ticked ? 'x' : ' ', ticket->key);
        snprintf(count, sizeof count, "%zu", ticket->count);
        add(rows, ticket_kind, i, ROLE_NORMAL, name,
            ticket->suspicious ? "looks like something else" : "", count);
    }
}

void init_rows_add(struct memory_rows *rows, const struct init_plan *plan)
{
    add_refused(rows, plan);
    add_unresolved(rows, plan);
    add_without_repository(rows, plan);
    add_gone(rows, plan);
    if (plan->complaint_count > 0)
        memory_rows_add_group(rows, "To know", "");
    for (size_t i = 0; i < plan->complaint_count; i++)
        add_complaint(rows, "remark:", i, ROLE_NORMAL, "times", &plan->complaints[i]);
    add_environments(rows, plan);
    add_modules(rows, plan);
    add_changes(rows, plan);
    add_tickets(rows, plan);
}

bool init_rows_ticket(const char *identity, size_t *index)
{
    if (strncmp(identity, ticket_kind, sizeof ticket_kind - 1) != 0)
        return false;
    *index = strtoul(identity + sizeof ticket_kind - 1, NULL, 10);
    return true;
}
