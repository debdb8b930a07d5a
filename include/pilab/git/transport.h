/*
 * The seam for remotes that libgit2 does not reach by itself (ssh): somebody else opens a stream of
 * bytes to `git-upload-pack` on the other side, and the mirror speaks git's protocol over it.
 *
 * All functions are called on the thread that calls mirror_update. An implementation keeps its own
 * time limits, and ends a read or a write with ERROR_CANCELLED soon after `progress` is cancelled.
 */
#ifndef PILAB_GIT_TRANSPORT_H
#define PILAB_GIT_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>

struct remote_transport {
    /* Connects and starts git-upload-pack for `url` (which has passed remote_check). Gives a stream
     * that `close` releases. */
    bool (*open)(void *context, const char *url, const struct progress *progress, void **stream,
                 struct error *error);
    /* Waits for bytes and gives how many there are, at most `room`; 0 at the end. */
    bool (*read)(void *stream, char *buffer, size_t room, size_t *length, struct error *error);
    /* Writes all of it. The last write may find that the other side has gone: it fails then, and
     * must not raise SIGPIPE. */
    bool (*write)(void *stream, const char *data, size_t length, struct error *error);
    void (*close)(void *stream);
    void *context;
};

#endif
