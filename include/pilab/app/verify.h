/*
 * Verifying: what should run, by the manifest or a release, against what observers see now.
 */
#ifndef PILAB_APP_VERIFY_H
#define PILAB_APP_VERIFY_H

#include <pilab/app/call.h>
#include <pilab/release/verify.h>

struct verify_ask {
    const char *subject;     /* env:NAME[@TIME], release:NAME, baseline:NAME; a name alone is an
                                environment's */
    const char *environment; /* where to look; NULL: where the subject is, or goes */
    bool record;             /* the manifest is brought to what was seen */
    bool by_itself;          /* nobody asked for it just now: the audit hears only of what is new */
    /* Told of each answer, on any thread, one at a time; NULL: nobody is. */
    void (*so_far)(void *context, const struct verification *so_far);
    void *context;
};

/* What came of bringing one module of the manifest to what was seen. */
struct verify_record {
    const char *module, *previous, *version; /* previous NULL: not known */
    const char *why;                         /* it was not recorded; NULL: it was */
    bool unknown; /* its repository, as far as it is known here, has no such version */
};

struct verify_outcome {
    struct verification verification;
    struct verify_record *records; /* of what differs; none unless it was asked for */
    size_t record_count, recorded;
    size_t changed; /* modules that were not seen like that the last time */
};

/* Asks, and puts into the audit that somebody did and what came of it. Everything lives in `arena`.
 * ERROR_NOT_FOUND for names, and when nobody looks at the environment; ERROR_USAGE when it is not
 * known where to look. Recording needs the right to deploy; all of it is written, or nothing. */
bool verify_run(struct call *call, const struct verify_ask *ask, struct arena *arena,
                struct verify_outcome *outcome, struct error *error);

/* "pilab.verify/1", with what was recorded. New reference. */
json_t *verify_outcome_json(const struct verify_outcome *outcome);

#endif
