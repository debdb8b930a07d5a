#include <pilab/app/job.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pilab/base/memory.h>
#include <pilab/git/repository.h>

#define MOST_WORKERS 8

/* Progress more often than this is noise. */
#define PROGRESS_MILLISECONDS 80

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_OVER };

struct job {
    struct job *next; /* in order of starting */
    struct job_pool *pool;
    uint64_t number;
    char *title;
    struct job_spec spec;
    struct call parent; /* as the call was when the job was started; borrows what it points to */
    enum job_state state;
    atomic_bool cancel;
    char what[JOB_WHAT_SIZE]; /* where it is */
    uint64_t done, total;
    bool transferring; /* what it does is a transfer */
    struct transfer_state transfer;
    int64_t reported_at;
    struct arena *questions; /* copies: whoever shows one may still do so when the job is gone on */
    bool asking, answered, refused;
    size_t choice;
    char *text;
};

struct queued_event {
    struct queued_event *next;
    struct job_event event;
    struct job *job;
};

struct job_pool {
    const struct call *parent;
    void (*notify)(void *context);
    void *context;
    pthread_mutex_t lock; /* of everything below and of every job's changing parts */
    pthread_cond_t changed;
    struct job *jobs;
    struct queued_event *first, **last;
    uint64_t next_number;
    bool closing;
    pthread_t threads[MOST_WORKERS + 1]; /* and the one for what is urgent, the last */
    unsigned thread_count, ended;
};

/* With the lock held. */
static struct job_event *add_event(struct job *job, enum job_event_kind kind)
{
    struct job_pool *pool = job->pool;
    struct queued_event *queued = memory_new(sizeof *queued);

    queued->job = job;
    queued->event =
        (struct job_event){ .job = job->number, .generation = job->spec.generation, .kind = kind };
    *pool->last = queued;
    pool->last = &queued->next;
    return &queued->event;
}

static void tell(struct job_pool *pool)
{
    if (pool->notify != NULL)
        pool->notify(pool->context);
}

void job_batch(struct job *job, void *batch)
{
    pthread_mutex_lock(&job->pool->lock);
    add_event(job, JOB_BATCH)->batch = batch;
    pthread_mutex_unlock(&job->pool->lock);
    tell(job->pool);
}

/* Several threads of one job may report at once; `state` NULL: it is no transfer. */
static void take_report(struct job *job, const char *what, uint64_t done, uint64_t total,
                        const struct transfer_state *state)
{
    int64_t now = clock_monotonic();
    bool due;

    pthread_mutex_lock(&job->pool->lock);
    snprintf(job->what, sizeof job->what, "%s", what);
    job->done = done;
    job->total = total;
    job->transferring = state != NULL;
    if (state != NULL)
        job->transfer = *state;
    due = now - job->reported_at >= PROGRESS_MILLISECONDS;
    if (due) {
        struct job_event *event = add_event(job, JOB_PROGRESS);

        job->reported_at = now;
        event->done = done;
        event->total = total;
        memcpy(event->what, job->what, sizeof event->what);
    }
    pthread_mutex_unlock(&job->pool->lock);
    if (due)
        tell(job->pool);
}

static void report(void *context, const char *what, uint64_t done, uint64_t total)
{
    take_report(context, what, done, total, NULL);
}

static void transfer(void *context, const char *what, const struct transfer_state *state)
{
    take_report(context, what, state->items, state->total, state);
}

static const struct call_question *copy_question(struct arena *arena,
                                                 const struct call_question *question)
{
    struct call_question *copy = arena_alloc(arena, sizeof *copy);
    const char **choices;
    size_t count = 0;

    copy->text = arena_text(arena, question->text);
    copy->option = arena_text(arena, question->option);
    copy->secret = question->secret;
    copy->typed = arena_text(arena, question->typed);
    copy->details = arena_text(arena, question->details);
    if (question->choices == NULL)
        return copy;
    while (question->choices[count] != NULL)
        count++;
    choices = arena_array(arena, count + 1, sizeof *choices);
    for (size_t i = 0; i < count; i++)
        choices[i] = arena_text(arena, question->choices[i]);
    copy->choices = choices;
    return copy;
}

static bool ask(void *context, const struct call_question *question, size_t *choice,
                struct strbuf *text, struct error *error)
{
    struct job *job = context;
    bool refused;

    pthread_mutex_lock(&job->pool->lock);
    job->asking = true;
    job->answered = job->refused = false;
    add_event(job, JOB_QUESTION)->question = copy_question(job->questions, question);
    pthread_mutex_unlock(&job->pool->lock);
    tell(job->pool);
    pthread_mutex_lock(&job->pool->lock);
    while (!job->answered && !atomic_load(&job->cancel))
        pthread_cond_wait(&job->pool->changed, &job->pool->lock);
    job->asking = false;
    refused = !job->answered || job->refused;
    if (!refused) {
        *choice = job->choice;
        if (text != NULL && job->text != NULL)
            strbuf_add(text, job->text);
    }
    if (job->text != NULL)
        explicit_bzero(job->text, strlen(job->text)); /* it may be a passphrase */
    free(job->text);
    job->text = NULL;
    pthread_mutex_unlock(&job->pool->lock);
    return refused ? error_set(error, ERROR_CANCELLED, "not answered: %s", question->text) : true;
}

