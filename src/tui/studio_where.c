#include "studio_internal.h"

#include <stdlib.h>

#include <pilab/app/where.h>
#include <pilab/base/memory.h>
#include <pilab/tui/picker.h>

static void free_answer(void *output)
{
    struct where_answer *answer = output;

    where_answer_free(&answer);
}

static bool run_where(struct job *job, struct call *call, void *input, void **output,
                      struct error *error)
{
    struct where_ask ask = { .text = input };
    struct where_answer *answer = NULL;

    (void)job;
    if (!where_ask(call, &ask, &answer, error))
        return false;
    *output = answer;
    return true;
}

static void where_done(struct studio *studio, bool ok, void *output)
{
    if (ok)
        workspace_open(studio->workspace, where_view_new(studio, output));
}

static void start_where(struct studio *studio, const char *text)
{
    char *title = memory_printf("where is %s", text);
    struct studio_work work = { .title = title,
                                .reading = true,
                                .run = run_where,
                                .input = memory_copy_text(text),
                                .free_output = free_answer,
                                .done = where_done };

    studio_start(studio, &work);
    free(title);
}

static void chosen(void *context, const char *value)
{
    if (value != NULL)
        start_where(context, value);
}

void studio_where(struct studio *studio, const char *const *texts, size_t count)
{
    struct picker *picker;

    if (studio->call.project == NULL) {
        workspace_say(studio->workspace, MESSAGE_INFO,
                      "There is no project that says what runs where: `pilab init` sets one up.");
    } else if (count == 0) {
        workspace_say(studio->workspace, MESSAGE_INFO,
                      "There is no ticket and no commit here to look for; :where MB-234 asks for "
                      "any.");
    } else if (count == 1) {
        start_where(studio, texts[0]);
    } else {
        picker = picker_new("Where is …");
        for (size_t i = 0; i < count; i++)
            picker_add(picker, texts[i], NULL, texts[i]);
        picker_open(studio->workspace, picker, chosen, studio);
    }
}
