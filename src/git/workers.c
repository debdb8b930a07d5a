#include "workers.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

/* Items that a worker takes at once: neighbours share trees and versions of files, so they are best
 * read together, and the more of them the better; but all should end at about the same time. */
#define CHUNK_LEAST 32
#define CHUNK_MOST  256
#define CHUNKS_EACH 4

struct crew {
    const struct work *work;
    const struct progress *progress;
    const char *directory;
    size_t chunk;
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
        size_t first = atomic_fetch_add(&crew->next, crew->chunk);
        if (first >= work->count)
            return;
        size_t last = work->count - first < crew->chunk ? work->count : first + crew->chunk;
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
    size_t useful = (work->count + CHUNK_LEAST - 1) / CHUNK_LEAST;
    if (hands > useful)
        hands = useful;
    return hands > WORKERS_LIMIT ? WORKERS_LIMIT : hands > 0 ? (unsigned)hands : 1;
}

static size_t chunk_for(const struct work *work, unsigned hands)
{
    size_t chunk = work->count / (hands * CHUNKS_EACH);
    return chunk < CHUNK_LEAST ? CHUNK_LEAST : chunk > CHUNK_MOST ? CHUNK_MOST : chunk;
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
    crew.chunk = chunk_for(work, wanted);
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
