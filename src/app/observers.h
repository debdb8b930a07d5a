/*
 * Asking what observes an environment: all of its observers at once, each with the secret it names
 * and the ways to repositories and hosts that the call has. Private to this folder.
 */
#ifndef PILAB_SRC_APP_OBSERVERS_H
#define PILAB_SRC_APP_OBSERVERS_H

#include <pilab/app/call.h>
#include <pilab/drift/project_file.h>
#include <pilab/source/observe.h>

struct observers_listener {
    /* All answers, of which some are still to come (at 0); called on any thread, one at a time. */
    void (*answered)(void *context, const struct observer_answer *answers, size_t count);
    void *context;
};

/* The environment of the call's project, and what the project says; texts live in the call's arena.
 * ERROR_NOT_FOUND when there is no such environment, or nobody looks at it. */
bool observers_find(struct call *call, const char *name, struct project_settings *settings,
                    const struct environment_settings **environment, struct error *error);

/* Asks. Answers live in `arena`, which must outlive the settings' use of them; an observer that
 * could not be asked is an answer, too. False with ERROR_CANCELLED. `listener` may be NULL. */
bool observers_ask(struct call *call, const struct project_settings *settings,
                   const struct environment_settings *environment,
                   const struct observers_listener *listener, struct arena *arena,
                   struct observer_answer **answers, struct error *error);

#endif
