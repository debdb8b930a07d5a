/* One talk with a remote: from its address to what went wrong, over whichever way leads there. */
#ifndef PILAB_GIT_TALK_INTERNAL_H
#define PILAB_GIT_TALK_INTERNAL_H

#include <git2.h>
#include <stdbool.h>

#include <pilab/git/mirror.h>

#include "socket.h"
#include "talk_progress.h"
#include "transport.h"

struct talk {
    const char *url; /* borrowed, as the person wrote it */
    enum remote_kind kind;
    char *address; /* what libgit2 gets: a folder, or the URL */
    const struct mirror_options *options;
    const struct progress *progress;
    struct talk_progress told;
    /* What becomes of each reference; zero where there was or is none. May be NULL. */
    void (*on_reference)(void *context, const char *name, const git_oid *before,
                         const git_oid *after);
    void *reference_context;
    bool by_remote;             /* after a failure: somebody else's, not of what lies here */
    struct transport_call call; /* ssh */
    struct socket_watch watch;  /* https */
    struct remote_login login;  /* https: own is NULL while nobody has asked who we are */
    struct error login_error;   /* why nobody knows, or who was refused */
    char *host, *port;          /* where the address leads; of ssh the host alone */
};

/* `options` and `progress` must outlive the talk, which stays where it is. False as remote_check;
 * released in any case. */
bool talk_init(struct talk *talk, const char *url, const struct mirror_options *options,
               const struct progress *progress, struct error *error);
/* Whether there is any sense in trying. */
bool talk_check(const struct talk *talk, struct error *error);
/* Connects, lets `say` do its part (0, or libgit2's result) and ends. `git` may be NULL when
 * nothing is fetched. */
bool talk_run(struct talk *talk, git_repository *git,
              int (*say)(git_remote *remote, const git_remote_connect_options *connect,
                         void *context),
              void *context, struct error *error);
void talk_release(struct talk *talk);

#endif
