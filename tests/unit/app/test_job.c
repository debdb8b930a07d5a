#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <pilab/app/job.h>
#include <pilab/base/memory.h>

#include "../../support/patience.h"

/* How often something was freed. */
struct tally {
    atomic_int inputs, outputs, batches;
};

/* A pool, and the thread that starts jobs and takes their events. */
struct work {
    struct settings settings;
    struct call parent;
    struct job_pool *pool;
    pthread_mutex_t lock;
    pthread_cond_t told;
    unsigned news; /* notifications that nobody has looked at */
    /* What a case counts: jobs may be freed after it, with the pool. */
    struct tally tally, waiting;
};

static void notice(void *context)
{
    struct work *work = context;

    pthread_mutex_lock(&work->lock);
    work->news++;
    pthread_cond_signal(&work->told);
    pthread_mutex_unlock(&work->lock);
}

static int work_setup(void **state)
{
    struct work *work = memory_new(sizeof *work);
    struct error error;

    pthread_mutex_init(&work->lock, NULL);
    pthread_cond_init(&work->told, NULL);
    call_start(&work->parent, &work->settings);
    work->parent.clock = clock_frozen(1000);
    work->pool = job_pool_new(&work->parent, 2, notice, work, &error);
    *state = work;
    return work->pool != NULL ? 0 : -1;
}

static int work_teardown(void **state)
{
    struct work *work = *state;

    job_pool_free(&work->pool);
    call_end(&work->parent);
    pthread_cond_destroy(&work->told);
    pthread_mutex_destroy(&work->lock);
    free(work);
    return 0;
}

/* Waits for news and takes the next event. */
static struct job_event next_event(struct work *work)
{
    struct job_event event;
    struct timespec limit;

    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += (time_t)(patience(10000) / 1000);
    while (!job_next_event(work->pool, &event)) {
        int failure = 0;

        pthread_mutex_lock(&work->lock);
        while (work->news == 0 && failure == 0)
            failure = pthread_cond_timedwait(&work->told, &work->lock, &limit);
        work->news = 0;
        pthread_mutex_unlock(&work->lock);
        if (failure != 0)
            fail_msg("no event came");
    }
    return event;
}

/* Without taking any event. */
static void wait_until_idle(struct work *work)
{
    while (job_list(work->pool, NULL, 0) > 0) {
        pthread_mutex_lock(&work->lock);
        while (work->news == 0)
            pthread_cond_wait(&work->told, &work->lock);
        work->news = 0;
        pthread_mutex_unlock(&work->lock);
    }
}

/* The next event that is no progress. */
static struct job_event next_of(struct work *work, enum job_event_kind kind)
{
    struct job_event event = next_event(work);

    while (event.kind == JOB_PROGRESS && kind != JOB_PROGRESS)
        event = next_event(work);
    assert_int_equal(event.kind, kind);
    return event;
}

static struct tally *tally_of(void *thing)
{
    return *(struct tally **)thing;
}

static void free_input(void *input)
{
    atomic_fetch_add(&tally_of(input)->inputs, 1);
    free(input);
}

static void free_output(void *output)
{
    atomic_fetch_add(&tally_of(output)->outputs, 1);
    free(output);
}

static void free_batch(void *batch)
{
    atomic_fetch_add(&tally_of(batch)->batches, 1);
    free(batch);
}

static void *counted(struct tally *tally)
{
    struct tally **thing = memory_new(sizeof *thing);

    *thing = tally;
    return thing;
}

static uint64_t start(struct work *work, const char *title, unsigned generation,
                      bool (*run)(struct job *job, struct call *call, void *input, void **output,
                                  struct error *error),
                      struct tally *tally)
{
    return job_start(work->pool, &(struct job_spec){ .title = title,
                                                     .generation = generation,
                                                     .run = run,
                                                     .input = counted(tally),
                                                     .free_input = free_input,
                                                     .free_output = free_output,
                                                     .free_batch = free_batch });
}

/* --- Jobs ------------------------------------------------------------------------------------- */

static bool succeed(struct job *job, struct call *call, void *input, void **output,
                    struct error *error)
{
    (void)job, (void)error;
    assert_int_equal(clock_now(&call->clock), 1000);
    *output = counted(tally_of(input));
    return true;
}

static bool give_up(struct job *job, struct call *call, void *input, void **output,
                    struct error *error)
{
    (void)job, (void)call, (void)input, (void)output;
    error_set(error, ERROR_NETWORK, "the remote is away");
    return error_hint(error, "try again later");
}

static bool in_batches(struct job *job, struct call *call, void *input, void **output,
                       struct error *error)
{
    (void)call, (void)output, (void)error;
    for (int i = 0; i < 3; i++)
        job_batch(job, counted(tally_of(input)));
    return true;
}

