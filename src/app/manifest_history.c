#include <pilab/app/manifest.h>
#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/app/listing.h>
#include <pilab/base/array.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>

#include "manifest_json.h"

/* clang-format off */
static const struct result_column history_columns[] = {
    { "number",      "No",          CELL_NUMBER, 0 },
    { "deployed_at", "When",        CELL_TIME,   0 },
    { "environment", "Environment", CELL_TEXT,   0 },
    { "version",     "Version",     CELL_TEXT,   0 },
    { "status",      "Status",      CELL_TEXT,   0 },
    { "deployed_by", "Who",         CELL_TEXT,   1 },
    { "release",     "Release",     CELL_TEXT,   3 },
    { "why",         "Why",         CELL_TEXT,   2 },
};

static const struct result_column difference_columns[] = {
    { "module",   "Module",    CELL_TEXT, 0 },
    { "previous", "Has now",   CELL_TEXT, 0 },
    { "current",  "Would get", CELL_TEXT, 0 },
    { "change",   "Change",    CELL_TEXT, 1 },
};

static const struct result_column baseline_columns[] = {
    { "number",      "No",          CELL_NUMBER, 0 },
    { "name",        "Name",        CELL_TEXT,   0 },
    { "environment", "Environment", CELL_TEXT,   0 },
    { "as_of",       "As of",       CELL_TIME,   1 },
    { "created_by",  "Who",         CELL_TEXT,   2 },
    { "created_at",  "Designated",  CELL_TIME,   2 },
    { "reason",      "Why",         CELL_TEXT,   1 },
};
/* clang-format on */

/* --- History ---------------------------------------------------------------------------------- */

static json_t *event_json(const struct store_deployment *event)
{
    json_t *object = manifest_deployment_json(event);

    json_put_text(object, "module", event->module);
    json_put_text(object, "environment", event->environment);
    json_put_text(object, "reason", event->reason);
    json_put_text(object, "outcome", event->outcome);
    json_put_time(object, "finished_at", event->finished_at);
    json_put_text(object, "why", event->outcome != NULL ? event->outcome : event->reason);
    return object;
}

bool manifest_history(struct call *call, const char *module, const char *environment, size_t limit,
                      struct arena *arena, struct store_deployments *events, struct error *error)
{
    struct store_page page = { .limit = limit };
    struct store_environment there;
    struct store_module what;

    return manifest_find_module(call, module, &what, error) &&
           store_environment_find(call->connection, call->project->id, environment, call->arena,
                                  &there, error) &&
           store_deployment_list(call->connection, call->project->id, what.id, there.id, 0, &page,
                                 arena, events, error);
}

bool app_manifest_history(struct call *call, const struct arguments *arguments,
                          struct result *result, struct error *error)
{
    const char *name = arguments_at(arguments, 1);
    struct store_environment environment = { .name = NULL };
    struct store_deployments events;
    struct store_module module;
    struct store_page page;

    if (!listing_page(arguments, &page, error) ||
        !manifest_find_module(call, arguments_at(arguments, 0), &module, error) ||
        (name != NULL && !store_environment_find(call->connection, call->project->id, name,
                                                 call->arena, &environment, error)) ||
        !store_deployment_list(call->connection, call->project->id, module.id,
                               name != NULL ? environment.id : NULL, 0, &page, call->arena, &events,
                               error))
        return false;
    listing_start(call, result, "deployments", history_columns, COUNT(history_columns), events.next,
                  "Nothing was ever deployed there, as far as is recorded.");
    for (size_t i = 0; i < events.count; i++)
        json_append(result->items, event_json(&events.items[i]));
    return true;
}

/* --- Comparing -------------------------------------------------------------------------------- */

/* Here "UAT" alone can only be the environment. */
static bool parse_side(struct call *call, const char *text, struct manifest_state *state,
                       struct error *error)
{
    struct state_spec spec;

    if (!state_spec_parse(text, call->settings->working_directory, NULL, NULL, call->arena, &spec,
                          error))
        return false;
    if (spec.kind == STATE_REVISION) {
        spec.kind = STATE_ENVIRONMENT;
        spec.at = 0;
    }
    return manifest_resolve_state(call, &spec, state, error);
}

static const char *side_version(const struct manifest_entry_state *entry)
{
    return entry != NULL && entry->version != NULL ? entry->version : "?";
}

