#include <pilab/app/compare.h>
#include <pilab/app/kept_run.h>

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/drift/deciding.h>
#include <pilab/drift/json.h>
#include <pilab/store/lease.h>
#include <pilab/store/report.h>

#include "registries.h"
#include "report_history.h"
#include "report_pair.h"

static const char *json_array_text(struct call *call, json_t *array)
{
    struct strbuf text = STRBUF_INIT;
    const char *copy;

    json_write_canonical(&text, array);
    json_decref(array);
    copy = strbuf_to_arena(&text, call->arena);
    strbuf_release(&text);
    return copy;
}

static struct store_item item_row(struct call *call, const struct drift_item *item)
{
    json_t *tickets = json_array(), *rules = json_array();
    char state[ITEM_STATE_SIZE];

    for (size_t i = 0; i < item->ticket_count; i++)
        json_append(tickets, json_text(item->tickets[i]));
    for (size_t i = 0; i < item->rule_count; i++)
        json_append(rules, json_text(item->rules[i].rule));
    return (struct store_item){
        .fingerprint = item->id,
        .type = drift_type_name(item->type),
        .category = item->category,
        .module = item->module,
        .service = item->service,
        .path = item->path,
        .change_type = change_type_name(item->change_type),
        .detail = item->detail != DETAIL_NONE ? change_detail_name(item->detail) : NULL,
        .previous = item->previous.present ? item->previous.text : NULL,
        .current = item->current.present ? item->current.text : NULL,
        .severity = severity_name(item->severity),
        .attention = attention_name(item->attention),
        .breaking = item->breaking,
        .security = item->security,
        .expected = item->expected,
        .suppressed = item->suppressed,
        .first_seen = item->first_seen,
        .state = arena_text(call->arena, drift_item_state(item, state)),
        .drifting_since = item->drifting_since,
        .unchanged_since = item->unchanged_since,
        .tickets = json_array_text(call, tickets),
        .rules = json_array_text(call, rules),
    };
}

static struct store_report_counts counts_of(const struct drift_report *report)
{
    const struct drift_summary *summary = &report->summary;
    struct store_report_counts counts = {
        .total = (int64_t)summary->total_changes,
        .added = (int64_t)summary->by_change_type[CHANGE_TYPE_ADDED],
        .modified = (int64_t)summary->by_change_type[CHANGE_TYPE_MODIFIED],
        .deleted = (int64_t)summary->by_change_type[CHANGE_TYPE_DELETED],
        .blockers = (int64_t)summary->by_attention[ATTENTION_BLOCKER],
        .breaking = (int64_t)summary->breaking_changes,
        .security = (int64_t)summary->security_changes,
        .expected = (int64_t)summary->expected,
        .suppressed = (int64_t)summary->suppressed,
        .problems = (int64_t)report->problem_count,
        .unexplained = (int64_t)report->balance.by_disposition[DISPOSITION_UNEXPLAINED],
    };

    for (int i = 0; i < SEVERITY_COUNT; i++)
        counts.by_severity[i] = (int64_t)summary->by_severity[i];
    return counts;
}

/* Since when each difference has been there: since this run, unless an earlier report has it. */
static bool find_first_seen(struct call *call, struct drift_report *report,
                            const struct store_report *row, struct error *error)
{
    for (size_t i = 0; i < report->item_count; i++) {
        int64_t at;

        if (!store_item_first_seen(call->connection, call->project->id, report->items[i].id, &at,
                                   NULL, error))
            return false;
        report->items[i].first_seen = at > 0 ? at : row->created_at;
    }
    return true;
}

/* What would go into an environment, however it was asked for. */
static const char *what_it_stands_for(struct call *call, const struct drift_report *report)
{
    const char *pair = report_pair_of_now(call->arena, &report->previous, &report->current);

    if (pair == NULL || report->scope == NULL)
        return pair;
    return arena_printf(call->arena, "%s %s", pair, report->scope);
}

static bool finish(struct call *call, struct drift_report *report, struct store_report *row,
                   struct error *error)
{
    struct store_item *items = arena_array(call->arena, report->item_count, sizeof *items);
    struct strbuf body = STRBUF_INIT;
    json_t *json;
    bool ok;

    for (size_t i = 0; i < report->item_count; i++)
        items[i] = item_row(call, &report->items[i]);
    json = drift_report_to_json(report);
    json_write_canonical(&body, json);
    json_decref(json);
    row->run = run_state_name(report->run);
    row->severity =
        report->summary.total_changes > 0 ? severity_name(report->summary.severity) : NULL;
    row->counts = counts_of(report);
    row->stands_for = what_it_stands_for(call, report);
    row->pair = report_pair(call->arena, &report->previous, &report->current);
    row->scope = report->scope;
    row->module = report->module;
    row->list_digest = report->current.list_digest;
    ok = store_report_finish(call->connection, row, body.data, items, report->item_count, error) &&
         registries_record(call, report, error);
    strbuf_release(&body);
    return ok;
}

static const char *object_of(struct call *call, const struct store_report *row)
{
    return arena_printf(call->arena, "report:%s", row->id);
}

static bool audit_run(struct call *call, const char *action, const struct store_report *row,
                      const char *reason, struct error *error)
{
    json_t *body = json_object();
    bool ok;

    json_put_integer(body, "number", row->number);
    json_put_text(body, "previous", row->previous_spec);
    json_put_text(body, "current", row->current_spec);
    if (reason != NULL) {
        json_put_text(body, "reason", reason);
    } else {
        json_put_integer(body, "total_changes", row->counts.total);
        json_put_text(body, "digest", row->digest);
    }
    ok = call_audit(call, action, object_of(call, row), body, error);
    json_decref(body);
    return ok;
}

