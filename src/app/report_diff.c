/* A report beside others of its two states. */
#include <pilab/app/use_cases.h>

#include <inttypes.h>
#include <string.h>

#include <pilab/app/listing.h>
#include <pilab/app/stored.h>
#include <pilab/base/json.h>
#include <pilab/drift/history.h>

#include "difference_find.h"

#define USUAL_WIDTH 100
#define MOST_SHOWN  1000

/* --- Two reports ------------------------------------------------------------------------------ */

static const char *shown(const struct drift_value *value)
{
    return value->present ? value->text : NULL;
}

static json_t *item_json(const struct drift_item *item)
{
    json_t *json = json_object();

    json_put_text(json, "id", item->id);
    json_put_text(json, "type", drift_type_name(item->type));
    json_put_text(json, "module", item->module);
    json_put_text(json, "path", item->path);
    json_put_text(json, "change_type", change_type_name(item->change_type));
    json_put_text(json, "severity", severity_name(item->severity));
    json_put_text(json, "previous", shown(&item->previous));
    json_put_text(json, "current", shown(&item->current));
    return json;
}

static json_t *pair_json(const struct report_pair *pair)
{
    json_t *json = json_object();

    json_put(json, "before", pair->before != NULL ? item_json(pair->before) : json_null());
    json_put(json, "after", pair->after != NULL ? item_json(pair->after) : json_null());
    return json;
}

static json_t *pairs_json(const struct report_pair *pairs, size_t count)
{
    json_t *json = json_array();

    for (size_t i = 0; i < count; i++)
        json_append(json, pair_json(&pairs[i]));
    return json;
}

static json_t *side_json(const struct drift_report *report)
{
    json_t *json = json_object();

    json_put_integer(json, "number", report->number);
    json_put_time(json, "created_at", report->created_at);
    json_put_text(json, "previous", report->previous.spec);
    json_put_text(json, "current", report->current.spec);
    json_put_integer(json, "total_changes", (int64_t)report->summary.total_changes);
    return json;
}

static void tell(struct call *call, const struct drift_report *before,
                 const struct drift_report *after, struct result *result)
{
    struct report_difference *difference = report_difference_new(before, after);
    json_t *object = json_object();

    result->kind = RESULT_OBJECT;
    result->object = object;
    json_put_text(object, "schema", "pilab.report-diff/1");
    json_put(object, "before", side_json(before));
    json_put(object, "after", side_json(after));
    json_put_integer(object, "same", (int64_t)difference->same);
    for (int i = 0; i < REPORT_CHANGES; i++) {
        json_put(object, report_change_name((enum report_change)i),
                 pairs_json(difference->pairs[i], difference->counts[i]));
        result->differences |= difference->counts[i] > 0;
    }
    report_difference_text(&result->text, difference,
                           call->columns > 0 ? call->columns : USUAL_WIDTH, true);
    report_difference_free(&difference);
}

/* The last one before it of the same two states. */
static bool find_last(struct call *call, const struct store_report *after,
                      struct store_report *before, struct error *error)
{
    struct store_reports list;

    if (after->pair == NULL)
        return error_set(error, ERROR_NOT_FOUND, "report %" PRId64 " is not finished",
                         after->number);
    if (!store_report_earlier(call->connection, call->project->id, after->pair, after->scope,
                              after->number, 1, call->arena, &list, error))
        return false;
    if (list.count > 0) {
        *before = list.items[0];
        return true;
    }
    error_set(error, ERROR_NOT_FOUND, "report %" PRId64 " is the first of %s", after->number,
              after->title);
    return error_hint(error,
                      "name another one to compare it with: `pilab report diff N %" PRId64 "`",
                      after->number);
}

static bool find_both(struct call *call, const struct arguments *arguments,
                      struct store_report *before, struct store_report *after, struct error *error)
{
    if (arguments_at(arguments, 1) != NULL)
        return stored_report_find(call, arguments_at(arguments, 0), before, error) &&
               stored_report_find(call, arguments_at(arguments, 1), after, error);
    return stored_report_find(call, arguments_at(arguments, 0), after, error) &&
           find_last(call, after, before, error);
}

bool app_report_diff(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error)
{
    struct drift_report *before = NULL, *after = NULL;
    struct store_report before_row, after_row;
    bool ok = find_both(call, arguments, &before_row, &after_row, error) &&
              stored_report_read(call, &before_row, &before, error) &&
              stored_report_read(call, &after_row, &after, error);

    if (ok)
        tell(call, before, after, result);
    drift_report_free(&before);
    drift_report_free(&after);
    return ok;
}

/* --- One difference --------------------------------------------------------------------------- */

