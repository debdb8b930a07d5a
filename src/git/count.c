#include <pilab/git/count.h>

#include <pthread.h>

#include "changes.h"
#include "workers.h"

struct counting {
    const struct count_work *work;
    struct progress quiet; /* each list would tell of itself alone */
    pthread_mutex_t telling;
};

static void count_one(void *context, struct worker *worker, size_t index)
{
    struct counting *counting = context;
    const struct count_work *work = counting->work;
    if (!changes_count(worker->repository, work->lists[index], 1, &counting->quiet, NULL))
        return;
    pthread_mutex_lock(&counting->telling);
    work->counted(work->context, index);
    pthread_mutex_unlock(&counting->telling);
}

bool count_changes(struct repository *repository, const struct count_work *work,
                   const struct progress *progress, struct error *error)
{
    struct counting counting = { .work = work, .quiet = { .cancel = progress->cancel } };
    struct work spread = { .what = "counting lines",
                           .count = work->count,
                           .threads = work->threads,
                           .item = count_one,
                           .context = &counting };
    struct arena *arenas[WORKERS_LIMIT];
    pthread_mutex_init(&counting.telling, NULL);
    bool ok = workers_run(repository, &spread, arenas, &counting.quiet, error);
    for (unsigned i = 0; i < WORKERS_LIMIT; i++)
        arena_free(&arenas[i]);
    pthread_mutex_destroy(&counting.telling);
    return ok;
}
