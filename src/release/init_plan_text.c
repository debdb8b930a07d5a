#include <pilab/release/init_plan.h>

#include <string.h>

#include <pilab/base/rich.h>

#define MOST_LINES 20 /* of one kind of remark; --json has them all */
#define MOST_NAMES 30 /* of what one remark is about */

/* A page in the making. */
struct plan_page {
    struct strbuf *out;
    const struct init_plan *plan;
    size_t width;
    bool utf8;
};

static void heading(struct plan_page *page, const char *title)
{
    if (page->out->length > 0)
        strbuf_add_char(page->out, '\n');
    rich_word(page->out, RICH_HEADING, title);
    strbuf_add_char(page->out, '\n');
}

/* Text from outside, wrapped, behind a mark. */
static void line(struct plan_page *page, enum rich_role role, const char *text)
{
    struct strbuf rich = STRBUF_INIT;

    rich_text(&rich, role, text, page->utf8);
    rich_wrap(page->out, rich.data, 2, page->width);
    strbuf_release(&rich);
}

static void more(struct plan_page *page, size_t count)
{
    if (count > MOST_LINES)
        strbuf_printf(page->out, "  ... and %zu more: --json lists them all\n", count - MOST_LINES);
}

/* --- What was not found ----------------------------------------------------------------------- */

/* What is said of many is said once, with their number and their names below. */
static void complaint_line(struct plan_page *page, enum rich_role role, const char *things,
                           const struct init_complaint *complaint)
{
    struct strbuf text = STRBUF_INIT;

    if (complaint->count == 1) {
        strbuf_printf(&text, "%s: %s", complaint->places[0], complaint->text);
        line(page, role, text.data);
    } else {
        strbuf_printf(&text, "%zu %s: %s", complaint->count, things, complaint->text);
        line(page, role, text.data);
        strbuf_clear(&text);
        init_complaint_places(&text, complaint, MOST_NAMES);
        line(page, RICH_PLAIN, text.data);
    }
    strbuf_release(&text);
}

static bool same_hint(const struct init_complaint *a, const struct init_complaint *b)
{
    return a->hint != NULL && b->hint != NULL && strcmp(a->hint, b->hint) == 0;
}

/* Advice that fits the next one as well waits for the last that it fits. */
static void refusals(struct plan_page *page)
{
    const struct init_plan *plan = page->plan;
    const struct init_complaint *list = plan->refusals;
    size_t shown = plan->refusal_count < MOST_LINES ? plan->refusal_count : MOST_LINES;

    if (shown > 0)
        heading(page, "Repositories that cannot be read (the rest goes on)");
    for (size_t i = 0; i < shown; i++) {
        complaint_line(page, RICH_WARNING, "modules", &list[i]);
        if (list[i].hint != NULL && (i + 1 == shown || !same_hint(&list[i], &list[i + 1])))
            line(page, RICH_DIM, list[i].hint);
    }
    more(page, plan->refusal_count);
}

static void unresolved_of(struct plan_page *page, size_t index)
{
    const struct init_plan *plan = page->plan;
    struct strbuf text = STRBUF_INIT;
    size_t named = 0;

    strbuf_printf(&text, "%s:", plan->modules[index].settings.name);
    for (size_t i = 0; i < plan->cell_count; i++) {
        const struct init_cell *cell = &plan->cells[i];

        if (cell->module != index || cell->commit != NULL)
            continue;
        strbuf_printf(&text, "%s %s in %s", named++ > 0 ? "," : "", cell->version,
                      plan->environments[cell->environment].settings.name);
    }
    line(page, RICH_WARNING, text.data);
    strbuf_release(&text);
}

static void unresolved(struct plan_page *page)
{
    const struct init_plan *plan = page->plan;
    size_t count = 0;

    for (size_t i = 0; i < plan->module_count; i++) {
        const struct init_module *module = &plan->modules[i];

        if (!module->looked || module->resolved == module->versions)
            continue;
        if (count++ == 0)
            heading(page, "Versions that the repository does not know");
        if (count <= MOST_LINES)
            unresolved_of(page, i);
    }
    more(page, count);
}

static void without_repository(struct plan_page *page)
{
    const struct init_plan *plan = page->plan;
    struct strbuf text = STRBUF_INIT;
    size_t count = 0;

    for (size_t i = 0; i < plan->module_count; i++) {
        if (plan->modules[i].settings.repository == NULL && plan->modules[i].refused == NULL)
            strbuf_printf(&text, "%s%s", count++ > 0 ? ", " : "", plan->modules[i].settings.name);
    }
    if (count > 0) {
        heading(page, "Modules without a repository (nothing of theirs can be compared)");
        line(page, RICH_WARNING, text.data);
        line(page, RICH_DIM, "--repos PATTERN or --scan DIR finds them");
    }
    strbuf_release(&text);
}

