#include <pilab/source/repository_survey.h>

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

/* Most of the time is spent waiting for servers. */
#define MOST_WORKERS 8

/* Surveys on their way; the first failure is the only one that counts: somebody stopped it. */
struct survey_queue {
    const struct survey_request *requests;
    struct repository_survey *surveys;
    size_t count;
    atomic_size_t next, done;
    const struct progress *progress;
    pthread_mutex_t reporting;
    struct error error;
    atomic_bool failed;
};

static void tell(struct survey_queue *queue, const char *module)
{
    size_t done = atomic_fetch_add(&queue->done, 1) + 1;

    pthread_mutex_lock(&queue->reporting);
    progress_report(queue->progress, module, done, queue->count);
    pthread_mutex_unlock(&queue->reporting);
}

static void fail(struct survey_queue *queue, const struct error *error)
{
    pthread_mutex_lock(&queue->reporting);
    if (!atomic_exchange(&queue->failed, true))
        queue->error = *error;
    pthread_mutex_unlock(&queue->reporting);
}

static void *run_surveys(void *context)
{
    struct survey_queue *queue = context;
    /* What each of them is at would come through each other; cancelling reaches them all. */
    struct progress quiet = { .cancel = queue->progress != NULL ? queue->progress->cancel : NULL };

    for (;;) {
        size_t index = atomic_fetch_add(&queue->next, 1);
        struct error error = { 0 };

        if (index >= queue->count)
            return NULL;
        if (!repository_survey_run(&queue->requests[index], &queue->surveys[index], &quiet, &error))
            fail(queue, &error);
        tell(queue, queue->requests[index].module);
    }
}

bool repository_survey_run_all(const struct survey_request *requests,
                               struct repository_survey *surveys, size_t count,
                               const struct progress *progress, struct error *error)
{
    struct survey_queue queue = {
        .requests = requests, .surveys = surveys, .count = count, .progress = progress
    };
    pthread_t threads[MOST_WORKERS];
    size_t started = 0;

    pthread_mutex_init(&queue.reporting, NULL);
    /* This thread is the first worker. */
    while (started + 1 < count && started + 1 < MOST_WORKERS &&
           pthread_create(&threads[started], NULL, run_surveys, &queue) == 0)
        started++;
    run_surveys(&queue);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&queue.reporting);
    if (atomic_load(&queue.failed) && error != NULL)
        *error = queue.error;
    return !atomic_load(&queue.failed);
}
