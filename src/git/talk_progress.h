/* What a talk tells of how far it is, also while nothing comes. */
#ifndef PILAB_GIT_TALK_PROGRESS_INTERNAL_H
#define PILAB_GIT_TALK_PROGRESS_INTERNAL_H

#include <git2.h>

#include <pilab/base/progress.h>

enum talk_phase { TALK_CONNECTING, TALK_WAITING, TALK_RECEIVING, TALK_RESOLVING };

struct talk_progress {
    const struct progress *listener; /* NULL: nobody listens */
    struct progress waiting;         /* for whoever waits for bytes; points back to this */
    enum talk_phase phase;
    struct transfer_meter meter; /* of the phase */
    int64_t told_at, waited_at;
    int64_t stuck_limit; /* milliseconds, no less than TRANSFER_SILENCE counts */
    bool stuck;          /* no object has come for so long: waiting has been given up */
    char connecting[96]; /* what that phase is called; a longer name is cut */
};

/* Must stay where it is; `listener` is borrowed. `host` NULL: it is no other machine. */
void talk_progress_start(struct talk_progress *progress, const char *host, int64_t stuck_limit,
                         const struct progress *listener);
void talk_progress_connected(struct talk_progress *progress);
void talk_progress_received(struct talk_progress *progress, const git_indexer_progress *stats);
/* A line of the server about its own work; text from outside. */
void talk_progress_heard(struct talk_progress *progress, const char *text, size_t length);

#endif
