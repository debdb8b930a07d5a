#include <config.h> /* accept4 and pipe2 are system extensions */

#include "relay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#include "patience.h"

#define MOST_LINES 8
/* Between two drops of a slow line. */
#define DROP_MS 20

struct line {
    int client, server; /* -1 when it is not in use */
};

struct relay {
    int listener;
    unsigned short port, target_port;
    int wake[2];
    struct line lines[MOST_LINES]; /* the thread's own */
    pthread_t thread;
    pthread_mutex_t lock; /* for what follows */
    pthread_cond_t changed;
    enum relay_fault fault;
    size_t left; /* bytes until it */
    bool broken; /* it has happened */
    atomic_bool *happened;
    size_t drop; /* bytes each time; 0: all */
    uint64_t passed;
};

static struct sockaddr_in loopback(unsigned short port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET,
                                 .sin_port = htons(port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

int loopback_listen(unsigned short *port)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in name = loopback(0);
    socklen_t length = sizeof name;

    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (const struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(listener, 16), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&name, &length), 0);
    *port = ntohs(name.sin_port);
    return listener;
}

int dup_above(int descriptor, int least)
{
    int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, least);

    assert_true(copy >= 0);
    return copy;
}

/* On the relay's thread nothing may fail the test: a line that cannot be had is one that is cut. */
static void hang_up(struct line *line)
{
    if (line->client >= 0)
        close(line->client);
    if (line->server >= 0)
        close(line->server);
    *line = (struct line){ -1, -1 };
}

static void take_call(struct relay *relay)
{
    struct sockaddr_in name = loopback(relay->target_port);
    int client = accept4(relay->listener, NULL, NULL, SOCK_CLOEXEC);

    for (size_t i = 0; client >= 0 && i < MOST_LINES; i++) {
        struct line *line = &relay->lines[i];

        if (line->client >= 0)
            continue;
        *line = (struct line){ client, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
        if (connect(line->server, (const struct sockaddr *)&name, sizeof name) != 0)
            hang_up(line);
        return;
    }
    if (client >= 0)
        close(client);
}

static bool send_all(int descriptor, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t put = send(descriptor, data, length, MSG_NOSIGNAL);

        if (put <= 0)
            return false;
        data += put;
        length -= (size_t)put;
    }
    return true;
}

/* How many bytes of answers may still pass; the lock is held. */
static size_t allowance(const struct relay *relay)
{
    return relay->fault == RELAY_NONE ? SIZE_MAX : relay->left;
}

