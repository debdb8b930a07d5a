/* The side that started ssh. */
#include <config.h> /* SO_PEERCRED's struct is a system extension */

#include <pilab/net/askpass.h>

#include "askpass_wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <sodium.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/wait.h>

/* Our own program on the other side says all it has to say at once. */
#define PATIENCE_MS 5000

struct askpass {
    char *folder, *path;
    int listening;
    int notice; /* whoever told of something, as long as it is there; -1: nobody */
    char *settings[4];
};

/* --- Folder and socket ------------------------------------------------------------------------ */

#define FOLDER_NAME "/pilab-ask-XXXXXX"
#define SOCKET_NAME "/socket"

/* A folder of ours alone below this one; NULL when none can be made, or its socket would have too
 * long a name: folders for temporary files may lie deep. */
static char *folder_below(const char *parent)
{
    const struct sockaddr_un *address = NULL;
    char *folder;

    if (parent == NULL || parent[0] != '/' ||
        strlen(parent) + strlen(FOLDER_NAME SOCKET_NAME) >= sizeof address->sun_path)
        return NULL;
    folder = memory_printf("%s" FOLDER_NAME, parent);
    if (mkdtemp(folder) != NULL) /* 0700 */
        return folder;
    free(folder);
    return NULL;
}

static char *make_folder(struct error *error)
{
    const char *const parents[] = { getenv("XDG_RUNTIME_DIR"), getenv("TMPDIR"), "/tmp" };
    char *folder = NULL;

    for (size_t i = 0; i < sizeof parents / sizeof *parents && folder == NULL; i++)
        folder = folder_below(parents[i]);
    if (folder == NULL)
        error_errno(error, errno, "/tmp: no folder can be made there for questions of ssh");
    return folder;
}

