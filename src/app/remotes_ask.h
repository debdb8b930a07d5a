/* What only a person can answer while a repository is reached: passphrases, and whether a host is
 * the right one. Workers of one call may want to ask at once: a person answers one question at a
 * time, and about one host once. Private to this folder. */
#ifndef PILAB_SRC_APP_REMOTES_ASK_H
#define PILAB_SRC_APP_REMOTES_ASK_H

#include <pthread.h>

#include <pilab/app/call.h>
#include <pilab/base/map.h>
#include <pilab/source/ssh_remote.h>

struct remotes_asker {
    struct asker ssh; /* for ssh's own questions; points back to this */
    bool (*ask)(void *context, const struct call_question *question, size_t *choice,
                struct strbuf *text, struct error *error); /* of the call; NULL: nobody */
    void *context;
    struct progress progress;
    pthread_mutex_t asking; /* whoever asks holds it */
    struct map *met;        /* "host:port" that somebody has been asked about → yes or no */
};

/* Must stay where it is. */
void remotes_asker_init(struct remotes_asker *asker, const struct call *call);
void remotes_asker_release(struct remotes_asker *asker);

/* Makes the host of an address known, if somebody says so. */
bool remotes_meet(struct remotes_asker *asker, const struct ssh_remote *way, const char *address,
                  const struct progress *progress, struct error *error);

#endif
