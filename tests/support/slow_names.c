#include <config.h> /* RTLD_NEXT is a system extension */

#include "slow_names.h"

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

typedef int look_up(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int asking;
    bool held;
} names = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

void slow_names_hold(void)
{
    pthread_mutex_lock(&names.lock);
    names.held = true;
    pthread_mutex_unlock(&names.lock);
}

void slow_names_release(void)
{
    pthread_mutex_lock(&names.lock);
    names.held = false;
    pthread_cond_broadcast(&names.changed);
    while (names.asking > 0)
        pthread_cond_wait(&names.changed, &names.lock);
    pthread_mutex_unlock(&names.lock);
}

int slow_names_asking(void)
{
    int asking;

    pthread_mutex_lock(&names.lock);
    asking = names.asking;
    pthread_mutex_unlock(&names.lock);
    return asking;
}

static void wait_for_release(void)
{
    pthread_mutex_lock(&names.lock);
    names.asking++;
    pthread_cond_broadcast(&names.changed);
    while (names.held)
        pthread_cond_wait(&names.changed, &names.lock);
    names.asking--;
    pthread_cond_broadcast(&names.changed);
    pthread_mutex_unlock(&names.lock);
}

/* The library's own stands behind this one. */
int getaddrinfo(const char *restrict host, const char *restrict port,
                const struct addrinfo *restrict wanted, struct addrinfo **restrict addresses)
{
    static const char never[] = ".never";
    size_t length = host != NULL ? strlen(host) : 0, end = sizeof never - 1;
    look_up *real;

    if (length > end && strcmp(host + length - end, never) == 0 &&
        (wanted == NULL || (wanted->ai_flags & AI_NUMERICHOST) == 0)) {
        wait_for_release();
        return EAI_NONAME;
    }
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(host, port, wanted, addresses);
}
