#include "setup_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/release/approval.h>
#include <pilab/release/stage.h>

static const char *const stages[] = { "DEV",      "SIT",  "UAT", "PERF", "SEC",
                                      "PRE_PROD", "PROD", "DR",  NULL };
static const char *const approvals_of[] = { "stage", "own", NULL };

/* --- Who has to approve ----------------------------------------------------------------------- */

/* Whoever may not get in any more approves nothing. */
static void list_members(const struct setup_screen *screen, struct arena *arena,
                         struct approval_question *question)
{
    size_t count = json_array_size(screen->data->members);
    struct approval_member *members = arena_array(arena, count, sizeof *members);

    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(screen->data->members, i);
        struct approval_member *member = &members[question->member_count];

        if (json_is_false(json_object_get(item, "active")))
            continue;
        member->login = json_member_text(item, "login");
        if (!project_role_parse(json_member_text(item, "role"), &member->role, NULL))
            member->role = PROJECT_NOBODY;
        question->member_count++;
    }
    question->members = members;
}

/* They stand in the list of members all the same. */
static void add_not_counted(const struct setup_screen *screen, struct strbuf *out)
{
    const char *between = "; not active: ";
    json_t *item;
    size_t index;

    json_array_foreach(screen->data->members, index, item)
    {
        if (!json_is_false(json_object_get(item, "active")))
            continue;
        strbuf_printf(out, "%s%s", between, json_member_text(item, "login"));
        between = ", ";
    }
}

void setup_describe_approvals(const struct setup_screen *screen,
                              const struct environment_settings *environment, struct strbuf *out)
{
    const struct project_settings *settings = &screen->data->settings;
    struct approval_question question = { .environment = environment->name,
                                          .stage = environment->stage,
                                          .rules = environment->approvals,
                                          .rule_count = environment->approval_count,
                                          .own_rules = environment->own_approvals,
                                          .four_eyes = settings->four_eyes,
                                          .groups = settings->groups,
                                          .group_count = settings->group_count,
                                          .rev = 1,
                                          .requester = "" };
    struct arena *arena = arena_new();
    struct approval_standing standing;

    list_members(screen, arena, &question);
    approval_judge(&question, arena, &standing);
    if (standing.demand_count == 0)
        strbuf_printf(out, "nobody has to approve what goes to %s", environment->name);
    else
        strbuf_add(out, "approve: ");
    for (size_t i = 0; i < standing.demand_count; i++) {
        const struct approval_demand *demand = &standing.demands[i];

        strbuf_printf(out, "%s%zu of %s (", i > 0 ? ", " : "", demand->needed, demand->who);
        for (size_t j = 0; j < demand->may_count; j++)
            strbuf_printf(out, "%s%s", j > 0 ? ", " : "", demand->may[j]);
        strbuf_add(out, demand->may_count == 0 ? "nobody can!)" : ")");
    }
    if (standing.demand_count > 0)
        add_not_counted(screen, out);
    arena_free(&arena);
}

static bool is_approvals(const void *context, const struct form *form, const char *value,
                         struct error *error)
{
    const struct setup_screen *screen = context;
    const struct project_settings *settings = &screen->data->settings;
    struct arena *arena = arena_new();
    struct approval_settings *rules;
    size_t count;
    bool ok = approvals_read(value, arena, &rules, &count, error);

    (void)form;
    for (size_t i = 0; ok && i < count; i++) {
        if (rules[i].group != NULL &&
            group_settings_find(settings->groups, settings->group_count, rules[i].group) == NULL)
            ok = error_set(error, ERROR_NOT_FOUND, "there is no group %s", rules[i].group);
    }
    arena_free(&arena);
    return ok;
}

/* --- Editing ---------------------------------------------------------------------------------- */

/* What an environment can get from: all others; NULL-terminated, the array is the caller's. */
static const char **other_names(const struct setup_screen *screen, const char *name)
{
    const struct project_settings *settings = &screen->data->settings;
    const char **names = memory_array(settings->environment_count + 1, sizeof *names);
    size_t count = 0;

    for (size_t i = 0; i < settings->environment_count; i++)
        if (name == NULL || strcmp(settings->environments[i].name, name) != 0)
            names[count++] = settings->environments[i].name;
    return names;
}

static char *lines_of(const struct environment_settings *environment)
{
    struct strbuf lines = STRBUF_INIT;

    for (size_t i = 0; environment != NULL && i < environment->from_count; i++)
        strbuf_printf(&lines, "%s\n", environment->from[i]);
    return strbuf_steal(&lines);
}

