#include "setup_wizard_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/module_paths.h>
#include <pilab/app/project.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>

/* --- From forms to settings ------------------------------------------------------------------- */

static const char *value_of(const json_t *values, const char *id)
{
    const char *text = json_member_text(values, id);

    return text != NULL ? text : "";
}

static const char *kept(struct arena *arena, const char *text)
{
    return *text != '\0' ? arena_text(arena, text) : NULL;
}

static void take_environments(struct arena *arena, const json_t *values,
                              struct project_settings *settings)
{
    const char **names =
        arena_words(arena, value_of(values, "names"), WORD_ENDS, &settings->environment_count);

    settings->environments =
        arena_array(arena, settings->environment_count, sizeof *settings->environments);
    for (size_t i = 0; i < settings->environment_count; i++) {
        struct environment_settings *environment = &settings->environments[i];
        const json_t *from = json_object_get(values, arena_printf(arena, "from:%s", names[i]));

        environment->name = names[i];
        environment->stage =
            arena_text(arena, value_of(values, arena_printf(arena, "stage:%s", names[i])));
        environment->from = arena_array(arena, json_array_size(from), sizeof(char *));
        for (size_t j = 0; j < json_array_size(from); j++)
            environment->from[environment->from_count++] =
                arena_text(arena, json_string_value(json_array_get(from, j)));
    }
}

static const char *slot_value(struct arena *arena, const json_t *values, const char *id,
                              size_t slot)
{
    return value_of(values, arena_printf(arena, "%s:%zu", id, slot));
}

static void take_modules(struct arena *arena, const json_t *repositories, const json_t *values,
                         struct project_settings *settings)
{
    settings->modules = arena_array(arena, WIZARD_SLOTS, sizeof *settings->modules);
    for (size_t i = 0; i < WIZARD_SLOTS; i++) {
        const char *address = slot_value(arena, repositories, "repository", i);
        struct module_settings *module = &settings->modules[settings->module_count];

        if (*address == '\0')
            continue;
        settings->module_count++;
        module->name = arena_text(arena, slot_value(arena, values, "name", i));
        module->type = arena_text(arena, slot_value(arena, values, "type", i));
        module->repository = arena_text(arena, address);
        module->path =
            module_paths_of_words(arena, kept(arena, slot_value(arena, values, "path", i)));
        module->tags = kept(arena, slot_value(arena, values, "tags", i));
        module->config = arena_words(arena, slot_value(arena, values, "config", i), WORD_ENDS,
                                     &module->config_count);
        module->migrations_path = kept(arena, slot_value(arena, values, "migrations", i));
        module->image = kept(arena, slot_value(arena, values, "image", i));
    }
}

/* `draft` is what wizard_export gives. */
static void take_settings(struct arena *arena, const json_t *draft,
                          struct project_settings *settings)
{
    const json_t *forms = json_object_get(draft, "forms");
    const json_t *project = json_object_get(forms, "Project");

    *settings = (struct project_settings){
        .name = arena_text(arena, value_of(project, "name")),
        .code = arena_text(arena, value_of(project, "code")),
        .description = kept(arena, value_of(project, "description")),
        .four_eyes = kept(arena, value_of(project, "four_eyes")),
    };
    settings->tickets =
        arena_words(arena, value_of(project, "tickets"), WORD_ENDS, &settings->ticket_count);
    take_environments(arena, json_object_get(forms, "Environments"), settings);
    take_modules(arena, json_object_get(forms, "Repositories"), json_object_get(forms, "Modules"),
                 settings);
}

/* --- The summary ------------------------------------------------------------------------------ */

/* Many a refusal begins with the address itself. */
static void say_not_found(struct strbuf *out, const char *address, const char *said)
{
    bool named = strncmp(said, address, strlen(address)) == 0;

    strbuf_printf(out, "! not found: %s%s%s\n", named ? "" : address, named ? "" : ": ", said);
}

static void summarise_modules(const struct project_wizard *wizard, struct strbuf *out)
{
    size_t missing = 0;

    for (size_t i = 0; i < WIZARD_SLOTS; i++) {
        const struct wizard_slot *slot = &wizard->slots[i];

        if (*wizard_address(wizard, i) == '\0')
            continue;
        if (!slot->answered)
            strbuf_printf(out, "? %s: it is still being looked into\n", wizard_address(wizard, i));
        else if (!slot->good)
            say_not_found(out, wizard_address(wizard, i), slot->said);
        missing += slot->answered && !slot->good;
    }
    if (missing > 0)
        strbuf_add(out, "  What was not found is kept as it stands, and can be tested later.\n");
}

