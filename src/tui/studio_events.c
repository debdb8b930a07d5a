#include "studio_internal.h"

#include <stdlib.h>

#include <pilab/base/memory.h>
#include <pilab/tui/dialog.h>

/* What jobs say, on the thread of the screen. */

static void finish(struct studio *studio, struct job_event *event)
{
    struct studio_job *job = studio_take_job(studio, event->job);

    if (!event->ok && event->error.code == ERROR_CANCELLED && job != NULL && job->dropped)
        ; /* whoever dropped it knows */
    else if (!event->ok && event->error.code == ERROR_CANCELLED)
        workspace_say(studio->workspace, MESSAGE_INFO, "Stopped: %s",
                      job != NULL ? job->title : "a job");
    else if (!event->ok)
        workspace_say_error(studio->workspace, &event->error);
    if (job != NULL && job->ended != NULL)
        job->ended(studio, event->ok ? NULL : &event->error, job->input);
    if (job != NULL && job->done != NULL)
        job->done(studio, event->ok, event->output);
    else if (event->output != NULL && job != NULL && job->free_output != NULL)
        job->free_output(event->output);
    if (job != NULL)
        studio_job_free(job);
}

static void take_batch(struct studio *studio, const struct job_event *event)
{
    const struct studio_job *job = studio_find_job(studio, event->job);

    if (job != NULL && job->batch != NULL && !job->dropped)
        job->batch(studio, event->job, event->batch);
    else if (job != NULL && job->free_batch != NULL)
        job->free_batch(event->batch);
}

/* A job that asks. */
struct job_question {
    struct studio *studio;
    uint64_t job;
};

static void answered_text(void *context, const char *text)
{
    struct job_question *question = context;

    job_answer(question->studio->jobs, question->job, text != NULL, 0, text);
    free(question);
}

static void answered_yes(void *context, bool yes)
{
    struct job_question *question = context;

    job_answer(question->studio->jobs, question->job, yes, 0, NULL);
    free(question);
}

/* What is asked about stays to be read behind the question, and after it. */
static void show_details(struct studio *studio, const struct call_question *asked)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_add(&text, asked->details);
    workspace_open(studio->workspace, page_view_new(studio, "Plan", &text));
    strbuf_release(&text);
}

static void put_question(struct studio *studio, const struct job_event *event)
{
    const struct call_question *asked = event->question;
    struct job_question *question = memory_new(sizeof *question);

    question->studio = studio;
    question->job = event->job;
    if (asked->details != NULL)
        show_details(studio, asked);
    if (asked->choices == NULL)
        dialog_ask(studio->workspace,
                   &(struct question){
                       .title = "A question", .text = asked->text, .secret = asked->secret },
                   answered_text, question);
    else
        dialog_confirm(studio->workspace,
                       &(struct confirmation){ .title = "A question",
                                               .text = asked->text,
                                               .action = asked->choices[0],
                                               .name = asked->typed,
                                               .typed = asked->typed != NULL },
                       answered_yes, question);
}

void studio_take_events(struct studio *studio)
{
    struct job_event event;

    studio->actions->follow(studio, atomic_exchange(&studio->store_changed, false));
    while (job_next_event(studio->jobs, &event)) {
        /* Progress is drawn by and by (workspace_post_progress), lines by whoever shows them. */
        if (event.kind != JOB_PROGRESS && event.kind != JOB_BATCH &&
            workspace_view(studio->workspace) != NULL)
            view_refresh(workspace_view(studio->workspace), REFRESH_DRAW);
        switch (event.kind) {
        case JOB_PROGRESS:
            workspace_post_progress(studio->workspace);
            break;
        case JOB_QUESTION:
            put_question(studio, &event);
            break;
        case JOB_FINISHED:
            finish(studio, &event);
            break;
        case JOB_BATCH:
            take_batch(studio, &event);
            break;
        }
    }
}
