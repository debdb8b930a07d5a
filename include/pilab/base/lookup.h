/*
 * The addresses of a host's name, with a limit and a way out.
 *
 * getaddrinfo(3) has neither, and asks whatever the machine is set up to ask: a name server that
 * does not answer holds it for half a minute, a daemon that hangs for ever. So it is asked on a
 * thread of its own, which is left behind when nobody waits any more: it holds copies of what it
 * needs, frees them when it is answered, and ends.
 */
#ifndef PILAB_BASE_LOOKUP_H
#define PILAB_BASE_LOOKUP_H

#include <netdb.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>

/* Addresses for streams, for freeaddrinfo(3). "localhost" is this machine, whatever a name server
 * says of it. Within so many milliseconds; NULL with ERROR_NETWORK or ERROR_CANCELLED. */
struct addrinfo *lookup_host(const char *host, const char *port, int milliseconds,
                             const struct progress *progress, struct error *error);

#endif
