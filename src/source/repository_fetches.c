#include <pilab/source/repository_access.h>

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* At once; more would only share the same line. */
#define MOST_WORKERS 4
/* How often a network that fails is tried, and the wait before the second time; it grows. */
#define TRIES         3
#define FIRST_WAIT_MS 1000
/* How late a cancel may be noticed. */
#define SLICE_MS 50

struct fetches {
    const struct repository_access *access;
    const char *const *addresses;
    size_t count;
    struct error *refused;
    const struct progress *progress;
    struct progress quiet; /* of one of them: it can be cancelled, and says nothing */
    atomic_size_t next, done;
    pthread_mutex_t reporting;
};

static bool wait_a_while(const struct fetches *fetches, int milliseconds)
{
    for (; milliseconds > 0 && !progress_cancelled(fetches->progress); milliseconds -= SLICE_MS)
        poll(NULL, 0, SLICE_MS);
    return !progress_cancelled(fetches->progress);
}

static void fetch_one(struct fetches *fetches, size_t index)
{
    struct error *refused = &fetches->refused[index];
    int wait = FIRST_WAIT_MS;
    char *path;

    for (int i = 0; i < TRIES; i++, wait *= 3) {
        error_clear(refused);
        if (repository_access_path(fetches->access, fetches->addresses[index], REPOSITORY_FRESH,
                                   &path, fetches->count == 1 ? fetches->progress : &fetches->quiet,
                                   refused)) {
            free(path);
            return;
        }
        if (refused->code != ERROR_NETWORK || i + 1 == TRIES || !wait_a_while(fetches, wait))
            return;
    }
}

static void *work(void *context)
{
    struct fetches *fetches = context;
    size_t index;

    while (!progress_cancelled(fetches->progress) &&
           (index = atomic_fetch_add(&fetches->next, 1)) < fetches->count) {
        size_t done;

        fetch_one(fetches, index);
        done = atomic_fetch_add(&fetches->done, 1) + 1;
        pthread_mutex_lock(&fetches->reporting);
        if (fetches->count > 1)
            progress_report(fetches->progress, "fetching repositories", done, fetches->count);
        pthread_mutex_unlock(&fetches->reporting);
    }
    return NULL;
}

bool repository_access_fetch(const struct repository_access *access, const char *const *addresses,
                             size_t count, struct error *refused, const struct progress *progress,
                             struct error *error)
{
    struct fetches fetches = { .access = access,
                               .addresses = addresses,
                               .count = count,
                               .refused = refused,
                               .progress = progress };
    pthread_t threads[MOST_WORKERS];
    size_t started = 0;

    fetches.quiet.cancel = progress != NULL ? progress->cancel : NULL;
    pthread_mutex_init(&fetches.reporting, NULL);
    /* This thread is the first worker. */
    while (started + 1 < count && started + 1 < MOST_WORKERS &&
           pthread_create(&threads[started], NULL, work, &fetches) == 0)
        started++;
    work(&fetches);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&fetches.reporting);
    return progress_check(progress, error);
}
