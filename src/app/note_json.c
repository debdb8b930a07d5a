#include <pilab/app/note_json.h>

#include <pilab/base/json.h>

json_t *note_row_to_json(const struct store_note *note)
{
    json_t *object = json_object();

    json_put_text(object, "id", note->id);
    json_put_integer(object, "number", note->number);
    json_put_text(object, "version", note->version);
    json_put_text(object, "previous_version", note->previous_version);
    json_put_text(object, "title", note->title);
    json_put_text(object, "status", note_status_name(note->status));
    json_put_integer(object, "rev", note->rev);
    json_put_text(object, "environment", note->environment);
    json_put_text(object, "release", note->release);
    json_put_time(object, "created_at", note->created_at);
    json_put_time(object, "updated_at", note->updated_at);
    json_put_text(object, "created_by", note->created_by);
    return object;
}

static json_t *texts_json(const char *const *texts, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        json_append(array, json_text(texts[i]));
    return array;
}

static json_t *people_json(const struct approval_person *people, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *person = json_object();

        json_put_text(person, "login", people[i].login);
        json_put_text(person, "why", people[i].why);
        json_append(array, person);
    }
    return array;
}

static json_t *demands_json(const struct approval_standing *standing)
{
    json_t *array = json_array();

    for (size_t i = 0; i < standing->demand_count; i++) {
        const struct approval_demand *demand = &standing->demands[i];
        json_t *object = json_object();

        json_put_text(object, "group", demand->group);
        json_put_text(object, "role", demand->role);
        json_put_text(object, "who", demand->who);
        json_put_bool(object, "usual", demand->usual);
        json_put_integer(object, "needed", (int64_t)demand->needed);
        json_put_integer(object, "got", (int64_t)demand->got);
        json_put(object, "by", texts_json(demand->by, demand->got));
        json_put(object, "may", texts_json(demand->may, demand->may_count));
        json_append(array, object);
    }
    return array;
}

static json_t *standing_json(const struct note_flow *flow)
{
    const struct approval_standing *standing = &flow->standing;
    json_t *object = json_object();

    json_put_text(object, "environment", flow->question.environment);
    json_put_text(object, "stage", flow->question.stage);
    json_put_bool(object, "met", standing->met);
    json_put_bool(object, "four_eyes", standing->four_eyes);
    json_put_integer(object, "needed", (int64_t)standing->needed);
    json_put_integer(object, "got", (int64_t)standing->got);
    json_put_text(object, "sentence", standing->sentence);
    json_put(object, "rules", demands_json(standing));
    json_put(object, "barred", people_json(standing->barred, standing->barred_count));
    json_put(object, "lapsed", people_json(standing->lapsed, standing->lapsed_count));
    return object;
}

static json_t *decisions_json(const struct store_approvals *decisions)
{
    json_t *array = json_array();

    for (size_t i = 0; i < decisions->count; i++) {
        const struct store_approval *decision = &decisions->items[i];
        json_t *object = json_object();

        json_put_text(object, "decision", decision_name(decision->decision));
        json_put_integer(object, "rev", decision->rev);
        json_put_text(object, "digest", decision->digest);
        json_put_text(object, "markdown_digest", decision->markdown_digest);
        json_put_text(object, "person", decision->person);
        json_put_text(object, "role", decision->role);
        json_put_bool(object, "self_approved", decision->self_approved);
        json_put_text(object, "reason", decision->reason);
        json_put_time(object, "at", decision->at);
        json_put_time(object, "lapsed_at", decision->lapsed_at);
        json_put_text(object, "lapsed_why", decision->lapsed_why);
        json_append(array, object);
    }
    return array;
}

json_t *note_receipts_to_json(const struct store_receipts *receipts)
{
    json_t *array = json_array();

    for (size_t i = 0; i < receipts->count; i++) {
        const struct store_receipt *receipt = &receipts->items[i];
        json_t *object = json_object();

        json_put_text(object, "kind", receipt->kind);
        json_put_integer(object, "rev", receipt->rev);
        json_put_text(object, "target", receipt->target);
        json_put_text(object, "format", receipt->format);
        json_put_text(object, "state", receipt_state_name(receipt->state));
        json_put_text(object, "remote_id", receipt->remote_id);
        json_put_text(object, "digest", receipt->digest);
        json_put_integer(object, "bytes", receipt->size);
        json_put_text(object, "actor", receipt->actor);
        json_put_time(object, "at", receipt->at);
        json_put_text(object, "error", receipt->error);
        json_append(array, object);
    }
    return array;
}

static json_t *revisions_json(const struct store_revisions *revisions)
{
    json_t *array = json_array();

    for (size_t i = 0; i < revisions->count; i++) {
        const struct store_revision *revision = &revisions->items[i];
        json_t *object = json_object();

        json_put_integer(object, "rev", revision->rev);
        json_put_text(object, "author", revision->author);
        json_put_text(object, "reason", revision->reason);
        json_put_time(object, "at", revision->at);
        json_put_text(object, "digest", revision->digest);
        json_put_text(object, "markdown_digest", revision->markdown_digest);
        json_append(array, object);
    }
    return array;
}

static json_t *permits_json(const struct note_flow *flow)
{
    json_t *object = json_object();

    for (int act = 0; act < NOTE_ACT_COUNT; act++) {
        const struct note_permit *permit = &flow->permits[act];
        json_t *entry = json_object();

        json_put_bool(entry, "allowed", permit->allowed);
        json_put_text(entry, "why", permit->why);
        json_put_text(entry, "hint", permit->hint);
        json_put(object, note_act_name((enum note_act)act), entry);
    }
    return object;
}

static json_t *number_or_null(const struct store_note *note)
{
    return note != NULL ? json_integer(note->number) : json_null();
}

json_t *note_flow_to_json(const struct note_flow *flow)
{
    json_t *object = json_object(), *row = note_row_to_json(&flow->note);

    json_put_text(object, "schema", "pilab.note/1");
    json_object_update(object, row);
    json_decref(row);
    json_put_time(object, "generated_at", flow->note.generated_at);
    json_put_time(object, "published_at", flow->note.published_at);
    json_put(object, "supersedes", number_or_null(flow->corrects));
    json_put(object, "superseded_by", number_or_null(flow->correction));
    json_put_text(object, "digest", flow->text.digest);
    json_put_text(object, "markdown_digest", flow->text.markdown_digest);
    json_put_bool(object, "markdown_edited", flow->edited_by_hand);
    json_put(object, "approval", standing_json(flow));
    json_put(object, "decisions", decisions_json(&flow->decisions));
    json_put(object, "receipts", note_receipts_to_json(&flow->receipts));
    json_put(object, "revisions", revisions_json(&flow->revisions));
    json_put_text(object, "edit_lapses", flow->edit_lapses);
    json_put_text(object, "outdated", flow->outdated);
    json_put(object, "actions", permits_json(flow));
    return object;
}
