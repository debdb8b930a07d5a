#include "setup_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/release/stage.h>

/* clang-format off */
static const struct list_column project_columns[] = {
    { "Setting", 16, 20, 0, FIT_END }, { "Value", 20, 0, 0, FIT_END },
};
static const struct list_column module_columns[] = {
    { "Module", 12, 24, 0, FIT_END },  { "Type", 8, 14, 2, FIT_END },
    { "Tags", 8, 16, 3, FIT_END },     { "Repository", 20, 0, 0, FIT_MIDDLE },
};
static const struct list_column repository_columns[] = {
    { "Repository", 20, 0, 0, FIT_MIDDLE }, { "Modules", 7, 7, 2, FIT_RIGHT },
    { "Test", 14, 40, 0, FIT_END },
};
static const struct list_column environment_columns[] = {
    { "Environment", 11, 16, 0, FIT_END },  { "Stage", 8, 10, 0, FIT_END },
    { "From", 8, 12, 0, FIT_END },          { "Approvals", 16, 0, 2, FIT_END },
    { "Observers", 9, 9, 3, FIT_RIGHT },
};
static const struct list_column people_columns[] = {
    { "Who", 12, 24, 0, FIT_END },  { "Role", 11, 12, 0, FIT_END },
    { "Groups and people", 16, 0, 0, FIT_END },
};
static const struct list_column ticket_columns[] = {
    { "Key", 8, 12, 0, FIT_END },    { "Is", 11, 12, 0, FIT_END },
    { "Messages", 8, 10, 0, FIT_RIGHT }, { NULL, 10, 0, 3, FIT_END },
};
static const struct list_column doctor_columns[] = {
    { "Area", 9, 14, 2, FIT_END }, { "State", 8, 8, 0, FIT_END }, { "Found", 20, 0, 0, FIT_END },
};
/* clang-format on */

#define COLUMNS(array) array, sizeof(array) / sizeof *(array)

/* clang-format off */
static const struct {
    const struct list_column *columns;
    size_t count;
    const char *empty;
} tabs[SETUP_TAB_COUNT] = {
    [SETUP_PROJECT] = {COLUMNS(project_columns), "Reading …"},
    [SETUP_MODULES] = { COLUMNS(module_columns), "The project has no modules yet.\n\n!n makes one, "
                       "!i imports a pilab.yaml"              },
    [SETUP_REPOSITORIES] = { COLUMNS(repository_columns),
                       "The project has no repositories yet.\n\n!n adds one"},
    [SETUP_ENVIRONMENTS] = { COLUMNS(environment_columns),
                       "The project has no environments yet.\n\n!n makes the first one"             },
    [SETUP_VARIABLES] = { COLUMNS(project_columns),                       ""},
    [SETUP_PEOPLE] = { COLUMNS(people_columns),                       "Nobody has a role here."              },
    [SETUP_TICKETS] = { COLUMNS(ticket_columns),                       "No message speaks of anything like a ticket."},
    [SETUP_DOCTOR] = { COLUMNS(doctor_columns),                       "Looking …"              },
};
/* clang-format on */

/* --- Rows ------------------------------------------------------------------------------------- */

static void add_setting(struct setup_screen *screen, const char *label, const char *value)
{
    struct row row = { .identity = label };

    row_set(&row, 0, ROLE_NORMAL, label);
    row_set(&row, 1, value != NULL ? ROLE_NORMAL : ROLE_DIM, value != NULL ? value : "none");
    memory_rows_add(screen->rows, &row);
}

static void add_count(struct setup_screen *screen, const char *label, size_t count,
                      const char *note)
{
    char *text = memory_printf("%zu%s", count, count > 0 ? note : "");

    add_setting(screen, label, text);
    free(text);
}

