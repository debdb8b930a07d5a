#include <pilab/app/store_watch.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include <pilab/base/memory.h>

#define PAUSE_MS 500

struct store_watch {
    struct connection *connection;
    void (*changed)(void *context);
    void *context;
    int64_t version;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ended; /* signalled to end the pause */
    bool stopping;
};

/* False when it is time to end. */
static bool pause_watching(struct store_watch *watch)
{
    struct timespec until;
    bool stopping;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += PAUSE_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_mutex_lock(&watch->lock);
    while (!watch->stopping &&
           pthread_cond_timedwait(&watch->ended, &watch->lock, &until) != ETIMEDOUT)
        continue;
    stopping = watch->stopping;
    pthread_mutex_unlock(&watch->lock);
    return !stopping;
}

/* A look that fails (the disk is away for a moment) is tried again after the next pause. */
static void *run(void *argument)
{
    struct store_watch *watch = argument;
    int64_t version;

    while (pause_watching(watch)) {
        if (!connection_data_version(watch->connection, &version, NULL) ||
            version == watch->version)
            continue;
        watch->version = version;
        watch->changed(watch->context);
    }
    return NULL;
}

static void end(struct store_watch *watch)
{
    connection_close(&watch->connection);
    pthread_cond_destroy(&watch->ended);
    pthread_mutex_destroy(&watch->lock);
    free(watch);
}

struct store_watch *store_watch_start(const struct call *call, void (*changed)(void *context),
                                      void *context, struct error *error)
{
    struct store_watch *watch;
    pthread_condattr_t attributes;
    int number;

    if (call->store == NULL) {
        error_set(error, ERROR_NOT_FOUND, "there is no store to watch");
        return NULL;
    }
    watch = memory_new(sizeof *watch);
    watch->changed = changed;
    watch->context = context;
    pthread_mutex_init(&watch->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&watch->ended, &attributes);
    pthread_condattr_destroy(&attributes);
    watch->connection = store_connect_watch(call->store, error);
    if (watch->connection == NULL ||
        !connection_data_version(watch->connection, &watch->version, error)) {
        end(watch);
        return NULL;
    }
    number = pthread_create(&watch->thread, NULL, run, watch);
    if (number != 0) {
        error_errno(error, number, "the store cannot be watched");
        end(watch);
        return NULL;
    }
    return watch;
}

void store_watch_stop(struct store_watch **watch)
{
    if (*watch == NULL)
        return;
    pthread_mutex_lock(&(*watch)->lock);
    (*watch)->stopping = true;
    pthread_cond_signal(&(*watch)->ended);
    pthread_mutex_unlock(&(*watch)->lock);
    pthread_join((*watch)->thread, NULL);
    end(*watch);
    *watch = NULL;
}
