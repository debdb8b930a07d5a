#include <pilab/release/turn.h>

static enum turn_step step_of(const struct turn_facts *facts)
{
    if (facts->outdated)
        return TURN_NONE;
    switch (facts->status) {
    case NOTE_DRAFT:
    case NOTE_GENERATED:
        return facts->rejected ? TURN_EDIT : TURN_REVIEW;
    case NOTE_REVIEWED:
        return TURN_APPROVE;
    case NOTE_APPROVED:
        return facts->met ? TURN_PUBLISH : TURN_APPROVE; /* an approval was lost meanwhile */
    case NOTE_PUBLISHING:
        return facts->met ? TURN_FINISH : TURN_NONE;
    default:
        return TURN_NONE;
    }
}

static bool is_theirs(const struct turn_facts *facts, enum turn_step step)
{
    switch (step) {
    case TURN_REVIEW:
        return facts->may_review;
    case TURN_EDIT:
        return facts->asked;
    case TURN_APPROVE:
        return facts->may_approve;
    case TURN_PUBLISH:
    case TURN_FINISH:
        return facts->may_publish;
    default:
        return false;
    }
}

static const char *state_of(const struct turn_facts *facts, enum turn_step step)
{
    switch (step) {
    case TURN_REVIEW:
        return facts->status == NOTE_GENERATED ? "generated: review it" : "a draft: review it";
    case TURN_EDIT:
        return "rejected: edit it";
    case TURN_APPROVE:
        return facts->status == NOTE_APPROVED ? "an approval was lost: approve it"
                                              : "reviewed: approve it";
    case TURN_PUBLISH:
        return "approved: publish it";
    case TURN_FINISH:
        return "publishing was not finished";
    default:
        return NULL;
    }
}

struct turn turn_of(const struct turn_facts *facts)
{
    static const char *const waits[] = {
        [TURN_NONE] = NULL,
        [TURN_REVIEW] = "your review",
        [TURN_EDIT] = "your edit: it was rejected",
        [TURN_APPROVE] = "your approval",
        [TURN_PUBLISH] = "being published",
        [TURN_FINISH] = "being published to the end",
    };
    enum turn_step step = step_of(facts);
    bool theirs = is_theirs(facts, step);

    return (struct turn){ .step = step,
                          .theirs = theirs,
                          .state = state_of(facts, step),
                          .waits = theirs ? waits[step] : NULL };
}