static void add_project(struct setup_screen *screen)
{
    const struct project_settings *settings = &screen->data->settings;
    const char *eyes = settings->four_eyes != NULL ? settings->four_eyes : "auto";
    json_t *fields = project_fields(settings);
    const char *tickets = json_member_text(fields, "tickets");

    add_setting(screen, "Name", settings->name);
    add_setting(screen, "Code", settings->code);
    add_setting(screen, "Description", settings->description);
    add_setting(screen, "Ticket keys", *tickets != '\0' ? tickets : NULL);
    add_setting(screen, "Four eyes",
                strcmp(eyes, "on") == 0    ? "on: nobody approves what they wrote"
                : strcmp(eyes, "off") == 0 ? "off: one may approve what one wrote"
                                           : "auto: on from the second member on");
    add_setting(screen, "Over ssh",
                settings->transport != NULL ? settings->transport
                                            : "auto: the ssh program; without one, libssh2");
    add_count(screen, "Modules", settings->module_count, "");
    add_count(screen, "Environments", settings->environment_count, "");
    add_count(screen, "Registries", settings->registry_count, "");
    add_count(screen, "Meant to differ", settings->expected_count, " (pilab.yaml)");
    add_count(screen, "Rules", settings->rule_count, " (pilab.yaml)");
    json_decref(fields);
}

static void add_modules(struct setup_screen *screen)
{
    const struct project_settings *settings = &screen->data->settings;

    for (size_t i = 0; i < settings->module_count; i++) {
        const struct module_settings *module = &settings->modules[i];
        struct row row = { .identity = module->name };

        row_set(&row, 0, ROLE_NORMAL, module->name);
        row_set(&row, 1, ROLE_DIM, module->type);
        row_set(&row, 2, ROLE_DIM, module->tags);
        row_set(&row, 3, module->repository != NULL ? ROLE_NORMAL : ROLE_UNKNOWN,
                module->repository != NULL ? module->repository : "none");
        memory_rows_add(screen->rows, &row);
    }
}

static size_t modules_in(const struct setup_screen *screen, const char *address)
{
    const struct project_settings *settings = &screen->data->settings;
    size_t count = 0;

    for (size_t i = 0; i < settings->module_count; i++)
        count += settings->modules[i].repository != NULL &&
                 strcmp(settings->modules[i].repository, address) == 0;
    return count;
}

/* Without the address that it stands beside. */
static const char *failure_of(const struct setup_test *test, const char *address)
{
    size_t length = strlen(address);
    const char *message = test->error.message;

    return strncmp(message, address, length) == 0 && strncmp(message + length, ": ", 2) == 0
               ? message + length + 2
               : message;
}

/* "ok 12 ms, main, 4 tags, last v2.0.7" */
static void test_text(const struct setup_test *test, const char *address, struct strbuf *out)
{
    const struct repository_checked *checked = &test->checked;

    if (test->running) {
        strbuf_add(out, "testing …");
    } else if (!test->good) {
        strbuf_printf(out, "FAILED %s", failure_of(test, address));
    } else {
        strbuf_printf(out, "ok %" PRId64 " ms, %s, %zu tag%s", checked->milliseconds,
                      checked->branch != NULL ? checked->branch : "no commit yet", checked->tags,
                      checked->tags == 1 ? "" : "s");
        if (checked->last_tag != NULL)
            strbuf_printf(out, ", last %s", checked->last_tag);
    }
}

/* While nobody has tested it: what the last fetch has left. */
static void standing_text(const struct repository_standing *standing, int64_t now,
                          struct strbuf *out)
{
    char when[TIMESTAMP_SIZE];

    if (standing->why != NULL)
        strbuf_printf(out, "last fetch failed %s: !t tests",
                      timestamp_relative(standing->tried_at, now, when));
    else if (standing->synced_at > 0)
        strbuf_printf(out, "fetched %s: !t tests",
                      timestamp_relative(standing->synced_at, now, when));
    else
        strbuf_add(out, "not tested: !t");
}

static enum role test_role(const struct setup_test *test,
                           const struct repository_standing *standing)
{
    if (test == NULL)
        return standing->why != NULL ? ROLE_WARNING : ROLE_DIM;
    return test->running ? ROLE_JOB : test->good ? ROLE_SUCCESS : ROLE_ERROR;
}

