/*
 * A TCP connection, with a limit and a way out.
 */
#ifndef PILAB_BASE_TCP_H
#define PILAB_BASE_TCP_H

#include <pilab/base/error.h>
#include <pilab/base/progress.h>

/* Looks the name up (base/lookup.h) and connects to the first of its addresses that answers, each
 * step within the limit. The descriptor is non-blocking and close-on-exec. -1 with ERROR_NETWORK or
 * ERROR_CANCELLED. */
int tcp_connect(const char *host, const char *port, int milliseconds,
                const struct progress *progress, struct error *error);

#endif
