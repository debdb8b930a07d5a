#include <pilab/app/decision.h>

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/json.h>
#include <pilab/drift/deciding.h>
#include <pilab/store/report.h>

#include "report_pair.h"

#define DAY       INT64_C(86400000)
#define MOST_DAYS 36500

/* --- Until when ------------------------------------------------------------------------------- */

/* The midnight in UTC with which a day ends. */
static int64_t end_of_day(int64_t at)
{
    return (at / DAY + 1) * DAY;
}

/* Days in a unit; 0: it is none. */
static int64_t unit_days(const char *unit)
{
    static const struct {
        const char *words[4];
        int64_t days;
    } units[] = {
        {{ "d", "day", "days", NULL },      1  },
        { { "w", "week", "weeks", NULL },   7  },
        { { "m", "month", "months", NULL }, 30 },
        { { "y", "year", "years", NULL },   365},
    };

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        for (size_t j = 0; units[i].words[j] != NULL; j++) {
            if (strcasecmp(unit, units[i].words[j]) == 0)
                return units[i].days;
        }
    }
    return 0;
}

/* "30d", "30 days" and the like; 0: it is nothing of the kind. */
static int64_t read_span(const char *text)
{
    char *end;
    long long count;
    int64_t days;

    errno = 0;
    count = isdigit((unsigned char)*text) ? strtoll(text, &end, 10) : 0;
    if (count <= 0 || errno != 0 || count > MOST_DAYS)
        return 0;
    days = unit_days(end + strspn(end, " "));
    return days > 0 && count <= MOST_DAYS / days ? count * days : 0;
}

static bool is_date(const char *text)
{
    return strlen(text) == 10 && strspn(text, "0123456789-") == 10;
}

bool decision_until_parse(const char *text, int64_t now, int64_t *until, struct error *error)
{
    int64_t days = read_span(text), at;

    if (days > 0) {
        *until = end_of_day(now + days * DAY);
        return true;
    }
    if (!timestamp_parse(text, &at, NULL)) {
        error_set(error, ERROR_INVALID, "'%s' is no time until when", text);
        return error_hint(error,
                          "30d, 6 weeks, 3 months, the last day (2026-12-31), or a time such as "
                          "2026-12-31T18:00:00Z");
    }
    at = is_date(text) ? end_of_day(at) : at;
    if (at <= now)
        return error_set(error, ERROR_INVALID, "%s is over already", text);
    *until = at;
    return true;
}

/* --- Reading ---------------------------------------------------------------------------------- */

static struct drift_decision decision_value(const struct store_decision *row)
{
    struct drift_decision value = { .number = row->number,
                                    .reason = row->reason,
                                    .by = row->created_by,
                                    .at = row->created_at,
                                    .until = row->until,
                                    .previous = row->previous,
                                    .current = row->current };

    if (!decision_kind_parse(row->kind, &value.kind))
        value.kind = DECISION_IGNORE;
    return value;
}

bool decisions_load(struct call *call, const char *pair, struct decided_difference **decided,
                    size_t *count, struct error *error)
{
    const struct store_decision_filter filter = { .pair = pair, .standing = true };
    struct store_decisions list;

    if (!store_decision_list(call->connection, call->project->id, &filter, NULL, call->arena, &list,
                             error))
        return false;
    *decided = arena_array(call->arena, list.count, sizeof **decided);
    *count = list.count;
    for (size_t i = 0; i < list.count; i++)
        (*decided)[i] = (struct decided_difference){ .id = list.items[i].fingerprint,
                                                     .state = list.items[i].state,
                                                     .decision = decision_value(&list.items[i]) };
    return true;
}

bool decisions_take(struct call *call, struct drift_report *report, bool *changed,
                    struct error *error)
{
    struct decided_difference *decided;
    size_t count;
    bool other;

    if (!decisions_load(call, decision_pair(call, report), &decided, &count, error))
        return false;
    other = drift_report_decide_anew(report, decided, count, clock_now(&call->clock));
    if (changed != NULL)
        *changed = other;
    return true;
}

const struct drift_decision *decision_of_row(const struct store_decision *decision,
                                             struct arena *arena)
{
    struct drift_decision *value = arena_alloc(arena, sizeof *value);

    *value = decision_value(decision);
    value->reason = arena_text(arena, value->reason);
    value->by = arena_text(arena, value->by);
    value->previous = arena_text(arena, value->previous);
    value->current = arena_text(arena, value->current);
    return value;
}

