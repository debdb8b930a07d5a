/*
 * Which remotes we talk to.
 *
 * Remotes are a path, file://, https:// (http:// only to a loopback address), ssh:// and
 * git@host:path. Everything else (ext::, fd::, a leading dash, a newline, file:// to something that
 * is not a directory, credentials in the URL) is refused before any call.
 */
#ifndef PILAB_GIT_REMOTE_H
#define PILAB_GIT_REMOTE_H

#include <stdbool.h>

#include <pilab/base/error.h>

enum remote_kind { REMOTE_PATH, REMOTE_FILE, REMOTE_HTTPS, REMOTE_SSH };

/* Whether we may talk to this remote at all, and how. ERROR_INVALID when not (the message repeats
 * no credentials), ERROR_NOT_FOUND for a folder that is not there; *kind is set then too. */
bool remote_check(const char *url, enum remote_kind *kind, struct error *error);

/* The folder that a REMOTE_PATH or REMOTE_FILE leads to; NULL when a file:// names none. The caller
 * frees. */
char *remote_local_path(const char *url, enum remote_kind kind);

#endif
