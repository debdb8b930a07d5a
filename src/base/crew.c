#include <pilab/base/crew.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

struct crew {
    const struct crew_work *work;
    atomic_size_t next;
};

struct hand {
    struct crew *crew;
    struct arena *arena;
    pthread_t thread;
};

static void work_through(struct crew *crew, struct arena *arena)
{
    const struct crew_work *work = crew->work;

    for (;;) {
        size_t first = atomic_fetch_add(&crew->next, work->chunk);
        size_t last = first < work->count && work->count - first > work->chunk ? first + work->chunk
                                                                               : work->count;

        if (first >= work->count)
            return;
        for (size_t i = first; i < last; i++)
            work->item(work->context, arena, i);
    }
}

static void *hand_main(void *argument)
{
    struct hand *hand = argument;

    work_through(hand->crew, hand->arena);
    return NULL;
}

static size_t hands_for(const struct crew_work *work)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t hands = work->threads ? work->threads : processors > 0 ? (size_t)processors : 1;
    size_t useful = work->count / work->chunk;

    if (hands > CREW_LIMIT)
        hands = CREW_LIMIT;
    return hands > useful ? useful : hands;
}

/* Starts all hands but the first, which is the caller; returns how many hands there are then.
 * Signals are for the thread that the program began with. */
static size_t start_hands(struct crew *crew, struct hand hands[CREW_LIMIT])
{
    size_t wanted = hands_for(crew->work), count = 1;
    sigset_t all, before;

    if (wanted < 2)
        return count;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (; count < wanted; count++) {
        hands[count] = (struct hand){ .crew = crew, .arena = arena_new() };
        if (pthread_create(&hands[count].thread, NULL, hand_main, &hands[count]) != 0) {
            arena_free(&hands[count].arena);
            break;
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return count;
}

void crew_run(const struct crew_work *work, struct arena *arena)
{
    struct crew crew = { .work = work };
    struct hand hands[CREW_LIMIT];
    size_t count = start_hands(&crew, hands);

    work_through(&crew, arena);
    for (size_t i = 1; i < count; i++) {
        pthread_join(hands[i].thread, NULL);
        arena_adopt(arena, &hands[i].arena);
    }
}