/* What the newest whole report of the two states says. */
static bool look_up(struct call *call, const struct store_decision *decision, const char **standing,
                    struct error *error)
{
    const char *project = call->project->id;
    struct store_sightings seen;
    struct store_reports newest;

    if (!store_item_sightings(call->connection, project, decision->pair, decision->fingerprint,
                              INT64_MAX, call->arena, &seen, error) ||
        !store_report_earlier(call->connection, project, decision->pair, NULL, INT64_MAX, 1,
                              call->arena, &newest, error))
        return false;
    if (seen.count == 0)
        return true; /* no report that has it was kept */
    if (newest.count > 0 && newest.items[0].number > seen.items[0].number)
        *standing = strcmp(newest.items[0].run, "COMPLETED") == 0 ? "gone" : *standing;
    else if (seen.items[0].item.state != NULL &&
             strcmp(seen.items[0].item.state, decision->state) != 0)
        *standing = decision_state_name(DECISION_CHANGED);
    return true;
}

bool decision_standing(struct call *call, const struct store_decision *decision,
                       const char **standing, struct error *error)
{
    *standing = decision_state_name(DECISION_HOLDS);
    if (decision->withdrawn_at != 0) {
        *standing = "withdrawn";
        return true;
    }
    if (decision->until != 0 && decision->until <= clock_now(&call->clock)) {
        *standing = decision_state_name(DECISION_ENDED);
        return true;
    }
    return look_up(call, decision, standing, error);
}

json_t *decision_to_json(const struct store_decision *decision, const char *standing)
{
    char until[DECISION_UNTIL_SIZE];
    json_t *json = json_object();

    json_put_integer(json, "number", decision->number);
    json_put_text(json, "kind", decision->kind);
    json_put_text(json, "state", standing);
    json_put_text(json, "pair", decision->pair);
    json_put_text(json, "item", decision->fingerprint);
    json_put_text(json, "type", decision->type);
    json_put_text(json, "module", decision->module);
    json_put_text(json, "path", decision->path);
    json_put_text(json, "previous", decision->previous);
    json_put_text(json, "current", decision->current);
    json_put_text(json, "reason", decision->reason);
    json_put_time(json, "until", decision->until);
    json_put_text(json, "through",
                  decision->until != 0 ? decision_until_text(decision->until, until) : NULL);
    json_put_text(json, "by", decision->created_by);
    json_put_time(json, "at", decision->created_at);
    json_put_text(json, "withdrawn_by", decision->withdrawn_by);
    json_put_time(json, "withdrawn_at", decision->withdrawn_at);
    json_put_text(json, "withdrawal", decision->withdrawal);
    return json;
}

json_t *decisions_list(struct call *call, bool standing, struct error *error)
{
    const struct store_decision_filter filter = { .standing = standing };
    struct store_decisions list;
    json_t *items;

    if (!store_decision_list(call->connection, call->project->id, &filter, NULL, call->arena, &list,
                             error))
        return NULL;
    items = json_array();
    for (size_t i = 0; i < list.count; i++) {
        const char *state;

        if (!decision_standing(call, &list.items[i], &state, error)) {
            json_decref(items);
            return NULL;
        }
        json_append(items, decision_to_json(&list.items[i], state));
    }
    return items;
}

/* --- Deciding --------------------------------------------------------------------------------- */

static json_t *audit_body(const struct store_decision *decision)
{
    json_t *body = json_object();

    json_put_integer(body, "number", decision->number);
    json_put_text(body, "pair", decision->pair);
    json_put_text(body, "type", decision->type);
    json_put_text(body, "module", decision->module);
    json_put_text(body, "path", decision->path);
    json_put_text(body, "previous", decision->previous);
    json_put_text(body, "current", decision->current);
    json_put_text(body, "reason", decision->reason);
    if (decision->until != 0)
        json_put_time(body, "until", decision->until);
    return body;
}

static bool audit_decision(struct call *call, const char *action, json_t *body,
                           const struct store_decision *decision, struct error *error)
{
    bool ok =
        call_audit(call, action, arena_printf(call->arena, "difference:%s", decision->fingerprint),
                   body, error);

    json_decref(body);
    return ok;
}

static const char *shown(const struct drift_value *value)
{
    return value->present ? value->text : NULL;
}

/* What stood for it stands no more. */
static bool replace(struct call *call, const struct store_decision *decision, struct error *error)
{
    struct store_decision before;
    bool found;

    if (!store_decision_standing(call->connection, call->project->id, decision->pair,
                                 decision->fingerprint, call->arena, &before, &found, error))
        return false;
    return !found || store_decision_withdraw(call->connection, &before, call->actor.login,
                                             "decided anew", error);
}

