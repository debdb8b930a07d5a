/* ssh without a program: libssh2 over a socket that we wait for ourselves, since it would wait for
 * ever for a host that has fallen silent. */
#include <pilab/net/ssh.h>

#include "builtin_parts.h"

#include "ssh_failure.h"

#include <pthread.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/tcp.h>

/* What may be said on standard error. */
#define SAID_LIMIT 16384
/* What is read of it before something else is looked at: it may come faster than it is read. */
#define SAID_AT_ONCE 65536

struct stream {
    struct builtin builtin;
    LIBSSH2_CHANNEL *channel;
    struct strbuf said;
    bool failed;
};

/* --- From a host to a command ----------------------------------------------------------------- */

static bool start_library(struct error *error)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static bool started;

    pthread_mutex_lock(&lock);
    started = started || libssh2_init(0) == 0;
    pthread_mutex_unlock(&lock);
    return started || error_set(error, ERROR_INTERNAL, "libssh2 cannot be started");
}

static bool shake_hands(struct builtin *builtin, struct error *error)
{
    int limit = builtin_limit(builtin->options->connect_limit, SSH_CONNECT_LIMIT), result;

    builtin->alive = builtin->patient = clock_monotonic();
    while ((result = libssh2_session_handshake(builtin->session, builtin->socket)) ==
           LIBSSH2_ERROR_EAGAIN)
        if (!builtin_wait(builtin, limit, error))
            return false;
    return result == 0 || builtin_failed(builtin, "the handshake failed", error);
}

/* Whoever was stopped knows why; a hint that is there says more. */
static bool hint_alone(struct error *error)
{
    if (error == NULL || error->code == ERROR_CANCELLED || error->hint[0] != '\0')
        return false;
    return error_hint(error, "check host and port; ~/.ssh/config and jump hosts are known to "
                             "OpenSSH alone");
}

bool builtin_connect(struct builtin *builtin, struct error *error)
{
    int alive = builtin_limit(builtin->options->alive_limit, SSH_ALIVE_LIMIT) / 3000;
    char port[16];

    if (!start_library(error))
        return false;
    snprintf(port, sizeof port, "%d", builtin->host->port > 0 ? builtin->host->port : 22);
    builtin->socket = tcp_connect(builtin->host->host, port,
                                  builtin_limit(builtin->options->connect_limit, SSH_CONNECT_LIMIT),
                                  builtin->progress, error);
    if (builtin->socket < 0)
        return hint_alone(error);
    builtin->session = libssh2_session_init_ex(NULL, NULL, NULL, builtin);
    if (builtin->session == NULL)
        return error_set(error, ERROR_INTERNAL, "libssh2 has no memory");
    builtin_wire(builtin);
    libssh2_session_set_blocking(builtin->session, 0);
    libssh2_keepalive_config(builtin->session, 1, alive > 0 ? (unsigned)alive : 1);
    builtin_prefer_known(builtin);
    return shake_hands(builtin, error);
}

static bool start_command(struct stream *stream, const char *command, struct error *error)
{
    struct builtin *builtin = &stream->builtin;
    int limit = builtin_limit(builtin->options->silence_limit, SSH_SILENCE_LIMIT), result;

    builtin->settled = true;
    builtin->patient = clock_monotonic();
    while ((stream->channel = libssh2_channel_open_session(builtin->session)) == NULL) {
        if (libssh2_session_last_errno(builtin->session) != LIBSSH2_ERROR_EAGAIN)
            return builtin_failed(builtin, "no channel was opened", error);
        if (!builtin_wait(builtin, limit, error))
            return false;
    }
    while ((result = libssh2_channel_exec(stream->channel, command)) == LIBSSH2_ERROR_EAGAIN)
        if (!builtin_wait(builtin, limit, error))
            return false;
    return result == 0 || builtin_failed(builtin, "the command was not started", error);
}

void builtin_end(struct builtin *builtin)
{
    /* A polite end would have to be waited for: the end of the connection ends the command too, and
     * the library finds nothing more to wait for. It frees the channel with the session. */
    if (builtin->socket >= 0)
        shutdown(builtin->socket, SHUT_RDWR);
    if (builtin->session != NULL)
        libssh2_session_free(builtin->session);
    if (builtin->socket >= 0)
        close(builtin->socket);
    free(builtin->user);
    free(builtin->folder);
}

