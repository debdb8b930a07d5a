#include <pilab/drift/json.h>

#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/json.h>
#include <pilab/drift/lines.h>
#include <pilab/drift/together.h>

#include "json_parts.h"
#include "kinds.h"

/* ---- writing ---- */

static json_t *from_side(const struct drift_side *side)
{
    json_t *json = json_object();

    json_put_text(json, "spec", side->spec ? side->spec : "");
    json_put_text(json, "label", side->label ? side->label : "");
    json_put_text(json, "environment", side->environment);
    json_put_text(json, "resolved", side->resolved);
    if (side->chosen)
        json_put_text(json, "chosen", side->chosen);
    if (side->list_digest)
        json_put_text(json, "list_digest", side->list_digest);
    if (side->layers)
        json_put_text(json, "layers", side->layers);
    return json;
}

static json_t *counts_of(const size_t *counts, size_t count, const char *(*name)(size_t))
{
    json_t *json = json_object();

    for (size_t i = 0; i < count; i++)
        json_put_integer(json, name(i), (int64_t)counts[i]);
    return json;
}

static const char *name_of_change_type(size_t index)
{
    return change_type_name((enum change_type)index);
}

static const char *name_of_drift_type(size_t index)
{
    return drift_type_name((enum drift_type)index);
}

static const char *name_of_severity(size_t index)
{
    return severity_name((enum severity)index);
}

static const char *name_of_attention(size_t index)
{
    return attention_name((enum attention)index);
}

static json_t *from_summary(const struct drift_summary *summary)
{
    json_t *json = json_object();

    json_put_integer(json, "total_changes", (int64_t)summary->total_changes);
    json_put_text(json, "severity", severity_name(summary->severity));
    json_put(json, "by_type",
             counts_of(summary->by_change_type, CHANGE_TYPE_COUNT, name_of_change_type));
    json_put(json, "by_drift_type",
             counts_of(summary->by_drift_type, DRIFT_TYPE_COUNT, name_of_drift_type));
    json_put(json, "by_severity",
             counts_of(summary->by_severity, SEVERITY_COUNT, name_of_severity));
    json_put(json, "by_attention",
             counts_of(summary->by_attention, ATTENTION_COUNT, name_of_attention));
    json_put(json, "services_affected",
             drift_json_texts(summary->services_affected, summary->service_count));
    json_put_integer(json, "breaking_changes", (int64_t)summary->breaking_changes);
    json_put_integer(json, "security_changes", (int64_t)summary->security_changes);
    json_put_integer(json, "expected", (int64_t)summary->expected);
    json_put_integer(json, "suppressed", (int64_t)summary->suppressed);
    if (summary->expected_blockers > 0)
        json_put_integer(json, "expected_blockers", (int64_t)summary->expected_blockers);
    if (summary->suppressed_blockers > 0)
        json_put_integer(json, "suppressed_blockers", (int64_t)summary->suppressed_blockers);
    json_put_integer(json, "lapsed", (int64_t)summary->lapsed);
    json_put_integer(json, "offered", (int64_t)summary->offered);
    return json;
}

/* The members of `balance`, in the contract's order. */
static const struct balance_member {
    const char *name;
    enum disposition disposition;
} balance_members[] = {
    {"in_notes",         DISPOSITION_IN_NOTES       },
    { "already_shipped", DISPOSITION_ALREADY_SHIPPED},
    { "internal",        DISPOSITION_INTERNAL       },
    { "merges",          DISPOSITION_MERGE          },
    { "reverted",        DISPOSITION_REVERTED       },
    { "unexplained",     DISPOSITION_UNEXPLAINED    },
};

static json_t *from_balance(const struct drift_balance *balance)
{
    json_t *json = json_object();

    json_put_integer(json, "commits", (int64_t)balance->commits);
    for (size_t i = 0; i < sizeof balance_members / sizeof *balance_members; i++)
        json_put_integer(json, balance_members[i].name,
                         (int64_t)balance->by_disposition[balance_members[i].disposition]);
    return json;
}

static json_t *from_sources(const struct drift_report *report)
{
    json_t *json = json_array();

    for (size_t i = 0; i < report->source_count; i++) {
        const struct drift_source *source = &report->sources[i];
        json_t *one = json_object();

        json_put_text(one, "type", drift_type_name(source->type));
        json_put_text(one, "service", source->service);
        json_put_text(one, "state", source_state_name(source->state));
        json_put_time(one, "at", source->at);
        json_put_text(one, "detail", source->detail);
        if (source->unread > 0) {
            json_put(one, "read", json_integer((json_int_t)source->read));
            json_put(one, "unread", json_integer((json_int_t)source->unread));
        }
        json_append(json, one);
    }
    return json;
}