/* With a call of its own. What was cancelled while it waited is not even begun. */
static bool run_spec(struct job *job, void **output, struct error *error)
{
    struct progress progress = {
        .report = report, .context = job, .cancel = &job->cancel, .transfer = transfer
    };
    struct call call;
    bool ok;

    if (!progress_check(&progress, error) || !call_for_worker(&job->parent, &call, error))
        return false;
    call.progress = progress;
    call.ask = ask;
    call.ask_context = job;
    ok = job->spec.run(job, &call, job->spec.input, output, error);
    call_end(&call);
    return ok;
}

/* The job belongs to whoever takes its FINISHED event: it may be gone as soon as the lock is. */
static void finish_job(struct job *job, bool ok, void *output, const struct error *error)
{
    struct job_pool *pool = job->pool;
    struct job_event *event;

    if (job->spec.free_input != NULL)
        job->spec.free_input(job->spec.input);
    pthread_mutex_lock(&pool->lock);
    event = add_event(job, JOB_FINISHED);
    event->ok = ok;
    event->output = output;
    event->error = *error;
    job->state = JOB_OVER;
    pthread_mutex_unlock(&pool->lock);
    tell(pool);
}

static void run_job(struct job *job)
{
    struct error error = { 0 };
    void *output = NULL;
    bool ok = run_spec(job, &output, &error);

    finish_job(job, ok, output, &error);
}

/* What is urgent comes first; whoever takes urgent jobs alone gets NULL when there is none. */
static struct job *waiting_job(struct job_pool *pool, bool urgent_alone)
{
    struct job *first = NULL;

    for (struct job *job = pool->jobs; job != NULL; job = job->next) {
        if (job->state != JOB_WAITING)
            continue;
        if (job->spec.urgent)
            return job;
        if (first == NULL && !urgent_alone)
            first = job;
    }
    return first;
}

static void take_jobs(struct job_pool *pool, bool urgent_alone)
{
    for (;;) {
        struct job *job;

        pthread_mutex_lock(&pool->lock);
        while ((job = waiting_job(pool, urgent_alone)) == NULL && !pool->closing)
            pthread_cond_wait(&pool->changed, &pool->lock);
        if (job != NULL) {
            job->state = JOB_RUNNING;
        } else {
            pool->ended++;
            pthread_cond_broadcast(&pool->changed);
        }
        pthread_mutex_unlock(&pool->lock);
        if (job == NULL)
            return;
        run_job(job);
    }
}

static void *work(void *context)
{
    take_jobs(context, false);
    return NULL;
}

static void *work_urgently(void *context)
{
    take_jobs(context, true);
    return NULL;
}

/* Its limits are of the clock that nobody sets. */
static void init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

static int add_thread(struct job_pool *pool, void *(*run)(void *pool))
{
    int failure = pthread_create(&pool->threads[pool->thread_count], NULL, run, pool);

    pool->thread_count += failure == 0;
    return failure;
}

struct job_pool *job_pool_new(const struct call *parent, unsigned workers,
                              void (*notify)(void *context), void *context, struct error *error)
{
    struct job_pool *pool = memory_new(sizeof *pool);
    int failure = 0;

    pool->parent = parent;
    pool->notify = notify;
    pool->context = context;
    pool->last = &pool->first;
    pool->next_number = 1;
    pthread_mutex_init(&pool->lock, NULL);
    init_condition(&pool->changed);
    if (workers > MOST_WORKERS)
        workers = MOST_WORKERS;
    if (workers == 0)
        workers = 1;
    while (pool->thread_count < workers && failure == 0)
        failure = add_thread(pool, work);
    /* Without it, what is urgent is still the first of those that wait. */
    if (failure == 0)
        (void)add_thread(pool, work_urgently);
    repository_library_keep(true);
    if (pool->thread_count > 0)
        return pool;
    error_errno(error, failure, "cannot start a worker");
    job_pool_free(&pool);
    return NULL;
}

static void free_job(struct job *job)
{
    free(job->title);
    free(job->text);
    arena_free(&job->questions);
    free(job);
}

/* What an event carries and nobody wants. */
static void free_event(const struct queued_event *queued)
{
    const struct job_spec *spec = &queued->job->spec;

    if (queued->event.batch != NULL && spec->free_batch != NULL)
        spec->free_batch(queued->event.batch);
    if (queued->event.output != NULL && spec->free_output != NULL)
        spec->free_output(queued->event.output);
}

/* With the lock held. */
static void cancel_all(struct job_pool *pool)
{
    pool->closing = true;
    for (struct job *job = pool->jobs; job != NULL; job = job->next)
        atomic_store(&job->cancel, true);
    pthread_cond_broadcast(&pool->changed);
}

