/*
 * Whether what runs is what should: the list of an environment or a release, and what observers
 * have seen, module by module. Values in, values out.
 *
 * A module is the same only when every observer that may speak of it has answered, at least one has
 * seen it, and all have seen what is expected: nobody gets a green light from a question that was
 * not asked. What one observer sees differently counts more than what others see alike.
 *
 * How a module is configured is seen by observers of its own, and compared with what its version
 * should be configured as by whoever can read that (verify_configured); until then it is not known.
 */
#ifndef PILAB_RELEASE_VERIFY_H
#define PILAB_RELEASE_VERIFY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>
#include <pilab/release/manifest_state.h>
#include <pilab/source/observe.h>

enum verify_verdict {
    VERIFY_SAME,
    VERIFY_DIFFERS,
    VERIFY_UNASKED,    /* somebody who should know could not be asked, or did not say */
    VERIFY_UNOBSERVED, /* nobody was to look */
    VERIFY_WAITING,    /* answers are still to come */
    VERIFY_VERDICT_COUNT
};

const char *verify_verdict_name(enum verify_verdict verdict);  /* "could_not_ask" */
const char *verify_verdict_words(enum verify_verdict verdict); /* "could not ask" */

struct verify_cell {
    const struct manifest_entry_state *expected; /* its version may be NULL: not known */
    const struct observation *observed;          /* that the verdict is about; NULL: none */
    const struct observer_answer *source;        /* whose it is, or who failed; NULL: nobody */
    enum verify_verdict verdict;
    const char *why;    /* a clause; NULL: there is nothing to say */
    bool configured;    /* its configuration was seen */
    bool compared;      /* and compared with what is expected */
    size_t differences; /* values that differ then */
    const char **keys;  /* the first of them */
    size_t key_count;
};

struct verification {
    const char *subject;     /* "env:UAT", "release:R2025.03" */
    const char *label;       /* what is expected, in words */
    const char *environment; /* where it was looked */
    int64_t at;
    struct verify_cell *cells; /* a module each, in the order of what is expected */
    size_t count;
    size_t counts[VERIFY_VERDICT_COUNT];
    const struct observer_answer *answers;
    size_t answer_count;
    size_t failed;  /* answers that are none */
    size_t foreign; /* what was seen of modules that are not in the project */
    size_t besides; /* modules of the project that are seen and not in a partial list */
};

/* `state` may be partial (a release). Borrows from both, and from the answers, of which those
 * without a time are still to come. Everything else lives in `arena`. */
void verify_build(const struct manifest_state *state, const struct observer_answer *answers,
                  size_t answer_count, struct arena *arena, struct verification *out);

#define VERIFY_KEYS 3

/* What came of comparing how a module is configured: how many values differ, and the names of the
 * first; or `why` it could not be compared (NULL: it was). The verdict follows. Texts must live as
 * long as the verification does. */
struct verify_configuration {
    const char *module;
    size_t differences;
    const char **keys;
    size_t key_count;
    const char *why;
};
void verify_configured(struct verification *verification,
                       const struct verify_configuration *configuration, struct arena *arena);

/* What the whole comes to: differs before could not ask before the same. */
enum verify_verdict verify_whole(const struct verification *verification);

/* Whether both are the same version, "v2.0.6" and "2.0.6" too. NULL is none. */
bool verify_same_version(const char *a, const char *b);

/* What was seen, as one state: of each module that was read, what runs, its version spelt as in
 * `expected`. Of a module seen in several versions, `*torn` gets the first (NULL: none is). Lives
 * in `arena`. */
void verify_observed_state(const struct manifest_state *expected,
                           const struct observer_answer *answers, size_t answer_count,
                           struct arena *arena, struct manifest_state *state, const char **torn);

/* Of the modules whose configuration was seen: what is expected to run, configured as it was seen.
 * Lives in `arena`. */
void verify_configured_state(const struct manifest_state *expected,
                             const struct observer_answer *answers, size_t answer_count,
                             struct arena *arena, struct manifest_state *state);

/* "pilab.verify/1". New reference. */
json_t *verify_to_json(const struct verification *verification);

struct verify_text_options {
    size_t width;
    bool utf8;
    int64_t now;
};
/* Appends rich text (base/rich.h). */
void verify_render_text(struct strbuf *out, const struct verification *verification,
                        const struct verify_text_options *options);

/* What stands in a cell for what is expected or was seen: a version, a short commit or digest,
 * "nothing", "?"; in the arena. */
const char *verify_expected_word(const struct verify_cell *cell, struct arena *arena);
const char *verify_observed_word(const struct verify_cell *cell, struct arena *arena);

#endif
