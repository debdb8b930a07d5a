#include "workers.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

/* Items that a worker takes at once: neighbours share trees, so they are best read together. */
#define CHUNK 32

struct crew {
    const struct work *work;
    const struct progress *progress;
    const char *directory;
    atomic_size_t next, done;
};

struct hand {
    struct crew *crew;
    struct arena *arena;
    pthread_t thread;
};

static void work_through(struct crew *crew, struct worker *worker, bool reports)
{
    const struct work *work = crew->work;
    while (!progress_cancelled(crew->progress)) {
        size_t first = atomic_fetch_add(&crew->next, CHUNK);
        if (first >= work->count)
            return;
        size_t last = work->count - first < CHUNK ? work->count : first + CHUNK;
        for (size_t i = first; i < last && !progress_cancelled(crew->progress); i++)
            work->item(work->context, worker, i);
        size_t done = atomic_fetch_add(&crew->done, last - first) + (last - first);
        if (reports)
            progress_report(crew->progress, work->what, done, work->count);
    }
}

/* A thread that gets no handle leaves its share to the others. */
static void *hand_main(void *argument)
{
    struct hand *hand = argument;
    struct worker worker = { .arena = hand->arena };
    if (!repository_open(&worker.repository, hand->crew->directory, NULL))
        return NULL;
    work_through(hand->crew, &worker, false);
    repository_free(&worker.repository);
    return NULL;
}

static unsigned hands_for(const struct work *work)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t hands = work->threads ? work->threads : processors > 0 ? (size_t)processors : 1;
    size_t useful = (work->count + CHUNK - 1) / CHUNK;
    if (hands > useful)
        hands = useful;
    return hands > WORKERS_LIMIT ? WORKERS_LIMIT : hands > 0 ? (unsigned)hands : 1;
}

bool workers_run(struct repository *repository, const struct work *work,
                 struct arena *arenas[WORKERS_LIMIT], const struct progress *progress,
                 struct error *error)
{
    struct crew crew = { .work = work,
                         .progress = progress,
                         .directory = repository_directory(repository) };
    struct hand hands[WORKERS_LIMIT];
    unsigned wanted = hands_for(work), started = 1;
    sigset_t all, before;
    for (unsigned i = 0; i < WORKERS_LIMIT; i++)
        arenas[i] = i < wanted ? arena_new() : NULL;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the main thread's */
    for (; started < wanted; started++) {
        hands[started] = (struct hand){ .crew = &crew, .arena = arenas[started] };
        if (pthread_create(&hands[started].thread, NULL, hand_main, &hands[started]) != 0)
            break;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    struct worker self = { .repository = repository, .arena = arenas[0] };
    work_through(&crew, &self, true);
    for (unsigned i = 1; i < started; i++)
        pthread_join(hands[i].thread, NULL);
    return progress_check(progress, error);
}