static json_t *from_problems(const struct drift_report *report)
{
    json_t *json = json_array();

    for (size_t i = 0; i < report->problem_count; i++) {
        const struct drift_problem *problem = &report->problems[i];
        json_t *one = json_object();

        json_put_text(one, "type", drift_type_name(problem->type));
        json_put_text(one, "service", problem->service);
        json_put_text(one, "what", problem->what ? problem->what : "");
        json_put_text(one, "why", problem->why ? problem->why : "");
        json_put_text(one, "hint", problem->hint);
        json_put_bool(one, "warning", problem->warning);
        json_append(json, one);
    }
    return json;
}

/* The end of the run of configurations that belong to the module of the one at `first`. */
static size_t configs_end(const struct drift_report *report, size_t first)
{
    size_t end = first + 1;

    while (end < report->config_count &&
           strcmp(report->configs[end].module, report->configs[first].module) == 0)
        end++;
    return end;
}

static json_t *from_drifts(const struct drift_report *report)
{
    json_t *json = json_array();

    for (size_t i = 0; i < report->code_count; i++)
        json_append(json, drift_json_code(&report->codes[i]));
    for (size_t i = 0, end; i < report->config_count; i = end) {
        end = configs_end(report, i);
        json_append(json, drift_json_configs(report, i, end));
    }
    drift_kinds_write(json, report);
    return json;
}

/* Derived: who reads it has the items' own commits and tickets. */
static json_t *from_together(const struct drift_report *report)
{
    struct drift_together *together = drift_together_new(report);
    json_t *json = json_array();

    for (size_t i = 0; i < together->count; i++) {
        const struct together_group *group = &together->groups[i];
        json_t *one = json_object(), *items = json_array();

        if (group->ticket != NULL)
            json_put_text(one, "ticket", group->ticket);
        else
            json_put_text(one, "commit", group->commit);
        for (size_t k = 0; k < group->count; k++)
            json_append(items, json_text(group->items[k]->id));
        json_put(one, "items", items);
        json_append(json, one);
    }
    drift_together_free(&together);
    return json;
}

json_t *drift_report_to_json(const struct drift_report *report)
{
    json_t *json = json_object();

    json_put_text(json, "schema", DRIFT_SCHEMA);
    json_put_text(json, "id", report->id);
    json_put(json, "number", report->number > 0 ? json_integer(report->number) : json_null());
    json_put_text(json, "project", report->project);
    json_put_text(json, "project_code", report->project_code);
    if (report->module != NULL)
        json_put_text(json, "module", report->module);
    if (report->scope != NULL)
        json_put_text(json, "scope", report->scope);
    json_put_time(json, "created_at", report->created_at);
    json_put_text(json, "run", run_state_name(report->run));
    json_put(json, "previous", from_side(&report->previous));
    json_put(json, "current", from_side(&report->current));
    json_put(json, "summary", from_summary(&report->summary));
    if (report->since.number > 0)
        json_put(json, "since", drift_json_since(&report->since));
    json_put(json, "balance", from_balance(&report->balance));
    json_put(json, "sources", from_sources(report));
    json_put(json, "drifts", from_drifts(report));
    json_put(json, "changes", drift_json_changes(report));
    json_put(json, "items", drift_json_items(report));
    json_put(json, "changed_together", from_together(report));
    json_put(json, "problems", from_problems(report));
    return json;
}

/* ---- reading ---- */

static struct drift_side read_side(struct json_reader *reader, const json_t *json, const char *key)
{
    const json_t *side = drift_read_object(reader, json, key);

    return (struct drift_side){
        .spec = drift_read_some_text(reader, side, "spec"),
        .label = drift_read_some_text(reader, side, "label"),
        .environment = drift_read_text(reader, side, "environment"),
        .resolved = drift_read_text(reader, side, "resolved"),
        .chosen = drift_read_text(reader, side, "chosen"),
        .list_digest = drift_read_text(reader, side, "list_digest"),
        .layers = drift_read_text(reader, side, "layers"),
    };
}

static void read_counts(struct json_reader *reader, const json_t *object, const char *key,
                        size_t *counts, size_t count, const char *(*name)(size_t))
{
    const json_t *json = drift_read_object(reader, object, key);

    for (size_t i = 0; i < count; i++)
        counts[i] = (size_t)drift_read_number(reader, json, name(i));
}

