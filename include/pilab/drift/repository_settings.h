/*
 * What a project says of a repository beyond the modules that lie in it: how it is reached, and
 * where it says which version runs where (decision 0016). A repository without an entry is reached
 * as the project says.
 */
#ifndef PILAB_DRIFT_REPOSITORY_SETTINGS_H
#define PILAB_DRIFT_REPOSITORY_SETTINGS_H

#include <stddef.h>

/* The ways over ssh, with blanks between: the system's ssh program, and the one that is built in.
 */
#define REPOSITORY_TRANSPORTS "openssh libssh2"

struct repository_settings {
    const char *url;       /* as modules name it: an address, or a folder */
    const char *transport; /* of REPOSITORY_TRANSPORTS; NULL: as the project says */
    const char *gitops;    /* files that say what runs where, "envs/{env}/{module}/values.yaml";
                              NULL: none */
};

/* The entry for an address; NULL: there is none. Borrowed. */
const struct repository_settings *
repository_settings_find(const struct repository_settings *repositories, size_t count,
                         const char *url);

#endif
