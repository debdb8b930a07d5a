#include "note_act.h"

#include <string.h>

#include <pilab/app/stored.h>
#include <pilab/base/json.h>

#include "note_permit.h"

bool note_flow_read(struct call *call, const char *name, bool with_text, struct arena *arena,
                    struct note_flow *flow, struct error *error)
{
    struct store_note note;
    bool ok = store_begin_reading(call->connection, error) &&
              stored_note_find(call, name, &note, error) &&
              note_flow_load(call, note.id, with_text, arena, flow, error);

    store_rollback(call->connection);
    if (ok)
        note_permits_settle(call, flow, arena);
    return ok;
}

bool note_flow_read_open(struct call *call, struct arena *arena, struct note_flow **flows,
                         size_t *count, struct error *error)
{
    bool ok = store_begin_reading(call->connection, error) &&
              note_flow_load_open(call, arena, flows, count, error);

    store_rollback(call->connection);
    for (size_t i = 0; ok && i < *count; i++)
        note_permits_settle(call, &(*flows)[i], arena);
    return ok;
}

struct turn note_flow_turn(const struct call *call, const struct note_flow *flow)
{
    struct turn_facts facts = {
        .status = flow->note.status,
        .met = flow->standing.met,
        .rejected = flow->standing.rejection != NULL,
        .outdated = flow->outdated != NULL,
        .asked = strcmp(flow->note.created_by, call->actor.login) == 0,
        .may_review = flow->permits[NOTE_ACT_REVIEW].allowed,
        .may_approve = flow->permits[NOTE_ACT_APPROVE].allowed,
        .may_publish = flow->permits[NOTE_ACT_PUBLISH].allowed,
    };

    return turn_of(&facts);
}

const char *note_object(struct call *call, const struct store_note *note)
{
    return arena_printf(call->arena, "note:%s", note->id);
}

json_t *note_audit_body(const struct note_flow *flow)
{
    json_t *body = json_object();

    json_put_integer(body, "number", flow->note.number);
    json_put_text(body, "version", flow->note.version);
    json_put_integer(body, "rev", flow->note.rev);
    json_put_text(body, "digest", flow->text.digest);
    json_put_text(body, "markdown_digest", flow->text.markdown_digest);
    return body;
}

bool note_act_refused(struct call *call, enum note_act act, const struct error *error)
{
    if (error->code == ERROR_DENIED || error->code == ERROR_CONFLICT)
        return call_refuse(call, permission_row(note_act_permission(act))->name, error, NULL);
    store_rollback(call->connection);
    return false;
}

/* Somebody decided about a text that is not the newest any more. */
static bool refuse_old(const struct note_flow *flow, int64_t rev, struct error *error)
{
    error_set(error, ERROR_CONFLICT,
              "note %lld has been edited meanwhile: %s made revision %lld, yours is about revision "
              "%lld",
              (long long)flow->note.number, flow->text.author, (long long)flow->note.rev,
              (long long)rev);
    return error_hint(error, "look at what changed: `pilab note diff %lld %lld %lld`",
                      (long long)flow->note.number, (long long)rev, (long long)flow->note.rev);
}

bool note_act_begin(struct call *call, const char *name, int64_t rev, enum note_act act,
                    struct note_flow *flow, struct error *error)
{
    /* What an approval rule and an environment allow is known with the note: note_permit asks. */
    static const struct permission_circumstances at_best = { .named_by_rule = true,
                                                             .environment_allows = true };
    struct error failure = { 0 };
    struct store_note note;
    bool ok;

    if (!stored_note_find(call, name, &note, error) ||
        !call_begin(call, note_act_permission(act), &at_best, error))
        return false;
    ok = note_flow_load(call, note.id, false, call->arena, flow, &failure);
    if (ok && rev != 0 && rev != flow->note.rev)
        ok = refuse_old(flow, rev, &failure);
    ok = ok && note_permit(call, flow, act, &failure);
    if (ok)
        return true;
    if (error != NULL)
        *error = failure;
    return note_act_refused(call, act, &failure);
}
