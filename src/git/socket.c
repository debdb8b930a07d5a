#include "socket.h"
#include "internal.h"

#include <errno.h>
#include <git2/sys/stream.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/git/mirror.h>

/* A host that takes longer to answer at all is not there. */
#define CONNECT_LIMIT_MS 30000
/* How late a cancel may be noticed. */
#define SLICE_MS 50

struct connection {
    git_stream base; /* first: libgit2 hands it back */
    char *host, *port;
    int descriptor; /* -1: not connected */
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

/* Waits until the descriptor can be read or written: 0, ECANCELED, ETIMEDOUT, or what poll says. */
static int wait_for(const struct connection *self, short events, int limit)
{
    int64_t until = clock_monotonic() + limit;
    for (;;) {
        struct pollfd polled = { .fd = self->descriptor, .events = events };
        int64_t left = until - clock_monotonic();
        if (self->watch && progress_cancelled(self->watch->progress))
            return ECANCELED;
        if (left <= 0)
            return ETIMEDOUT;
        int ready = poll(&polled, 1, left < SLICE_MS ? (int)left : SLICE_MS);
        if (ready > 0)
            return 0;
        if (ready < 0 && errno != EINTR)
            return errno;
    }
}

/* What became of a call on the descriptor: 0 when it may be tried again, else a failure. */
static int try_again(struct connection *self, short events, int number)
{
    int limit = silence_limit(self);
    if (number == EINTR)
        return 0;
    if (number == EAGAIN)
        number = wait_for(self, events, limit);
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

/* 0, or the errno of this address. */
static int connect_to(struct connection *self, const struct addrinfo *address)
{
    int limit = silence_limit(self) < CONNECT_LIMIT_MS ? silence_limit(self) : CONNECT_LIMIT_MS;
    int why = 0;
    socklen_t length = sizeof(why);
    self->descriptor =
        socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
               address->ai_protocol);
    if (self->descriptor < 0)
        return errno;
    if (connect(self->descriptor, address->ai_addr, address->ai_addrlen) != 0)
        why = errno;
    if (why == EINPROGRESS || why == EINTR)
        why = wait_for(self, POLLOUT, limit);
    if (why == 0 && getsockopt(self->descriptor, SOL_SOCKET, SO_ERROR, &why, &length) != 0)
        why = errno;
    if (why != 0) {
        close(self->descriptor);
        self->descriptor = -1;
    }
    return why;
}

/* This machine does not speak IPv6, or not that far: any other answer says more. */
static bool is_no_way(int number)
{
    return number == EADDRNOTAVAIL || number == ENETUNREACH || number == EAFNOSUPPORT;
}

/* "localhost" is this machine, whatever a name server says of it or a missing /etc/hosts does not
 * (RFC 6761 section 6.3); getaddrinfo gives its addresses for no name. */
static int look_up(const struct connection *self, struct addrinfo **addresses)
{
    const struct addrinfo wanted = { .ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC };
    bool here = strcasecmp(self->host, "localhost") == 0;
    return getaddrinfo(here ? NULL : self->host, self->port, &wanted, addresses);
}

static int connection_connect(git_stream *stream)
{
    struct connection *self = (struct connection *)stream;
    struct addrinfo *addresses = NULL;
    int why = EINPROGRESS;
    int unknown = look_up(self, &addresses);
    if (unknown != 0)
        return connection_failed(self, ERROR_NETWORK, "the name %s cannot be resolved: %s",
                                 self->host, gai_strerror(unknown));
    for (const struct addrinfo *address = addresses; address && why != 0 && why != ECANCELED;
         address = address->ai_next) {
        int latest = connect_to(self, address);
        if (why == EINPROGRESS || !is_no_way(latest))
            why = latest;
    }
    freeaddrinfo(addresses);
    if (why == ECANCELED)
        return connection_failed(self, ERROR_CANCELLED, "cancelled");
    if (why != 0)
        return connection_failed(self, ERROR_NETWORK, "nobody answers at %s, port %s: %s",
                                 self->host, self->port, strerror(why));
    return 0;
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

/* May write less than all, as libgit2 expects of a stream. After a failure TLS would still say
 * goodbye: nobody waits for that to be taken. */
static ssize_t connection_write(git_stream *stream, const char *data, size_t length, int flags)
{
    struct connection *self = (struct connection *)stream;
    int result = has_failed(self) ? GIT_ERROR : 0;
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