bool job_pool_stop(struct job_pool *pool, int milliseconds)
{
    int64_t limit = clock_monotonic() + milliseconds;
    struct timespec until = { .tv_sec = limit / 1000, .tv_nsec = limit % 1000 * 1000000 };
    int waited = 0;
    bool stopped;

    pthread_mutex_lock(&pool->lock);
    cancel_all(pool);
    while (pool->ended < pool->thread_count && waited == 0)
        waited = pthread_cond_timedwait(&pool->changed, &pool->lock, &until);
    stopped = pool->ended == pool->thread_count;
    pthread_mutex_unlock(&pool->lock);
    return stopped;
}

void job_pool_free(struct job_pool **pool)
{
    struct job_pool *old = *pool;

    if (old == NULL)
        return;
    pthread_mutex_lock(&old->lock);
    cancel_all(old);
    pthread_mutex_unlock(&old->lock);
    for (unsigned i = 0; i < old->thread_count; i++)
        pthread_join(old->threads[i], NULL);
    repository_library_keep(false);
    while (old->first != NULL) {
        struct queued_event *queued = old->first;

        old->first = queued->next;
        free_event(queued);
        free(queued);
    }
    while (old->jobs != NULL) {
        struct job *job = old->jobs;

        old->jobs = job->next;
        free_job(job);
    }
    pthread_cond_destroy(&old->changed);
    pthread_mutex_destroy(&old->lock);
    free(old);
    *pool = NULL;
}

uint64_t job_start(struct job_pool *pool, const struct job_spec *spec)
{
    struct job *job = memory_new(sizeof *job), **end;
    uint64_t number;

    job->pool = pool;
    job->spec = *spec;
    job->title = memory_copy_text(spec->title);
    job->spec.title = job->title;
    job->parent = *pool->parent;
    job->questions = arena_new();
    atomic_init(&job->cancel, false);
    pthread_mutex_lock(&pool->lock);
    number = job->number = pool->next_number++;
    for (end = &pool->jobs; *end != NULL; end = &(*end)->next) {
    }
    *end = job;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    return number;
}

/* With the lock held. */
static struct job *find_job(struct job_pool *pool, uint64_t number)
{
    for (struct job *job = pool->jobs; job != NULL; job = job->next) {
        if (job->number == number)
            return job;
    }
    return NULL;
}

void job_cancel(struct job_pool *pool, uint64_t number)
{
    struct progress progress = { 0 };
    struct error error = { 0 };
    struct job *job;
    bool unbegun;

    pthread_mutex_lock(&pool->lock);
    job = find_job(pool, number);
    if (job != NULL)
        atomic_store(&job->cancel, true);
    unbegun = job != NULL && job->state == JOB_WAITING;
    /* No worker takes it any more, which all may be busy for long. */
    if (unbegun)
        job->state = JOB_RUNNING;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    if (!unbegun)
        return;
    progress.cancel = &job->cancel;
    progress_check(&progress, &error);
    finish_job(job, false, NULL, &error);
}

static void drop_job(struct job_pool *pool, struct job *job)
{
    struct job **link = &pool->jobs;

    while (*link != job)
        link = &(*link)->next;
    *link = job->next;
    free_job(job);
}

bool job_next_event(struct job_pool *pool, struct job_event *event)
{
    struct queued_event *queued;

    pthread_mutex_lock(&pool->lock);
    queued = pool->first;
    if (queued != NULL) {
        pool->first = queued->next;
        if (pool->first == NULL)
            pool->last = &pool->first;
        *event = queued->event;
        if (event->kind == JOB_FINISHED)
            drop_job(pool, queued->job);
    }
    pthread_mutex_unlock(&pool->lock);
    free(queued);
    return queued != NULL;
}

void job_answer(struct job_pool *pool, uint64_t number, bool answered, size_t choice,
                const char *text)
{
    struct job *job;

    pthread_mutex_lock(&pool->lock);
    job = find_job(pool, number);
    if (job != NULL && job->asking && !job->answered) {
        job->answered = true;
        job->refused = !answered;
        job->choice = choice;
        job->text = text != NULL ? memory_copy_text(text) : NULL;
    }
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
}

size_t job_list(struct job_pool *pool, struct job_info *out, size_t most)
{
    size_t count = 0;

    pthread_mutex_lock(&pool->lock);
    for (struct job *job = pool->jobs; job != NULL; job = job->next) {
        if (job->state == JOB_OVER)
            continue;
        if (count < most) {
            out[count] = (struct job_info){ .job = job->number,
                                            .title = job->title,
                                            .done = job->done,
                                            .total = job->total,
                                            .transferring = job->transferring,
                                            .transfer = job->transfer,
                                            .cancelled = atomic_load(&job->cancel) };
            memcpy(out[count].what, job->what, sizeof out[count].what);
        }
        count++;
    }
    pthread_mutex_unlock(&pool->lock);
    return count;
}
