#include <pilab/drift/decision.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/clock.h>
#include <pilab/base/rich.h>

#define DAY INT64_C(86400000)

static const char *const kind_names[DECISION_KIND_COUNT] = {
    [DECISION_IGNORE] = "ignored",
    [DECISION_ACCEPT] = "accepted",
};

static const char *const state_names[DECISION_STATE_COUNT] = {
    [DECISION_HOLDS] = "in_force",
    [DECISION_ENDED] = "ended",
    [DECISION_CHANGED] = "changed",
};

const char *decision_kind_name(enum decision_kind kind)
{
    return kind_names[kind];
}

const char *decision_state_name(enum decision_state state)
{
    return state_names[state];
}

static bool parse(const char *name, const char *const *names, int count, int *index)
{
    for (*index = 0; *index < count; (*index)++) {
        if (strcasecmp(name, names[*index]) == 0)
            return true;
    }
    return false;
}

bool decision_kind_parse(const char *name, enum decision_kind *kind)
{
    int index;

    if (!parse(name, kind_names, DECISION_KIND_COUNT, &index))
        return false;
    *kind = (enum decision_kind)index;
    return true;
}

bool decision_state_parse(const char *name, enum decision_state *state)
{
    int index;

    if (!parse(name, state_names, DECISION_STATE_COUNT, &index))
        return false;
    *state = (enum decision_state)index;
    return true;
}

/* --- Words ------------------------------------------------------------------------------------ */

const char *decision_until_text(int64_t until, char out[DECISION_UNTIL_SIZE])
{
    char time[TIMESTAMP_SIZE];

    out[0] = '\0';
    if (until == 0)
        return out;
    if (until % DAY == 0)
        snprintf(out, DECISION_UNTIL_SIZE, "%.10s", timestamp_format(until - 1, time));
    else
        snprintf(out, DECISION_UNTIL_SIZE, "%.16sZ", timestamp_format(until, time));
    return out;
}

/* What it was when somebody looked: "as 30 → 15". */
static void add_seen(struct strbuf *out, const struct drift_decision *decision, bool utf8)
{
    if (decision->previous == NULL && decision->current == NULL)
        return;
    strbuf_add(out, " as ");
    rich_text(out, RICH_DELETED, decision->previous != NULL ? decision->previous : "absent", utf8);
    strbuf_add(out, utf8 ? " → " : " -> ");
    rich_text(out, RICH_ADDED, decision->current != NULL ? decision->current : "absent", utf8);
}

void decision_words(struct strbuf *out, const struct drift_decision *decision, bool utf8)
{
    char until[DECISION_UNTIL_SIZE], at[TIMESTAMP_SIZE];

    if (decision->state != DECISION_HOLDS)
        strbuf_add(out, "was ");
    strbuf_printf(out, "%s by ", decision_kind_name(decision->kind));
    rich_text(out, RICH_PLAIN, decision->by, utf8);
    strbuf_printf(out, " on %.10s", timestamp_format(decision->at, at));
    if (decision->state == DECISION_CHANGED)
        add_seen(out, decision, utf8);
    else if (decision->until != 0)
        strbuf_printf(out, " until %s", decision_until_text(decision->until, until));
    else if (decision->kind == DECISION_IGNORE)
        strbuf_add(out, " without end");
    strbuf_add(out, ": ");
    rich_text(out, RICH_PLAIN, decision->reason, utf8);
}