/* clang-format off */
static const struct result_column history_columns[] = {
    { "report",        "Report",    CELL_NUMBER,   0 },
    { "created_at",    "When",      CELL_TIME,     0 },
    { "state",         "State",     CELL_TEXT,     0 },
    { "previous_text", "Has now",   CELL_TEXT,     0 },
    { "current_text",  "Would get", CELL_TEXT,     0 },
    { "severity",      "Severity",  CELL_SEVERITY, 1 },
    { "set_aside",     "Counted",   CELL_TEXT,     2 },
};
/* clang-format on */

static const struct store_item *sighting_in(const struct store_sightings *seen, const char *report)
{
    for (size_t i = 0; i < seen->count; i++) {
        if (strcmp(seen->items[i].report_id, report) == 0)
            return &seen->items[i].item;
    }
    return NULL;
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* What it was against the report before it, which is the next one in the list. */
static const char *state_word(const struct store_item *item, const struct store_item *before)
{
    if (before == NULL)
        return "new";
    if (item->state != NULL && before->state != NULL)
        return strcmp(item->state, before->state) == 0 ? "same" : "changed";
    return same_text(item->previous, before->previous) && same_text(item->current, before->current)
               ? "same"
               : "changed";
}

static bool is_object_id(const char *text)
{
    return text != NULL && strlen(text) == 40 && strspn(text, "0123456789abcdef") == 40;
}

/* The ids of a file's contents tell a person nothing: that it is another one does. */
static const char *content_text(struct arena *arena, const char *words, const char *now,
                                const char *then, bool compared)
{
    if (!is_object_id(now))
        return now;
    return compared && !same_text(now, then) ? arena_printf(arena, "%s, not as before", words)
                                             : words;
}

static void put_texts(struct arena *arena, json_t *json, const struct store_item *item,
                      const struct store_item *before)
{
    const char *previous = item != NULL ? item->previous : NULL;
    const char *current = item != NULL ? item->current : NULL;

    if (item != NULL && strcmp(item->type, drift_type_name(DRIFT_CODE)) == 0 &&
        strcmp(item->category, "file") == 0) {
        previous = content_text(arena, "the file", previous,
                                before != NULL ? before->previous : NULL, before != NULL);
        current = content_text(arena, item->previous == NULL ? "a new file" : "another content",
                               current, before != NULL ? before->current : NULL, before != NULL);
    }
    json_put_text(json, "previous_text", previous);
    json_put_text(json, "current_text", current);
}

static json_t *history_json(struct arena *arena, const struct store_report *report,
                            const struct store_item *item, const struct store_item *before,
                            bool first)
{
    json_t *json = json_object();
    bool partial = strcmp(report->run, "COMPLETED") != 0;

    json_put_integer(json, "report", report->number);
    json_put_time(json, "created_at", report->created_at);
    json_put_bool(json, "there", item != NULL);
    json_put_text(json, "state",
                  item != NULL ? (first ? "first seen" : state_word(item, before))
                  : partial    ? "not there, or not read"
                               : "not there");
    json_put_text(json, "previous", item != NULL ? item->previous : NULL);
    json_put_text(json, "current", item != NULL ? item->current : NULL);
    put_texts(arena, json, item, before);
    json_put_text(json, "severity", item != NULL ? item->severity : NULL);
    json_put_text(json, "set_aside",
                  item == NULL       ? NULL
                  : item->expected   ? "meant to differ"
                  : item->suppressed ? "ignored"
                                     : NULL);
    return json;
}

bool app_report_history(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error)
{
    struct found_difference found;
    struct store_sightings seen;
    struct store_reports all;
    bool ok;

    if (!difference_find(call, arguments_option(arguments, "report"), arguments_at(arguments, 0),
                         &found, error))
        return false;
    ok = store_item_sightings(call->connection, call->project->id, found.row.pair, found.item->id,
                              INT64_MAX, call->arena, &seen, error) &&
         store_report_earlier(call->connection, call->project->id, found.row.pair, found.row.scope,
                              INT64_MAX, MOST_SHOWN, call->arena, &all, error);
    drift_report_free(&found.report);
    if (!ok)
        return false;
    listing_start(call, result, "history", history_columns,
                  sizeof history_columns / sizeof *history_columns, NULL, "No report has had it.");
    for (size_t i = 0, left = seen.count; i < all.count && left > 0; i++) {
        const struct store_item *item = sighting_in(&seen, all.items[i].id);
        const struct store_item *before =
            i + 1 < all.count ? sighting_in(&seen, all.items[i + 1].id) : NULL;

        left -= item != NULL;
        json_append(result->items,
                    history_json(call->arena, &all.items[i], item, before, left == 0));
    }
    return true;
}