static void read_summary(struct json_reader *reader, const json_t *json,
                         struct drift_summary *summary)
{
    const json_t *from = drift_read_object(reader, json, "summary");
    const char *severity = drift_read_some_text(reader, from, "severity");

    if (!severity_parse(severity, &summary->severity))
        drift_read_bad_name(reader, "summary.severity", severity);
    summary->total_changes = (size_t)drift_read_number(reader, from, "total_changes");
    read_counts(reader, from, "by_type", summary->by_change_type, CHANGE_TYPE_COUNT,
                name_of_change_type);
    read_counts(reader, from, "by_drift_type", summary->by_drift_type, DRIFT_TYPE_COUNT,
                name_of_drift_type);
    read_counts(reader, from, "by_severity", summary->by_severity, SEVERITY_COUNT,
                name_of_severity);
    read_counts(reader, from, "by_attention", summary->by_attention, ATTENTION_COUNT,
                name_of_attention);
    summary->services_affected =
        drift_read_texts(reader, from, "services_affected", &summary->service_count);
    summary->breaking_changes = (size_t)drift_read_number(reader, from, "breaking_changes");
    summary->security_changes = (size_t)drift_read_number(reader, from, "security_changes");
    summary->expected = (size_t)drift_read_number(reader, from, "expected");
    summary->suppressed = (size_t)drift_read_number(reader, from, "suppressed");
    if (json_object_get(from, "expected_blockers"))
        summary->expected_blockers = (size_t)drift_read_number(reader, from, "expected_blockers");
    if (json_object_get(from, "suppressed_blockers"))
        summary->suppressed_blockers =
            (size_t)drift_read_number(reader, from, "suppressed_blockers");
    summary->lapsed = (size_t)drift_read_number(reader, from, "lapsed");
    summary->offered = (size_t)drift_read_number(reader, from, "offered");
}

static void read_balance(struct json_reader *reader, const json_t *json,
                         struct drift_balance *balance)
{
    const json_t *from = drift_read_object(reader, json, "balance");

    balance->commits = (size_t)drift_read_number(reader, from, "commits");
    for (size_t i = 0; i < sizeof balance_members / sizeof *balance_members; i++)
        balance->by_disposition[balance_members[i].disposition] =
            (size_t)drift_read_number(reader, from, balance_members[i].name);
}

static void read_sources(struct json_reader *reader, const json_t *json,
                         struct drift_report *report)
{
    const json_t *from = drift_read_array(reader, json, "sources");
    size_t count = json_array_size(from);

    report->sources = arena_array(reader->arena, count, sizeof *report->sources);
    report->source_count = count;
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(from, i);
        struct drift_source *source = &report->sources[i];
        const char *type = drift_read_some_text(reader, one, "type");
        const char *state = drift_read_some_text(reader, one, "state");

        if (!drift_type_parse(type, &source->type))
            drift_read_bad_name(reader, "sources.type", type);
        if (!source_state_parse(state, &source->state))
            drift_read_bad_name(reader, "sources.state", state);
        source->service = drift_read_text(reader, one, "service");
        source->at = drift_read_time(reader, one, "at");
        source->detail = drift_read_text(reader, one, "detail");
        source->read = (size_t)drift_read_number(reader, one, "read");
        source->unread = (size_t)drift_read_number(reader, one, "unread");
    }
}

static void read_problems(struct json_reader *reader, const json_t *json,
                          struct drift_report *report)
{
    const json_t *from = drift_read_array(reader, json, "problems");
    size_t count = json_array_size(from);

    report->problems = arena_array(reader->arena, count, sizeof *report->problems);
    report->problem_count = count;
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(from, i);
        struct drift_problem *problem = &report->problems[i];
        const char *type = drift_read_some_text(reader, one, "type");

        if (!drift_type_parse(type, &problem->type))
            drift_read_bad_name(reader, "problems.type", type);
        problem->service = drift_read_text(reader, one, "service");
        problem->what = drift_read_some_text(reader, one, "what");
        problem->why = drift_read_some_text(reader, one, "why");
        problem->hint = drift_read_text(reader, one, "hint");
        problem->warning = drift_read_bool(reader, one, "warning");
    }
}

static bool is_type(const json_t *object, enum drift_type type)
{
    const char *name = json_member_text(object, "type");

    return name && strcmp(name, drift_type_name(type)) == 0;
}

