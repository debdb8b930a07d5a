/* The system's ssh as a child: its streams are the command's, its standard error tells what went
 * wrong. */
#include <pilab/net/ssh.h>

#include "openssh.h"
#include "ssh_failure.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/net/child.h>

/* How late a cancel may be noticed. */
#define SLICE_MS 50
/* What may be said on standard error; the first words explain more than the last of a flood. */
#define SAID_LIMIT 16384
/* What is read of it before something else is looked at: it may come faster than it is read. */
#define SAID_AT_ONCE 65536
/* How long a program whose streams have ended takes to end. */
#define END_MS 1000

struct stream {
    struct child child;
    struct askpass *askpass; /* NULL: nobody is asked */
    const struct ssh_options *options;
    const struct progress *progress;
    struct strbuf said;
    bool heard;  /* the command has sent something */
    bool failed; /* there is nothing to wait for at the end */
};

static int limit_or(int limit, int usual)
{
    return limit > 0 ? limit : usual;
}

/* --- What is said on standard error ----------------------------------------------------------- */

static void take_words(struct stream *stream)
{
    char bytes[4096];
    ssize_t got = 0;

    if (stream->child.errors < 0)
        return;
    for (size_t all = 0; all < SAID_AT_ONCE; all += (size_t)got) {
        size_t room = SAID_LIMIT - stream->said.length;

        got = read(stream->child.errors, bytes, sizeof bytes);
        if (got <= 0)
            break;
        for (ssize_t i = 0; i < got; i++)
            bytes[i] = bytes[i] != '\0' ? bytes[i] : ' ';
        strbuf_add_bytes(&stream->said, bytes, (size_t)got < room ? (size_t)got : room);
    }
    if (got == 0) { /* nothing more comes, and poll would never wait again */
        close(stream->child.errors);
        stream->child.errors = -1;
    }
}

/* Whether it ends by itself, as long as nobody minds. */
static bool has_ended(struct stream *stream, const struct progress *progress)
{
    int64_t until = clock_monotonic() + END_MS;

    while (!child_wait(&stream->child, SLICE_MS))
        if (progress_cancelled(progress) || clock_monotonic() >= until)
            return false;
    return true;
}

/* ssh has ended, or ends now: what it says last is the reason. A shared connection may hold
 * standard error open for ever, so its end is not waited for. */
static bool ended_badly(struct stream *stream, struct error *error)
{
    stream->failed = true;
    has_ended(stream, stream->progress);
    take_words(stream);
    if (!progress_check(stream->progress, error))
        return false;
    return ssh_failure(error, stream->said.data, stream->child.status);
}

static bool gave_up(struct stream *stream, int limit, struct error *error)
{
    stream->failed = true;
    take_words(stream);
    if (!stream->heard && ssh_failure_is_known(stream->said.data))
        return ssh_failure(error, stream->said.data, 0);
    error_set(error, ERROR_NETWORK,
              stream->heard ? "the host has sent nothing for %d s"
                            : "the host has not let us in for %d s",
              (limit + 999) / 1000);
    return error_hint(error, "the host or the way to it hangs; try again later");
}

/* --- Waiting ---------------------------------------------------------------------------------- */

enum { POLL_STREAM, POLL_ERRORS, POLL_QUESTIONS, POLL_COUNT };

/* Waits for one end of a pipe, and meanwhile listens to words and questions. */
static bool wait_for(struct stream *stream, int descriptor, short events, struct error *error)
{
    int limit = stream->heard ? limit_or(stream->options->silence_limit, SSH_SILENCE_LIMIT)
                              : limit_or(stream->options->connect_limit, SSH_CONNECT_LIMIT) * 2;
    int64_t until = clock_monotonic() + limit;

    for (;;) {
        struct pollfd polled[POLL_COUNT] = {
            {.fd = descriptor,                                                          .events = events},
            { .fd = stream->child.errors,                                               .events = POLLIN},
            { .fd = stream->askpass != NULL ? askpass_descriptor(stream->askpass) : -1,
             .events = POLLIN                                                                           },
        };
        int ready;

        if (!progress_wait(stream->progress, error)) {
            stream->failed = true;
            return false;
        }
        if (stream->askpass != NULL && askpass_is_waiting(stream->askpass))
            until = clock_monotonic() + limit;
        if (clock_monotonic() >= until)
            return gave_up(stream, limit, error);
        ready = poll(polled, POLL_COUNT, SLICE_MS);
        if (ready < 0 && errno != EINTR)
            return !(stream->failed = true) &&
                   error_errno(error, errno, "ssh cannot be waited for");
        if (ready <= 0)
            continue;
        if (polled[POLL_ERRORS].revents != 0)
            take_words(stream);
        if (polled[POLL_QUESTIONS].revents != 0) {
            if (!askpass_serve(stream->askpass, stream->options->asker, stream->progress, error)) {
                stream->failed = true;
                return false;
            }
            until = clock_monotonic() + limit;
        }
        if (polled[POLL_STREAM].revents != 0)
            return true;
    }
}

