#include "setup_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/json.h>
#include <pilab/app/module_paths.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/drift/dependency.h>

static const char *const types[] = { "BACKEND", "FRONTEND", "DATABASE", "INFRASTRUCTURE",
                                     "LIBRARY", "OTHER",    NULL };

/* --- Checks beside the fields ----------------------------------------------------------------- */

static json_t *environment_names(const struct setup_screen *screen)
{
    const struct project_settings *settings = &screen->data->settings;
    json_t *names = json_array();

    for (size_t i = 0; i < settings->environment_count; i++)
        json_append(names, json_text(settings->environments[i].name));
    return names;
}

void setup_module_changed(struct setup_screen *screen)
{
    json_t *fields, *environments;

    if (screen->form == NULL || screen->data == NULL ||
        form_text(screen->form, "repository")[0] == '\0')
        return;
    fields = form_export(screen->form);
    environments = environment_names(screen);
    setup_check_start(&screen->checker, 0, fields, environments);
    json_decref(environments);
    json_decref(fields);
}

static void field_changed(void *context, struct form *form, const char *id)
{
    struct setup_screen *screen = context;
    const char *address = form_text(form, "repository");

    /* A server is not called upon for every letter of its name. */
    if (strcmp(id, "repository") == 0 && strchr(address, ':') != NULL)
        return;
    screen->form = form;
    setup_module_changed(screen);
}

/* --- Modules ---------------------------------------------------------------------------------- */

static const char *value_of(const json_t *fields, const char *id)
{
    const char *text = json_member_text(fields, id);

    return text != NULL ? text : "";
}

/* The form has blanks and commas where the settings have lines. */
static bool dependencies_are_known(const void *context, const struct form *form, const char *value,
                                   struct error *error)
{
    struct arena *arena = arena_new();
    bool known = dependency_settings_check(module_paths_of_words(arena, value), error);

    (void)context;
    (void)form;
    arena_free(&arena);
    return known;
}

/* As the settings spell the environment, whose letters are alike in either case. */
static const char *live_id(const json_t *now, struct arena *arena, const char *environment)
{
    const char *wanted = arena_printf(arena, MODULE_LIVE_FIELD "%s", environment), *id;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)now, id, value)
    {
        if (strcasecmp(id, wanted) == 0)
            return arena_text(arena, id);
    }
    return wanted;
}

static bool is_database(const void *context, const struct form *form, const char *value,
                        struct error *error)
{
    (void)context;
    (void)form;
    return *value == '\0' || schema_settings_check_address(value, error);
}

static bool is_server(const void *context, const struct form *form, const char *value,
                      struct error *error)
{
    (void)context;
    (void)form;
    return *value == '\0' || schema_settings_check_scratch(value, error);
}

/* The live database of each environment, also of those that have none yet. */
static void add_databases(const struct setup_screen *screen, const json_t *now, struct arena *arena,
                          struct vector *fields)
{
    const struct project_settings *settings = &screen->data->settings;

    for (size_t i = 0; i < settings->environment_count; i++) {
        const char *name = settings->environments[i].name;
        struct form_field *field = vector_add(fields);

        *field = (struct form_field){
            .id = live_id(now, arena, name),
            .kind = FORM_TEXT,
            .label = arena_printf(arena, "Live %s", name),
            .check = is_database,
            .help = "Its database: service=mb-uat, postgresql://host/db; no password",
        };
        field->value = value_of(now, field->id);
    }
}

