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

/* Where a REMOTE_SSH leads; all owned. */
struct remote_ssh {
    char *user; /* NULL: not said */
    char *host; /* without the brackets of an address */
    int port;   /* 0: not said */
    char *path; /* as git-upload-pack gets it */
};

/* Takes apart a URL that remote_check calls REMOTE_SSH, as git does: "ssh://host/~user/a" and
 * "host:a" are paths from a home, percent signs are decoded in the first form alone. False with
 * ERROR_INVALID when a part is none (port 70000, a %00). */
bool remote_ssh_parse(const char *url, struct remote_ssh *remote, struct error *error);
void remote_ssh_release(struct remote_ssh *remote);

/* What the person has told git to use for ssh, in git's order: GIT_SSH_COMMAND, core.sshCommand of
 * the user's and the system's settings (a repository has no say), GIT_SSH, which is a program
 * without options. Both may be NULL: not said. The caller frees. Within the library's bracket. */
struct remote_ssh_program {
    char *command; /* for words_split */
    char *variant; /* GIT_SSH_VARIANT or ssh.variant: "auto", "ssh", "simple", "plink", … */
};
struct remote_ssh_program remote_ssh_program(void);
void remote_ssh_program_release(struct remote_ssh_program *program);

#endif
