#include "setup_wizard_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/release/init_plan.h>
#include <pilab/release/stage.h>

#define BLANKS " \t,"

static const char *const stages[] = { "DEV",      "SIT",  "UAT", "PERF", "SEC",
                                      "PRE_PROD", "PROD", "DR",  NULL };
static const char *const types[] = { "BACKEND", "FRONTEND", "DATABASE", "INFRASTRUCTURE",
                                     "LIBRARY", "OTHER",    NULL };
static const char *const four_eyes[] = { "auto", "on", "off", NULL };

/* Fields while they are gathered; their texts live in the arena until the form has copied them. */
struct gathering {
    struct arena *arena;
    struct vector fields;
};

static void gathering_start(struct gathering *gathering)
{
    gathering->arena = arena_new();
    vector_init(&gathering->fields, sizeof(struct form_field));
}

static void gathering_end(struct gathering *gathering)
{
    vector_release(&gathering->fields);
    arena_free(&gathering->arena);
}

static struct form_field *add(struct gathering *gathering, enum form_kind kind, const char *id,
                              const char *label, const char *help)
{
    struct form_field *field = vector_add(&gathering->fields);

    *field = (struct form_field){ .id = id, .kind = kind, .label = label, .help = help };
    return field;
}

/* --- 1: the project --------------------------------------------------------------------------- */

static bool is_code(const void *context, const struct form *form, const char *value,
                    struct error *error)
{
    const struct project_wizard *wizard = context;
    const json_t *project;
    size_t i;

    (void)form;
    if (!init_plan_code_is_sound(value))
        return error_set(error, ERROR_INVALID,
                         "capitals, digits and '-', beginning with a letter, at most 16");
    json_array_foreach(wizard->projects, i, project)
    {
        if (strcasecmp(json_member_text(project, "code"), value) == 0)
            return error_set(error, ERROR_EXISTS, "%s has it already",
                             json_member_text(project, "name"));
    }
    return true;
}

static bool are_keys(const void *context, const struct form *form, const char *value,
                     struct error *error)
{
    (void)context;
    (void)form;
    return value[strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ ,")] == '\0' ||
           error_set(error, ERROR_INVALID, "keys in capitals, with blanks between: MB PAY");
}

static void changed(void *context, struct form *form, const char *id);

struct form *wizard_project_form(struct project_wizard *wizard)
{
    const struct form_owner owner = { .context = wizard, .changed = changed };
    /* clang-format off */
    const struct form_field fields[] = {
        { .id = "name", .label = "Name", .required = true, .help = "What people call it" },
        { .id = "code", .label = "Code", .required = true, .check = is_code,
          .help = "Its short name, which never changes, such as MB" },
        { .id = "description", .label = "Description" },
        { .id = "tickets", .label = "Ticket keys", .check = are_keys,
          .help = "Those of the tracker, such as MB PAY; empty: they are looked for later" },
        { .id = "four_eyes", .kind = FORM_CHOICE, .label = "Four eyes", .options = four_eyes,
          .value = "auto", .help = "on: nobody approves what they wrote; auto: where more than one "
                                   "could" },
    };
    /* clang-format on */

    return form_new(fields, sizeof fields / sizeof *fields, &owner);
}

/* --- 2: environments -------------------------------------------------------------------------- */

static bool are_names(const void *context, const struct form *form, const char *value,
                      struct error *error)
{
    struct arena *arena = arena_new();
    char *rest = arena_text(arena, value), *word;
    const char *names[WIZARD_ENVIRONMENTS];
    size_t count = 0;
    bool ok = true;

    while (ok && (word = strsep(&rest, BLANKS)) != NULL) {
        if (*word == '\0')
            continue;
        for (size_t i = 0; ok && i < count; i++)
            if (strcasecmp(names[i], word) == 0)
                ok = error_set(error, ERROR_INVALID, "%s stands there twice", word);
        if (count == WIZARD_ENVIRONMENTS)
            ok = error_set(error, ERROR_LIMIT, "more than %d", WIZARD_ENVIRONMENTS);
        ok = ok && setup_is_word(context, form, word, error);
        if (ok)
            names[count++] = word;
    }
    arena_free(&arena);
    return ok;
}

static size_t cut_names(struct arena *arena, const char *text,
                        const char *names[WIZARD_ENVIRONMENTS + 1])
{
    char *rest = arena_text(arena, text), *word;
    size_t count = 0;

    while (count < WIZARD_ENVIRONMENTS && (word = strsep(&rest, BLANKS)) != NULL)
        if (*word != '\0')
            names[count++] = word;
    names[count] = NULL;
    return count;
}

/* What is usual: the one before, beside which PERF and SEC stand. */
static void guess_path(struct arena *arena, const char *const *names, size_t count,
                       struct environment_settings *environments)
{
    for (size_t i = 0; i < count; i++) {
        const char *stage = stage_guess(names[i]).stage;

        environments[i].name = names[i];
        environments[i].stage = stage != NULL ? stage : "SIT";
    }
    stage_fill_path(arena, environments, count);
}

static void add_environment(struct gathering *gathering,
                            const struct environment_settings *environment,
                            const char *const *names, size_t count)
{
    const char **others = arena_array(gathering->arena, count + 1, sizeof *others);
    struct strbuf from = STRBUF_INIT;
    struct form_field *field;
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], environment->name) != 0)
            others[n++] = names[i];
    for (size_t i = 0; i < environment->from_count; i++)
        strbuf_printf(&from, "%s\n", environment->from[i]);
    add(gathering, FORM_SECTION, NULL, environment->name, NULL);
    field =
        add(gathering, FORM_CHOICE, arena_printf(gathering->arena, "stage:%s", environment->name),
            "Stage", "What it is for; PROD and DR are production");
    field->options = stages;
    field->value = environment->stage;
    if (n > 0) {
        field = add(gathering, FORM_CHOICES,
                    arena_printf(gathering->arena, "from:%s", environment->name), "From",
                    "What is promoted into it");
        field->options = others;
        field->value = strbuf_to_arena(&from, gathering->arena);
    }
    strbuf_release(&from);
}