/* Counts what has passed; the lock is held. */
static void count_bytes(struct relay *relay, size_t bytes)
{
    const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

    relay->passed += bytes;
    if (relay->fault == RELAY_NONE || relay->broken)
        return;
    relay->left -= bytes;
    if (relay->left > 0)
        return;
    relay->broken = true;
    for (size_t i = 0; relay->fault != RELAY_STALL && i < MOST_LINES; i++) {
        if (relay->fault == RELAY_RESET && relay->lines[i].client >= 0)
            setsockopt(relay->lines[i].client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        hang_up(&relay->lines[i]);
    }
    if (relay->happened != NULL)
        atomic_store(relay->happened, true);
    pthread_cond_broadcast(&relay->changed);
}

/* Passes on what is there; the lock is held. */
static void pass_on(struct relay *relay, struct line *line, bool answer)
{
    char bytes[16384];
    size_t room = answer && allowance(relay) < sizeof bytes ? allowance(relay) : sizeof bytes;
    ssize_t got;

    if (answer && relay->drop > 0 && room > relay->drop)
        room = relay->drop;
    if (room == 0) /* silent since it was polled */
        return;
    got = recv(answer ? line->server : line->client, bytes, room, 0);
    if (got <= 0 || !send_all(answer ? line->client : line->server, bytes, (size_t)got))
        hang_up(line);
    else if (answer)
        count_bytes(relay, (size_t)got);
}

static void serve(struct relay *relay, const struct pollfd *polled)
{
    if (polled[1].revents != 0)
        take_call(relay);
    for (size_t i = 0; i < MOST_LINES; i++) {
        struct line *line = &relay->lines[i];
        const struct pollfd *ends = &polled[2 + 2 * i];

        if (ends[0].revents != 0 && line->client == ends[0].fd)
            pass_on(relay, line, false);
        if (ends[1].revents != 0 && line->server == ends[1].fd)
            pass_on(relay, line, true);
    }
}

static void *relay_main(void *argument)
{
    struct relay *relay = argument;
    struct pollfd polled[2 + 2 * MOST_LINES];

    for (;;) {
        bool slow;

        polled[0] = (struct pollfd){ .fd = relay->wake[0], .events = POLLIN };
        polled[1] = (struct pollfd){ .fd = relay->listener, .events = POLLIN };
        pthread_mutex_lock(&relay->lock);
        slow = relay->drop > 0;
        for (size_t i = 0; i < MOST_LINES; i++) {
            const struct line *line = &relay->lines[i];
            bool silent = allowance(relay) == 0;

            polled[2 + 2 * i] = (struct pollfd){ .fd = line->client, .events = POLLIN };
            polled[3 + 2 * i] =
                (struct pollfd){ .fd = silent ? -1 : line->server, .events = POLLIN };
        }
        pthread_mutex_unlock(&relay->lock);
        if (poll(polled, sizeof polled / sizeof *polled, -1) < 0)
            continue;
        if (polled[0].revents != 0)
            return NULL;
        if (slow)
            poll(NULL, 0, DROP_MS);
        pthread_mutex_lock(&relay->lock);
        serve(relay, polled);
        pthread_mutex_unlock(&relay->lock);
    }
}

struct relay *relay_start(unsigned short port)
{
    struct relay *relay = memory_new(sizeof *relay);

    relay->target_port = port;
    relay->listener = loopback_listen(&relay->port);
    for (size_t i = 0; i < MOST_LINES; i++)
        relay->lines[i] = (struct line){ -1, -1 };
    pthread_mutex_init(&relay->lock, NULL);
    pthread_cond_init(&relay->changed, NULL);
    assert_int_equal(pipe2(relay->wake, O_CLOEXEC), 0);
    assert_int_equal(pthread_create(&relay->thread, NULL, relay_main, relay), 0);
    return relay;
}

void relay_break(struct relay *relay, enum relay_fault fault, size_t after, atomic_bool *happened)
{
    pthread_mutex_lock(&relay->lock);
    relay->fault = fault;
    relay->left = after;
    relay->broken = false;
    relay->happened = happened;
    pthread_mutex_unlock(&relay->lock);
}

void relay_slow(struct relay *relay, size_t bytes)
{
    pthread_mutex_lock(&relay->lock);
    relay->drop = bytes;
    pthread_mutex_unlock(&relay->lock);
}

uint64_t relay_passed(struct relay *relay)
{
    uint64_t passed;

    pthread_mutex_lock(&relay->lock);
    passed = relay->passed;
    pthread_mutex_unlock(&relay->lock);
    return passed;
}

void relay_wait(struct relay *relay)
{
    struct timespec until;
    int result = 0;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += patience(20000) / 1000;
    pthread_mutex_lock(&relay->lock);
    while (!relay->broken && result == 0)
        result = pthread_cond_timedwait(&relay->changed, &relay->lock, &until);
    pthread_mutex_unlock(&relay->lock);
    assert_int_equal(result, 0);
}

unsigned short relay_port(const struct relay *relay)
{
    return relay->port;
}

void relay_stop(struct relay **out)
{
    struct relay *relay = *out;

    if (relay == NULL)
        return;
    *out = NULL;
    assert_int_equal(write(relay->wake[1], "", 1), 1);
    pthread_join(relay->thread, NULL);
    for (size_t i = 0; i < MOST_LINES; i++)
        hang_up(&relay->lines[i]);
    close(relay->listener);
    close(relay->wake[0]);
    close(relay->wake[1]);
    pthread_cond_destroy(&relay->changed);
    pthread_mutex_destroy(&relay->lock);
    free(relay);
}
