/*
 * A TCP connection, and waiting for it, with a limit and a way out.
 */
#ifndef PILAB_BASE_TCP_H
#define PILAB_BASE_TCP_H

#include <pilab/base/error.h>
#include <pilab/base/progress.h>

/* Waits until the descriptor can be read or written (POLLIN, POLLOUT), at most so many
 * milliseconds: 0, ECANCELED, ETIMEDOUT, or what poll(2) says. */
int tcp_wait(int descriptor, short events, int milliseconds, const struct progress *progress);

/* Connects to the first address of a host that answers, each within the limit; "localhost" is this
 * machine. The descriptor is non-blocking and close-on-exec. -1 with ERROR_NETWORK or
 * ERROR_CANCELLED. */
int tcp_connect(const char *host, const char *port, int milliseconds,
                const struct progress *progress, struct error *error);

#endif
