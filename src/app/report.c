#include <pilab/app/use_cases.h>

#include <pilab/app/decision.h>
#include <pilab/app/kept_fields.h>
#include <pilab/app/kept_run.h>
#include <pilab/app/listing.h>
#include <pilab/app/stored.h>
#include <pilab/base/json.h>
#include <pilab/drift/json.h>

static const struct result_column report_columns[] = {
    {"number",         "No",       CELL_NUMBER,   0},
    { "title",         "Compared", CELL_TEXT,     0},
    { "run",           "Run",      CELL_TEXT,     2},
    { "status",        "Status",   CELL_TEXT,     0},
    { "total_changes", "Diffs",    CELL_NUMBER,   0},
    { "severity",      "Severity", CELL_SEVERITY, 0},
    { "blockers",      "Blockers", CELL_NUMBER,   1},
    { "created_at",    "When",     CELL_TIME,     0},
    { "created_by",    "By",       CELL_TEXT,     3},
};

static json_t *report_json(const struct store_report *report)
{
    json_t *object = json_object();

    json_put_text(object, "id", report->id);
    json_put_integer(object, "number", report->number);
    json_put_text(object, "title", report->title);
    json_put_text(object, "previous", report->previous_spec);
    json_put_text(object, "current", report->current_spec);
    json_put_text(object, "run", report->run);
    json_put_text(object, "status", report_status_name(report->status));
    json_put_text(object, "severity", report->severity);
    json_put_integer(object, "total_changes", report->counts.total);
    json_put_integer(object, "blockers", report->counts.blockers);
    json_put_integer(object, "problems", report->counts.problems);
    json_put_time(object, "created_at", report->created_at);
    json_put_text(object, "created_by", report->created_by);
    return object;
}

/* A page of what passes: as many pages of the store as it takes to fill it, each no longer than
 * what is missing, so that the last one ends where ours does. */
static bool list_passing(struct call *call, struct store_page *page, const struct filter *filter,
                         json_t *items, const char **next, struct error *error)
{
    size_t limit = page->limit;

    do {
        struct store_reports list;

        page->limit = limit - json_array_size(items);
        if (!store_report_list(call->connection, call->project->id, NULL, NULL, page, call->arena,
                               &list, error))
            return false;
        for (size_t i = 0; i < list.count; i++) {
            struct kept_thing thing = kept_report_thing(call, &list.items[i], call->arena);

            if (filter == NULL || kept_passes(&thing, filter))
                json_append(items, report_json(&list.items[i]));
        }
        page->after = *next = list.next;
        if (progress_cancelled(&call->progress))
            return error_set(error, ERROR_CANCELLED, "cancelled");
    } while (*next != NULL && json_array_size(items) < limit);
    return true;
}

bool app_report_list(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error)
{
    struct filter *filter;
    struct store_page page;
    const char *next = NULL;
    bool ok;

    kept_run_sweep(call);
    if (!listing_page(arguments, &page, error) ||
        !listing_filter(call, arguments, &kept_report_fields, &filter, error))
        return false;
    listing_start(call, result, "reports", report_columns,
                  sizeof report_columns / sizeof *report_columns, NULL,
                  filter != NULL ? "No report passes the filter."
                                 : "There is no report yet. `pilab drift … --save` keeps one.");
    ok = list_passing(call, &page, filter, result->items, &next, error);
    result->next = next != NULL ? json_text(next) : NULL;
    filter_free(&filter);
    return ok;
}

bool app_report_show(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error)
{
    struct store_report report;

    if (!stored_report_find(call, arguments_at(arguments, 0), &report, error) ||
        !stored_report_read(call, &report, &result->report, error) ||
        !decisions_take(call, result->report, NULL, error))
        return false;
    result->kind = RESULT_REPORT;
    result->format = arguments_option(arguments, "format");
    result->wide = arguments_flag(arguments, "wide");
    return true;
}

bool app_report_export(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error)
{
    struct store_report report;
    struct drift_report *read = NULL;
    struct strbuf text = STRBUF_INIT;
    json_t *json;
    bool ok;

    if (!stored_report_find(call, arguments_at(arguments, 0), &report, error) ||
        !stored_report_read(call, &report, &read, error))
        return false;
    json = drift_report_to_json(read);
    json_write_pretty(&text, json);
    ok = listing_export(arguments, &text, true, result, error);
    json_decref(json);
    strbuf_release(&text);
    drift_report_free(&read);
    return ok;
}