static bool tell_progress(struct job *job, struct call *call, void *input, void **output,
                          struct error *error)
{
    (void)job, (void)input, (void)output, (void)error;
    progress_report(&call->progress, "reading history", 3, 10);
    return true;
}

/* Works until it is stopped. */
static bool until_cancelled(struct job *job, struct call *call, void *input, void **output,
                            struct error *error)
{
    struct tally *tally = tally_of(input);

    (void)output;
    progress_report(&call->progress, "turning round", 1, 0);
    job_batch(job, counted(tally));
    while (progress_check(&call->progress, error))
        sched_yield();
    return false;
}

/* Reads from somebody who does not write, and hears nothing meanwhile. */
struct stuck {
    struct tally tally; /* first: it is what the input points to */
    int line;
};

static bool until_a_byte_comes(struct job *job, struct call *call, void *input, void **output,
                               struct error *error)
{
    struct stuck *stuck = (struct stuck *)tally_of(input);
    char byte;

    (void)output;
    job_batch(job, counted(&stuck->tally));
    return read(stuck->line, &byte, 1) == 1 && progress_check(&call->progress, error);
}

static const char *const choices[] = { "yes", "no", NULL };

static bool asking(struct job *job, struct call *call, void *input, void **output,
                   struct error *error)
{
    char *text = memory_copy_text("trust the host?");
    struct call_question question = { .text = text, .choices = choices, .option = "--yes" };
    struct strbuf typed = STRBUF_INIT;
    size_t choice = 99;
    bool ok = call_ask(call, &question, &choice, &typed, error);

    (void)job;
    free(text);
    if (ok && (choice != 1 || strcmp(typed.data, "because") != 0))
        ok = error_set(error, ERROR_INTERNAL, "%zu %s", choice, typed.data);
    if (ok)
        *output = counted(tally_of(input));
    strbuf_release(&typed);
    return ok;
}

/* --- What whoever started them learns ----------------------------------------------------------
 */

static void a_job_gives_its_output_to_whoever_takes_the_event(void **state)
{
    struct work *work = *state;
    uint64_t job = start(work, "succeed", 7, succeed, &work->tally);
    struct job_event event = next_of(work, JOB_FINISHED);

    assert_true(job > 0);
    assert_int_equal(event.job, job);
    assert_int_equal(event.generation, 7);
    assert_true(event.ok);
    assert_ptr_equal(tally_of(event.output), &work->tally);
    assert_int_equal(work->tally.inputs, 1);
    assert_int_equal(work->tally.outputs, 0);
    free_output(event.output);
    assert_int_equal(job_list(work->pool, NULL, 0), 0);
}

static void a_failure_comes_with_its_error(void **state)
{
    struct work *work = *state;
    struct job_event event;

    start(work, "fail", 1, give_up, &work->tally);
    event = next_of(work, JOB_FINISHED);
    assert_false(event.ok);
    assert_null(event.output);
    assert_int_equal(event.error.code, ERROR_NETWORK);
    assert_string_equal(event.error.hint, "try again later");
}

static void batches_come_in_order_before_the_end(void **state)
{
    struct work *work = *state;

    start(work, "batches", 1, in_batches, &work->tally);
    for (int i = 0; i < 3; i++)
        free_batch(next_of(work, JOB_BATCH).batch);
    assert_true(next_of(work, JOB_FINISHED).ok);
    assert_int_equal(work->tally.batches, 3);
}

static void what_is_stale_is_told_by_its_generation(void **state)
{
    struct work *work = *state;
    unsigned seen[3] = { 0 };

    start(work, "old", 1, succeed, &work->tally);
    start(work, "new", 2, succeed, &work->tally);
    for (int i = 0; i < 2; i++) {
        struct job_event event = next_of(work, JOB_FINISHED);

        seen[event.generation]++;
        free_output(event.output);
    }
    assert_int_equal(seen[1], 1);
    assert_int_equal(seen[2], 1);
}

static void progress_says_where_it_is(void **state)
{
    struct work *work = *state;
    struct job_event event;

    start(work, "progress", 1, tell_progress, &work->tally);
    event = next_of(work, JOB_PROGRESS);
    assert_string_equal(event.what, "reading history");
    assert_int_equal(event.done, 3);
    assert_int_equal(event.total, 10);
    next_of(work, JOB_FINISHED);
}

static bool transfer_until_cancelled(struct job *job, struct call *call, void *input, void **output,
                                     struct error *error)
{
    const struct transfer_state seen = { .items = 3, .total = 10, .bytes = 4096, .left = 8000 };