static json_t *side_json(const struct manifest_entry_state *entry)
{
    json_t *object;

    if (entry == NULL || entry->version == NULL)
        return json_null();
    object = json_object();
    json_put_text(object, "version", entry->version);
    json_put_text(object, "commit", entry->commit);
    json_put_text(object, "image", entry->image);
    json_put_text(object, "config_revision", entry->config_revision);
    return object;
}

static json_t *difference_json(const struct manifest_difference *difference)
{
    json_t *object = json_object();

    json_put_text(object, "module", difference->module);
    json_put_text(object, "previous", side_version(difference->previous));
    json_put_text(object, "current", side_version(difference->current));
    json_put_text(object, "change", manifest_change_name(difference->change));
    json_put(object, "previous_state", side_json(difference->previous));
    json_put(object, "current_state", side_json(difference->current));
    return object;
}

bool app_manifest_compare(struct call *call, const struct arguments *arguments,
                          struct result *result, struct error *error)
{
    struct manifest_state previous, current;
    struct manifest_differences differences;

    if (!parse_side(call, arguments_at(arguments, 0), &previous, error) ||
        !parse_side(call, arguments_at(arguments, 1), &current, error))
        return false;
    manifest_compare(&previous, &current, call->arena, &differences);
    listing_start(call, result, "manifest-differences", difference_columns,
                  COUNT(difference_columns), NULL,
                  "Nothing differs: both run the same, as far as is known.");
    for (size_t i = 0; i < differences.count; i++)
        json_append(result->items, difference_json(&differences.items[i]));
    result->differences = differences.count > 0;
    return true;
}

/* --- Baselines -------------------------------------------------------------------------------- */

static json_t *baseline_json(const struct store_baseline *baseline)
{
    json_t *object = json_object();

    json_put_text(object, "id", baseline->id);
    json_put_integer(object, "number", baseline->number);
    json_put_text(object, "name", baseline->name);
    json_put_text(object, "environment", baseline->environment);
    json_put_time(object, "as_of", baseline->as_of);
    json_put_text(object, "digest", baseline->digest);
    json_put_text(object, "reason", baseline->reason);
    json_put_text(object, "created_by", baseline->created_by);
    json_put_time(object, "created_at", baseline->created_at);
    return object;
}

bool manifest_baselines(struct call *call, size_t limit, struct arena *arena,
                        struct store_baselines *list, struct error *error)
{
    struct store_page page = { .limit = limit };

    return store_baseline_list(call->connection, call->project->id, &page, arena, list, error);
}

bool app_manifest_baselines(struct call *call, const struct arguments *arguments,
                            struct result *result, struct error *error)
{
    struct store_baselines list;
    struct store_page page;

    if (!listing_page(arguments, &page, error) ||
        !store_baseline_list(call->connection, call->project->id, &page, call->arena, &list, error))
        return false;
    listing_start(call, result, "baselines", baseline_columns, COUNT(baseline_columns), list.next,
                  "No baseline is designated. `pilab manifest baseline NAME` does.");
    for (size_t i = 0; i < list.count; i++)
        json_append(result->items, baseline_json(&list.items[i]));
    return true;
}

bool app_manifest_baseline(struct call *call, const struct arguments *arguments,
                           struct result *result, struct error *error)
{
    const char *at_text = arguments_option(arguments, "at");
    struct store_baseline baseline;
    int64_t at = 0;

    if (at_text != NULL && !manifest_time_parse(at_text, clock_now(&call->clock), &at, error))
        return error_prefix(error, "--at");
    if (!manifest_designate(call, arguments_at(arguments, 0),
                            arguments_option(arguments, "environment"), at,
                            arguments_option(arguments, "reason"), &baseline, error))
        return false;
    result->kind = RESULT_OBJECT;
    result->object = baseline_json(&baseline);
    json_put_text(result->object, "schema", "pilab.baseline/1");
    rich_text(&result->text, RICH_NAME, baseline.name, true);
    strbuf_add(&result->text, ": the state of ");
    rich_text(&result->text, RICH_PLAIN,
              baseline.environment != NULL ? baseline.environment : "the whole manifest", true);
    strbuf_printf(&result->text, " is the baseline %lld from now on\n", (long long)baseline.number);
    return true;
}