static void add_repositories(struct setup_screen *screen)
{
    int64_t now = clock_now(&screen->studio->call.clock);

    for (size_t i = 0; i < screen->data->repository_count; i++) {
        const char *address = screen->data->repositories[i];
        const struct repository_standing *standing = &screen->data->standings[i];
        const struct setup_test *test = map_get(screen->tests, address);
        struct row row = { .identity = address };
        struct strbuf text = STRBUF_INIT;
        char count[24];

        snprintf(count, sizeof count, "%zu", modules_in(screen, address));
        if (test != NULL)
            test_text(test, address, &text);
        else
            standing_text(standing, now, &text);
        row_set(&row, 0, ROLE_NORMAL, address);
        row_set(&row, 1, ROLE_DIM, count);
        row_set(&row, 2, test_role(test, standing), text.data);
        memory_rows_add(screen->rows, &row);
        strbuf_release(&text);
    }
}

static void add_environments(struct setup_screen *screen)
{
    const struct project_settings *settings = &screen->data->settings;

    for (size_t i = 0; i < settings->environment_count; i++) {
        const struct environment_settings *environment = &settings->environments[i];
        json_t *fields = environment_fields(environment);
        const char *rules = json_member_text(fields, "approvals");
        struct row row = { .identity = environment->name };
        char observers[24];
        bool production = stage_is_production(environment->stage);

        row_set(&row, 0, production ? ROLE_PRODUCTION : ROLE_NORMAL, environment->name);
        row_set(&row, 1, production ? ROLE_WARNING : ROLE_DIM, environment->stage);
        row_set(&row, 2, ROLE_NORMAL, json_member_text(fields, "from"));
        row_set(&row, 3, environment->own_approvals ? ROLE_NORMAL : ROLE_DIM,
                !environment->own_approvals ? "as usual for its stage"
                : *rules == '\0'            ? "nobody has to"
                                            : rules);
        snprintf(observers, sizeof observers, "%zu", environment->observer_count);
        row_set(&row, 4, environment->observer_count > 0 ? ROLE_NORMAL : ROLE_DIM,
                environment->observer_count > 0 ? observers : "none");
        memory_rows_add(screen->rows, &row);
        json_decref(fields);
    }
}

static void add_people(struct setup_screen *screen)
{
    const json_t *item;
    size_t i;

    memory_rows_add_group(screen->rows, "People", NULL);
    json_array_foreach(screen->data->members, i, item)
    {
        const char *login = json_member_text(item, "login");
        const char *name = json_member_text(item, "name");
        char *identity = memory_printf("person:%s", login);
        struct strbuf text = STRBUF_INIT;
        struct row row = { .identity = identity };

        strbuf_add(&text, name != NULL ? name : "");
        if (json_member_text(item, "groups") != NULL && *json_member_text(item, "groups") != '\0')
            strbuf_printf(&text, "%sin %s", text.length > 0 ? ", " : "",
                          json_member_text(item, "groups"));
        row_set(&row, 0, ROLE_NORMAL, login);
        row_set(&row, 1, ROLE_NORMAL, json_member_text(item, "role"));
        row_set(&row, 2, ROLE_DIM, text.data);
        memory_rows_add(screen->rows, &row);
        strbuf_release(&text);
        free(identity);
    }
    if (json_array_size(screen->data->groups) > 0)
        memory_rows_add_group(screen->rows, "Groups", NULL);
    json_array_foreach(screen->data->groups, i, item)
    {
        char *identity = memory_printf("group:%s", json_member_text(item, "name"));
        struct row row = { .identity = identity };

        row_set(&row, 0, ROLE_NORMAL, json_member_text(item, "name"));
        row_set(&row, 1, ROLE_DIM, "group");
        row_set(&row, 2, ROLE_NORMAL, json_member_text(item, "people"));
        memory_rows_add(screen->rows, &row);
        free(identity);
    }
}

