/* What people decided about an item, and what it is against earlier reports: only where there is
 * something to say. */
#include "json_parts.h"

#include <string.h>

#include <pilab/base/json.h>

static const char *const novelties[NOVELTY_COUNT] = {
    [NOVELTY_UNKNOWN] = NULL,
    [NOVELTY_SAME] = "same",
    [NOVELTY_CHANGED] = "changed",
    [NOVELTY_NEW] = "new",
};

static json_t *from_decision(const struct drift_decision *decision)
{
    json_t *json = json_object();

    json_put_integer(json, "number", decision->number);
    json_put_text(json, "kind", decision_kind_name(decision->kind));
    json_put_text(json, "state", decision_state_name(decision->state));
    json_put_text(json, "reason", decision->reason);
    json_put_text(json, "by", decision->by);
    json_put_time(json, "at", decision->at);
    json_put_time(json, "until", decision->until);
    json_put_text(json, "previous", decision->previous);
    json_put_text(json, "current", decision->current);
    return json;
}

void drift_json_put_history(json_t *json, const struct drift_item *item)
{
    if (item->drifting_since != 0)
        json_put_time(json, "drifting_since", item->drifting_since);
    if (item->unchanged_since != 0)
        json_put_time(json, "unchanged_since", item->unchanged_since);
    if (item->novelty != NOVELTY_UNKNOWN)
        json_put_text(json, "since_last", novelties[item->novelty]);
    if (item->offered)
        json_put_bool(json, "offered", true);
    if (item->decision != NULL)
        json_put(json, "decision", from_decision(item->decision));
}

json_t *drift_json_since(const struct drift_since *since)
{
    json_t *json = json_object();

    json_put_integer(json, "number", since->number);
    json_put_time(json, "at", since->at);
    json_put_integer(json, "new", (int64_t)since->appeared);
    json_put_integer(json, "changed", (int64_t)since->changed);
    json_put_integer(json, "gone", (int64_t)since->gone);
    json_put_integer(json, "unknown", (int64_t)since->unknown);
    return json;
}

/* ---- reading ---- */

static const struct drift_decision *read_decision(struct json_reader *reader, const json_t *from)
{
    struct drift_decision *decision = arena_alloc(reader->arena, sizeof *decision);
    const char *kind = drift_read_some_text(reader, from, "kind");
    const char *state = drift_read_some_text(reader, from, "state");

    if (!decision_kind_parse(kind, &decision->kind))
        drift_read_bad_name(reader, "decision.kind", kind);
    if (!decision_state_parse(state, &decision->state))
        drift_read_bad_name(reader, "decision.state", state);
    decision->number = (int64_t)drift_read_number(reader, from, "number");
    decision->reason = drift_read_some_text(reader, from, "reason");
    decision->by = drift_read_some_text(reader, from, "by");
    decision->at = drift_read_time(reader, from, "at");
    decision->until = drift_read_time(reader, from, "until");
    decision->previous = drift_read_text(reader, from, "previous");
    decision->current = drift_read_text(reader, from, "current");
    return decision;
}

static enum drift_novelty read_novelty(struct json_reader *reader, const json_t *json)
{
    const char *name = drift_read_text(reader, json, "since_last");

    for (int i = 0; name != NULL && i < NOVELTY_COUNT; i++) {
        if (novelties[i] != NULL && strcmp(novelties[i], name) == 0)
            return (enum drift_novelty)i;
    }
    if (name != NULL)
        drift_read_bad_name(reader, "since_last", name);
    return NOVELTY_UNKNOWN;
}

void drift_read_history(struct json_reader *reader, const json_t *json, struct drift_item *item)
{
    const json_t *decision = drift_read_object(reader, json, "decision");

    item->drifting_since = drift_read_time(reader, json, "drifting_since");
    item->unchanged_since = drift_read_time(reader, json, "unchanged_since");
    item->novelty = read_novelty(reader, json);
    item->offered = drift_read_bool(reader, json, "offered");
    if (decision != NULL)
        item->decision = read_decision(reader, decision);
}

void drift_read_since(struct json_reader *reader, const json_t *json, struct drift_since *since)
{
    const json_t *from = drift_read_object(reader, json, "since");

    since->number = (int64_t)drift_read_number(reader, from, "number");
    since->at = drift_read_time(reader, from, "at");
    since->appeared = (size_t)drift_read_number(reader, from, "new");
    since->changed = (size_t)drift_read_number(reader, from, "changed");
    since->gone = (size_t)drift_read_number(reader, from, "gone");
    since->unknown = (size_t)drift_read_number(reader, from, "unknown");
}