static bool is_observer(const void *context, const struct form *form, const char *value,
                        struct error *error)
{
    struct arena *arena = arena_new();
    struct observer_settings observer;
    bool ok = observer_settings_parse(value, arena, &observer, error);

    (void)context;
    (void)form;
    arena_free(&arena);
    return ok;
}

static const struct setup_lines observers = {
    ENVIRONMENT_OBSERVER_FIELD,
    "Observer",
    "New observer",
    is_observer,
    "In one line: type: file, path: /srv/VERSION, module: mb-web; types: "
    "gitops kubernetes http ssh file; empty: none",
};

static struct form *environment_form(struct setup_screen *screen,
                                     const struct environment_settings *environment)
{
    struct form_owner owner = { .context = screen };
    json_t *now = environment != NULL ? environment_fields(environment) : json_object();
    const char **others = other_names(screen, environment != NULL ? environment->name : NULL);
    char *from = lines_of(environment);
    bool fresh = environment == NULL;
    /* clang-format off */
    const struct form_field head[] = {
        { .id = fresh ? "name" : NULL, .kind = fresh ? FORM_TEXT : FORM_SECTION,
          .label = fresh ? "Name" : environment->name, .required = fresh,
          .check = fresh ? setup_is_word : NULL,
          .help = "What it is called everywhere; it does not change later" },
        { .id = "stage", .kind = FORM_CHOICE, .label = "Stage", .options = stages,
          .value = fresh ? "DEV" : environment->stage,
          .help = "What it is for; PROD and DR are production, and asked about by name" },
        { .id = "description", .kind = FORM_TEXT, .label = "Description",
          .value = fresh ? NULL : environment->description },
        { .id = "from", .kind = others[0] != NULL ? FORM_CHOICES : FORM_NOTE,
          .label = others[0] != NULL ? "From" : "From: there is no other environment yet",
          .options = others, .value = from, .help = "What is promoted into it" },
        { .id = "approvals_of", .kind = FORM_CHOICE, .label = "Approvals", .options = approvals_of,
          .value = fresh ? "stage" : json_member_text(now, "approvals_of"),
          .help = "stage: what is usual for its stage; own: the rules below" },
        { .id = "approvals", .kind = FORM_TEXT, .label = "Own rules",
          .value = json_member_text(now, "approvals"), .check = is_approvals,
          .help = "How many of which group or role: 2 security, 1 ADMIN; empty: nobody has to" },
    };
    const struct form_field minutes[] = {
        { .id = "observe_every", .kind = FORM_NUMBER, .label = "Ask every",
          .value = json_member_text(now, "observe_every"),
          .help = "Minutes after which an open manifest asks by itself; empty: never" },
        { .id = "observe_stale", .kind = FORM_NUMBER, .label = "Stale after",
          .value = json_member_text(now, "observe_stale"),
          .help = "Minutes that what was seen is news; empty: 60" },
    };
    /* clang-format on */
    struct arena *arena = arena_new();
    struct vector fields;
    struct form *form;

    vector_init(&fields, sizeof(struct form_field));
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        vector_push(&fields, &head[i]);
    setup_add_lines(&observers, now, arena, &fields);
    for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++)
        vector_push(&fields, &minutes[i]);
    form = form_new(fields.items, fields.count, &owner);
    vector_release(&fields);
    arena_free(&arena);
    json_decref(now);
    free(others);
    free(from);
    return form;
}

void setup_edit_environment(struct setup_screen *screen, const char *name)
{
    const struct environment_settings *environment = setup_environment(screen, name);

    if (name != NULL && environment == NULL)
        return;
    setup_edit_form(screen, name != NULL ? "Environment" : "A new environment",
                    environment_form(screen, environment), PART_ENVIRONMENT,
                    name != NULL ? ACT_CHANGE : ACT_ADD, name);
}

void setup_remove_environment(struct setup_screen *screen, const char *name)
{
    const struct environment_settings *environment = setup_environment(screen, name);

    if (environment == NULL)
        return;
    setup_ask_remove(screen, PART_ENVIRONMENT, name,
                     "It leaves the manifest, and nothing is promoted from it any more.\n"
                     "What was deployed there stays known.",
                     stage_is_production(environment->stage));
}

void setup_move(struct setup_screen *screen, bool earlier)
{
    const char *name = setup_selected(screen);
    struct project_edit edit = { .part = screen->strip.current == SETUP_MODULES ? PART_MODULE
                                                                                : PART_ENVIRONMENT,
                                 .act = earlier ? ACT_EARLIER : ACT_LATER,
                                 .name = name };

    if (name != NULL)
        setup_start_edit(screen, &edit);
}