    (void)output;
    (void)error;
    progress_transfer(&call->progress, "receiving objects", &seen);
    job_batch(job, counted(tally_of(input)));
    while (!progress_cancelled(&call->progress))
        sched_yield();
    return true;
}

static void of_a_transfer_more_is_known(void **state)
{
    struct work *work = *state;
    struct job_info status[1];
    uint64_t job = start(work, "fetch", 1, transfer_until_cancelled, &work->tally);

    free_batch(next_of(work, JOB_BATCH).batch);
    assert_int_equal(job_list(work->pool, status, 1), 1);
    assert_true(status[0].transferring);
    assert_string_equal(status[0].what, "receiving objects");
    assert_int_equal(status[0].done, 3);
    assert_int_equal(status[0].transfer.bytes, 4096);
    assert_int_equal(status[0].transfer.left, 8000);
    job_cancel(work->pool, job);
    next_of(work, JOB_FINISHED);
}

static void a_running_job_is_listed_and_can_be_stopped(void **state)
{
    struct work *work = *state;
    struct job_info status[4];
    uint64_t job = start(work, "endless", 1, until_cancelled, &work->tally);
    struct job_event event;

    free_batch(next_of(work, JOB_BATCH).batch);
    assert_int_equal(job_list(work->pool, status, 4), 1);
    assert_int_equal(status[0].job, job);
    assert_string_equal(status[0].title, "endless");
    assert_string_equal(status[0].what, "turning round");
    assert_false(status[0].cancelled);
    job_cancel(work->pool, job);
    assert_int_equal(job_list(work->pool, status, 0), job_list(work->pool, status, 4));
    event = next_of(work, JOB_FINISHED);
    assert_false(event.ok);
    assert_int_equal(event.error.code, ERROR_CANCELLED);
    job_cancel(work->pool, job);
}

static void what_is_stopped_while_it_waits_is_never_begun(void **state)
{
    struct work *work = *state;
    uint64_t first = start(work, "a", 1, until_cancelled, &work->tally);
    uint64_t second = start(work, "b", 1, until_cancelled, &work->tally);
    uint64_t third = start(work, "c", 1, succeed, &work->waiting);
    struct job_event event;

    free_batch(next_of(work, JOB_BATCH).batch);
    free_batch(next_of(work, JOB_BATCH).batch);
    /* No worker needs to come by for that: both go on with what they are at. */
    job_cancel(work->pool, third);
    event = next_of(work, JOB_FINISHED);
    assert_int_equal(event.job, third);
    assert_false(event.ok);
    assert_int_equal(event.error.code, ERROR_CANCELLED);
    assert_int_equal(work->waiting.inputs, 1);
    assert_int_equal(work->waiting.outputs, 0);
    assert_int_equal(job_list(work->pool, NULL, 0), 2);
    job_cancel(work->pool, first);
    job_cancel(work->pool, second);
}

/* Both ordinary workers are at long work. */
static void what_is_urgent_stands_in_no_line(void **state)
{
    struct work *work = *state;
    uint64_t first = start(work, "a", 1, until_cancelled, &work->tally);
    uint64_t second = start(work, "b", 1, until_cancelled, &work->tally);
    void *ours = counted(&work->waiting);
    struct job_event event;
    uint64_t third, urgent;

    free_batch(next_of(work, JOB_BATCH).batch);
    free_batch(next_of(work, JOB_BATCH).batch);
    third = start(work, "c", 1, succeed, &work->tally);
    urgent = job_start(work->pool, &(struct job_spec){ .title = "d",
                                                       .urgent = true,
                                                       .run = succeed,
                                                       .input = ours,
                                                       .free_output = free_output });
    event = next_of(work, JOB_FINISHED);
    assert_int_equal(event.job, urgent);
    assert_true(event.ok);
    assert_ptr_equal(tally_of(event.output), &work->waiting);
    free_output(event.output);
    free_input(ours);
    assert_int_equal(work->waiting.inputs, 1);
    job_cancel(work->pool, first);
    job_cancel(work->pool, second);
    do {
        event = next_of(work, JOB_FINISHED);
    } while (event.job != third);
    assert_true(event.ok);
    free_output(event.output);
}

static void a_job_can_ask_a_person(void **state)
{
    struct work *work = *state;
    uint64_t job = start(work, "ask", 1, asking, &work->tally);
    struct job_event question = next_of(work, JOB_QUESTION), event;

    assert_string_equal(question.question->text, "trust the host?");
    assert_string_equal(question.question->option, "--yes");
    assert_string_equal(question.question->choices[1], "no");
    assert_null(question.question->choices[2]);
    job_answer(work->pool, job, true, 1, "because");
    job_answer(work->pool, job, true, 0, "too late");
    event = next_of(work, JOB_FINISHED);
    if (!event.ok)
        fail_msg("%s", event.error.message);
    free_output(event.output);
}

