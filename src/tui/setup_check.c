#include "setup_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/module_paths.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>

struct check_input {
    uint64_t view;
    struct setup_checked *checked; /* what comes of it */
    char text[];                   /* {"fields": …, "environments": […]} */
};

static void free_checked(void *data)
{
    struct setup_checked *checked = data;

    json_decref(checked->fields);
    arena_free(&checked->arena);
    free(checked);
}

static const char *unless_empty(const json_t *fields, const char *id)
{
    const char *text = json_member_text(fields, id);

    return text != NULL && *text != '\0' ? text : NULL;
}

static void look(struct call *call, const json_t *body, struct setup_checked *checked)
{
    const json_t *fields = json_object_get(body, "fields"),
                 *names = json_object_get(body, "environments");
    const char *name = unless_empty(fields, "name"), *config = unless_empty(fields, "config");
    const char *paths = module_paths_of_words(checked->arena, unless_empty(fields, "path"));
    struct module_settings module = { .name = name != NULL ? name : "module",
                                      .repository = unless_empty(fields, "repository"),
                                      .path = paths,
                                      .tags = unless_empty(fields, "tags"),
                                      .migrations_path = unless_empty(fields, "migrations") };
    size_t count = json_array_size(names);
    const char **environments = arena_array(checked->arena, count, sizeof *environments);

    for (size_t i = 0; i < count; i++)
        environments[i] = json_string_value(json_array_get(names, i));
    if (config != NULL)
        module.config = arena_words(checked->arena, config, WORD_ENDS, &module.config_count);
    checked->good = module_check(call, &module, environments, count, checked->arena,
                                 &checked->checked, &checked->error);
}

static bool run_check(struct job *job, struct call *call, void *context, void **output,
                      struct error *error)
{
    struct check_input *input = context;
    json_t *body = json_read("a check", input->text, strlen(input->text), &input->checked->error);

    (void)job;
    (void)output;
    (void)error;
    if (body != NULL)
        look(call, body, input->checked);
    json_decref(body);
    return true;
}

/* Also of one that was stopped, or never begun: what stands beside the fields is that then, and the
 * next look can be taken. */
static void check_ended(struct studio *studio, const struct error *failure, void *context)
{
    struct check_input *input = context;
    struct event event = {
        .view = input->view, .kind = SETUP_CHECKED, .data = input->checked, .release = free_checked
    };

    if (failure != NULL)
        error_set(&input->checked->error, ERROR_CANCELLED, "it was not looked into");
    input->checked = NULL;
    workspace_post(studio->workspace, &event);
}

static void free_input(void *context)
{
    struct check_input *input = context;

    if (input->checked != NULL)
        free_checked(input->checked);
    free(input);
}

static struct setup_checked *checked_new(size_t slot, const json_t *fields)
{
    struct setup_checked *checked = memory_new(sizeof *checked);

    checked->slot = slot;
    checked->fields = json_deep_copy(fields);
    checked->arena = arena_new();
    return checked;
}

void setup_check_start(struct setup_checker *checker, size_t slot, const json_t *fields,
                       const json_t *environments)
{
    struct studio_work work = { .title = "look into the repository",
                                .run = run_check,
                                .free_input = free_input,
                                .ended = check_ended,
                                .reading = true };
    struct strbuf text = STRBUF_INIT;
    struct check_input *input;
    json_t *body;

    if (checker->running) {
        checker->again = true;
        return;
    }
    body = json_object();
    json_put(body, "fields", json_incref((json_t *)fields));
    json_put(body, "environments", json_incref((json_t *)environments));
    json_write_canonical(&text, body);
    json_decref(body);
    input = memory_new(sizeof *input + text.length + 1);
    input->view = checker->view;
    input->checked = checked_new(slot, fields);
    memcpy(input->text, text.data, text.length + 1);
    strbuf_release(&text);
    checker->running = true;
    checker->again = false;
    work.input = input;
    studio_start(checker->studio, &work);
}

/* --- Beside the fields ------------------------------------------------------------------------ */

static void say(struct form *form, const char *id, const char *suffix, enum form_verdict verdict,
                const char *said)
{
    char *whole = memory_printf("%s%s", id, suffix);

    /* A field that is wrong by itself says so; nothing is said beside an empty one. */
    if (form_text(form, whole)[0] != '\0' && form_verdict(form, whole) != FORM_WRONG)
        form_set_check(form, whole, verdict, said);
    free(whole);
}

static void say_tags(struct form *form, const char *suffix, const struct module_checked *checked)
{
    char *said = checked->tags == 0
                     ? memory_copy_text("no tag has this form")
                     : memory_printf("%zu tag%s, last %s", checked->tags,
                                     checked->tags == 1 ? "" : "s", checked->last_tag);

    say(form, "tags", suffix, checked->tags > 0 ? FORM_GOOD : FORM_UNCHECKED, said);
    free(said);
}

static void say_config(struct form *form, const char *suffix, const struct module_checked *checked)
{
    size_t files = 0, without = 0;
    char *said;

    for (size_t i = 0; i < checked->layer_count; i++) {
        files += checked->layer_files[i];
        without += checked->layer_files[i] == 0;
    }
    said = without > 0
               ? memory_printf("%zu of %zu layers find no file", without, checked->layer_count)
               : memory_printf("%zu file%s", files, files == 1 ? "" : "s");
    say(form, "config", suffix, without == 0 ? FORM_GOOD : FORM_UNCHECKED, said);
    free(said);
}

/* Of several the one is named that is not there. */
static void say_path(struct form *form, const char *suffix, const struct module_checked *checked)
{
    char *whole = memory_printf("path%s", suffix);
    bool several = strstr(form_text(form, whole), ", ") != NULL;
    char *said = several && checked->path_lost != NULL
                     ? memory_printf("nothing is at %s", checked->path_lost)
                     : NULL;

    if (checked->path_lost == NULL)
        say(form, "path", suffix, FORM_GOOD, several ? "are there" : "is there");
    else
        say(form, "path", suffix, FORM_UNCHECKED, several ? said : "nothing is there");
    free(said);
    free(whole);
}

void setup_check_show(struct form *form, const char *suffix, const struct setup_checked *checked)
{
    const struct module_checked *found = &checked->checked;
    char *said;

    if (!checked->good) {
        /* A machine of somebody else's may reach it: it is said, and keeps nobody. */
        say(form, "repository", suffix, FORM_UNCHECKED, checked->error.message);
        return;
    }
    say(form, "repository", suffix, FORM_GOOD, "is a repository");
    say_tags(form, suffix, found);
    say_config(form, suffix, found);
    say_path(form, suffix, found);
    said = memory_printf("%zu file%s", found->migrations, found->migrations == 1 ? "" : "s");
    say(form, "migrations", suffix, found->migrations > 0 ? FORM_GOOD : FORM_UNCHECKED, said);
    free(said);
}
