#include <config.h> /* accept4 is a system extension */

#include "proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sodium.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#include "relay.h"

#define MOST_CALLS 32
#define HEAD_LIMIT 8192

struct proxy {
    int listener;
    unsigned short port;
    char *wanted; /* the line that has to be in a head; NULL: none */
    pthread_t thread, calls[MOST_CALLS];
    int callers[MOST_CALLS];
    size_t call_count;
    pthread_mutex_t lock; /* for the heads */
    struct strbuf heads;
};

struct call {
    struct proxy *proxy;
    int client;
};

/* On its threads nothing may fail the test: a call that goes wrong is one that ends. */

static bool send_all(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = send(descriptor, bytes, length, MSG_NOSIGNAL);

        if (put <= 0)
            return false;
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

/* A byte at a time, so that nothing behind the head is taken. */
static bool read_head(int client, char *head, size_t room)
{
    size_t length = 0;

    while (length + 1 < room && recv(client, head + length, 1, 0) == 1) {
        head[++length] = '\0';
        if (length >= 4 && strcmp(head + length - 4, "\r\n\r\n") == 0)
            return true;
    }
    return false;
}

/* Servers of tests are all on this machine. */
static int call_server(const char *head)
{
    struct sockaddr_in name = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    const char *colon = strchr(head, ':');
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    name.sin_port = htons((unsigned short)(colon != NULL ? atoi(colon + 1) : 0));
    if (server >= 0 && connect(server, (const struct sockaddr *)&name, sizeof name) == 0)
        return server;
    if (server >= 0)
        close(server);
    return -1;
}

static bool pass_on(int from, int to)
{
    char bytes[16384];
    ssize_t got = recv(from, bytes, sizeof bytes, 0);

    return got > 0 && send_all(to, bytes, (size_t)got);
}

static void join(int client, int server)
{
    struct pollfd polled[2] = {
        {.fd = client,  .events = POLLIN},
        { .fd = server, .events = POLLIN}
    };

    while (poll(polled, 2, -1) > 0) {
        if (polled[0].revents != 0 && !pass_on(client, server))
            break;
        if (polled[1].revents != 0 && !pass_on(server, client))
            break;
    }
}

/* False when there was no request. */
static bool answer(struct proxy *proxy, int client)
{
    static const char asks[] = "HTTP/1.1 407 Proxy Authentication Required\r\n"
                               "Proxy-Authenticate: Basic realm=\"proxy\"\r\n"
                               "Content-Length: 0\r\n\r\n";
    static const char well[] = "HTTP/1.1 200 Connection established\r\n\r\n";
    static const char bad[] = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";
    char head[HEAD_LIMIT];
    int server;

    if (!read_head(client, head, sizeof head))
        return false;
    pthread_mutex_lock(&proxy->lock);
    strbuf_add(&proxy->heads, head);
    pthread_mutex_unlock(&proxy->lock);
    if (proxy->wanted != NULL && strstr(head, proxy->wanted) == NULL)
        return send_all(client, asks, sizeof asks - 1);
    server = call_server(head);
    if (server < 0)
        return send_all(client, bad, sizeof bad - 1);
    if (send_all(client, well, sizeof well - 1))
        join(client, server);
    close(server);
    return false;
}

static void *take_call(void *context)
{
    struct call *call = context;

    while (answer(call->proxy, call->client))
        ;
    shutdown(call->client, SHUT_RDWR);
    free(call);
    return NULL;
}

static void *work(void *context)
{
    struct proxy *proxy = context;
    int client;

    while (proxy->call_count < MOST_CALLS &&
           (client = accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        struct call *call = memory_new(sizeof *call);

        *call = (struct call){ proxy, client };
        proxy->callers[proxy->call_count] = client;
        if (pthread_create(&proxy->calls[proxy->call_count], NULL, take_call, call) != 0)
            abort();
        proxy->call_count++;
    }
    return NULL;
}

struct proxy *proxy_start(const char *credentials)
{
    struct proxy *proxy = memory_new(sizeof *proxy);

    *proxy = (struct proxy){ .heads = STRBUF_INIT };
    proxy->listener = loopback_listen(&proxy->port);
    if (credentials != NULL) {
        char base64[256];

        sodium_bin2base64(base64, sizeof base64, (const unsigned char *)credentials,
                          strlen(credentials), sodium_base64_VARIANT_ORIGINAL);
        proxy->wanted = memory_printf("\r\nProxy-Authorization: Basic %s\r\n", base64);
    }
    pthread_mutex_init(&proxy->lock, NULL);
    assert_int_equal(pthread_create(&proxy->thread, NULL, work, proxy), 0);
    return proxy;
}

unsigned short proxy_port(const struct proxy *proxy)
{
    return proxy->port;
}

char *proxy_heads(struct proxy *proxy)
{
    char *copy;

    pthread_mutex_lock(&proxy->lock);
    copy = memory_copy_bytes(proxy->heads.data, proxy->heads.length);
    pthread_mutex_unlock(&proxy->lock);
    return copy;
}

void proxy_stop(struct proxy **out)
{
    struct proxy *proxy = *out;

    *out = NULL;
    shutdown(proxy->listener, SHUT_RDWR);
    pthread_join(proxy->thread, NULL);
    for (size_t i = 0; i < proxy->call_count; i++) {
        shutdown(proxy->callers[i], SHUT_RDWR);
        pthread_join(proxy->calls[i], NULL);
        close(proxy->callers[i]);
    }
    close(proxy->listener);
    pthread_mutex_destroy(&proxy->lock);
    strbuf_release(&proxy->heads);
    free(proxy->wanted);
    free(proxy);
}
