/* Our transports as libgit2's. */
#ifndef PILAB_GIT_TRANSPORT_INTERNAL_H
#define PILAB_GIT_TRANSPORT_INTERNAL_H

#include <git2.h>

#include <pilab/git/transport.h>

struct transport_call {
    const struct remote_transport *transport;
    const struct progress *progress;
    struct error error; /* of the transport; code ERROR_NONE while it has not failed */
};

/* For git_remote_callbacks.transport; `payload` is a struct transport_call. */
int transport_make(git_transport **out, git_remote *owner, void *payload);

#endif
