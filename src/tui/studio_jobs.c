#include "studio_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>

void studio_job_free(struct studio_job *job)
{
    if (job->input != NULL)
        job->free_input(job->input);
    free(job);
}

uint64_t studio_start(struct studio *studio, const struct studio_work *work)
{
    struct studio_job *job = memory_new(sizeof *job);
    void (*free_input)(void *input) = work->free_input != NULL ? work->free_input : free;
    struct job_spec spec = { .title = work->title,
                             .urgent = work->urgent,
                             .run = work->run,
                             .input = work->input,
                             .free_input = work->ended != NULL ? NULL : free_input,
                             .free_output = work->free_output,
                             .free_batch = work->free_batch };

    job->since = clock_monotonic();
    job->reading = work->reading;
    job->quiet = work->quiet;
    job->batch = work->batch;
    job->free_batch = work->free_batch;
    job->free_output = work->free_output;
    job->done = work->done;
    job->ended = work->ended;
    job->input = work->ended != NULL ? work->input : NULL;
    job->free_input = free_input;
    studio->call.columns = studio_page_width(studio);
    job->number = job_start(studio->jobs, &spec);
    snprintf(job->title, sizeof job->title, "%s", work->title);
    vector_push(&studio->running, &job);
    return job->number;
}

struct studio_job *studio_take_job(struct studio *studio, uint64_t number)
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

void studio_jobs_free(struct studio *studio)
{
    for (size_t i = 0; i < studio->running.count; i++)
        studio_job_free(*(struct studio_job **)vector_at(&studio->running, i));
    vector_release(&studio->running);
}

/* --- Without a job ---------------------------------------------------------------------------- */

/* Waiting is told of after a second: that was long enough. */
static void lose_patience(void *context, const char *what, uint64_t done, uint64_t total)
{
    struct studio_patience *patience = context;

    (void)what;
    (void)done;
    (void)total;
    atomic_store(&patience->over, true);
}

struct call studio_call_briefly(const struct studio *studio, struct studio_patience *patience)
{
    struct call call = studio->call;

    atomic_init(&patience->over, false);
    call.progress = (struct progress){ .report = lose_patience,
                                       .context = patience,
                                       .cancel = &patience->over };
    return call;
}

void studio_explain(const struct studio_patience *patience, struct error *error)
{
    if (!atomic_load(&patience->over) || error->code != ERROR_CANCELLED)
        return;
    error_set(error, ERROR_BUSY, "another process is writing to the store");
    error_hint(error, "Try it again in a moment.");
}

/* --- The jobs as the workspace sees them ------------------------------------------------------ */

#define MOST_JOBS 16

struct studio_job *studio_find_job(const struct studio *studio, uint64_t number)
{
    for (size_t i = 0; i < studio->running.count; i++) {
        struct studio_job *job = *(struct studio_job **)vector_at(&studio->running, i);

        if (job->number == number)
            return job;
    }
    return NULL;
}

bool studio_is_running(const struct studio *studio, uint64_t number)
{
    return studio_find_job(studio, number) != NULL;
}

void studio_goes_on(struct studio *studio, uint64_t number, const char *title)
{
    struct studio_job *job = studio_find_job(studio, number);

    if (job == NULL)
        return;
    job->reading = true;
    snprintf(job->title, sizeof job->title, "%s", title);
}

void studio_drop(struct studio *studio, uint64_t number)
{
    struct studio_job *job = studio_find_job(studio, number);

    if (job == NULL)
        return;
    job->dropped = true;
    job_cancel(studio->jobs, number);
}

/* Those that a person should know of; returns how many there are. */
static size_t list_jobs(const struct studio *studio, struct job_info jobs[MOST_JOBS])
{
    size_t count = job_list(studio->jobs, jobs, MOST_JOBS), kept = 0;

    count = count < MOST_JOBS ? count : MOST_JOBS;
    for (size_t i = 0; i < count; i++) {
        const struct studio_job *job = studio_find_job(studio, jobs[i].job);

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
                                .transferring = jobs[index].transferring,
                                .transfer = jobs[index].transfer,
                                .cancelling = jobs[index].cancelled };
    strncpy(out->title, jobs[index].title, sizeof out->title - 1);
    snprintf(out->doing, sizeof out->doing, "%s", jobs[index].what);
    ours = studio_find_job(studio, out->id);
    if (ours != NULL) {
        snprintf(out->title, sizeof out->title, "%s", ours->title);
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