/* --- Tickets and the doctor ------------------------------------------------------------------- */

static bool is_ticket(const struct setup_screen *screen, const char *key)
{
    const struct project_settings *settings = &screen->data->settings;

    for (size_t i = 0; i < settings->ticket_count; i++)
        if (strcmp(settings->tickets[i], key) == 0)
            return true;
    return false;
}

static void add_ticket(struct setup_screen *screen, const char *key, const char *count,
                       const char *note)
{
    struct row row = { .identity = key };
    bool ticked = is_ticket(screen, key);

    row_set(&row, 0, ROLE_TICKET, key);
    row_set(&row, 1, ticked ? ROLE_NORMAL : ROLE_DIM, ticked ? "[x] ticket" : "[ ] no");
    row_set(&row, 2, ROLE_NORMAL, count);
    row_set(&row, 3, ROLE_DIM, note);
    memory_rows_add(screen->rows, &row);
}

static void add_tickets(struct setup_screen *screen)
{
    const struct project_settings *settings = &screen->data->settings;

    for (size_t i = 0; i < screen->seen_count; i++) {
        char count[24];

        snprintf(count, sizeof count, "%zu%s", screen->seen[i].count,
                 screen->seen[i].suspicious ? "?" : "");
        add_ticket(screen, screen->seen[i].key, count,
                   screen->seen[i].suspicious ? "looks like one, and usually is none" : NULL);
    }
    for (size_t i = 0; i < settings->ticket_count; i++) {
        bool seen = false;

        for (size_t j = 0; j < screen->seen_count; j++)
            seen = seen || strcmp(screen->seen[j].key, settings->tickets[i]) == 0;
        if (!seen)
            add_ticket(screen, settings->tickets[i], screen->seen_arena != NULL ? "0" : "?", NULL);
    }
    list_set_empty(screen->list,
                   screen->counting ? "Counting keys in messages …" : tabs[SETUP_TICKETS].empty);
}

static enum role state_role(const char *state)
{
    return strcmp(state, "problem") == 0   ? ROLE_ERROR
           : strcmp(state, "warning") == 0 ? ROLE_WARNING
           : strcmp(state, "ok") == 0      ? ROLE_SUCCESS
                                           : ROLE_DIM;
}

static void add_findings(struct setup_screen *screen)
{
    const json_t *item;
    size_t i;

    json_array_foreach(json_object_get(screen->findings, "checks"), i, item)
    {
        char identity[32];
        struct row row = { .identity = identity, .unseen = json_member_text(item, "advice") };
        const char *state = json_member_text(item, "state");

        snprintf(identity, sizeof identity, "%zu", i);
        row_set(&row, 0, ROLE_DIM, json_member_text(item, "area"));
        row_set(&row, 1, state_role(state), state);
        row_set(&row, 2, ROLE_NORMAL, json_member_text(item, "found"));
        memory_rows_add(screen->rows, &row);
    }
}

void setup_show_rows(struct setup_screen *screen)
{
    static void (*const add[SETUP_TAB_COUNT])(struct setup_screen *) = {
        [SETUP_PROJECT] = add_project,
        [SETUP_MODULES] = add_modules,
        [SETUP_REPOSITORIES] = add_repositories,
        [SETUP_ENVIRONMENTS] = add_environments,
        [SETUP_PEOPLE] = add_people,
        [SETUP_TICKETS] = add_tickets,
        [SETUP_DOCTOR] = add_findings,
    };
    enum setup_tab tab = (enum setup_tab)screen->strip.current;

    memory_rows_clear(screen->rows);
    if (screen->data != NULL) {
        list_set_columns(screen->list, tabs[tab].columns, tabs[tab].count);
        list_set_empty(screen->list, tabs[tab].empty);
        if (add[tab] != NULL)
            add[tab](screen);
    }
    list_reload(screen->list);
    table_reload(screen->table);
}