static bool make_one(struct call *call, const struct decision_ask *ask,
                     const struct decision_subject *subject, struct store_decision *row,
                     struct error *error)
{
    const struct drift_item *item = subject->item;
    char state[ITEM_STATE_SIZE];

    *row = (struct store_decision){ .project_id = call->project->id,
                                    .kind = decision_kind_name(ask->kind),
                                    .pair = subject->pair,
                                    .fingerprint = item->id,
                                    .state = arena_text(call->arena, drift_item_state(item, state)),
                                    .type = drift_type_name(item->type),
                                    .module = item->module,
                                    .path = item->path,
                                    .previous = shown(&item->previous),
                                    .current = shown(&item->current),
                                    .reason = ask->reason,
                                    .until = ask->until,
                                    .created_by = call->actor.login };
    return replace(call, row, error) && store_decision_add(call->connection, row, error) &&
           audit_decision(call,
                          ask->kind == DECISION_IGNORE ? "difference.ignore" : "difference.accept",
                          audit_body(row), row, error);
}

static bool is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

static bool check_ask(struct call *call, const struct decision_ask *ask, struct error *error)
{
    if (is_blank(ask->reason)) {
        error_set(error, ERROR_INVALID, "a decision about a difference needs a reason");
        return error_hint(error, "whoever meets it in a report later reads why");
    }
    if (ask->until != 0 && ask->until <= clock_now(&call->clock))
        return error_set(error, ERROR_INVALID, "the end of the decision is over already");
    return true;
}

const char *decision_pair(struct call *call, const struct drift_report *report)
{
    return report_pair(call->arena, &report->previous, &report->current);
}

bool decision_make(struct call *call, const struct decision_ask *ask,
                   const struct decision_subject *subjects, size_t count,
                   struct store_decisions *made, struct error *error)
{
    bool ok = check_ask(call, ask, error) && call_begin(call, PERMISSION_IGNORE_DRIFT, NULL, error);

    *made = (struct store_decisions){ 0 };
    if (!ok)
        return false;
    made->items = arena_array(call->arena, count, sizeof *made->items);
    for (size_t i = 0; ok && i < count; i++) {
        ok = make_one(call, ask, &subjects[i], &made->items[i], error);
        made->count += ok;
    }
    ok = ok && store_commit(call->connection, error);
    store_rollback(call->connection);
    return ok;
}

static bool check_stands(const struct store_decision *decision, struct error *error)
{
    char at[TIMESTAMP_SIZE];

    return decision->withdrawn_at == 0 ||
           error_set(error, ERROR_CONFLICT,
                     "decision %" PRId64 " was withdrawn already, by %s on %.10s", decision->number,
                     decision->withdrawn_by, timestamp_format(decision->withdrawn_at, at));
}

static bool withdraw_one(struct call *call, int64_t number, const char *why,
                         struct store_decision *decision, struct error *error)
{
    json_t *body;

    if (!store_decision_find(call->connection, call->project->id, number, call->arena, decision,
                             error) ||
        !check_stands(decision, error) ||
        !store_decision_withdraw(call->connection, decision, call->actor.login, why, error))
        return false;
    body = audit_body(decision);
    json_put_text(body, "kind", decision->kind);
    if (why != NULL)
        json_put_text(body, "why", why);
    return audit_decision(call, "difference.withdraw", body, decision, error) &&
           store_decision_find(call->connection, call->project->id, number, call->arena, decision,
                               error);
}

bool decision_withdraw(struct call *call, const int64_t *numbers, size_t count, const char *why,
                       struct store_decisions *withdrawn, struct error *error)
{
    bool ok = true;

    *withdrawn = (struct store_decisions){ 0 };
    if (!call_begin(call, PERMISSION_IGNORE_DRIFT, NULL, error))
        return false;
    withdrawn->items = arena_array(call->arena, count, sizeof *withdrawn->items);
    for (size_t i = 0; ok && i < count; i++) {
        ok =
            withdraw_one(call, numbers[i], is_blank(why) ? NULL : why, &withdrawn->items[i], error);
        withdrawn->count += ok;
    }
    ok = ok && store_commit(call->connection, error);
    store_rollback(call->connection);
    if (!ok && error != NULL && error->code == ERROR_NOT_FOUND)
        error_hint(error, "`pilab difference list` shows the decisions");
    return ok;
}
