#include "setup_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

/* An edit on its way to a worker: numbers in the struct, all texts as JSON behind it, in one block
 * that the job frees. */
struct edit_input {
    enum edit_part part;
    enum edit_act act;
    char text[];
};

static bool run_edit(struct job *job, struct call *call, void *context, void **output,
                     struct error *error)
{
    const struct edit_input *input = context;
    json_t *body = json_read("an edit", input->text, strlen(input->text), error);
    struct project_edit edit = { .part = input->part, .act = input->act };
    bool ok;

    (void)job;
    (void)output;
    if (body == NULL)
        return false;
    edit.name = json_member_text(body, "name");
    edit.before = json_object_get(body, "before");
    edit.after = json_object_get(body, "after");
    ok = project_edit(call, &edit, error);
    json_decref(body);
    return ok;
}

/* Also of a failure: what is seen should be what is there. */
static void edit_done(struct studio *studio, bool ok, void *output)
{
    (void)output;
    if (ok)
        workspace_say(studio->workspace, MESSAGE_SUCCESS, "Written");
    studio->actions->look_around(studio);
}

void setup_start_edit(struct setup_screen *screen, const struct project_edit *edit)
{
    struct studio_work work = { .title = "write the project", .run = run_edit, .done = edit_done };
    json_t *body = json_object();
    struct strbuf text = STRBUF_INIT;
    struct edit_input *input;

    json_put_text(body, "name", edit->name);
    json_put(body, "before", json_incref((json_t *)edit->before));
    json_put(body, "after", json_incref((json_t *)edit->after));
    json_write_canonical(&text, body);
    input = memory_new(sizeof *input + text.length + 1);
    input->part = edit->part;
    input->act = edit->act;
    memcpy(input->text, text.data, text.length + 1);
    work.input = input;
    studio_start(screen->studio, &work);
    strbuf_release(&text);
    json_decref(body);
}

/* --- Forms ------------------------------------------------------------------------------------ */

struct edited {
    struct setup_screen *screen;
    enum edit_part part;
    enum edit_act act;
    char *name;
    json_t *before;
};

/* Choices are words with a blank between, as fields have them. */
static json_t *fields_of(const struct form *form)
{
    json_t *fields = form_export(form), *value;
    const char *id;
    void *next;

    json_object_foreach_safe(fields, next, id, value)
    {
        struct strbuf words = STRBUF_INIT;

        if (json_is_string(value) && strcmp(json_string_value(value), SETUP_NONE) == 0)
            json_put_text(fields, id, "");
        if (!json_is_array(json_object_get(fields, id)))
            continue;
        for (size_t i = 0; i < json_array_size(value); i++)
            strbuf_printf(&words, "%s%s", i > 0 ? " " : "",
                          json_string_value(json_array_get(value, i)));
        json_put_text(fields, id, words.data);
        strbuf_release(&words);
    }
    return fields;
}

void setup_add_lines(const struct setup_lines *lines, const json_t *now, struct arena *arena,
                     struct vector *fields)
{
    for (size_t i = 0;; i++) {
        const char *id = arena_printf(arena, "%s%zu", lines->field, i);
        const char *value = json_member_text(now, id);
        bool fresh = value == NULL || *value == '\0';
        struct form_field *field;

        if (value == NULL && i > 0)
            return;
        field = vector_add(fields);
        *field = (struct form_field){
            .id = id,
            .kind = FORM_TEXT,
            .label = fresh ? lines->fresh : arena_printf(arena, "%s %zu", lines->label, i + 1),
            .value = value,
            .check = lines->check,
            .help = lines->help,
        };
    }
}

static void form_answered(void *context, struct form *form, bool done)
{
    struct edited *edited = context;

    edited->screen->form = NULL;
    if (done && (edited->act == ACT_ADD || form_is_changed(form))) {
        json_t *after = fields_of(form);
        struct project_edit edit = { .part = edited->part,
                                     .act = edited->act,
                                     .name = edited->name,
                                     .before = edited->act == ACT_ADD ? NULL : edited->before,
                                     .after = after };

        setup_start_edit(edited->screen, &edit);
        json_decref(after);
    }
    json_decref(edited->before);
    free(edited->name);
    free(edited);
}

void setup_edit_form(struct setup_screen *screen, const char *title, struct form *form,
                     enum edit_part part, enum edit_act act, const char *name)
{
    struct edited *edited = memory_new(sizeof *edited);

    *edited = (struct edited){ screen, part, act, memory_copy_text(name), fields_of(form) };
    screen->form = form;
    dialog_form(screen->studio->workspace, title, form, form_answered, edited);
}

/* --- Removing --------------------------------------------------------------------------------- */

static void remove_agreed(void *context, bool yes)
{
    struct edited *edited = context;

    if (yes)
        setup_start_edit(edited->screen, &(struct project_edit){ .part = edited->part,
                                                                 .act = ACT_REMOVE,
                                                                 .name = edited->name });
    free(edited->name);
    free(edited);
}

void setup_ask_remove(struct setup_screen *screen, enum edit_part part, const char *name,
                      const char *text, bool production)
{
    struct edited *edited = memory_new(sizeof *edited);
    struct confirmation confirmation = { .title = part == PART_MODULE ? "Remove the module"
                                                                      : "Remove the environment",
                                         .text = text,
                                         .action = "remove",
                                         .name = name,
                                         .typed = production,
                                         .dangerous = true };

    *edited = (struct edited){ .screen = screen, .part = part, .name = memory_copy_text(name) };
    dialog_confirm(screen->studio->workspace, &confirmation, remove_agreed, edited);
}

/* --- What is allowed -------------------------------------------------------------------------- */

bool setup_may(const struct setup_screen *screen, enum permission_action action, struct strbuf *why)
{
    struct error error = { 0 };

    if (screen->data == NULL) {
        strbuf_add(why, screen->studio->call.project == NULL
                            ? "there is no project yet: !w makes one, !i imports one"
                            : "the project is being read");
        return false;
    }
    if (permission_check(&screen->studio->call.actor.rights, action, NULL, &error))
        return true;
    strbuf_add(why, error.message);
    return false;
}

bool setup_is_word(const void *context, const struct form *form, const char *value,
                   struct error *error)
{
    (void)context;
    (void)form;
    if (value[strcspn(value, " \t/\\")] == '\0')
        return true;
    return error_set(error, ERROR_INVALID, "one word, without blanks and slashes");
}

bool setup_is_tags(const void *context, const struct form *form, const char *value,
                   struct error *error)
{
    (void)context;
    (void)form;
    return strstr(value, "{version}") != NULL ||
           error_set(error, ERROR_INVALID, "{version} must stand in it");
}