static void close_stream(void *handle)
{
    struct stream *stream = handle;

    builtin_end(&stream->builtin);
    strbuf_release(&stream->said);
    free(stream);
}

/* Who we are and where our keys are, as for OpenSSH: not by HOME, since whoever changes that has
 * not other keys. */
static void know_oneself(struct builtin *builtin)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    const struct passwd *me;
    const char *given = builtin->host->user;

    pthread_mutex_lock(&lock); /* the record is everybody's */
    me = getpwuid(getuid());
    builtin->user = memory_copy_text(given != NULL ? given : me != NULL ? me->pw_name : "git");
    builtin->folder = builtin->options->folder != NULL
                          ? memory_copy_text(builtin->options->folder)
                          : path_join(me != NULL ? me->pw_dir : "/", ".ssh");
    pthread_mutex_unlock(&lock);
}

void builtin_begin(struct builtin *builtin, const struct ssh_host *host,
                   const struct ssh_options *options, const struct progress *progress)
{
    *builtin =
        (struct builtin){ .socket = -1, .host = host, .options = options, .progress = progress };
    know_oneself(builtin);
}

static void *open_stream(const struct ssh_host *host, const char *command,
                         const struct ssh_options *options, const struct progress *progress,
                         struct error *error)
{
    struct stream *stream = memory_new(sizeof *stream);

    *stream = (struct stream){ .said = STRBUF_INIT };
    builtin_begin(&stream->builtin, host, options, progress);
    if (builtin_connect(&stream->builtin, error) && builtin_check_host(&stream->builtin, error) &&
        builtin_login(&stream->builtin, error) && start_command(stream, command, error))
        return stream;
    close_stream(stream);
    return NULL;
}

/* --- The stream ------------------------------------------------------------------------------- */

static void take_words(struct stream *stream)
{
    char bytes[4096];
    ssize_t got = 0;

    for (size_t all = 0; all < SAID_AT_ONCE; all += (size_t)got) {
        size_t room = SAID_LIMIT - stream->said.length;

        got = libssh2_channel_read_stderr(stream->channel, bytes, sizeof bytes);
        if (got <= 0)
            break;
        for (ssize_t i = 0; i < got; i++)
            bytes[i] = bytes[i] != '\0' ? bytes[i] : ' ';
        strbuf_add_bytes(&stream->said, bytes, (size_t)got < room ? (size_t)got : room);
    }
}

static bool read_stream(void *handle, char *buffer, size_t room, size_t *length,
                        struct error *error)
{
    struct stream *stream = handle;
    int limit = builtin_limit(stream->builtin.options->silence_limit, SSH_SILENCE_LIMIT);

    *length = 0;
    stream->builtin.patient = clock_monotonic();
    for (;;) {
        ssize_t got = libssh2_channel_read(stream->channel, buffer, room);

        take_words(stream);
        if (got > 0) {
            *length = (size_t)got;
            return true;
        }
        if (got < 0 && got != LIBSSH2_ERROR_EAGAIN)
            return builtin_failed(&stream->builtin, "the connection broke", error);
        if (libssh2_channel_eof(stream->channel)) {
            int status = libssh2_channel_get_exit_status(stream->channel);

            return (status == 0 && stream->said.length == 0) ||
                   ssh_failure(error, stream->said.data, status);
        }
        if (!builtin_wait(&stream->builtin, limit, error))
            return false;
    }
}

static bool write_stream(void *handle, const char *data, size_t length, struct error *error)
{
    struct stream *stream = handle;
    int limit = builtin_limit(stream->builtin.options->silence_limit, SSH_SILENCE_LIMIT);

    stream->builtin.patient = clock_monotonic();
    while (length > 0) {
        ssize_t put = libssh2_channel_write(stream->channel, data, length);

        if (put == LIBSSH2_ERROR_EAGAIN) {
            if (!builtin_wait(&stream->builtin, limit, error))
                return false;
            continue;
        }
        if (put < 0) {
            take_words(stream);
            return stream->said.length > 0
                       ? ssh_failure(error, stream->said.data, 1)
                       : builtin_failed(&stream->builtin, "the connection broke", error);
        }
        data += put;
        length -= (size_t)put;
    }
    return true;
}

const struct ssh_transport ssh_builtin = {
    .name = "libssh2",
    .open = open_stream,
    .read = read_stream,
    .write = write_stream,
    .close = close_stream,
};