static void gone(struct plan_page *page)
{
    const struct init_plan *plan = page->plan;
    struct strbuf text = STRBUF_INIT;
    size_t count = 0;

    for (size_t i = 0; i < plan->module_count; i++) {
        if (plan->modules[i].standing == INIT_GONE)
            strbuf_printf(&text, "%s%s", count++ > 0 ? ", " : "", plan->modules[i].settings.name);
    }
    for (size_t i = 0; i < plan->environment_count; i++) {
        if (plan->environments[i].standing == INIT_GONE)
            strbuf_printf(&text, "%s%s (environment)", count++ > 0 ? ", " : "",
                          plan->environments[i].settings.name);
    }
    if (count > 0) {
        heading(page, "In the project, and not found this time (they stay)");
        line(page, RICH_PLAIN, text.data);
        line(page, RICH_DIM,
             "to take one out: pilab project export -o pilab.yaml, delete it "
             "there, pilab project import pilab.yaml");
    }
    strbuf_release(&text);
}

static void remarks(struct plan_page *page)
{
    const struct init_plan *plan = page->plan;

    if (plan->complaint_count > 0)
        heading(page, "To know");
    for (size_t i = 0; i < plan->complaint_count && i < MOST_LINES; i++)
        complaint_line(page, RICH_PLAIN, "times", &plan->complaints[i]);
    more(page, plan->complaint_count);
}

/* --- What would be written -------------------------------------------------------------------- */

static void environments(struct plan_page *page)
{
    const struct init_plan *plan = page->plan;

    heading(page, "Environments, in the order of promotion");
    for (size_t i = 0; i < plan->environment_count; i++) {
        const struct init_environment *environment = &plan->environments[i];
        const struct environment_settings *settings = &environment->settings;

        strbuf_add(page->out, "  ");
        rich_cell(page->out, RICH_NAME, settings->name, 16, RICH_LEFT, page->utf8);
        strbuf_add_char(page->out, ' ');
        rich_cell(page->out, RICH_PLAIN, settings->stage, 9, RICH_LEFT, page->utf8);
        strbuf_add_char(page->out, ' ');
        for (size_t j = 0; j < settings->from_count; j++) {
            strbuf_add(page->out, j == 0 ? "from " : ", ");
            rich_text(page->out, RICH_PLAIN, settings->from[j], page->utf8);
        }
        if (environment->unsure)
            rich_word(page->out, RICH_WARNING, "  its name does not say its stage");
        else if (environment->standing == INIT_NEW && plan->exists)
            rich_word(page->out, RICH_ADDED, "  new");
        strbuf_add_char(page->out, '\n');
    }
    if (plan->environment_count == 0)
        line(page, RICH_WARNING, "none: a table or a GitOps repository names them");
    else if (plan->no_production)
        line(page, RICH_WARNING, "none of them is recognised as production");
}

static void module_line(struct plan_page *page, const struct init_module *module)
{
    const struct module_settings *settings = &module->settings;
    struct strbuf right = STRBUF_INIT, left = STRBUF_INIT;

    strbuf_add(&left, "  ");
    rich_cell(&left, RICH_NAME, settings->name, 26, RICH_ENDS, page->utf8);
    strbuf_add_char(&left, ' ');
    rich_cell(&left, RICH_PLAIN, settings->type, 14, RICH_LEFT, page->utf8);
    strbuf_add_char(&left, ' ');
    rich_text(&left, RICH_PLAIN, settings->tags != NULL ? settings->tags : "-", page->utf8);
    if (settings->path != NULL && strcmp(settings->path, ".") != 0) {
        strbuf_add(&left, "  ");
        rich_text(&left, RICH_DIM, settings->path, page->utf8);
    }
    if (module->versions > 0)
        strbuf_printf(&right, "%zu/%zu versions", module->resolved, module->versions);
    else if (module->refused != NULL)
        strbuf_add(&right, "not read");
    else if (page->plan->exists && module->standing == INIT_NEW)
        strbuf_add(&right, "new");
    rich_line(page->out, left.data, right.data, page->width, page->utf8);
    strbuf_release(&left);
    strbuf_release(&right);
}

