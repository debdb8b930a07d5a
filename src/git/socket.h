/*
 * libgit2's sockets, made to end, the look-up of a name included. Its own wait for ever for a
 * server that has gone silent, and cannot be cancelled while they do; version 1.5 has no option for
 * either.
 */
#ifndef PILAB_GIT_SOCKET_INTERNAL_H
#define PILAB_GIT_SOCKET_INTERNAL_H

#include <stdbool.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>

/* What one talk over the network gives its connections, and learns from them. A connection leads to
 * the address when it goes to its host and port, or when a proxy is asked for these (CONNECT). */
struct socket_watch {
    const char *host, *port;         /* of the address; the host without brackets */
    bool elsewhere;                  /* something was sent to another place */
    bool guarded;                    /* a password is about: nothing may be */
    const struct progress *progress; /* cancel is looked at while waiting */
    int silence_limit;               /* milliseconds without a byte */
    struct error error;              /* why a connection failed; ERROR_NONE while none has */
    bool ended;                      /* the other side closed one */
};

/* Makes libgit2 use these sockets, for http and below https. */
bool socket_register(struct error *error);

/* The watch of connections that this thread makes from now on; NULL ends it. Without one they have
 * the usual limits, and nobody cancels them. */
void socket_set_watch(struct socket_watch *watch);

#endif