static bool listen_at(struct askpass *askpass, struct error *error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t length = strlen(askpass->path);

    if (length >= sizeof address.sun_path)
        return error_set(error, ERROR_LIMIT, "%s is too long for the name of a socket",
                         askpass->path);
    memcpy(address.sun_path, askpass->path, length);
    askpass->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (askpass->listening < 0 ||
        bind(askpass->listening, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(askpass->listening, 4) != 0)
        return error_errno(error, errno, "%s: no socket can be made there", askpass->path);
    return true;
}

/* What is running now, whatever stands at its path meanwhile. */
static char *our_program(struct error *error)
{
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

    if (length > 0)
        return memory_copy_bytes(path, (size_t)length);
    error_errno(error, errno, "/proc/self/exe cannot be read");
    return NULL;
}

struct askpass *askpass_open(struct error *error)
{
    struct askpass *askpass = memory_new(sizeof *askpass);
    char *program = our_program(error);

    askpass->listening = askpass->notice = -1;
    if (program == NULL || (askpass->folder = make_folder(error)) == NULL)
        goto failed;
    askpass->path = memory_printf("%s" SOCKET_NAME, askpass->folder);
    if (!listen_at(askpass, error))
        goto failed;
    askpass->settings[0] = memory_printf("SSH_ASKPASS=%s", program);
    askpass->settings[1] = memory_copy_text("SSH_ASKPASS_REQUIRE=force");
    askpass->settings[2] = memory_printf(ASKPASS_VARIABLE "=%s", askpass->path);
    free(program);
    return askpass;
failed:
    free(program);
    askpass_close(&askpass);
    return NULL;
}

void askpass_close(struct askpass **askpass)
{
    struct askpass *old = *askpass;

    *askpass = NULL;
    if (old == NULL)
        return;
    if (old->listening >= 0)
        close(old->listening);
    if (old->notice >= 0)
        close(old->notice);
    if (old->path != NULL)
        unlink(old->path);
    if (old->folder != NULL)
        rmdir(old->folder);
    for (size_t i = 0; i < sizeof old->settings / sizeof *old->settings; i++)
        free(old->settings[i]);
    free(old->path);
    free(old->folder);
    free(old);
}

const char *const *askpass_settings(const struct askpass *askpass)
{
    return (const char *const *)askpass->settings;
}

int askpass_descriptor(const struct askpass *askpass)
{
    return askpass->listening;
}

/* --- A question ------------------------------------------------------------------------------- */

static bool is_ours(int descriptor)
{
    struct ucred peer;
    socklen_t length = sizeof peer;

    return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 &&
           peer.uid == geteuid();
}

/* Its kind and its words, up to where the other side has no more to say. */
static bool read_question(int descriptor, struct strbuf *question, const struct progress *progress)
{
    int64_t until = clock_monotonic() + PATIENCE_MS;

    for (;;) {
        int64_t left = until - clock_monotonic();
        char bytes[1024];
        ssize_t got;

        if (left <= 0 || question->length > ASKPASS_LIMIT ||
            wait_for_descriptor(descriptor, POLLIN, (int)left, progress) != 0)
            return false;
        got = recv(descriptor, bytes, sizeof bytes, MSG_DONTWAIT);
        if (got == 0)
            return question->length > 0;
        if (got > 0)
            strbuf_add_bytes(question, bytes, (size_t)got);
        else if (errno != EAGAIN && errno != EINTR)
            return false;
    }
}

/* A byte that says whether there is an answer, and the answer. It is small enough for the socket's
 * buffer to take it whole. */
static void send_answer(int descriptor, bool answered, const struct strbuf *answer)
{
    char first = answered ? ASKPASS_ANSWERED : ASKPASS_REFUSED;

    if (send(descriptor, &first, 1, MSG_NOSIGNAL) == 1 && answered && answer->length > 0)
        send(descriptor, answer->data, answer->length, MSG_NOSIGNAL);
}

/* OpenSSH says with SSH_ASKPASS_PROMPT what kind it is, but not of the question whether a host is
 * the right one (sshconnect.c, confirm): that one shows by its words. */
static enum askpass_kind kind_of(char byte, const char *words)
{
    if (byte == ASKPASS_WIRE_NOTICE)
        return ASKPASS_NOTICE;
    if (byte == ASKPASS_WIRE_CONFIRM || strstr(words, "(yes/no") != NULL)
        return ASKPASS_CONFIRM;
    return ASKPASS_SECRET;
}

static void stand(struct askpass *askpass, int descriptor)
{
    if (askpass->notice >= 0)
        close(askpass->notice);
    askpass->notice = descriptor;
}

static bool have_answered(struct askpass *askpass, int descriptor, const struct asker *asker,
                          const struct strbuf *question, struct error *error)
{
    const char *words = question->data + 1;
    enum askpass_kind kind = kind_of(question->data[0], words);
    struct strbuf answer = STRBUF_INIT;
    bool answered;

    strbuf_reserve(&answer, ASKPASS_LIMIT); /* does not move as it grows */
    answered = asker->ask(asker->context, kind, words, &answer, error);
    if (kind == ASKPASS_NOTICE) {
        stand(askpass, descriptor);
        strbuf_release(&answer);
        return true;
    }
    if (answered && kind == ASKPASS_CONFIRM && question->data[0] != ASKPASS_WIRE_CONFIRM) {
        bool yes = answer.length > 0;

        strbuf_clear(&answer);
        strbuf_add(&answer, yes ? "yes" : "no");
    } else if (answered && kind == ASKPASS_CONFIRM && answer.length == 0) {
        answered = error_set(error, ERROR_CANCELLED, "the answer was no");
    }
    send_answer(descriptor, answered, &answer);
    sodium_memzero(answer.data, answer.length);
    strbuf_release(&answer);
    close(descriptor);
    return answered;
}

bool askpass_serve(struct askpass *askpass, const struct asker *asker,
                   const struct progress *progress, struct error *error)
{
    struct strbuf question = STRBUF_INIT;
    int descriptor = accept4(askpass->listening, NULL, NULL, SOCK_CLOEXEC);
    bool ok = true;

    if (descriptor < 0)
        return true; /* it has gone again */
    if (is_ours(descriptor) && read_question(descriptor, &question, progress))
        ok = have_answered(askpass, descriptor, asker, &question, error);
    else
        close(descriptor);
    strbuf_release(&question);
    return ok;
}

/* ssh ends its helper when what it told of has been done: its end of the socket goes with it. */
bool askpass_is_waiting(struct askpass *askpass)
{
    struct pollfd polled = { .fd = askpass->notice, .events = POLLIN | POLLRDHUP };
    char byte;

    if (askpass->notice < 0)
        return false;
    if (poll(&polled, 1, 0) <= 0 || ((polled.revents & (POLLHUP | POLLERR)) == 0 &&
                                     recv(askpass->notice, &byte, 1, MSG_DONTWAIT) > 0))
        return true;
    stand(askpass, -1);
    return false;
}
