/* Cutting a release from a screen: from where to where, and its name. */
#include "studio_internal.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/release/release.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/picker.h>

struct cut_question {
    struct studio *studio;
    char *from, *to;
    char *modules; /* words of the command line */
};

static void question_free(struct cut_question *question)
{
    free(question->from);
    free(question->to);
    free(question->modules);
    free(question);
}

static bool check_name(void *context, const char *text, struct error *error)
{
    (void)context;
    return release_name_check(text, error);
}

static void name_given(void *context, const char *name)
{
    struct cut_question *question = context;
    struct strbuf line = STRBUF_INIT;

    if (name != NULL) {
        strbuf_add(&line, "release cut");
        studio_line_word(&line, name);
        strbuf_add(&line, question->modules);
        strbuf_add(&line, " --from");
        studio_line_word(&line, question->from);
        strbuf_add(&line, " --to");
        studio_line_word(&line, question->to);
        question->studio->actions->run(question->studio, line.data);
    }
    strbuf_release(&line);
    question_free(question);
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

    for (size_t i = 0; i < count; i++) {
        strbuf_add_char(&words, ' ');
        studio_line_word(&words, modules[i]);
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
