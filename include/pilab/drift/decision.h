/*
 * What a person decided about one difference: to ignore it until an end, or that it is meant to be.
 *
 * A decision is about what was seen when it was made. Once its end has come, or either side has
 * become another, it holds no more, and the item that it was about says so: nothing that somebody
 * decided is silently there, or silently gone.
 */
#ifndef PILAB_DRIFT_DECISION_H
#define PILAB_DRIFT_DECISION_H

#include <stdbool.h>
#include <stdint.h>

#include <pilab/base/strbuf.h>

enum decision_kind { DECISION_IGNORE, DECISION_ACCEPT, DECISION_KIND_COUNT };

enum decision_state {
    DECISION_HOLDS,
    DECISION_ENDED,   /* its end has come */
    DECISION_CHANGED, /* what differs is another thing than what was seen */
    DECISION_STATE_COUNT
};

struct drift_decision {
    int64_t number; /* within the project */
    enum decision_kind kind;
    enum decision_state state;
    const char *reason;
    const char *by; /* the login of who decided */
    int64_t at;     /* UTC milliseconds */
    int64_t until;  /* UTC milliseconds, when it holds no more; 0: without end */
    /* The values that it is about, as the report showed them: secrets are masked; NULL: absent. */
    const char *previous, *current;
};

const char *decision_kind_name(enum decision_kind kind);    /* "ignored", "accepted" */
const char *decision_state_name(enum decision_state state); /* "in_force", "ended", "changed" */
bool decision_kind_parse(const char *name, enum decision_kind *kind);
bool decision_state_parse(const char *name, enum decision_state *state);

/* The last day on which it holds, "2026-12-31" in UTC, or the minute, when it ends within a day;
 * "" for one without end. */
#define DECISION_UNTIL_SIZE 32
const char *decision_until_text(int64_t until, char out[DECISION_UNTIL_SIZE]);

/* As one rich sentence without its full stop: "ignored by alice until 2026-12-31: known". */
void decision_words(struct strbuf *out, const struct drift_decision *decision, bool utf8);

#endif
