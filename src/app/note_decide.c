#include <string.h>

#include <pilab/base/json.h>

#include "note_act.h"

static bool needs_reason(const char *reason, const char *what, struct error *error)
{
    if (reason != NULL && reason[strspn(reason, " \t\r\n")] != '\0')
        return true;
    error_set(error, ERROR_USAGE, "%s needs a reason", what);
    return error_hint(error, "others read it: --reason \"the migration guide is missing\"");
}

static bool add_decision(struct call *call, const struct note_flow *flow, enum decision decision,
                         const char *reason, struct error *error)
{
    struct store_approval approval = { .project_id = flow->note.project_id,
                                       .kind = APPROVAL_OF_NOTE,
                                       .object_id = flow->note.id,
                                       .rev = flow->note.rev,
                                       .decision = decision,
                                       .user_id = call->actor.id,
                                       .person = call->actor.login,
                                       .role = project_role_name(call->actor.rights.project),
                                       .reason = reason };

    memcpy(approval.digest, flow->text.digest, sizeof approval.digest);
    memcpy(approval.markdown_digest, flow->text.markdown_digest, sizeof approval.markdown_digest);
    if (decision == DECISION_APPROVE)
        approval_may(&flow->question, &flow->standing, call->actor.login, &approval.self_approved,
                     NULL);
    return store_approval_add(call->connection, &approval, error);
}

static bool move(struct call *call, struct note_flow *flow, enum note_status to,
                 struct error *error)
{
    if (!store_note_move(call->connection, flow->note.id, flow->note.rev, flow->note.status, to,
                         error))
        return false;
    flow->note.status = to;
    return true;
}

/* How it stands now that something was decided, within the same transaction. */
static bool judge_anew(struct call *call, struct note_flow *flow, struct error *error)
{
    const char *id = arena_text(call->arena, flow->note.id);

    return note_flow_load(call, id, false, call->arena, flow, error);
}

static bool audit_decision(struct call *call, const struct note_flow *flow, const char *action,
                           const char *reason, enum note_status before, struct error *error)
{
    const struct approval_standing *standing = &flow->standing;
    json_t *body = note_audit_body(flow);
    bool ok;

    json_put_text(body, "from", note_status_name(before));
    json_put_text(body, "status", note_status_name(flow->note.status));
    json_put_text(body, "role", project_role_name(call->actor.rights.project));
    json_put_integer(body, "needed", (int64_t)standing->needed);
    json_put_integer(body, "got", (int64_t)standing->got);
    json_put_text(body, "standing", standing->sentence);
    if (reason != NULL)
        json_put_text(body, "reason", reason);
    for (size_t i = flow->decisions.count; i > 0; i--) {
        if (strcmp(flow->decisions.items[i - 1].person, call->actor.login) != 0)
            continue;
        if (flow->decisions.items[i - 1].self_approved)
            json_put_bool(body, "self_approved", true);
        break;
    }
    ok = call_audit(call, action, note_object(call, &flow->note), body, error);
    json_decref(body);
    return ok;
}

/* What one kind of decision does to the note, within the transaction. */
typedef bool effect(struct call *call, struct note_flow *flow, const char *reason,
                    struct error *error);

static bool decide(struct call *call, const char *name, int64_t rev, enum note_act act,
                   const char *action, effect *take_effect, const char *reason,
                   struct note_outcome *outcome, struct error *error)
{
    struct error failure = { 0 };
    struct note_flow flow;
    enum note_status before;
    bool ok;

    if (!note_act_begin(call, name, rev, act, &flow, error))
        return false;
    before = flow.note.status;
    ok = take_effect(call, &flow, reason, &failure) &&
         audit_decision(call, &flow, action, reason, before, &failure) &&
         store_commit(call->connection, &failure);
    if (!ok) {
        if (error != NULL)
            *error = failure;
        return note_act_refused(call, act, &failure);
    }
    *outcome = (struct note_outcome){ .before = before,
                                      .after = flow.note.status,
                                      .rev = flow.note.rev,
                                      .sentence = flow.standing.sentence };
    return true;
}

static bool take_review(struct call *call, struct note_flow *flow, const char *reason,
                        struct error *error)
{
    return add_decision(call, flow, DECISION_REVIEW, reason, error) &&
           move(call, flow, NOTE_REVIEWED, error) && judge_anew(call, flow, error) &&
           (!flow->standing.met || move(call, flow, NOTE_APPROVED, error));
}

/* A note that is APPROVED takes one more where an approval was lost meanwhile. */
static bool take_approval(struct call *call, struct note_flow *flow, const char *reason,
                          struct error *error)
{
    return add_decision(call, flow, DECISION_APPROVE, reason, error) &&
           judge_anew(call, flow, error) &&
           (!flow->standing.met || flow->note.status == NOTE_APPROVED ||
            move(call, flow, NOTE_APPROVED, error));
}

static bool take_rejection(struct call *call, struct note_flow *flow, const char *reason,
                           struct error *error)
{
    const char *why = arena_printf(call->arena, "rejected by %s", call->actor.login);

    return store_approval_lapse(call->connection, APPROVAL_OF_NOTE, flow->note.id, flow->note.rev,
                                true, why, NULL, error) &&
           add_decision(call, flow, DECISION_REJECT, reason, error) &&
           move(call, flow, NOTE_DRAFT, error) && judge_anew(call, flow, error);
}

static bool take_withdrawal(struct call *call, struct note_flow *flow, const char *reason,
                            struct error *error)
{
    (void)reason;
    return move(call, flow, NOTE_WITHDRAWN, error);
}

bool note_review(struct call *call, const char *name, int64_t rev, const char *reason,
                 struct note_outcome *outcome, struct error *error)
{
    return decide(call, name, rev, NOTE_ACT_REVIEW, "note.review", take_review, reason, outcome,
                  error);
}

bool note_approve(struct call *call, const char *name, int64_t rev, const char *reason,
                  struct note_outcome *outcome, struct error *error)
{
    return decide(call, name, rev, NOTE_ACT_APPROVE, "note.approve", take_approval, reason, outcome,
                  error);
}

bool note_reject(struct call *call, const char *name, int64_t rev, const char *reason,
                 struct note_outcome *outcome, struct error *error)
{
    return needs_reason(reason, "a rejection", error) &&
           decide(call, name, rev, NOTE_ACT_REJECT, "note.reject", take_rejection, reason, outcome,
                  error);
}

bool note_withdraw(struct call *call, const char *name, const char *reason,
                   struct note_outcome *outcome, struct error *error)
{
    return needs_reason(reason, "a withdrawal", error) &&
           decide(call, name, 0, NOTE_ACT_WITHDRAW, "note.withdraw", take_withdrawal, reason,
                  outcome, error);
}
