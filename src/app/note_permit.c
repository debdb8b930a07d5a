#include "note_permit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <pilab/base/strbuf.h>

#define IN(status) (1u << (status))
#define BEFORE_PUBLISHING                                                                          \
    (IN(NOTE_DRAFT) | IN(NOTE_GENERATED) | IN(NOTE_REVIEWED) | IN(NOTE_APPROVED))

/* Conditions that are not met, one after the other. */
struct refusal {
    struct strbuf text;
    enum error_code code;
    char hint[256];
};

static void add(struct refusal *refusal, enum error_code code, const char *text)
{
    strbuf_printf(&refusal->text, "%s%s", refusal->text.length > 0 ? "; " : "", text);
    if (refusal->code != ERROR_DENIED)
        refusal->code = code;
}

static void hint(struct refusal *refusal, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static long long number_of(const struct note_flow *flow)
{
    return (long long)flow->note.number;
}

/* The first one is what to do first. */
static void hint(struct refusal *refusal, const char *format, ...)
{
    va_list arguments;

    if (refusal->hint[0] != '\0')
        return;
    va_start(arguments, format);
    vsnprintf(refusal->hint, sizeof refusal->hint, format, arguments);
    va_end(arguments);
}

/* --- What each act asks for beside right and state -------------------------------------------- */

static void check_edit(const struct call *call, const struct note_flow *flow,
                       struct refusal *refusal)
{
    (void)call;
    if ((IN(flow->note.status) & BEFORE_PUBLISHING) == 0)
        hint(refusal, "make a note that corrects it: `pilab note correct %lld`", number_of(flow));
}

/* Nothing leads such a note on but to make it anew. */
static void check_list(const struct note_flow *flow, struct refusal *refusal)
{
    struct strbuf text = STRBUF_INIT;

    if (flow->outdated == NULL)
        return;
    strbuf_printf(&text, "it is older than the list of %s", flow->outdated);
    add(refusal, ERROR_CONFLICT, text.data);
    hint(refusal, "make a new one of the list as it is: `pilab note generate release:%s`",
         flow->outdated);
    strbuf_release(&text);
}

/* A review is no approval, but nobody reads their own changes for four eyes. What nobody has to
 * approve, nobody else has to read. */
static void check_review(const struct call *call, const struct note_flow *flow,
                         struct refusal *refusal)
{
    const struct store_revision *newest = &flow->revisions.items[0];
    bool by_hand = newest->rev > 1 || flow->note.generated_at == 0;
    struct strbuf text = STRBUF_INIT;

    check_list(flow, refusal);
    if (flow->standing.rejection != NULL) {
        strbuf_printf(&text, "%s rejected revision %lld", flow->standing.rejection->login,
                      (long long)flow->note.rev);
        add(refusal, ERROR_CONFLICT, text.data);
        hint(refusal, "edit it first: `pilab note edit %lld`", number_of(flow));
    }
    if (flow->standing.four_eyes && flow->standing.needed > 0 && by_hand &&
        strcmp(newest->author, call->actor.login) == 0) {
        strbuf_clear(&text);
        strbuf_printf(&text, "%s made revision %lld, and somebody else has to read it",
                      newest->author, (long long)newest->rev);
        add(refusal, ERROR_DENIED, text.data);
    }
    strbuf_release(&text);
}

static void check_approve(const struct call *call, const struct note_flow *flow,
                          struct refusal *refusal)
{
    struct error error = { 0 };
    bool self;

    check_list(flow, refusal);
    if (flow->note.status == NOTE_DRAFT || flow->note.status == NOTE_GENERATED)
        hint(refusal, "somebody has to review it first: `pilab note review %lld`", number_of(flow));
    if (flow->note.status == NOTE_APPROVED && flow->standing.met)
        add(refusal, ERROR_CONFLICT, "it has all approvals that it needs");
    else if (!approval_may(&flow->question, &flow->standing, call->actor.login, &self, &error))
        add(refusal, error.code, error.message);
    if (refusal->hint[0] == '\0')
        memcpy(refusal->hint, error.hint, sizeof refusal->hint - 1);
}

static void check_reject(const struct call *call, const struct note_flow *flow,
                         struct refusal *refusal)
{
    (void)call;
    if (flow->standing.rejection == NULL)
        return;
    add(refusal, ERROR_CONFLICT, flow->standing.sentence);
    hint(refusal, "edit it: `pilab note edit %lld`", number_of(flow));
}

static void check_publish(const struct call *call, const struct note_flow *flow,
                          struct refusal *refusal)
{
    (void)call;
    if (flow->note.status != NOTE_WITHDRAWN)
        check_list(flow, refusal);
    if (flow->note.status == NOTE_PUBLISHED || flow->note.status == NOTE_WITHDRAWN)
        return;
    if (!flow->standing.met)
        add(refusal, ERROR_CONFLICT, flow->standing.sentence);
    hint(refusal, "`pilab note show %lld --approvals` says what is missing", number_of(flow));
}

static void check_withdraw(const struct call *call, const struct note_flow *flow,
                           struct refusal *refusal)
{
    (void)call;
    if ((IN(flow->note.status) & BEFORE_PUBLISHING) != 0)
        hint(refusal, "what is not published can be rejected: `pilab note reject %lld`",
             number_of(flow));
}

static void check_correct(const struct call *call, const struct note_flow *flow,
                          struct refusal *refusal)
{
    char text[128];

    (void)call;
    if ((IN(flow->note.status) & BEFORE_PUBLISHING) != 0)
        hint(refusal, "what is not published can be edited: `pilab note edit %lld`",
             number_of(flow));
    if (flow->correction == NULL || flow->correction->status == NOTE_WITHDRAWN)
        return;
    snprintf(text, sizeof text, "note %lld corrects it already and is %s",
             (long long)flow->correction->number, note_status_name(flow->correction->status));
    add(refusal, ERROR_CONFLICT, text);
    hint(refusal, "go on with that one: `pilab note show %lld`",
         (long long)flow->correction->number);
}

/* --- The acts --------------------------------------------------------------------------------- */

/* clang-format off */
static const struct act {
    const char *name;
    const char *done; /* "cannot be …" */
    enum permission_action permission;
    unsigned states;
    void (*check)(const struct call *call, const struct note_flow *flow, struct refusal *refusal);
} acts[NOTE_ACT_COUNT] = {
    [NOTE_ACT_EDIT] = { "edit", "edited", PERMISSION_DRAFT_NOTE, BEFORE_PUBLISHING, check_edit },
    [NOTE_ACT_REVIEW] = { "review", "reviewed", PERMISSION_REVIEW_NOTE,
                          IN(NOTE_DRAFT) | IN(NOTE_GENERATED), check_review },
    [NOTE_ACT_APPROVE] = { "approve", "approved", PERMISSION_APPROVE_NOTE,
                           IN(NOTE_REVIEWED) | IN(NOTE_APPROVED), check_approve },
    [NOTE_ACT_REJECT] = { "reject", "rejected", PERMISSION_REVIEW_NOTE, BEFORE_PUBLISHING,
                          check_reject },
    [NOTE_ACT_PUBLISH] = { "publish", "published", PERMISSION_PUBLISH_NOTE,
                           IN(NOTE_APPROVED) | IN(NOTE_PUBLISHING) | IN(NOTE_PUBLISHED),
                           check_publish },
    [NOTE_ACT_WITHDRAW] = { "withdraw", "withdrawn", PERMISSION_PUBLISH_NOTE,
                            IN(NOTE_PUBLISHING) | IN(NOTE_PUBLISHED), check_withdraw },
    [NOTE_ACT_CORRECT] = { "correct", "corrected", PERMISSION_DRAFT_NOTE,
                           IN(NOTE_PUBLISHED) | IN(NOTE_WITHDRAWN), check_correct },
};
/* clang-format on */

const char *note_act_name(enum note_act act)
{
    return acts[act].name;
}

enum permission_action note_act_permission(enum note_act act)
{
    return acts[act].permission;
}

bool note_permit(const struct call *call, const struct note_flow *flow, enum note_act act,
                 struct error *error)
{
    const struct act *row = &acts[act];
    struct permission_circumstances facts = {
        .named_by_rule = approval_names(&flow->question, &flow->standing, call->actor.login)
    };
    struct refusal refusal = { .text = STRBUF_INIT };
    struct strbuf state = STRBUF_INIT;
    bool ok;

    if (!permission_check(&call->actor.rights, row->permission, &facts, error))
        return false;
    if ((row->states & IN(flow->note.status)) == 0) {
        strbuf_printf(&state, "it is %s", note_status_name(flow->note.status));
        add(&refusal, ERROR_CONFLICT, state.data);
    }
    row->check(call, flow, &refusal);
    ok = refusal.text.length == 0;
    if (!ok) {
        error_set(error, refusal.code, "note %lld cannot be %s: %s", (long long)flow->note.number,
                  row->done, refusal.text.data);
        if (refusal.hint[0] != '\0')
            error_hint(error, "%s", refusal.hint);
    }
    strbuf_release(&refusal.text);
    strbuf_release(&state);
    return ok;
}

void note_permits_settle(const struct call *call, struct note_flow *flow, struct arena *arena)
{
    for (int act = 0; act < NOTE_ACT_COUNT; act++) {
        struct note_permit *permit = &flow->permits[act];
        struct error error = { 0 };

        permit->allowed = note_permit(call, flow, (enum note_act)act, &error);
        if (act == NOTE_ACT_APPROVE)
            approval_may(&flow->question, &flow->standing, call->actor.login, &permit->own, NULL);
        if (permit->allowed)
            continue;
        permit->why = arena_text(arena, error.message);
        permit->hint = error.hint[0] != '\0' ? arena_text(arena, error.hint) : NULL;
    }
}