static struct form *module_form(struct setup_screen *screen, const json_t *fields, bool fresh)
{
    struct form_owner owner = { .context = screen, .changed = field_changed };
    char *heading = memory_printf("%s", value_of(fields, "name"));
    const char *type = value_of(fields, "type");
    /* clang-format off */
    const struct form_field all[] = {
        { .id = fresh ? "name" : NULL, .kind = fresh ? FORM_TEXT : FORM_SECTION,
          .label = fresh ? "Name" : heading, .required = fresh, .check = fresh ? setup_is_word : NULL,
          .help = "What it is called in manifests and notes; it does not change later" },
        { .id = "type", .kind = FORM_CHOICE, .label = "Type", .options = types,
          .value = *type != '\0' ? type : "BACKEND" },
        { .id = "description", .kind = FORM_TEXT, .label = "Description",
          .value = value_of(fields, "description") },
        { .id = "repository", .kind = FORM_PATH, .label = "Repository",
          .value = value_of(fields, "repository"),
          .help = "A folder, or an address that git knows (https://, ssh://, git@host:path)" },
        { .id = "path", .kind = FORM_TEXT, .label = "Path", .value = value_of(fields, "path"),
          .help = "Its part of a repository of many things; empty: all of it" },
        { .id = "tags", .kind = FORM_TEXT, .label = "Tags", .value = value_of(fields, "tags"),
          .check = setup_is_tags,
          .help = "How versions become tags: v{version}; empty: the usual forms" },
        { .id = "config", .kind = FORM_TEXT, .label = "Config", .value = value_of(fields, "config"),
          .help = "Layers, the lowest first, with blanks between: values.yaml values-{env}.yaml" },
        { .id = "migrations", .kind = FORM_TEXT, .label = "Migrations",
          .value = value_of(fields, "migrations"), .help = "The folder of database migrations" },
        { .id = "dialect", .kind = FORM_TEXT, .label = "Dialect",
          .value = value_of(fields, "dialect"), .help = "postgresql, mysql, …; empty: guessed" },
        { .id = "dependencies", .kind = FORM_TEXT, .label = "Dependencies",
          .value = value_of(fields, "dependencies"), .check = dependencies_are_known,
          .help = "auto or empty: what lock files and manifests say is compared; off; or files, "
                  "with commas between" },
        { .id = "image", .kind = FORM_TEXT, .label = "Image", .value = value_of(fields, "image"),
          .help = "The container image without its tag" },
        { .id = "schema", .kind = FORM_TEXT, .label = "Schema", .value = value_of(fields, "schema"),
          .help = "A dump, a snapshot or a folder of SQL: db/structure.sql, db/{env}.sql" },
        { .id = "schema_dialect", .kind = FORM_TEXT, .label = "Its dialect",
          .value = value_of(fields, "schema_dialect"),
          .help = "postgresql, mysql, sqlite; empty: by its words" },
        { .id = "schema_scratch", .kind = FORM_TEXT, .label = "Run it on",
          .value = value_of(fields, "schema_scratch"), .check = is_server,
          .help = "A server that runs its SQL (service=scratch); empty: it is read as text" },
    };
    const struct form_field infrastructure[] = {
        { .id = "plan", .kind = FORM_TEXT, .label = "Plan", .value = value_of(fields, "plan"),
          .help = "What terraform show -json prints of a plan: plans/{env}.json" },
        { .id = "state", .kind = FORM_TEXT, .label = "State", .value = value_of(fields, "state"),
          .help = "States of Terraform, with blanks between: {env}/terraform.tfstate" },
        { .id = "tfvars", .kind = FORM_TEXT, .label = "tfvars",
          .value = value_of(fields, "tfvars"),
          .help = "Files of Terraform's variables, with blanks between: {env}.tfvars" },
    };
    /* clang-format on */
    struct arena *arena = arena_new();
    struct vector rows;
    struct form *form;

    vector_init(&rows, sizeof(struct form_field));
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        vector_push(&rows, &all[i]);
    add_databases(screen, fields, arena, &rows);
    for (size_t i = 0; i < sizeof infrastructure / sizeof *infrastructure; i++)
        vector_push(&rows, &infrastructure[i]);
    form = form_new(rows.items, rows.count, &owner);
    vector_release(&rows);
    arena_free(&arena);
    free(heading);
    return form;
}

void setup_edit_module(struct setup_screen *screen, const char *name)
{
    const struct module_settings *module = setup_module(screen, name);
    json_t *fields = module != NULL ? module_fields(module) : json_object();
    struct form *form;

    if (name != NULL && module == NULL) {
        json_decref(fields);
        return;
    }
    form = module_form(screen, fields, name == NULL);
    json_decref(fields);
    setup_edit_form(screen, name != NULL ? "Module" : "A new module", form, PART_MODULE,
                    name != NULL ? ACT_CHANGE : ACT_ADD, name);
    setup_module_changed(screen);
}

void setup_remove_module(struct setup_screen *screen, const char *name)
{
    setup_ask_remove(screen, PART_MODULE, name,
                     "It leaves the lists and the manifest. What is known about it stays, and\n"
                     "comes back with a module of the same name.",
                     false);
}
