#include <config.h> /* accept4 and strcasestr are system extensions */

#include "web_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

#include "relay.h"

struct answer {
    char *line, *bytes;
    size_t length;
    enum web_end end;
    bool given;
};

struct web_server {
    int listener;
    unsigned short port;
    int stop[2]; /* a pipe: closed when it shall end */
    pthread_t thread;
    pthread_mutex_t lock;  /* of what follows */
    struct vector answers; /* struct answer */
    struct vector asked;   /* char *: whole requests */
};

/* --- Requests --------------------------------------------------------------------------------- */

/* True: something can be read there; false: the server shall end, or the peer is silent. */
static bool can_read(const struct web_server *server, int descriptor, int milliseconds)
{
    struct pollfd polled[2] = {
        {.fd = descriptor,       .events = POLLIN},
        { .fd = server->stop[0], .events = POLLIN}
    };

    return poll(polled, 2, milliseconds) > 0 && polled[1].revents == 0 && polled[0].revents != 0;
}

static bool is_over(const struct web_server *server, int milliseconds)
{
    struct pollfd polled = { .fd = server->stop[0], .events = POLLIN };

    return poll(&polled, 1, milliseconds) > 0;
}

static size_t body_length(const char *head)
{
    const char *field = strcasestr(head, "\r\ncontent-length:");

    return field != NULL ? strtoul(field + 17, NULL, 10) : 0;
}

static bool is_whole(const struct strbuf *request)
{
    const char *end = strstr(request->data, "\r\n\r\n");

    return end != NULL &&
           request->length >= (size_t)(end - request->data) + 4 + body_length(request->data);
}

static bool read_request(struct web_server *server, int peer, struct strbuf *request)
{
    char bytes[4096];
    ssize_t got;

    while (!is_whole(request)) {
        if (!can_read(server, peer, 10000) || (got = recv(peer, bytes, sizeof bytes, 0)) <= 0)
            return false;
        strbuf_add_bytes(request, bytes, (size_t)got);
    }
    return true;
}

/* --- Answers ---------------------------------------------------------------------------------- */

static bool fits(const struct answer *answer, const char *request)
{
    return strncmp(request, answer->line, strlen(answer->line)) == 0;
}

/* The longest line; of those alike the first that was not given yet, else the last. */
static struct answer *find(struct web_server *server, const char *request)
{
    struct answer *best = NULL;

    for (size_t i = 0; i < server->answers.count; i++) {
        struct answer *answer = vector_at(&server->answers, i);

        if (!fits(answer, request))
            continue;
        if (best == NULL || strlen(answer->line) > strlen(best->line) ||
            (strcmp(answer->line, best->line) == 0 && best->given))
            best = answer;
    }
    return best;
}

static bool put(int peer, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = send(peer, bytes, length, MSG_NOSIGNAL);

        if (put <= 0)
            return false;
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

static void finish(struct web_server *server, int peer, enum web_end end)
{
    if (end == WEB_STALL) {
        char byte;

        while (can_read(server, peer, -1) && recv(peer, &byte, 1, 0) > 0)
            ;
    }
    while (end == WEB_DRIP && !is_over(server, 20) && put(peer, "x", 1))
        ;
}

static void serve(struct web_server *server, int peer)
{
    static const char nobody[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n"
                                 "Connection: close\r\n\r\n";
    struct strbuf request = STRBUF_INIT;
    struct answer *answer, copy = { 0 };
    char *kept;

    if (read_request(server, peer, &request)) {
        pthread_mutex_lock(&server->lock);
        kept = memory_copy_bytes(request.data, request.length);
        vector_push(&server->asked, &kept);
        answer = find(server, request.data);
        if (answer != NULL) {
            answer->given = true;
            copy = *answer;
            copy.bytes = memory_copy_bytes(answer->bytes, answer->length);
        }
        pthread_mutex_unlock(&server->lock);
        if (answer == NULL)
            put(peer, nobody, sizeof nobody - 1);
        else if (put(peer, copy.bytes, copy.length))
            finish(server, peer, copy.end);
        free(copy.bytes);
    }
    strbuf_release(&request);
    close(peer);
}

static void *run(void *context)
{
    struct web_server *server = context;

    while (can_read(server, server->listener, -1)) {
        int peer = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);

        if (peer >= 0)
            serve(server, peer);
    }
    return NULL;
}

/* --- For tests -------------------------------------------------------------------------------- */

struct web_server *web_server_start(void)
{
    struct web_server *server = memory_new(sizeof *server);

    server->listener = loopback_listen(&server->port);
    vector_init(&server->answers, sizeof(struct answer));
    vector_init(&server->asked, sizeof(char *));
    pthread_mutex_init(&server->lock, NULL);
    assert_int_equal(pipe2(server->stop, O_CLOEXEC), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
    return server;
}

void web_server_stop(struct web_server **out)
{
    struct web_server *server = *out;

    if (server == NULL)
        return;
    *out = NULL;
    close(server->stop[1]);
    pthread_join(server->thread, NULL);
    close(server->stop[0]);
    close(server->listener);
    web_server_forget(server);
    for (size_t i = 0; i < server->answers.count; i++) {
        struct answer *answer = vector_at(&server->answers, i);

        free(answer->line);
        free(answer->bytes);
    }
    vector_release(&server->answers);
    vector_release(&server->asked);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

unsigned short web_server_port(const struct web_server *server)
{
    return server->port;
}

char *web_server_url(const struct web_server *server, const char *path)
{
    return memory_printf("http://127.0.0.1:%u%s", (unsigned)server->port, path);
}

void web_server_bytes(struct web_server *server, const char *line, const char *bytes, size_t length,
                      enum web_end end)
{
    struct answer answer = { .line = memory_copy_text(line),
                             .bytes = memory_copy_bytes(bytes, length),
                             .length = length,
                             .end = end };

    pthread_mutex_lock(&server->lock);
    vector_push(&server->answers, &answer);
    pthread_mutex_unlock(&server->lock);
}

void web_server_say(struct web_server *server, const char *line, const char *status,
                    const char *headers, const char *body)
{
    char *text =
        memory_printf("HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n%s\r\n%s", status,
                      strlen(body), headers, body);

    web_server_bytes(server, line, text, strlen(text), WEB_CLOSE);
    free(text);
}

char *web_server_asked(struct web_server *server)
{
    struct strbuf all = STRBUF_INIT;

    pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < server->asked.count; i++)
        strbuf_add(&all, *(char **)vector_at(&server->asked, i));
    pthread_mutex_unlock(&server->lock);
    return all.capacity > 0 ? strbuf_steal(&all) : memory_copy_text("");
}

size_t web_server_count(struct web_server *server, const char *line)
{
    size_t count = 0;

    pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < server->asked.count; i++)
        count += strncmp(*(char **)vector_at(&server->asked, i), line, strlen(line)) == 0;
    pthread_mutex_unlock(&server->lock);
    return count;
}

void web_server_forget(struct web_server *server)
{
    pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < server->asked.count; i++)
        free(*(char **)vector_at(&server->asked, i));
    vector_clear(&server->asked);
    pthread_mutex_unlock(&server->lock);
}
