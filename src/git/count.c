#include <pilab/git/count.h>

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <pilab/base/memory.h>

#include "changes.h"
#include "workers.h"

/* Behind whoever waits for a key. */
#define BEHIND 10

struct counting {
    struct repository *repository;
    const struct count_work *work;
    struct progress quiet; /* each list would tell of itself alone */
    atomic_bool *begun;
    atomic_bool leaving;
    pthread_mutex_t telling;
    bool ok;
    struct error *error;
};

/* Unless somebody does. */
static void count_list(struct counting *counting, struct worker *worker, size_t index)
{
    const struct count_work *work = counting->work;
    if (atomic_exchange(&counting->begun[index], true))
        return;
    if (!changes_count(worker->repository, work->lists[index], 1, work->store, &counting->quiet,
                       NULL))
        return;
    pthread_mutex_lock(&counting->telling);
    work->counted(work->context, index);
    pthread_mutex_unlock(&counting->telling);
}

/* False to leave off. */
static bool count_wanted(struct counting *counting, struct worker *worker)
{
    const struct count_work *work = counting->work;
    size_t index = COUNT_IN_ORDER;
    do {
        if (index < work->count)
            count_list(counting, worker, index);
        index = work->wanted ? work->wanted(work->context) : COUNT_IN_ORDER;
    } while (index < work->count && !progress_cancelled(&counting->quiet));
    return index != COUNT_LEAVE;
}

static void count_one(void *context, struct worker *worker, size_t index)
{
    struct counting *counting = context;
    if (atomic_load(&counting->leaving) || atomic_load(&counting->begun[index]))
        return;
    if (count_wanted(counting, worker))
        count_list(counting, worker, index);
    else
        atomic_store(&counting->leaving, true);
}

static void *count_all(void *context)
{
    struct counting *counting = context;
    struct work spread = { .what = "counting lines",
                           .count = counting->work->count,
                           .threads = counting->work->threads,
                           .item = count_one,
                           .context = counting };
    struct arena *arenas[WORKERS_LIMIT];
    counting->ok =
        workers_run(counting->repository, &spread, arenas, &counting->quiet, counting->error);
    for (unsigned i = 0; i < WORKERS_LIMIT; i++)
        arena_free(&arenas[i]);
    return NULL;
}

/* On Linux a thread has a priority of its own, and those that it starts get it too. It cannot be
 * taken back, which is why the caller's is left alone. */
static void *count_behind(void *context)
{
#ifdef __linux__
    (void)setpriority(PRIO_PROCESS, 0, BEHIND);
#endif
    return count_all(context);
}

bool count_changes(struct repository *repository, const struct count_work *work,
                   const struct progress *progress, struct error *error)
{
    struct counting counting = { .repository = repository,
                                 .work = work,
                                 .quiet = { .cancel = progress->cancel },
                                 .error = error };
    atomic_bool *own = work->begun ? NULL : memory_array(work->count + 1, sizeof(*own));
    counting.begun = own ? own : work->begun;
    sigset_t all, before;
    pthread_t thread;
    pthread_mutex_init(&counting.telling, NULL);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the main thread's */
    bool behind = work->count > 0 && pthread_create(&thread, NULL, count_behind, &counting) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (behind)
        pthread_join(thread, NULL);
    else
        count_all(&counting);
    pthread_mutex_destroy(&counting.telling);
    free(own);
    return counting.ok;
}
