/*
 * Bare mirrors of remote repositories in the cache folder, so that comparing never touches the
 * user's own repository and works when the remote is away.
 *
 * Remotes are those that remote_check lets pass; ssh needs a transport (git/transport.h). For https
 * the system's certificate authorities count, and those in the file that GIT_SSL_CAINFO, the user's
 * git setting http.sslCAInfo or SSL_CERT_FILE name (the first that is set); there is no way around
 * a certificate that is not valid. Nobody is asked for a password.
 */
#ifndef PILAB_GIT_MIRROR_H
#define PILAB_GIT_MIRROR_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/git/remote.h>
#include <pilab/git/transport.h>

/* How long a server may send nothing, in milliseconds: one that counts the objects of a large
 * repository says so meanwhile. */
#define MIRROR_SILENCE_LIMIT 120000

struct mirror_options {
    const char *cache_directory; /* mirrors go to <cache>/mirrors/<slug>-<hash>.git */
    bool offline;                /* use what is there; ERROR_NOT_FOUND when nothing is */
    int silence_limit;           /* milliseconds that a server may send nothing; 0: as usual */
    const struct remote_transport *ssh; /* NULL: ssh remotes are ERROR_UNSUPPORTED */
};

/* Makes or updates the mirror of `url` (all branches and tags, deleted ones pruned) and gives its
 * path; the caller frees it. A lock file makes two processes take turns. An interrupted clone
 * leaves nothing that a later one trips over. Progress in objects; cancel is looked at all along.
 */
bool mirror_update(const char *url, const struct mirror_options *options, char **path,
                   const struct progress *progress, struct error *error);

/* What a remote shows without anything being fetched. */
struct remote_summary {
    const char *branch; /* where its HEAD stands, in the arena; NULL: nowhere */
    size_t branches, tags;
};
bool remote_summarize(const char *url, const struct mirror_options *options, struct arena *arena,
                      struct remote_summary *summary, const struct progress *progress,
                      struct error *error);

/* Where the mirror of `url` is or would be; the caller frees. */
char *mirror_path(const char *url, const struct mirror_options *options);

#endif