void wizard_summary(void *context, const struct wizard *pane, struct strbuf *out)
{
    struct project_wizard *wizard = context;
    json_t *draft = wizard_export(pane);
    struct arena *arena = arena_new();
    struct project_settings settings;

    take_settings(arena, draft, &settings);
    strbuf_printf(out, "This project would be made:\n\nProject\t%s (%s)\n", settings.name,
                  settings.code);
    strbuf_printf(out, "Environments\t%zu:", settings.environment_count);
    for (size_t i = 0; i < settings.environment_count; i++)
        strbuf_printf(out, "%s %s (%s)", i > 0 ? "," : "", settings.environments[i].name,
                      settings.environments[i].stage);
    if (settings.module_count == 0)
        strbuf_add(out, "\nModules\tnone yet");
    else
        strbuf_printf(out, "\nModules\t%zu:", settings.module_count);
    for (size_t i = 0; i < settings.module_count; i++)
        strbuf_printf(out, "%s %s", i > 0 ? "," : "", settings.modules[i].name);
    strbuf_printf(out, "\nTicket keys\t%s\nFour eyes\t%s\nOwner\tyou\n\n",
                  settings.ticket_count > 0
                      ? value_of(json_object_get(json_object_get(draft, "forms"), "Project"),
                                 "tickets")
                      : "none yet",
                  settings.four_eyes != NULL ? settings.four_eyes : "auto");
    summarise_modules(wizard, out);
    strbuf_add(out, "Nothing was written yet.\n");
    arena_free(&arena);
    json_decref(draft);
}

/* --- Writing ---------------------------------------------------------------------------------- */

/* A folder is named from where the person stands, and must be found from everywhere else, too. */
static void settle_folders(struct call *call, struct project_settings *settings)
{
    for (size_t i = 0; i < settings->module_count; i++) {
        char *address = path_from_home(settings->modules[i].repository);
        char *path = path_join(call->settings->working_directory, address);
        char *whole = realpath(path, NULL);

        free(address);
        if (whole != NULL)
            settings->modules[i].repository = arena_text(call->arena, whole);
        free(whole);
        free(path);
    }
}

struct write_input {
    struct workspace *workspace;
    uint64_t view;
    char text[]; /* the draft */
};

static bool run_write(struct job *job, struct call *call, void *context, void **output,
                      struct error *error)
{
    const struct write_input *input = context;
    json_t *draft = json_read("the wizard", input->text, strlen(input->text), error);
    struct event made = { .view = input->view, .kind = SETUP_MADE };
    struct project_addition addition = { .fresh = true };
    struct project_settings settings;
    bool created, ok;

    (void)job;
    if (draft == NULL)
        return false;
    take_settings(call->arena, draft, &settings);
    json_decref(draft);
    settle_folders(call, &settings);
    ok = project_file_check(&settings, call->arena, error) && call_open_store(call, true, error) &&
         call_check_writable(call, error) &&
         project_save_with(call, &settings, &addition, &created, error);
    if (!ok)
        return false;
    /* Comes before the end of the job: when the project is opened, the draft is gone for good. */
    workspace_post(input->workspace, &made);
    *output = memory_copy_text(settings.code);
    return true;
}

/* Of a failure the draft stays, and so does the wizard. */
static void write_done(struct studio *studio, bool ok, void *output)
{
    if (!ok)
        return;
    studio->actions->open_project(studio, output);
    free(output);
}

void wizard_write(void *context, struct wizard *pane)
{
    struct project_wizard *wizard = context;
    struct studio_work work = {
        .title = "make the project", .run = run_write, .free_output = free, .done = write_done
    };
    json_t *draft = wizard_export(pane);
    struct strbuf text = STRBUF_INIT;
    struct write_input *input;

    json_write_canonical(&text, draft);
    json_decref(draft);
    input = memory_new(sizeof *input + text.length + 1);
    input->workspace = wizard->studio->workspace;
    input->view = view_id(wizard->view);
    memcpy(input->text, text.data, text.length + 1);
    strbuf_release(&text);
    work.input = input;
    studio_start(wizard->studio, &work);
}