/* Adds the row and takes the lease, within a transaction. */
static bool add_row(struct call *call, struct kept_run *run, const char *previous,
                    const char *previous_label, const char *current, const char *current_label,
                    struct error *error)
{
    struct store_report *row = &run->row;

    row->project_id = call->project->id;
    row->title = arena_printf(call->arena, "%s%s%s..%s", row->module != NULL ? row->module : "",
                              row->module != NULL ? ": " : "", previous_label, current_label);
    row->previous_spec = previous;
    row->previous_label = previous_label;
    row->current_spec = current;
    row->current_label = current_label;
    row->created_by = call->actor.login;
    return store_report_add(call->connection, row, error) &&
           store_report_start(call->connection, row->id, error) &&
           store_lease_take(call->connection, object_of(call, row), row->title, error);
}

/* "env:UAT" is called UAT in titles. */
static const char *label_of(const char *spec)
{
    const char *colon = strchr(spec, ':');

    return colon != NULL ? colon + 1 : spec;
}

bool kept_run_start(struct call *call, const struct compare_ask *ask, struct kept_run *run,
                    struct error *error)
{
    bool ok;

    *run = (struct kept_run){ 0 };
    if (ask->previous == NULL)
        return call_check(call, PERMISSION_RUN_DRIFT, error);
    run->row.module = ask->module;
    ok = call_begin(call, PERMISSION_RUN_DRIFT, NULL, error) &&
         add_row(call, run, ask->previous, label_of(ask->previous), ask->current,
                 label_of(ask->current), error) &&
         store_commit(call->connection, error);
    store_rollback(call->connection);
    return ok;
}

bool kept_run_finish(struct call *call, struct kept_run *run, struct drift_report *report,
                     struct error *error)
{
    struct store_report *row = &run->row;
    bool ok = call_begin(call, PERMISSION_RUN_DRIFT, NULL, error);

    if (ok && row->id[0] == '\0') {
        row->module = report->module;
        ok = add_row(call, run, report->previous.spec, report->previous.label, report->current.spec,
                     report->current.label, error);
    }
    ok = ok && find_first_seen(call, report, row, error) &&
         report_history_tell(call, report, row->number, row->created_at, error);
    if (ok) {
        memcpy(report->id, row->id, sizeof report->id);
        report->number = row->number;
        ok = finish(call, report, row, error) &&
             store_lease_drop(call->connection, object_of(call, row), error) &&
             audit_run(call, "drift.run", row, NULL, error) &&
             store_commit(call->connection, error);
    }
    store_rollback(call->connection);
    return ok;
}

/* Whoever may not run one any more still leaves a true picture of what they began: nobody is asked
 * for a right. */
static bool record_failure(struct call *call, struct store_report *row, const char *reason,
                           struct error *error)
{
    bool ok;

    row->run = run_state_name(RUN_FAILED);
    row->severity = NULL;
    ok = store_begin(call->connection, NULL, error) &&
         store_report_finish(call->connection, row, NULL, NULL, 0, error) &&
         store_lease_drop(call->connection, object_of(call, row), error) &&
         audit_run(call, "drift.failed", row, reason, error) &&
         store_commit(call->connection, error);
    store_rollback(call->connection);
    return ok;
}

void kept_run_fail(struct call *call, struct kept_run *run, const struct error *why)
{
    struct error error = { 0 };

    if (run->row.id[0] != '\0' && !record_failure(call, &run->row, why->message, &error))
        log_write(call->log, LOG_WARNING, "report %lld could not be marked as failed: %s",
                  (long long)run->row.number, error.message);
}

size_t kept_run_sweep(struct call *call)
{
    static const char prefix[] = "report:";
    struct store_leases lost;
    size_t count = 0;

    if (call->store == NULL || store_read_only(call->store) ||
        !store_lease_list_lost(call->connection, call->arena, &lost, NULL))
        return 0;
    for (size_t i = 0; i < lost.count; i++) {
        struct store_report row;

        if (strncmp(lost.items[i].object, prefix, sizeof prefix - 1) == 0 &&
            store_report_get(call->connection, lost.items[i].object + sizeof prefix - 1,
                             call->arena, &row, NULL))
            count += record_failure(call, &row, "the process that made it ended", NULL);
    }
    return count;
}

bool kept_run_compare(struct call *call, const struct compare_ask *ask, bool save,
                      struct drift_report **report, struct error *error)
{
    struct error failure = { 0 };
    struct kept_run run;

    if (!save)
        return compare_run(call, ask, report, error);
    kept_run_sweep(call);
    if (!kept_run_start(call, ask, &run, error))
        return false;
    if (compare_run(call, ask, report, &failure) && kept_run_finish(call, &run, *report, &failure))
        return true;
    kept_run_fail(call, &run, &failure);
    drift_report_free(report);
    if (error != NULL)
        *error = failure;
    return false;
}

bool compare_save(struct call *call, struct drift_report *report, struct error *error)
{
    struct kept_run run = { 0 };
    char id[sizeof report->id];

    memcpy(id, report->id, sizeof id);
    if (kept_run_finish(call, &run, report, error))
        return true;
    /* Somebody goes on with it: it must not say that it is kept. */
    memcpy(report->id, id, sizeof id);
    report->number = 0;
    return false;
}
