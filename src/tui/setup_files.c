#include "setup_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/project.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/rich.h>

#define PATH_LIMIT 4096

/* --- Export ----------------------------------------------------------------------------------- */

struct export
{
    struct studio *studio;
    char *path;
};

static void export_agreed(void *context, bool yes)
{
    struct export *export = context;

    if (yes)
        export->studio->actions->run_words(export->studio,
                                           (const char *const[]){ "project", "export", "--output",
                                                                  export->path, NULL });
    free(export->path);
    free(export);
}

static void export_given(void *context, struct form *form, bool done)
{
    struct studio *studio = context;
    struct export *export;

    if (!done)
        return;
    export = memory_new(sizeof *export);
    *export = (struct export){ studio, path_from_home(form_text(form, "path")) };
    if (!file_exists(export->path)) {
        export_agreed(export, true);
        return;
    }
    dialog_confirm(studio->workspace,
                   &(struct confirmation){ .title = "Replace the file",
                                           .text = "What is in it now is lost.",
                                           .action = "replace",
                                           .name = export->path },
                   export_agreed, export);
}

void setup_ask_export(struct setup_screen *screen)
{
    const struct form_field fields[] = {
        {.id = "path",
         .kind = FORM_PATH,
         .label = "File",
         .value = PROJECT_FILE_NAME,
         .required = true,
         .help = "Everything but the values of secrets"},
    };

    dialog_form(screen->studio->workspace, "Export the project", form_new(fields, 1, NULL),
                export_given, screen->studio);
}

/* --- Import ----------------------------------------------------------------------------------- */

struct import_path {
    char path[PATH_LIMIT];
};

/* What somebody agreed to: which file, and what it made of which project. */
struct import_order {
    struct import_path file;
    char digest[SHA256_HEX_SIZE];
};

/* What would be done, and from what. */
struct import {
    struct studio *studio;
    struct arena *arena;
    struct project_preview preview;
    struct import_path file;
};

static void free_import(void *context)
{
    struct import *import = context;

    arena_free(&import->arena);
    free(import);
}

static bool run_import(struct job *job, struct call *call, void *context, void **output,
                       struct error *error)
{
    const struct import_order *order = context;
    json_t *done;
    bool created;

    (void)job;
    if (!project_import_agreed(call, order->file.path, order->digest, &created, error))
        return false;
    done = json_object();
    json_put_bool(done, "created", created);
    json_put_text(done, "code", call->project->code);
    *output = done;
    return true;
}

static void free_json(void *output)
{
    json_decref(output);
}

static void import_done(struct studio *studio, bool ok, void *output)
{
    if (!ok)
        return;
    if (json_is_true(json_object_get(output, "created"))) {
        studio->actions->open_project(studio, json_member_text(output, "code"));
    } else {
        workspace_say(studio->workspace, MESSAGE_SUCCESS, "%s is brought up to date",
                      json_member_text(output, "code"));
        studio->actions->look_around(studio);
    }
    json_decref(output);
}

static void import_agreed(void *context, bool yes)
{
    struct import *import = context;
    struct studio_work work = {
        .title = "import", .run = run_import, .free_output = free_json, .done = import_done
    };
    struct import_order *order;

    if (yes) {
        order = memory_new(sizeof *order);
        order->file = import->file;
        memcpy(order->digest, import->preview.digest, sizeof order->digest);
        work.input = order;
        studio_start(import->studio, &work);
    }
    free_import(import);
}

/* All of it stays to be read behind the question. */
static void show_changes(struct import *import)
{
    const struct project_preview *preview = &import->preview;
    struct strbuf text = STRBUF_INIT;

    rich_text(&text, RICH_TITLE, preview->name, true);
    strbuf_printf(&text, "  %zu change%s by the file\n\n", preview->count,
                  preview->count == 1 ? "" : "s");
    for (size_t i = 0; i < preview->count; i++) {
        enum rich_role role = preview->lines[i][0] == '+'   ? RICH_ADDED
                              : preview->lines[i][0] == '-' ? RICH_DELETED
                                                            : RICH_MODIFIED;

        rich_text(&text, role, preview->lines[i], import->studio->utf8);
        strbuf_add_char(&text, '\n');
    }
    workspace_open(import->studio->workspace,
                   table_page_new(import->studio, "What would change", &text));
    strbuf_release(&text);
}

#define LINES_IN_BOX 6

static void ask_import(struct import *import)
{
    const struct project_preview *preview = &import->preview;
    struct strbuf text = STRBUF_INIT;
    size_t shown = 0;

    if (preview->created)
        strbuf_add(&text, "A new project.\n");
    /* What it takes away comes first: it must not be missed among what it adds. */
    for (size_t i = 0; i < 2 * preview->count && shown < LINES_IN_BOX; i++) {
        const char *line = preview->lines[i % preview->count];

        if ((*line == '-') == (i < preview->count)) {
            strbuf_printf(&text, "%s\n", line);
            shown++;
        }
    }
    if (preview->count > LINES_IN_BOX)
        strbuf_printf(&text, "and %zu more, behind this question\n", preview->count - LINES_IN_BOX);
    if (!preview->created)
        show_changes(import);
    dialog_confirm(import->studio->workspace,
                   &(struct confirmation){ .title = "Import " PROJECT_FILE_NAME,
                                           .text = text.data,
                                           .action = "import",
                                           .name = preview->code },
                   import_agreed, import);
    strbuf_release(&text);
}

static bool run_preview(struct job *job, struct call *call, void *context, void **output,
                        struct error *error)
{
    struct import *import = memory_new(sizeof *import);
    bool ok;

    (void)job;
    import->arena = arena_new();
    import->file = *(const struct import_path *)context;
    ok = project_preview(call, import->file.path, import->arena, &import->preview, error);
    if (ok)
        *output = import;
    else
        free_import(import);
    return ok;
}

static void preview_done(struct studio *studio, bool ok, void *output)
{
    struct import *import = output;

    if (!ok)
        return;
    import->studio = studio;
    if (import->preview.stays) {
        workspace_say(studio->workspace, MESSAGE_INFO, "%s is as the file says already",
                      import->preview.code);
        free_import(import);
        return;
    }
    ask_import(import);
}

static void import_given(void *context, struct form *form, bool done)
{
    struct studio_work work = { .title = "look what would change",
                                .reading = true,
                                .run = run_preview,
                                .free_output = free_import,
                                .done = preview_done };
    struct import_path *input;
    char *path;

    if (!done)
        return;
    path = path_from_home(form_text(form, "path"));
    input = memory_new(sizeof *input);
    snprintf(input->path, sizeof input->path, "%s", path);
    free(path);
    work.input = input;
    studio_start(context, &work);
}

void setup_ask_import(struct setup_screen *screen)
{
    const struct form_field fields[] = {
        {.id = "path",
         .kind = FORM_PATH,
         .label = "File",
         .value = PROJECT_FILE_NAME,
         .required = true,
         .help = "What would change is shown before it is written"},
    };

    dialog_form(screen->studio->workspace, "Import a project", form_new(fields, 1, NULL),
                import_given, screen->studio);
}
