/* What a change of a release's list does to the notes that speak of it. */
#include "release_parts.h"

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/rich.h>

#include "note_act.h"

static bool speaks_of(const struct store_note *note, const char *digest)
{
    return note->list_digest != NULL && strcmp(note->list_digest, digest) == 0;
}

static bool audit_lapse(struct call *call, const struct note_flow *before,
                        const struct store_release *row, enum note_status status,
                        struct error *error)
{
    json_t *body = note_audit_body(before);
    bool ok;

    json_put_text(body, "from", note_status_name(before->note.status));
    json_put_text(body, "status", note_status_name(status));
    json_put_text(body, "release", row->name);
    json_put_integer(body, "release_rev", row->rev);
    json_put_text(body, "list_digest", row->digest);
    json_put_text(body, "lapsed", before->edit_lapses);
    ok = call_audit(call, "note.lapse", note_object(call, &before->note), body, error);
    json_decref(body);
    return ok;
}

/* A publication that is under way stays so: whoever is at it sees at its end that what it writes is
 * approved no more. */
static bool lapse(struct call *call, const struct note_flow *flow, const struct store_release *row,
                  struct error *error)
{
    const struct store_note *note = &flow->note;
    bool back = note->status == NOTE_REVIEWED || note->status == NOTE_APPROVED;
    const char *why = arena_printf(call->arena, "%s rev %lld by %s changed the list", row->name,
                                   (long long)row->rev, call->actor.login);
    size_t count = 0;

    if (!store_approval_lapse(call->connection, APPROVAL_OF_NOTE, note->id, note->rev, true, why,
                              &count, error))
        return false;
    if (back &&
        !store_note_move(call->connection, note->id, note->rev, note->status, NOTE_DRAFT, error))
        return false;
    return (!back && count == 0) ||
           audit_lapse(call, flow, row, back ? NOTE_DRAFT : note->status, error);
}

static void append(json_t *lapses, const struct store_note *note, const char *lapsed)
{
    json_t *object = json_object();

    json_put_integer(object, "note", note->number);
    json_put_text(object, "status", note_status_name(note->status));
    json_put_text(object, "created_by", note->created_by);
    json_put_text(object, "lapsed", lapsed);
    json_append(lapses, object);
}

bool release_lapse_notes(struct call *call, const struct store_release *row,
                         const char *digest_before, json_t *lapses, struct error *error)
{
    struct store_notes list;

    if (strcmp(row->digest, digest_before) == 0)
        return true;
    if (!store_release_notes(call->connection, row->project_id, row->name, call->arena, &list,
                             error))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        const struct store_note *note = &list.items[i];
        struct note_flow flow;
        const char *lapsed;

        if (note->status == NOTE_WITHDRAWN || speaks_of(note, row->digest))
            continue;
        if (!note_flow_load(call, note->id, false, call->arena, &flow, error) ||
            (note->status != NOTE_PUBLISHED && !lapse(call, &flow, row, error)))
            return false;
        lapsed = note->status != NOTE_PUBLISHED ? flow.edit_lapses : NULL;
        if (lapsed != NULL || speaks_of(note, digest_before))
            append(lapses, note, lapsed);
    }
    return true;
}

/* "; lapsed: note 3 (the approval of carla)": screens show one line. */
void release_say_lapsed(const json_t *lapses, struct strbuf *said)
{
    const char *between = "; lapsed: ";
    json_t *object;
    size_t index;

    json_array_foreach(lapses, index, object)
    {
        const char *lapsed = json_member_text(object, "lapsed");

        if (lapsed == NULL)
            continue;
        strbuf_printf(said, "%snote %lld (", between,
                      (long long)json_integer_value(json_object_get(object, "note")));
        rich_text(said, RICH_PLAIN, lapsed, true);
        strbuf_add_char(said, ')');
        between = ", ";
    }
}

void release_say_lapses(const json_t *lapses, struct strbuf *said)
{
    json_t *object;
    size_t index;

    json_array_foreach(lapses, index, object)
    {
        strbuf_printf(said, "note %lld (%s, by ",
                      (long long)json_integer_value(json_object_get(object, "note")),
                      json_member_text(object, "status"));
        rich_text(said, RICH_PLAIN, json_member_text(object, "created_by"), true);
        strbuf_add(said, ") is about the list as it was: the release needs a new one\n");
    }
}
