/*
 * Bare mirrors of remote repositories in the cache folder, so that comparing never touches the
 * user's own repository and works when the remote is away.
 *
 * Remotes are those that remote_check lets pass; ssh needs a transport (git/transport.h). For https
 * the system's certificate authorities count, and those in the file that GIT_SSL_CAINFO, the user's
 * git setting http.sslCAInfo or SSL_CERT_FILE name (the first that is set); there is no way around
 * a certificate that is not valid. A server that asks who we are is told what the seam of
 * git/credential.h finds: over TLS, and at the host and port of the address alone.
 */
#ifndef PILAB_GIT_MIRROR_H
#define PILAB_GIT_MIRROR_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/git/credential.h>
#include <pilab/git/remote.h>
#include <pilab/git/repository.h>
#include <pilab/git/transport.h>

/* How long a server may send nothing, in milliseconds: one that counts the objects of a large
 * repository says so meanwhile. */
#define MIRROR_SILENCE_LIMIT 120000

/* What a fetch found out that somebody may have built on. */
enum mirror_event {
    MIRROR_TAG_MOVED, /* it leads to another commit than it did */
    MIRROR_TAG_GONE,
    MIRROR_REPLACED, /* HEAD leads to a history that has nothing in common with the one it had */
    MIRROR_REMADE    /* what was here was damaged; it was fetched from the beginning */
};

struct mirror_news {
    enum mirror_event event;
    const char *name;               /* of the tag, "v1.2.0"; of a damage, what it was */
    struct object_id before, after; /* commits, where there are any; zero: none */
};

struct mirror_options {
    const char *cache_directory; /* mirrors go to <cache>/mirrors/<slug>-<hash>.git */
    bool offline;                /* use what is there; ERROR_NOT_FOUND when nothing is */
    int silence_limit;           /* milliseconds that a server may send nothing; 0: as usual */
    int lock_limit; /* … that another program may hold the mirror and fetch nothing */
    const struct remote_transport *ssh;           /* NULL: ssh remotes are ERROR_UNSUPPORTED */
    const struct remote_credentials *credentials; /* NULL: nobody knows who we are */
    /* Hears what is new, also when the rest fails; the news last as long as the call. May be NULL.
     */
    void (*tell)(void *context, const struct mirror_news *news);
    void *tell_context;
};

/* Makes or updates the mirror of `url` (all branches and tags, deleted ones pruned) and gives its
 * path; the caller frees it. A lock file makes two processes take turns: ERROR_BUSY when the other
 * one does nothing any more. An interrupted clone leaves nothing that a later one trips over. A
 * mirror that is damaged is made anew, and stays as it is until that has worked; one that is a
 * symbolic link is never written through. Progress as a transfer; cancel is looked at all along.
 * ERROR_IO when the cache cannot be written: the hint says what to make room for.
 */
bool mirror_update(const char *url, const struct mirror_options *options, char **path,
                   const struct progress *progress, struct error *error);

/* Removes what interrupted clones and fetches have left behind in all mirrors; one that somebody is
 * updating just now is left alone. */
void mirror_sweep(const char *cache_directory);

/* What a remote shows without anything being fetched. */
struct remote_summary {
    const char *branch; /* where its HEAD stands, in the arena; NULL: nowhere */
    size_t branches, tags;
    const char *last_tag; /* the highest version; NULL: it has no tags */
};
bool remote_summarize(const char *url, const struct mirror_options *options, struct arena *arena,
                      struct remote_summary *summary, const struct progress *progress,
                      struct error *error);

/* Takes the mirror away; `*removed` says whether there was one. ERROR_BUSY when somebody is
 * updating it right now. */
bool mirror_remove(const char *url, const struct mirror_options *options, bool *removed,
                   struct error *error);

/* Where the mirror of `url` is or would be; the caller frees. */
char *mirror_path(const char *url, const struct mirror_options *options);

#endif