static void who_would_not_answer_ends_the_job(void **state)
{
    struct work *work = *state;
    uint64_t job = start(work, "ask", 1, asking, &work->tally);
    struct job_event event;

    next_of(work, JOB_QUESTION);
    job_answer(work->pool, job, false, 0, NULL);
    event = next_of(work, JOB_FINISHED);
    assert_false(event.ok);
    assert_int_equal(event.error.code, ERROR_CANCELLED);
    assert_string_equal(event.error.message, "not answered: trust the host?");
    job_answer(work->pool, job, true, 0, "nobody asks any more");
}

/* The screen may still draw what nobody waits for. */
static void a_question_lasts_until_the_end_is_taken(void **state)
{
    struct work *work = *state;
    uint64_t job = start(work, "ask", 1, asking, &work->tally);
    struct job_event question = next_of(work, JOB_QUESTION);

    job_cancel(work->pool, job);
    wait_until_idle(work);
    assert_string_equal(question.question->text, "trust the host?");
    assert_int_equal(next_of(work, JOB_FINISHED).error.code, ERROR_CANCELLED);
}

static void a_job_sees_the_call_as_it_was_when_it_was_started(void **state)
{
    struct work *work = *state;

    start(work, "before", 1, succeed, &work->tally);
    work->parent.clock = clock_frozen(2000);
    free_output(next_of(work, JOB_FINISHED).output);
}

static void who_stops_a_pool_need_not_wait_for_what_is_stuck(void **state)
{
    struct work *work = *state;
    struct stuck stuck = { .line = -1 };
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    stuck.line = ends[0];
    start(work, "stuck", 1, until_a_byte_comes, &stuck.tally);
    free_batch(next_of(work, JOB_BATCH).batch);
    assert_false(job_pool_stop(work->pool, 20));
    assert_int_equal(write(ends[1], "", 1), 1);
    assert_true(job_pool_stop(work->pool, (int)patience(10000)));
    assert_int_equal(next_of(work, JOB_FINISHED).error.code, ERROR_CANCELLED);
    close(ends[0]);
    close(ends[1]);
}

static void freeing_stops_everything_and_loses_nothing(void **state)
{
    struct work *work = *state;

    for (int i = 0; i < 4; i++)
        start(work, "endless", 1, until_cancelled, &work->tally);
    start(work, "ask", 1, asking, &work->tally);
    start(work, "succeed", 1, succeed, &work->tally);
    free_batch(next_of(work, JOB_BATCH).batch);
    job_pool_free(&work->pool);
    assert_null(work->pool);
    assert_int_equal(work->tally.inputs, 6);
    assert_int_equal(work->tally.outputs, 0);
    job_pool_free(&work->pool);
}

static void what_nobody_took_is_freed(void **state)
{
    struct work *work = *state;

    start(work, "batches", 1, in_batches, &work->tally);
    start(work, "succeed", 1, succeed, &work->tally);
    wait_until_idle(work);
    job_pool_free(&work->pool);
    assert_int_equal(work->tally.inputs, 2);
    assert_int_equal(work->tally.outputs, 1);
    assert_int_equal(work->tally.batches, 3);
}

static void a_pool_without_workers_has_one(void **state)
{
    struct work *work = *state;
    struct error error;

    job_pool_free(&work->pool);
    work->pool = job_pool_new(&work->parent, 0, notice, work, &error);
    start(work, "succeed", 1, succeed, &work->tally);
    free_output(next_of(work, JOB_FINISHED).output);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, work_setup, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_job_gives_its_output_to_whoever_takes_the_event),
        CASE(a_failure_comes_with_its_error),
        CASE(batches_come_in_order_before_the_end),
        CASE(what_is_stale_is_told_by_its_generation),
        CASE(progress_says_where_it_is),
        CASE(of_a_transfer_more_is_known),
        CASE(a_running_job_is_listed_and_can_be_stopped),
        CASE(what_is_stopped_while_it_waits_is_never_begun),
        CASE(what_is_urgent_stands_in_no_line),
        CASE(a_job_can_ask_a_person),
        CASE(who_would_not_answer_ends_the_job),
        CASE(a_question_lasts_until_the_end_is_taken),
        CASE(a_job_sees_the_call_as_it_was_when_it_was_started),
        CASE(who_stops_a_pool_need_not_wait_for_what_is_stuck),
        CASE(freeing_stops_everything_and_loses_nothing),
        CASE(what_nobody_took_is_freed),
        CASE(a_pool_without_workers_has_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
