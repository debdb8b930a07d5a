#include <pilab/tui/studio_parts.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/tui/dialog.h>

#include "note_studio.h"

/* A job whose end the screen waits for. */
struct studio_job {
    uint64_t number;
    char title[64];
    int64_t since; /* monotonic */
    bool reading;
    bool quiet;
    void (*free_output)(void *output);
    void (*done)(struct studio *studio, bool ok, void *output);
};

uint64_t studio_start(struct studio *studio, const struct studio_work *work)
{
    struct studio_job *job = memory_new(sizeof *job);
    struct job_spec spec = { .title = work->title,
                             .run = work->run,
                             .input = work->input,
                             .free_input = work->free_input != NULL ? work->free_input : free,
                             .free_output = work->free_output };

    job->since = clock_monotonic();
    job->reading = work->reading;
    job->quiet = work->quiet;
    job->free_output = work->free_output;
    job->done = work->done;
    job->number = job_start(studio->jobs, &spec);
    snprintf(job->title, sizeof job->title, "%s", work->title);
    vector_push(&studio->running, &job);
    return job->number;
}

static struct studio_job *take_job(struct studio *studio, uint64_t number)
{
    for (size_t i = 0; i < studio->running.count; i++) {
        struct studio_job *job = *(struct studio_job **)vector_at(&studio->running, i);

        if (job->number != number)
            continue;
        vector_remove(&studio->running, i);
        return job;
    }
    return NULL;
}

static void finish(struct studio *studio, struct job_event *event)
{
    struct studio_job *job = take_job(studio, event->job);

    if (!event->ok && event->error.code == ERROR_CANCELLED)
        workspace_say(studio->workspace, MESSAGE_INFO, "Stopped: %s",
                      job != NULL ? job->title : "a job");
    else if (!event->ok)
        workspace_say_error(studio->workspace, &event->error);
    if (job != NULL && job->done != NULL)
        job->done(studio, event->ok, event->output);
    else if (event->output != NULL && job != NULL && job->free_output != NULL)
        job->free_output(event->output);
    free(job);
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
                                               .action = asked->choices[0] },
                       answered_yes, question);
}

void studio_take_events(struct studio *studio)
{
    struct job_event event;

    if (atomic_exchange(&studio->store_changed, false))
        note_waiting_refresh(studio);
    while (job_next_event(studio->jobs, &event)) {
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
            break;
        }
    }
}

/* --- The jobs as the workspace sees them ------------------------------------------------------ */

#define MOST_JOBS 16

static const struct studio_job *find_job(const struct studio *studio, uint64_t number)
{
    for (size_t i = 0; i < studio->running.count; i++) {
        const struct studio_job *job = *(struct studio_job **)vector_at(&studio->running, i);

        if (job->number == number)
            return job;
    }
    return NULL;
}

bool studio_is_running(const struct studio *studio, uint64_t number)
{
    return find_job(studio, number) != NULL;
}

/* Those that a person should know of; returns how many there are. */
static size_t list_jobs(const struct studio *studio, struct job_info jobs[MOST_JOBS])
{
    size_t count = job_list(studio->jobs, jobs, MOST_JOBS), kept = 0;

    count = count < MOST_JOBS ? count : MOST_JOBS;
    for (size_t i = 0; i < count; i++) {
        const struct studio_job *job = find_job(studio, jobs[i].job);

        if (job == NULL || !job->quiet)
            jobs[kept++] = jobs[i];
    }
    return kept;
}

static size_t job_count(void *context)
{
    struct job_info jobs[MOST_JOBS];

    return list_jobs(context, jobs);
}

static bool job_get(void *context, size_t index, struct job_status *out)
{
    struct studio *studio = context;
    struct job_info jobs[MOST_JOBS];
    const struct studio_job *ours;

    if (index >= list_jobs(studio, jobs))
        return false;
    *out = (struct job_status){ .id = jobs[index].job,
                                .done = jobs[index].done,
                                .total = jobs[index].total,
                                .cancelling = jobs[index].cancelled };
    strncpy(out->title, jobs[index].title, sizeof out->title - 1);
    snprintf(out->doing, sizeof out->doing, "%s", jobs[index].what);
    ours = find_job(studio, out->id);
    if (ours != NULL) {
        out->since = ours->since;
        out->reading = ours->reading;
    }
    return true;
}

static void job_stop(void *context, uint64_t id)
{
    job_cancel(((struct studio *)context)->jobs, id);
}

struct job_host studio_job_host(struct studio *studio)
{
    return (struct job_host){ studio, job_count, job_get, job_stop };
}
