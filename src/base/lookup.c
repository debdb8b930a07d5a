#include <pilab/base/lookup.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pilab/base/memory.h>
#include <pilab/base/wait.h>

/* Threads that are left behind: where so many are not answered, the next one is not either. */
#define MOST_UNANSWERED 32

/* One question. Whoever lets go of it last frees it: the one who asks, or the thread. */
struct lookup {
    pthread_mutex_t lock;
    int holders;
    int answered; /* an eventfd; readable once there is an answer */
    char *host, *port;
    int result; /* of getaddrinfo */
    struct addrinfo *addresses;
};

static const struct addrinfo wanted = { .ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC };

/* As many as this process has left behind and nobody has answered yet. */
static atomic_int unanswered;

static void let_go(struct lookup *lookup)
{
    bool last;

    pthread_mutex_lock(&lookup->lock);
    last = --lookup->holders == 0;
    pthread_mutex_unlock(&lookup->lock);
    if (!last)
        return;
    if (lookup->addresses != NULL)
        freeaddrinfo(lookup->addresses);
    close(lookup->answered);
    pthread_mutex_destroy(&lookup->lock);
    free(lookup->host);
    free(lookup->port);
    free(lookup);
}

static void *ask(void *context)
{
    struct lookup *lookup = context;
    struct addrinfo *addresses = NULL;
    int result = getaddrinfo(lookup->host, lookup->port, &wanted, &addresses);

    pthread_mutex_lock(&lookup->lock);
    lookup->result = result;
    lookup->addresses = result == 0 ? addresses : NULL;
    pthread_mutex_unlock(&lookup->lock);
    eventfd_write(lookup->answered, 1);
    atomic_fetch_sub(&unanswered, 1);
    let_go(lookup);
    return NULL;
}

/* Signals are the main thread's. */
static int start_thread(struct lookup *lookup)
{
    pthread_attr_t detached;
    sigset_t all, before;
    pthread_t thread;
    int failure;

    sigfillset(&all);
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failure = pthread_create(&thread, &detached, ask, lookup);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&detached);
    return failure;
}

static bool start(struct lookup *lookup, struct error *error)
{
    int failure = 0;

    if (lookup->answered < 0)
        return error_errno(error, errno, "the name %s cannot be looked up", lookup->host);
    if (atomic_fetch_add(&unanswered, 1) >= MOST_UNANSWERED) {
        error_set(error, ERROR_NETWORK,
                  "the name %s is not looked up: nobody answers for %d names before it",
                  lookup->host, MOST_UNANSWERED);
        error_hint(error, "check the name server of this machine (/etc/resolv.conf)");
    } else {
        lookup->holders++;
        failure = start_thread(lookup);
        if (failure == 0)
            return true;
        lookup->holders--;
        error_errno(error, failure, "the name %s cannot be looked up", lookup->host);
    }
    atomic_fetch_sub(&unanswered, 1);
    return false;
}

/* What has come within the time; the addresses are the caller's then. */
static struct addrinfo *take_answer(struct lookup *lookup, int milliseconds, int waited,
                                    struct error *error)
{
    struct addrinfo *addresses = NULL;
    int result = 0;

    if (waited == ECANCELED) {
        error_set(error, ERROR_CANCELLED, "cancelled");
        return NULL;
    }
    if (waited != 0) {
        error_set(error, ERROR_NETWORK, "the name %s was not looked up within %d s: %s",
                  lookup->host, (milliseconds + 999) / 1000,
                  waited == ETIMEDOUT ? "no name server answers" : strerror(waited));
        error_hint(error, "check the name server of this machine (/etc/resolv.conf), and whether "
                          "the network is there");
        return NULL;
    }
    pthread_mutex_lock(&lookup->lock);
    result = lookup->result;
    addresses = lookup->addresses;
    lookup->addresses = NULL;
    pthread_mutex_unlock(&lookup->lock);
    if (result != 0) {
        error_set(error, ERROR_NETWORK, "the name %s cannot be resolved: %s", lookup->host,
                  gai_strerror(result));
        error_hint(error, "check how the name is spelt, and that it is known from here: a VPN may "
                          "have the name server that knows it");
    }
    return addresses;
}

/* "localhost" is this machine, whatever a name server says of it or a missing /etc/hosts does not
 * (RFC 6761 section 6.3); getaddrinfo gives its addresses for no name. An address is its own. */
static struct addrinfo *without_asking(const char *host, const char *port)
{
    const struct addrinfo numeric = { .ai_socktype = SOCK_STREAM,
                                      .ai_family = AF_UNSPEC,
                                      .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
    bool here = strcasecmp(host, "localhost") == 0;
    struct addrinfo *addresses = NULL;

    return getaddrinfo(here ? NULL : host, port, &numeric, &addresses) == 0 ? addresses : NULL;
}

struct addrinfo *lookup_host(const char *host, const char *port, int milliseconds,
                             const struct progress *progress, struct error *error)
{
    struct addrinfo *addresses = without_asking(host, port);
    struct lookup *lookup;

    if (addresses != NULL)
        return addresses;
    lookup = memory_new(sizeof *lookup);
    *lookup = (struct lookup){ .holders = 1,
                               .answered = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
                               .host = memory_copy_text(host),
                               .port = memory_copy_text(port) };
    pthread_mutex_init(&lookup->lock, NULL);
    if (start(lookup, error))
        addresses =
            take_answer(lookup, milliseconds,
                        wait_for_descriptor(lookup->answered, POLLIN, milliseconds, progress),
                        error);
    let_go(lookup);
    return addresses;
}