/* --- The stream ------------------------------------------------------------------------------- */

static void close_stream(void *handle)
{
    struct stream *stream = handle;

    /* Who has cancelled does not wait for a goodbye either. */
    if (!stream->failed && stream->child.process != 0) {
        child_close(&stream->child);
        has_ended(stream, stream->progress);
    }
    child_end(&stream->child, 0);
    askpass_close(&stream->askpass);
    strbuf_release(&stream->said);
    free(stream);
}

void *openssh_start(struct openssh_words *words, const struct ssh_options *options,
                    const struct progress *progress, struct error *error)
{
    /* Neither ssh nor that of a jump host, which is not told of BatchMode, opens a window of its
     * own when nobody can be asked. */
    static const char *const nobody[] = { "SSH_ASKPASS_REQUIRE=never", NULL };
    struct stream *stream = memory_new(sizeof *stream);

    *stream = (struct stream){
        .child = CHILD_NONE, .options = options, .progress = progress, .said = STRBUF_INIT
    };
    if (options->asker != NULL)
        stream->askpass = askpass_open(error);
    if ((options->asker == NULL || stream->askpass != NULL) &&
        child_start(&stream->child, openssh_list(words),
                    stream->askpass != NULL ? askpass_settings(stream->askpass) : nobody, error))
        return stream;
    close_stream(stream);
    return NULL;
}

static void *open_stream(const struct ssh_host *host, const char *command,
                         const struct ssh_options *options, const struct progress *progress,
                         struct error *error)
{
    struct openssh_words words;
    void *stream = NULL;

    openssh_words_init(&words);
    if (openssh_program(&words, options, error) && openssh_options(&words, host, options, error) &&
        openssh_command(&words, host, command, error))
        stream = openssh_start(&words, options, progress, error);
    openssh_words_release(&words);
    return stream;
}

static bool read_stream(void *handle, char *buffer, size_t room, size_t *length,
                        struct error *error)
{
    struct stream *stream = handle;

    *length = 0;
    while (wait_for(stream, stream->child.output, POLLIN, error)) {
        ssize_t got = read(stream->child.output, buffer, room);

        if (got > 0) {
            stream->heard = true;
            *length = (size_t)got;
            return true;
        }
        if (got == 0 && has_ended(stream, stream->progress) && stream->child.status == 0)
            return true;
        if (got == 0)
            return ended_badly(stream, error);
        if (errno != EAGAIN && errno != EINTR) {
            stream->failed = true;
            return error_errno(error, errno, "ssh cannot be read from");
        }
    }
    return false;
}

static bool write_stream(void *handle, const char *data, size_t length, struct error *error)
{
    struct stream *stream = handle;

    while (length > 0) {
        ssize_t put;

        if (!wait_for(stream, stream->child.input, POLLOUT, error))
            return false;
        put = send(stream->child.input, data, length, MSG_NOSIGNAL);
        if (put < 0 && (errno == EPIPE || errno == ECONNRESET))
            return ended_badly(stream, error);
        if (put < 0 && errno != EAGAIN && errno != EINTR) {
            stream->failed = true;
            return error_errno(error, errno, "ssh cannot be written to");
        }
        data += put > 0 ? put : 0;
        length -= put > 0 ? (size_t)put : 0;
    }
    return true;
}

const struct ssh_transport ssh_openssh = {
    .name = "openssh",
    .open = open_stream,
    .read = read_stream,
    .write = write_stream,
    .close = close_stream,
};