static void read_drifts(struct json_reader *reader, const json_t *json, struct drift_report *report)
{
    const json_t *from = drift_read_array(reader, json, "drifts");
    size_t count = json_array_size(from), documents = 0;

    for (size_t i = 0; i < count; i++)
        documents += json_array_size(json_object_get(json_array_get(from, i), "documents"));
    report->codes = arena_array(reader->arena, count, sizeof *report->codes);
    report->configs = arena_array(reader->arena, documents, sizeof *report->configs);
    report->parts = arena_array(reader->arena, count, sizeof *report->parts);
    for (size_t i = 0; i < count && !reader->failed; i++) {
        const json_t *one = json_array_get(from, i);
        enum drift_type type;

        if (is_type(one, DRIFT_CODE)) {
            drift_read_code(reader, one, &report->codes[report->code_count++]);
        } else if (is_type(one, DRIFT_CONFIG)) {
            drift_read_configs(reader, one, &report->configs[report->config_count]);
            report->config_count += json_array_size(json_object_get(one, "documents"));
        } else if (drift_type_parse(drift_read_some_text(reader, one, "type"), &type)) {
            drift_kinds_read(reader, one, type, report);
        }
    }
}

static void read_report(struct json_reader *reader, const json_t *json, struct drift_report *report)
{
    const char *id = drift_read_some_text(reader, json, "id");
    const char *run = drift_read_some_text(reader, json, "run");

    if (strlen(id) < sizeof report->id)
        memcpy(report->id, id, strlen(id) + 1);
    else
        drift_read_bad_name(reader, "id", id);
    if (!run_state_parse(run, &report->run))
        drift_read_bad_name(reader, "run", run);
    report->number = (int64_t)drift_read_number(reader, json, "number");
    report->project = drift_read_text(reader, json, "project");
    report->project_code = drift_read_text(reader, json, "project_code");
    report->module = drift_read_text(reader, json, "module");
    report->scope = drift_read_text(reader, json, "scope");
    report->created_at = drift_read_time(reader, json, "created_at");
    report->previous = read_side(reader, json, "previous");
    report->current = read_side(reader, json, "current");
    read_summary(reader, json, &report->summary);
    drift_read_since(reader, json, &report->since);
    read_balance(reader, json, &report->balance);
    read_sources(reader, json, report);
    read_drifts(reader, json, report);
    drift_read_changes(reader, json, report);
    drift_read_items(reader, json, report);
    read_problems(reader, json, report);
}

static bool check_schema(const json_t *json, struct error *error)
{
    const char *schema = json_is_object(json) ? json_member_text(json, "schema") : NULL;

    if (schema && strcmp(schema, DRIFT_SCHEMA) == 0)
        return true;
    error_set(error, ERROR_UNSUPPORTED, "the report is \"%s\", not " DRIFT_SCHEMA,
              schema ? schema : "of no known schema");
    return error_hint(error, "a newer pilab may have written it");
}

/* Whether every index leads somewhere. */
static void check_indices(struct json_reader *reader, const struct drift_report *report)
{
    for (size_t i = 0; i < report->config_count; i++) {
        const struct drift_config *config = &report->configs[i];

        if (config->first_item > report->item_count ||
            config->item_count > report->item_count - config->first_item)
            drift_read_bad_name(reader, "documents", "out of range");
    }
    for (size_t i = 0; i < report->part_count; i++) {
        const struct drift_part *part = &report->parts[i];

        if (part->first_item > report->item_count ||
            part->item_count > report->item_count - part->first_item)
            drift_read_bad_name(reader, "item_count", "out of range");
    }
    for (size_t i = 0; i < report->code_count; i++) {
        const struct drift_code *code = &report->codes[i];

        for (size_t k = 0; k < code->commit_count; k++) {
            if (code->commits[k].change != SIZE_MAX &&
                code->commits[k].change >= report->change_count)
                drift_read_bad_name(reader, "change", "out of range");
        }
    }
}

struct drift_report *drift_report_from_json(const json_t *json, struct error *error)
{
    struct arena *arena;
    struct drift_report *report;
    struct json_reader reader = { .error = error };

    if (!check_schema(json, error))
        return NULL;
    arena = arena_new();
    report = arena_alloc(arena, sizeof *report);
    report->arena = arena;
    reader.arena = arena;
    read_report(&reader, json, report);
    check_indices(&reader, report);
    drift_lines_measure(report);
    if (reader.failed)
        drift_report_free(&report);
    return report;
}
