#include "builtin_parts.h"

#include <errno.h>
#include <poll.h>

#include <pilab/base/clock.h>

/* How late a cancel may be noticed. */
#define SLICE_MS 50

static bool is_silent(struct builtin *builtin, int milliseconds, struct error *error)
{
    int alive = builtin_limit(builtin->options->alive_limit, SSH_ALIVE_LIMIT);
    int64_t now = clock_monotonic();

    if (builtin->settled && now - builtin->alive >= alive && now - builtin->patient >= alive)
        error_set(error, ERROR_NETWORK, "%s is not responding", builtin->host->host);
    else if (now - builtin->patient >= milliseconds)
        error_set(error, ERROR_NETWORK, "%s has sent nothing for %d s", builtin->host->host,
                  (milliseconds + 999) / 1000);
    else
        return false;
    error_hint(error, "the host or the way to it hangs; try again later");
    return true;
}

bool builtin_wait(struct builtin *builtin, int milliseconds, struct error *error)
{
    for (;;) {
        int blocked = libssh2_session_block_directions(builtin->session), next, ready;
        struct pollfd polled = { .fd = builtin->socket };

        polled.events = (short)((blocked & LIBSSH2_SESSION_BLOCK_OUTBOUND ? POLLOUT : 0) | POLLIN);
        if (!progress_wait(builtin->progress, error) || is_silent(builtin, milliseconds, error))
            return false;
        if (builtin->settled)
            libssh2_keepalive_send(builtin->session, &next);
        ready = poll(&polled, 1, SLICE_MS);
        if (ready < 0 && errno != EINTR)
            return error_errno(error, errno, "%s cannot be waited for", builtin->host->host);
        if (ready <= 0)
            continue;
        if (polled.revents & POLLIN)
            builtin->alive = clock_monotonic();
        return true;
    }
}

bool builtin_failed(struct builtin *builtin, const char *what, struct error *error)
{
    char *words = NULL;
    int number = libssh2_session_last_error(builtin->session, &words, NULL, 0);

    if (number == LIBSSH2_ERROR_KEX_FAILURE || number == LIBSSH2_ERROR_METHOD_NONE ||
        number == LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE) {
        error_set(error, ERROR_UNSUPPORTED,
                  "%s: libssh2 %s and the server have no algorithm in "
                  "common: %s",
                  builtin->host->host, LIBSSH2_VERSION, words);
        return error_hint(error, "OpenSSH knows rsa-sha2, chacha20 and -etm, which the built-in "
                                 "ssh lacks: install it, or set transport: openssh");
    }
    error_set(error, ERROR_NETWORK, "%s: %s: %s", builtin->host->host, what,
              words != NULL ? words : "libssh2 does not say why");
    return error_hint(error, "try again; something on the way may limit time or size");
}