/* In a project that is there only what changes is listed. */
static void modules(struct plan_page *page)
{
    const struct init_plan *plan = page->plan;
    size_t hidden = 0;

    heading(page, "Modules: type, tags, versions whose commit is known");
    for (size_t i = 0; i < plan->module_count; i++) {
        const struct init_module *module = &plan->modules[i];

        if (plan->exists && module->standing != INIT_NEW && module->standing != INIT_CHANGED)
            hidden++;
        else
            module_line(page, module);
    }
    if (hidden > 0)
        strbuf_printf(page->out, "  %zu stay%s as they are\n", hidden, hidden == 1 ? "s" : "");
}

static void changed_cells(struct plan_page *page)
{
    const struct init_plan *plan = page->plan;
    size_t count = 0;

    for (size_t i = 0; plan->exists && i < plan->cell_count; i++) {
        const struct init_cell *cell = &plan->cells[i];
        struct strbuf text = STRBUF_INIT;

        if (cell->standing != INIT_CHANGED)
            continue;
        if (count++ == 0)
            heading(page, "Cells that change");
        strbuf_printf(&text, "%s in %s: %s -> %s", plan->modules[cell->module].settings.name,
                      plan->environments[cell->environment].settings.name, cell->before,
                      cell->version);
        if (count <= MOST_LINES)
            line(page, RICH_PLAIN, text.data);
        strbuf_release(&text);
    }
    more(page, count);
}

static void tickets(struct plan_page *page)
{
    const struct init_plan *plan = page->plan;

    if (plan->ticket_count == 0)
        return;
    heading(page, "Ticket keys seen in the last commits ([x]: taken as tickets)");
    for (size_t i = 0; i < plan->ticket_count && i < MOST_LINES; i++) {
        const struct init_ticket *ticket = &plan->tickets[i];

        strbuf_add(page->out, ticket->ticked ? "  [x] " : "  [ ] ");
        rich_cell(page->out, RICH_NAME, ticket->key, 12, RICH_LEFT, page->utf8);
        strbuf_printf(page->out, " %6zu", ticket->count);
        if (ticket->suspicious)
            rich_word(page->out, RICH_DIM, "  looks like something else");
        strbuf_add_char(page->out, '\n');
    }
    more(page, plan->ticket_count);
}

static void summary(struct plan_page *page)
{
    const struct init_plan *plan = page->plan;
    size_t versions = 0, resolved = 0;
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < plan->module_count; i++) {
        versions += plan->modules[i].versions;
        resolved += plan->modules[i].resolved;
    }
    rich_text(page->out, RICH_TITLE, plan->name, page->utf8);
    strbuf_add(page->out, " (");
    rich_text(page->out, RICH_NAME, plan->code, page->utf8);
    strbuf_printf(page->out, "), %s\n", plan->exists ? "which is there already" : "a new project");
    strbuf_printf(&text,
                  "%zu module%s, %zu environment%s, %zu of %zu cells known, %zu of %zu versions "
                  "resolved to commits",
                  plan->module_count, plan->module_count == 1 ? "" : "s", plan->environment_count,
                  plan->environment_count == 1 ? "" : "s", plan->cell_count,
                  plan->module_count * plan->environment_count, resolved, versions);
    rich_wrap(page->out, text.data, 0, page->width);
    strbuf_clear(&text);
    if (plan->exists)
        strbuf_printf(&text,
                      "to write: %zu new cell%s, %zu changed, %zu new module%s, %zu "
                      "changed, %zu new environment%s",
                      init_plan_cells(plan, INIT_NEW),
                      init_plan_cells(plan, INIT_NEW) == 1 ? "" : "s",
                      init_plan_cells(plan, INIT_CHANGED), init_plan_modules(plan, INIT_NEW),
                      init_plan_modules(plan, INIT_NEW) == 1 ? "" : "s",
                      init_plan_modules(plan, INIT_CHANGED), init_plan_environments(plan, INIT_NEW),
                      init_plan_environments(plan, INIT_NEW) == 1 ? "" : "s");
    if (text.length > 0)
        rich_wrap(page->out, text.data, 0, page->width);
    strbuf_release(&text);
}

void init_plan_text(struct strbuf *out, const struct init_plan *plan, size_t width, bool utf8)
{
    struct plan_page page = { out, plan, width, utf8 };

    summary(&page);
    refusals(&page);
    unresolved(&page);
    without_repository(&page);
    gone(&page);
    remarks(&page);
    environments(&page);
    modules(&page);
    changed_cells(&page);
    tickets(&page);
}
