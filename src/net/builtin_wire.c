/* What libssh2 reads and writes. Its socket is waited for elsewhere (builtin_session.c); that of an
 * agent it would wait for itself, for ever: one that is forwarded over a connection that is dead
 * never answers. */
#include <config.h> /* struct sockaddr_un and SOCK_NONBLOCK */

#include "builtin_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <pilab/base/wait.h>

/* True when it is there; also what no other program of ours needs to have. */
static bool wait_for_agent(struct builtin *builtin, int descriptor, short events)
{
    int limit = builtin_limit(builtin->options->connect_limit, SSH_CONNECT_LIMIT);

    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    builtin->agent_failure = wait_for_descriptor(descriptor, events, limit, builtin->progress);
    return builtin->agent_failure == 0;
}

/* Both give the number of bytes or, as libssh2's own, an errno below zero. */
static LIBSSH2_RECV_FUNC(take)
{
    struct builtin *builtin = *abstract;
    ssize_t got;

    if (socket != builtin->socket && !wait_for_agent(builtin, socket, POLLIN))
        return -builtin->agent_failure;
    do
        got = recv(socket, buffer, length, flags);
    while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

static LIBSSH2_SEND_FUNC(put)
{
    struct builtin *builtin = *abstract;
    ssize_t sent;

    if (socket != builtin->socket && !wait_for_agent(builtin, socket, POLLOUT))
        return -builtin->agent_failure;
    do
        sent = send(socket, buffer, length, flags | MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

void builtin_wire(struct builtin *builtin)
{
    LIBSSH2_RECV_FUNC((*taking)) = take;
    LIBSSH2_SEND_FUNC((*putting)) = put;
    void *callback;

    memcpy(&callback, &taking, sizeof callback); /* the library's type for a function */
    libssh2_session_callback_set(builtin->session, LIBSSH2_CALLBACK_RECV, callback);
    memcpy(&callback, &putting, sizeof callback);
    libssh2_session_callback_set(builtin->session, LIBSSH2_CALLBACK_SEND, callback);
}

bool builtin_agent_is_there(struct builtin *builtin)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const char *path = getenv("SSH_AUTH_SOCK");
    int descriptor;
    bool there;

    builtin->agent_failure = 0;
    if (path == NULL || *path == '\0' || strlen(path) >= sizeof address.sun_path)
        return false;
    memcpy(address.sun_path, path, strlen(path));
    descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    there = descriptor >= 0 &&
            connect(descriptor, (const struct sockaddr *)&address, sizeof address) == 0;
    /* Its queue is full: nobody takes calls there. */
    if (descriptor >= 0 && !there && errno == EAGAIN)
        builtin->agent_failure = ETIMEDOUT;
    if (descriptor >= 0)
        close(descriptor);
    return there;
}