static void gather_environments(struct gathering *gathering, const char *text)
{
    const char *names[WIZARD_ENVIRONMENTS + 1];
    size_t count = cut_names(gathering->arena, text, names);
    struct environment_settings *environments =
        arena_array(gathering->arena, count, sizeof *environments);
    struct form_field *field = add(gathering, FORM_TEXT, "names", "Environments",
                                   "In the order versions take through them, with blanks between");

    field->value = arena_text(gathering->arena, text);
    field->required = true;
    field->check = are_names;
    guess_path(gathering->arena, names, count, environments);
    for (size_t i = 0; i < count; i++)
        add_environment(gathering, &environments[i], names, count);
}

static struct form *make_form(struct project_wizard *wizard, const struct gathering *gathering)
{
    const struct form_owner owner = { .context = wizard, .changed = changed };

    return form_new(gathering->fields.items, gathering->fields.count, &owner);
}

struct form *wizard_environment_form(struct project_wizard *wizard, const char *names)
{
    struct gathering gathering;
    struct form *form;

    gathering_start(&gathering);
    gather_environments(&gathering, names);
    form = make_form(wizard, &gathering);
    gathering_end(&gathering);
    return form;
}

void wizard_environments_again(struct project_wizard *wizard)
{
    struct form *form = wizard_form(wizard->wizard, STEP_ENVIRONMENTS);
    struct gathering gathering;

    gathering_start(&gathering);
    gather_environments(&gathering, form_text(form, "names"));
    form_rebuild(form, gathering.fields.items, gathering.fields.count);
    gathering_end(&gathering);
}

/* --- 3: repositories -------------------------------------------------------------------------- */

static const char *slot_id(struct arena *arena, const char *id, size_t slot)
{
    return arena_printf(arena, "%s:%zu", id, slot);
}

static const char *value_at(const json_t *values, const char *id, size_t slot)
{
    char name[40];
    const char *text;

    snprintf(name, sizeof name, "%s:%zu", id, slot);
    text = json_member_text(values, name);
    return text != NULL ? text : "";
}

size_t wizard_slots_of(const json_t *repositories)
{
    size_t count = 1;

    for (size_t i = 0; i < WIZARD_SLOTS; i++)
        if (*value_at(repositories, "repository", i) != '\0')
            count = i + 2;
    return count < WIZARD_SLOTS ? count : WIZARD_SLOTS;
}

const char *wizard_address(const struct project_wizard *wizard, size_t slot)
{
    char name[40];

    snprintf(name, sizeof name, "repository:%zu", slot);
    return form_text(wizard_form(wizard->wizard, STEP_REPOSITORIES), name);
}

static void gather_repositories(struct gathering *gathering, size_t slots)
{
    add(gathering, FORM_NOTE, NULL,
        "One line for each module: a folder (Tab completes) or an address that git knows. The same "
        "repository may stand there for several modules.",
        NULL);
    for (size_t i = 0; i < slots; i++)
        add(gathering, FORM_PATH, slot_id(gathering->arena, "repository", i),
            arena_printf(gathering->arena, "Repository %zu", i + 1),
            "Empty: no more; a project can also begin without any");
}

struct form *wizard_repository_form(struct project_wizard *wizard, size_t slots)
{
    struct gathering gathering;
    struct form *form;

    gathering_start(&gathering);
    gather_repositories(&gathering, slots);
    form = make_form(wizard, &gathering);
    gathering_end(&gathering);
    return form;
}

void wizard_repositories_again(struct project_wizard *wizard)
{
    struct form *form = wizard_form(wizard->wizard, STEP_REPOSITORIES);
    json_t *values = form_export(form);
    struct gathering gathering;

    gathering_start(&gathering);
    gather_repositories(&gathering, wizard_slots_of(values));
    form_rebuild(form, gathering.fields.items, gathering.fields.count);
    gathering_end(&gathering);
    json_decref(values);
}

