/*
 * Jobs: work that takes longer than a key press may, on a few worker threads.
 *
 * Whoever started a job learns of it through events, taken from the pool on its own thread;
 * `notify` only says that there are some. A job can hand over parts of its result as it goes
 * (batches), ask a person, tell how far it is, and be cancelled. Every event carries the generation
 * that the job was started with: who has asked for something newer meanwhile drops what is older.
 *
 * A worker more than was asked for takes urgent jobs alone, so that what is quick and must not wait
 * does not stand in line behind what takes minutes.
 *
 * A batch and an output belong to whoever takes the event. What nobody takes is freed by the
 * functions of the job's specification.
 */
#ifndef PILAB_APP_JOB_H
#define PILAB_APP_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/app/call.h>

struct job_pool;
struct job;

struct job_spec {
    const char *title; /* "compare v2.0.6..v2.0.7"; copied */
    unsigned generation;
    bool urgent; /* quick, and before all others that wait */
    /* On a worker, with a call of its own. False fills the error. */
    bool (*run)(struct job *job, struct call *call, void *input, void **output,
                struct error *error);
    void *input;                     /* handed to run; freed after it */
    void (*free_input)(void *input); /* NULL: it stays whose it is */
    void (*free_output)(void *output);
    void (*free_batch)(void *batch);
};

enum job_event_kind { JOB_PROGRESS, JOB_BATCH, JOB_QUESTION, JOB_FINISHED };

#define JOB_WHAT_SIZE 160

struct job_event {
    uint64_t job;
    unsigned generation;
    enum job_event_kind kind;
    char what[JOB_WHAT_SIZE]; /* PROGRESS: where it is */
    uint64_t done, total;
    void *batch;                          /* BATCH */
    const struct call_question *question; /* QUESTION: valid until FINISHED is
                                             taken */
    bool ok;                              /* FINISHED */
    void *output;
    struct error error;
};

struct job_info {
    uint64_t job;
    const char *title;        /* valid until the job's FINISHED event is taken */
    char what[JOB_WHAT_SIZE]; /* where it is; "" before it says so */
    uint64_t done, total;
    bool transferring; /* `what` is a transfer, of which more is known */
    struct transfer_state transfer;
    bool cancelled;
};

/* `parent` gives store, actor, project and clock, as they are when a job is started, to its call;
 * it and all that it points to must outlive the pool. Jobs are started on the parent's thread.
 * `notify` is called from workers. NULL with an error when no thread can be started. */
struct job_pool *job_pool_new(const struct call *parent, unsigned workers,
                              void (*notify)(void *context), void *context, struct error *error);
/* Cancels everything, answers open questions with "no", and waits for the workers, but no longer
 * than so long. False when one of them is stuck (a file system whose server is away): then the pool
 * can only be left as it is, and the process ended. */
bool job_pool_stop(struct job_pool *pool, int milliseconds);
/* The same without a limit, and frees it. */
void job_pool_free(struct job_pool **pool);

/* Queues a job and returns its number (never 0). */
uint64_t job_start(struct job_pool *pool, const struct job_spec *spec);
/* Asks it to stop; its FINISHED event comes with ERROR_CANCELLED, unless it was done already. */
void job_cancel(struct job_pool *pool, uint64_t job);
/* The next event, oldest first; false when there is none. Never waits. */
bool job_next_event(struct job_pool *pool, struct job_event *event);
/* `answered` false: the person would not say. */
void job_answer(struct job_pool *pool, uint64_t job, bool answered, size_t choice,
                const char *text);
/* Those waiting and running, oldest first; returns how many there are. */
size_t job_list(struct job_pool *pool, struct job_info *out, size_t most);

/* From within run: hands a part of the result over. */
void job_batch(struct job *job, void *batch);

#endif
