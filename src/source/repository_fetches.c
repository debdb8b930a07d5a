#include <pilab/source/repository_access.h>

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <pilab/base/memory.h>
#include <pilab/source/project_guess.h>

/* At once; more would only share the same line. */
#define MOST_WORKERS 4
/* How often a network that fails is tried, and the wait before the second time; it grows. */
#define TRIES         3
#define FIRST_WAIT_MS 1000
/* How late a cancel may be noticed. */
#define SLICE_MS 50

struct fetches;

/* One of them, as it is told of. */
struct fetch {
    struct fetches *fetches;
    bool running;
    char name[TRANSFER_SUBJECT_SIZE];
    struct progress progress; /* what is reported to it comes here */
};

struct fetches {
    const struct repository_access *access;
    const char *const *addresses;
    size_t count;
    struct error *refused;
    const struct progress *progress;
    struct fetch *all;
    atomic_size_t next;
    pthread_mutex_t telling; /* for `running`, and for what is told */
    size_t done;
};

/* --- What is told ----------------------------------------------------------------------------- */

/* Of those at work the first one: the line would flicker between them otherwise. */
static bool is_shown(const struct fetch *fetch)
{
    const struct fetches *fetches = fetch->fetches;

    for (size_t i = 0; i < fetches->count; i++)
        if (fetches->all[i].running)
            return &fetches->all[i] == fetch;
    return false;
}

static void on_transfer(void *context, const char *what, const struct transfer_state *state)
{
    struct fetch *fetch = context;
    struct fetches *fetches = fetch->fetches;
    struct transfer_state told = *state;

    pthread_mutex_lock(&fetches->telling);
    if (is_shown(fetch)) {
        snprintf(told.subject, sizeof told.subject, "%s", fetch->name);
        told.done = fetches->done;
        told.count = fetches->count;
        progress_transfer(fetches->progress, what, &told);
    }
    pthread_mutex_unlock(&fetches->telling);
}

static void on_report(void *context, const char *what, uint64_t done, uint64_t total)
{
    const struct transfer_state state = { .items = done, .total = total, .rate = -1, .left = -1 };

    on_transfer(context, what, &state);
}

static void set_running(struct fetch *fetch, bool running)
{
    struct fetches *fetches = fetch->fetches;

    pthread_mutex_lock(&fetches->telling);
    fetch->running = running;
    fetches->done += !running;
    if (fetches->count > 1 && !running)
        progress_report(fetches->progress, "fetching repositories", fetches->done, fetches->count);
    pthread_mutex_unlock(&fetches->telling);
}

/* --- One -------------------------------------------------------------------------------------- */

static bool wait_a_while(const struct fetch *fetch, int milliseconds)
{
    char *what = memory_printf("trying again in %d s", (milliseconds + 999) / 1000);

    progress_report(&fetch->progress, what, 0, 0);
    free(what);
    for (; milliseconds > 0 && !progress_cancelled(&fetch->progress); milliseconds -= SLICE_MS)
        poll(NULL, 0, SLICE_MS);
    return !progress_cancelled(&fetch->progress);
}

/* Between three quarters and five quarters of it: those that a host has refused together do not
 * come back together. */
static int spread(int milliseconds)
{
    struct random random = random_system();
    uint32_t chance;

    random_bytes(&random, &chance, sizeof chance);
    return milliseconds * 3 / 4 + (int)(chance % (uint32_t)(milliseconds / 2 + 1));
}

/* What will be the same the next time (a key that is refused, a host that nobody vouches for, a
 * full disk) is not tried again. */
static void fetch_one(struct fetches *fetches, size_t index)
{
    const struct fetch *fetch = &fetches->all[index];
    struct error *refused = &fetches->refused[index];
    int wait = FIRST_WAIT_MS;
    char *path;

    for (int i = 0; i < TRIES; i++, wait *= 3) {
        error_clear(refused);
        if (repository_access_path(fetches->access, fetches->addresses[index], REPOSITORY_FRESH,
                                   &path, &fetch->progress, refused)) {
            free(path);
            return;
        }
        if (refused->code != ERROR_NETWORK || i + 1 == TRIES || !wait_a_while(fetch, spread(wait)))
            return;
    }
}

/* --- All of them ------------------------------------------------------------------------------ */

static void *work(void *context)
{
    struct fetches *fetches = context;
    size_t index;

    while (!progress_cancelled(fetches->progress) &&
           (index = atomic_fetch_add(&fetches->next, 1)) < fetches->count) {
        set_running(&fetches->all[index], true);
        fetch_one(fetches, index);
        set_running(&fetches->all[index], false);
    }
    return NULL;
}

static void prepare(struct fetches *fetches, struct fetch *fetch, const char *address)
{
    struct arena *arena = arena_new();

    *fetch = (struct fetch){ .fetches = fetches };
    snprintf(fetch->name, sizeof fetch->name, "%s", project_name_of(address, arena));
    arena_free(&arena);
    if (fetches->count == 1 && fetches->progress != NULL)
        fetch->progress = *fetches->progress;
    else
        fetch->progress =
            (struct progress){ .report = on_report,
                               .context = fetch,
                               .cancel =
                                   fetches->progress != NULL ? fetches->progress->cancel : NULL,
                               .transfer = on_transfer };
}

bool repository_access_fetch(const struct repository_access *access, const char *const *addresses,
                             size_t count, struct error *refused, const struct progress *progress,
                             struct error *error)
{
    struct fetches fetches = { .access = access,
                               .addresses = addresses,
                               .count = count,
                               .refused = refused,
                               .progress = progress,
                               .all = memory_array(count, sizeof(struct fetch)) };
    pthread_t threads[MOST_WORKERS];
    size_t started = 0;

    for (size_t i = 0; i < count; i++)
        prepare(&fetches, &fetches.all[i], addresses[i]);
    pthread_mutex_init(&fetches.telling, NULL);
    /* This thread is the first worker. */
    while (started + 1 < count && started + 1 < MOST_WORKERS &&
           pthread_create(&threads[started], NULL, work, &fetches) == 0)
        started++;
    work(&fetches);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&fetches.telling);
    free(fetches.all);
    return progress_check(progress, error);
}