/* --- The strip below -------------------------------------------------------------------------- */

/* Where its schema and infrastructure lie, when that is said. */
static void describe_data(const struct module_settings *module, struct strbuf *out)
{
    const struct infrastructure_settings *infrastructure = &module->infrastructure;
    const char *before = "";

    if (!schema_settings_empty(&module->schema)) {
        const struct schema_settings *schema = &module->schema;

        strbuf_printf(out, "schema%s%s", schema->path != NULL ? " " : "",
                      schema->path != NULL ? schema->path : "");
        if (schema->scratch != NULL)
            strbuf_add(out, " run on a server");
        for (size_t i = 0; i < schema->live_count; i++)
            strbuf_printf(out, "%s%s",
                          i > 0                                             ? ", "
                          : schema->path != NULL || schema->scratch != NULL ? ", live in "
                                                                            : " live in ",
                          schema->live[i].environment);
        before = "   ";
    }
    if (infrastructure->plan != NULL)
        strbuf_printf(out, "%splan %s", before, infrastructure->plan);
    else if (!infrastructure_settings_empty(infrastructure))
        strbuf_printf(out, "%sstate and variables of Terraform", before);
}

static void describe_module(const struct setup_screen *screen, const char *name, struct strbuf *out)
{
    const struct module_settings *module = setup_module(screen, name);
    json_t *fields;

    if (module == NULL)
        return;
    fields = module_fields(module);
    strbuf_printf(out, "%s  %s  %s\n", module->name, module->type,
                  module->description != NULL ? module->description : "");
    strbuf_printf(out, "%s%s%s   tags %s\n",
                  module->repository != NULL ? module->repository : "no repository",
                  module->path != NULL ? ", below " : "", json_member_text(fields, "path"),
                  module->tags != NULL ? module->tags : "in the usual forms");
    strbuf_printf(out, "config %s   migrations %s   image %s\n",
                  module->config_count > 0 ? json_member_text(fields, "config") : "none",
                  module->migrations_path != NULL ? module->migrations_path : "none",
                  module->image != NULL ? module->image : "none");
    describe_data(module, out);
    json_decref(fields);
}

/* "fetched 2 days ago, took 1.3 s, 12.4 MiB here", what went wrong, what was found out. */
static void describe_standing(const struct repository_standing *standing, int64_t now,
                              struct strbuf *out)
{
    char when[TIMESTAMP_SIZE];

    if (standing->folder)
        return;
    if (standing->synced_at > 0) {
        strbuf_printf(out, "fetched %s, took %" PRId64 ".%" PRId64 " s, ",
                      timestamp_relative(standing->synced_at, now, when),
                      standing->milliseconds / 1000, standing->milliseconds % 1000 / 100);
        transfer_size(out, (uint64_t)standing->bytes);
        strbuf_add(out, " here\n");
    } else {
        strbuf_add(out, "never fetched from here\n");
    }
    if (standing->why != NULL)
        strbuf_printf(out, "the last try, %s, failed: %s\n",
                      timestamp_relative(standing->tried_at, now, when), standing->why);
    for (size_t i = 0; i < standing->news_count; i++)
        strbuf_printf(out, "%s\n", standing->news[i]);
}

static const struct repository_standing *standing_of(const struct setup_screen *screen,
                                                     const char *address)
{
    static const struct repository_standing unknown = { .folder = true };

    for (size_t i = 0; i < screen->data->repository_count; i++)
        if (strcmp(screen->data->repositories[i], address) == 0)
            return &screen->data->standings[i];
    return &unknown;
}

static void describe_repository(const struct setup_screen *screen, const char *address,
                                struct strbuf *out)
{
    const struct setup_test *test = map_get(screen->tests, address);
    const struct repository_standing *standing = standing_of(screen, address);
    int64_t now = clock_now(&screen->studio->call.clock);

