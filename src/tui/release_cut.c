/* Cutting a release from a screen: from where to where, and its name. */
#include "studio_internal.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/release.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/release/release.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/picker.h>

#define MOST_NAMES 6 /* in a box */

struct cut_question {
    struct studio *studio;
    char *from, *to;
    char *modules;       /* words of the command line */
    struct vector names; /* char *: the modules that are meant; none: all */
    char *name;          /* of the release */
    char *mark;          /* of what was shown, once it was */
};

static void question_free(struct cut_question *question)
{
    free(question->from);
    free(question->to);
    free(question->modules);
    for (size_t i = 0; i < question->names.count; i++)
        free(*(char **)vector_at(&question->names, i));
    vector_release(&question->names);
    free(question->name);
    free(question->mark);
    free(question);
}

static bool check_name(void *context, const char *text, struct error *error)
{
    (void)context;
    return release_name_check(text, error);
}

static void cut(const struct cut_question *question)
{
    struct strbuf line = STRBUF_INIT;

    strbuf_add(&line, "release cut");
    studio_line_word(&line, question->name);
    strbuf_add(&line, question->modules);
    strbuf_add(&line, " --from");
    studio_line_word(&line, question->from);
    strbuf_add(&line, " --to");
    studio_line_word(&line, question->to);
    strbuf_add(&line, " --expect");
    studio_line_word(&line, question->mark);
    question->studio->actions->run(question->studio, line.data);
    strbuf_release(&line);
}

static void confirmed(void *context, bool yes)
{
    struct cut_question *question = context;

    if (yes)
        cut(question);
    question_free(question);
}

/* "5 modules: mb-auth 2.0.7, mb-web 1.9.2, …", where from and where to, and what is odd about it.
 */
static char *describe(const struct cut_question *question, const struct release_preview *preview)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_printf(&text, "%zu module%s as %s has %s now, for %s:", preview->modules,
                  preview->modules == 1 ? "" : "s", question->from,
                  preview->modules == 1 ? "it" : "them", question->to);
    for (size_t i = 0; i < preview->modules && i < MOST_NAMES; i++)
        strbuf_printf(&text, "\n  %s %s", preview->names[i], preview->versions[i]);
    if (preview->modules > MOST_NAMES)
        strbuf_printf(&text, "\n  and %zu more", preview->modules - MOST_NAMES);
    if (preview->others != NULL)
        strbuf_printf(&text, "\n! %s", preview->others);
    if (preview->off_path)
        strbuf_printf(&text, "\n! %s is not filled from %s on the promotion path", question->to,
                      question->from);
    return strbuf_steal(&text);
}

/* What is frozen stays: what it will be is shown before. */
static void confirm(struct cut_question *question)
{
    struct studio *studio = question->studio;
    struct call call = studio->call;
    struct release_preview preview;
    struct error error = { 0 };
    bool ok;

    call.arena = arena_new();
    ok = release_preview_cut(&call, question->from, question->to, question->names.items,
                             question->names.count, &preview, &error);
    if (ok) {
        char *title = memory_printf("Cut the release %s", question->name);
        char *text = describe(question, &preview);

        question->mark = memory_copy_text(preview.mark);
        dialog_confirm(studio->workspace,
                       &(struct confirmation){
                           .title = title, .text = text, .action = "cut", .name = question->name },
                       confirmed, question);
        free(text);
        free(title);
    } else {
        workspace_say_error(studio->workspace, &error);
        question_free(question);
    }
    arena_free(&call.arena);
}

static void name_given(void *context, const char *name)
{
    struct cut_question *question = context;

    if (name == NULL) {
        question_free(question);
        return;
    }
    question->name = memory_copy_text(name);
    confirm(question);
}

static void ask_name(struct cut_question *question)
{
    const struct surroundings *around = question->studio->around;
    char *title = memory_printf("Cut a release from %s to %s", question->from, question->to);
    char *text = memory_printf("%s of %s frozen: version, commit, image,\nconfiguration and the "
                               "migrations that are new to %s.",
                               *question->modules != '\0' ? "The marked modules" : "All modules",
                               question->from, question->to);
    struct question asked = { .title = title,
                              .text = text,
                              .label = "Name",
                              .initial = around != NULL ? around->next_release : NULL,
                              .check = check_name };

    dialog_ask(question->studio->workspace, &asked, name_given, question);
    free(title);
    free(text);
}

static void path_chosen(void *context, const char *value)
{
    struct cut_question *question = context;
    const struct surroundings *around = question->studio->around;
    size_t index = value != NULL ? (size_t)strtoull(value, NULL, 10) : 0;

    if (value == NULL || around == NULL || index >= around->promotion_count) {
        question_free(question);
        return;
    }
    question->from = memory_copy_text(around->promotions[index].from);
    question->to = memory_copy_text(around->promotions[index].to);
    ask_name(question);
}

static void ask_path(struct cut_question *question)
{
    const struct surroundings *around = question->studio->around;
    struct picker *picker = picker_new("From where to where?");

    for (size_t i = 0; around != NULL && i < around->promotion_count; i++) {
        char *value = memory_printf("%zu", i);
        char *text = memory_printf("%s %s %s", around->promotions[i].from,
                                   question->studio->utf8 ? "→" : "->", around->promotions[i].to);

        picker_add(picker, text, around->promotions[i].production ? "production" : NULL, value);
        free(text);
        free(value);
    }
    picker_open(question->studio->workspace, picker, path_chosen, question);
}

void studio_cut_release(struct studio *studio, const char *from, const char *to,
                        const char *const *modules, size_t count)
{
    struct cut_question *question = memory_new(sizeof *question);
    struct strbuf words = STRBUF_INIT;

    vector_init(&question->names, sizeof(char *));
    for (size_t i = 0; i < count; i++) {
        char *copy = memory_copy_text(modules[i]);

        strbuf_add_char(&words, ' ');
        studio_line_word(&words, modules[i]);
        vector_push(&question->names, &copy);
    }
    question->studio = studio;
    question->modules = strbuf_steal(&words);
    if (from == NULL || to == NULL) {
        ask_path(question);
        return;
    }
    question->from = memory_copy_text(from);
    question->to = memory_copy_text(to);
    ask_name(question);
}