/* --- 4: modules ------------------------------------------------------------------------------- */

/* A name stands there once. */
static bool is_module(const void *context, const struct form *form, const char *value,
                      struct error *error)
{
    json_t *values;
    size_t same = 0;

    if (!setup_is_word(context, form, value, error))
        return false;
    values = form_export(form);
    for (size_t i = 0; i < WIZARD_SLOTS; i++)
        same += strcmp(value_at(values, "name", i), value) == 0;
    json_decref(values);
    return same <= 1 || error_set(error, ERROR_INVALID, "another module is called so");
}

static void add_module(struct gathering *gathering, size_t slot, const char *address)
{
    static const struct {
        const char *id, *label, *help;
        bool (*check)(const void *context, const struct form *form, const char *value,
                      struct error *error);
    } texts[] = {
  /* clang-format off */
        { "path", "Path", "Its part of a repository of many things; empty: all of it", NULL },
        { "tags", "Tags", "How versions become tags: v{version}; empty: the usual forms", setup_is_tags },
        { "config", "Config", "Layers, the lowest first: values.yaml values-{env}.yaml", NULL },
        { "migrations", "Migrations", "The folder of database migrations", NULL },
        { "image", "Image", "The container image without its tag", NULL },
  /* clang-format on */
    };
    struct form_field *field;

    add(gathering, FORM_SECTION, NULL, arena_text(gathering->arena, address), NULL);
    field = add(gathering, FORM_TEXT, slot_id(gathering->arena, "name", slot), "Name",
                "What manifests and notes call it");
    field->value = module_name_of(address, gathering->arena);
    field->required = true;
    field->check = is_module;
    field = add(gathering, FORM_CHOICE, slot_id(gathering->arena, "type", slot), "Type", NULL);
    field->options = types;
    field->value = "BACKEND";
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        field = add(gathering, FORM_TEXT, slot_id(gathering->arena, texts[i].id, slot),
                    texts[i].label, texts[i].help);
        field->check = texts[i].check;
    }
}

static void gather_modules(struct gathering *gathering, const json_t *repositories)
{
    size_t count = 0;

    for (size_t i = 0; i < WIZARD_SLOTS; i++) {
        const char *address = value_at(repositories, "repository", i);

        if (*address == '\0')
            continue;
        add_module(gathering, i, address);
        count++;
    }
    if (count == 0)
        add(gathering, FORM_NOTE, NULL,
            "No repository was given: the project begins without modules, and !n makes them later.",
            NULL);
}

struct form *wizard_module_form(struct project_wizard *wizard, const json_t *repositories)
{
    struct gathering gathering;
    struct form *form;

    gathering_start(&gathering);
    gather_modules(&gathering, repositories);
    form = make_form(wizard, &gathering);
    gathering_end(&gathering);
    return form;
}

void wizard_modules_again(struct project_wizard *wizard)
{
    json_t *values = form_export(wizard_form(wizard->wizard, STEP_REPOSITORIES));
    struct gathering gathering;

    gathering_start(&gathering);
    gather_modules(&gathering, values);
    form_rebuild(wizard_form(wizard->wizard, STEP_MODULES), gathering.fields.items,
                 gathering.fields.count);
    gathering_end(&gathering);
    json_decref(values);
}

/* Until somebody writes another one. */
static void suggest_code(struct project_wizard *wizard, struct form *form)
{
    struct arena *arena;

    if (strcmp(form_text(form, "code"), wizard->suggested) != 0)
        return;
    arena = arena_new();
    snprintf(wizard->suggested, sizeof wizard->suggested, "%s",
             form_text(form, "name")[0] != '\0'
                 ? init_plan_code_from(form_text(form, "name"), arena)
                 : "");
    arena_free(&arena);
    form_set_text(form, "code", wizard->suggested);
}

/* --- What follows from a change --------------------------------------------------------------- */

static void changed(void *context, struct form *form, const char *id)
{
    struct project_wizard *wizard = context;
    struct event event = { .view = view_id(wizard->view), .kind = SETUP_TYPED };
    const char *colon = strchr(id, ':');
    size_t slot = colon != NULL ? strtoul(colon + 1, NULL, 10) : WIZARD_SLOTS;

    if (strcmp(id, "name") == 0)
        suggest_code(wizard, form);
    /* A server is not called upon for every letter of its name: it is asked in the next step. */
    if (strncmp(id, "repository:", 11) == 0)
        wizard->slots[slot].pending = strchr(wizard_address(wizard, slot), ':') == NULL;
    else if (form == wizard_form(wizard->wizard, STEP_MODULES) && slot < WIZARD_SLOTS)
        wizard->slots[slot].pending = true;
    workspace_post(wizard->studio->workspace, &event);
}