    strbuf_printf(out, "%s\n", address);
    if (test == NULL && standing->folder) {
        strbuf_add(out, "!t reads it now, with what it says of itself\n");
    } else if (test == NULL) {
        strbuf_add(out, "!t asks it now what it has; nothing is fetched\n");
    } else {
        test_text(test, address, out);
        if (test->good && !test->running)
            strbuf_printf(out, ", %zu branch%s", test->checked.branches,
                          test->checked.branches == 1 ? "" : "es");
        strbuf_printf(out, "\n%s", test->running || test->good ? "" : test->error.hint);
        strbuf_add(out, test->running || test->good || test->error.hint[0] == '\0' ? "" : "\n");
    }
    describe_standing(standing, now, out);
}

static void describe_observers(const struct environment_settings *environment, struct strbuf *out)
{
    if (environment->observer_count == 0)
        strbuf_add(out, "; nobody looks at what really runs there");
    for (size_t i = 0; i < environment->observer_count; i++) {
        strbuf_add(out, i == 0 ? "; looked at by " : ", ");
        observer_settings_label(out, &environment->observers[i]);
    }
    strbuf_add_char(out, '\n');
}

static void describe_environment(const struct setup_screen *screen, const char *name,
                                 struct strbuf *out)
{
    const struct environment_settings *environment = setup_environment(screen, name);

    if (environment == NULL)
        return;
    strbuf_printf(out, "%s  stage %s%s  %s\n", environment->name, environment->stage,
                  stage_is_production(environment->stage) ? ", production" : "",
                  environment->description != NULL ? environment->description : "");
    if (environment->from_count == 0)
        strbuf_add(out, "nothing is promoted into it");
    for (size_t i = 0; i < environment->from_count; i++)
        strbuf_printf(out, "%s%s", i == 0 ? "gets what was in " : ", ", environment->from[i]);
    describe_observers(environment, out);
    setup_describe_approvals(screen, environment, out);
    strbuf_add_char(out, '\n');
}

static void describe_tickets(const struct setup_screen *screen, struct strbuf *out)
{
    bool any = false;

    strbuf_add(out, "Ticket keys seen: ");
    for (size_t i = 0; i < screen->seen_count && i < 8; i++) {
        strbuf_printf(out, "%s%s %zu%s", any ? ", " : "", screen->seen[i].key,
                      screen->seen[i].count, screen->seen[i].suspicious ? "?" : "");
        any = true;
    }
    strbuf_add(out, any ? "\n" : "none yet\n");
    if (screen->unread > 0)
        strbuf_printf(out, "%zu repositor%s could not be read: !t there says why\n", screen->unread,
                      screen->unread == 1 ? "y" : "ies");
    strbuf_add(out, "Enter ticks what are tickets; links and notes go by it\n");
}

void setup_describe(const struct setup_screen *screen, struct strbuf *out)
{
    const char *selected = setup_selected(screen);
    const json_t *finding;

    switch ((enum setup_tab)screen->strip.current) {
    case SETUP_MODULES:
        describe_module(screen, selected, out);
        break;
    case SETUP_REPOSITORIES:
        if (selected != NULL)
            describe_repository(screen, selected, out);
        break;
    case SETUP_ENVIRONMENTS:
        if (selected != NULL)
            describe_environment(screen, selected, out);
        break;
    case SETUP_VARIABLES:
        setup_variable_describe(screen, out);
        break;
    case SETUP_TICKETS:
        describe_tickets(screen, out);
        break;
    case SETUP_DOCTOR:
        finding = selected == NULL ? NULL
                                   : json_array_get(json_object_get(screen->findings, "checks"),
                                                    strtoul(selected, NULL, 10));
        if (finding == NULL)
            break;
        strbuf_printf(out, "%s\n", json_member_text(finding, "found"));
        if (json_member_text(finding, "advice") != NULL)
            strbuf_printf(out, "%s\n", json_member_text(finding, "advice"));
        break;
    case SETUP_PROJECT:
    case SETUP_PEOPLE:
    case SETUP_TAB_COUNT:
        break;
    }
}
