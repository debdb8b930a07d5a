#include "socket.h"
#include "internal.h"

#include <errno.h>
#include <git2/sys/stream.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pilab/base/memory.h>
#include <pilab/base/tcp.h>
#include <pilab/base/wait.h>
#include <pilab/git/mirror.h>

/* A host that takes longer to answer at all is not there. */
#define CONNECT_LIMIT_MS 30000

struct connection {
    git_stream base; /* first: libgit2 hands it back */
    char *host, *port;
    int descriptor; /* -1: not connected */
    bool led;       /* it is known to lead to the address */
    struct socket_watch *watch;
};

/* libgit2's constructor of streams takes no context: this is how it finds the talk it is for. */
static _Thread_local struct socket_watch *current_watch;

void socket_set_watch(struct socket_watch *watch)
{
    current_watch = watch;
}

/* The first failure is the cause; what follows from it is not told. libgit2 gets the same words,
 * though TLS above us replaces them with its own. */
static int connection_failed(struct connection *self, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int connection_failed(struct connection *self, enum error_code code, const char *format, ...)
{
    char words[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof(words), format, arguments);
    va_end(arguments);
    git_error_set_str(GIT_ERROR_NET, words);
    if (self->watch && self->watch->error.code == ERROR_NONE)
        error_set(&self->watch->error, code, "%s", words);
    return code == ERROR_CANCELLED ? GIT_EUSER : GIT_ERROR;
}

static bool has_failed(const struct connection *self)
{
    return self->watch && self->watch->error.code != ERROR_NONE;
}

static int silence_limit(const struct connection *self)
{
    return self->watch ? self->watch->silence_limit : MIRROR_SILENCE_LIMIT;
}

static const struct progress *progress_of(const struct connection *self)
{
    return self->watch ? self->watch->progress : NULL;
}

/* What became of a call on the descriptor: 0 when it may be tried again, else a failure. */
static int try_again(struct connection *self, short events, int number)
{
    int limit = silence_limit(self);
    if (number == EINTR)
        return 0;
    if (number == EAGAIN)
        number = wait_for_descriptor(self->descriptor, events, limit, progress_of(self));
    if (number == 0)
        return 0;
    if (number == ECANCELED)
        return connection_failed(self, ERROR_CANCELLED, "cancelled");
    if (number == ETIMEDOUT)
        return connection_failed(self, ERROR_NETWORK, "%s has sent nothing for %d s", self->host,
                                 (limit + 999) / 1000);
    return connection_failed(self, ERROR_NETWORK, "the connection to %s broke: %s", self->host,
                             strerror(number));
}

static int connection_connect(git_stream *stream)
{
    struct connection *self = (struct connection *)stream;
    int limit = silence_limit(self) < CONNECT_LIMIT_MS ? silence_limit(self) : CONNECT_LIMIT_MS;
    struct error error = { 0 };
    self->descriptor = tcp_connect(self->host, self->port, limit, progress_of(self), &error);
    return self->descriptor >= 0 ? 0 : connection_failed(self, error.code, "%s", error.message);
}

static ssize_t connection_read(git_stream *stream, void *data, size_t room)
{
    struct connection *self = (struct connection *)stream;
    int result = has_failed(self) ? GIT_ERROR : 0;
    while (result == 0) {
        ssize_t got = recv(self->descriptor, data, room, 0);
        if (got == 0 && self->watch)
            self->watch->ended = true;
        if (got >= 0)
            return got;
        result = try_again(self, POLLIN, errno);
    }
    return result;
}

/* A server may send libgit2 on to another port of its host, and libgit2 would take the password
 * there. What a proxy is asked for stands at the beginning of what is written. */
static int stay_on_the_way(struct connection *self, const char *data, size_t length)
{
    struct socket_watch *watch = self->watch;
    bool brackets;
    char *wanted;
    if (self->led || !watch || !watch->host)
        return 0;
    brackets = strchr(watch->host, ':') != NULL;
    wanted = memory_printf("CONNECT %s%s%s:%s ", brackets ? "[" : "", watch->host,
                           brackets ? "]" : "", watch->port);
    self->led =
        (strcasecmp(self->host, watch->host) == 0 && strcmp(self->port, watch->port) == 0) ||
        (length >= strlen(wanted) && strncasecmp(data, wanted, strlen(wanted)) == 0);
    free(wanted);
    watch->elsewhere = watch->elsewhere || !self->led;
    if (self->led || !watch->guarded)
        return 0;
    return connection_failed(self, ERROR_UNTRUSTED,
                             "the server sends us on to %s:%s, which is not told who you are",
                             self->host, self->port);
}

/* May write less than all, as libgit2 expects of a stream. After a failure TLS would still say
 * goodbye: nobody waits for that to be taken. */
static ssize_t connection_write(git_stream *stream, const char *data, size_t length, int flags)
{
    struct connection *self = (struct connection *)stream;
    int result = has_failed(self) ? GIT_ERROR : stay_on_the_way(self, data, length);
    while (result == 0) {
        ssize_t put = send(self->descriptor, data, length, flags | MSG_NOSIGNAL);
        if (put >= 0)
            return put;
        result = try_again(self, POLLOUT, errno);
    }
    return result;
}

static int connection_close(git_stream *stream)
{
    struct connection *self = (struct connection *)stream;
    if (self->descriptor >= 0)
        close(self->descriptor);
    self->descriptor = -1;
    return 0;
}

/* TLS whose goodbye failed frees us without closing. */
static void connection_free(git_stream *stream)
{
    struct connection *self = (struct connection *)stream;
    connection_close(stream);
    free(self->host);
    free(self->port);
    free(self);
}

static int connection_new(git_stream **out, const char *host, const char *port)
{
    struct connection *self = memory_new(sizeof(*self));
    self->base.version = GIT_STREAM_VERSION;
    self->base.connect = connection_connect;
    self->base.read = connection_read;
    self->base.write = connection_write;
    self->base.close = connection_close;
    self->base.free = connection_free;
    self->host = memory_copy_text(host);
    self->port = memory_copy_text(port);
    self->descriptor = -1;
    self->watch = current_watch;
    *out = &self->base;
    return 0;
}

bool socket_register(struct error *error)
{
    git_stream_registration sockets = { .version = GIT_STREAM_VERSION, .init = connection_new };
    int result = git_stream_register(GIT_STREAM_STANDARD, &sockets);
    return result < 0 ? git_failed(error, result, "libgit2 cannot be set up") : true;
}
