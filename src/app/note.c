#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/app/kept_fields.h>
#include <pilab/app/listing.h>
#include <pilab/app/note_flow.h>
#include <pilab/app/note_json.h>
#include <pilab/app/stored.h>
#include <pilab/base/json.h>

#include "note_result.h"

static const struct result_column note_columns[] = {
    {"number",            "No",      CELL_NUMBER, 0},
    { "version",          "Release", CELL_TEXT,   0},
    { "previous_version", "Since",   CELL_TEXT,   2},
    { "environment",      "For",     CELL_TEXT,   1},
    { "status",           "Status",  CELL_TEXT,   0},
    { "rev",              "Rev",     CELL_NUMBER, 0},
    { "updated_at",       "Changed", CELL_TIME,   0},
    { "created_by",       "By",      CELL_TEXT,   3},
};

static const struct result_column waiting_columns[] = {
    {"number",       "No",        CELL_NUMBER, 0},
    { "version",     "Release",   CELL_TEXT,   0},
    { "environment", "For",       CELL_TEXT,   1},
    { "status",      "Status",    CELL_TEXT,   1},
    { "waits_for",   "Waits for", CELL_TEXT,   0},
    { "updated_at",  "Changed",   CELL_TIME,   2},
    { "created_by",  "By",        CELL_TEXT,   3},
};

static bool passes(const struct call *call, const struct store_note *note,
                   const struct filter *filter)
{
    struct kept_thing thing = kept_note_thing(call, note, call->arena);

    return filter == NULL || kept_passes(&thing, filter);
}

static bool list_waiting(struct call *call, const struct filter *filter, struct result *result,
                         struct error *error)
{
    struct note_overviews list;

    if (!note_overview_read(call, true, call->arena, &list, error))
        return false;
    listing_start(call, result, "notes", waiting_columns,
                  sizeof waiting_columns / sizeof *waiting_columns, NULL,
                  "No release notes wait for you.");
    for (size_t i = 0; i < list.waiting; i++) {
        json_t *row;

        if (!passes(call, &list.items[i].note, filter))
            continue;
        row = note_row_to_json(&list.items[i].note);
        json_put_text(row, "waits_for", list.items[i].waits_for);
        json_append(result->items, row);
    }
    return true;
}

/* As many pages of the store as it takes to fill one, each no longer than what is missing, so that
 * the last one ends where ours does. */
static bool list_passing(struct call *call, const enum note_status *status, struct store_page *page,
                         const struct filter *filter, json_t *items, const char **next,
                         struct error *error)
{
    size_t limit = page->limit;

    do {
        struct store_notes list;

        page->limit = limit - json_array_size(items);
        if (!store_note_list(call->connection, call->project->id, status, page, call->arena, &list,
                             error))
            return false;
        for (size_t i = 0; i < list.count; i++)
            if (passes(call, &list.items[i], filter))
                json_append(items, note_row_to_json(&list.items[i]));
        page->after = *next = list.next;
        if (progress_cancelled(&call->progress))
            return error_set(error, ERROR_CANCELLED, "cancelled");
    } while (*next != NULL && json_array_size(items) < limit);
    return true;
}

static bool list_notes(struct call *call, const struct arguments *arguments,
                       const struct filter *filter, struct result *result, struct error *error)
{
    const char *wanted = arguments_option(arguments, "status"), *next = NULL;
    enum note_status status;
    struct store_page page;

    if (!listing_page(arguments, &page, error) ||
        (wanted != NULL && !note_status_parse(wanted, &status, error)))
        return false;
    listing_start(call, result, "notes", note_columns, sizeof note_columns / sizeof *note_columns,
                  NULL,
                  filter != NULL
                      ? "No release notes pass the filter."
                      : "There are no release notes yet. `pilab notes … --save` keeps some.");
    if (!list_passing(call, wanted != NULL ? &status : NULL, &page, filter, result->items, &next,
                      error))
        return false;
    result->next = next != NULL ? json_text(next) : NULL;
    return true;
}

bool app_note_list(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error)
{
    struct filter *filter;
    bool ok;

    if (!listing_filter(call, arguments, &kept_note_fields, &filter, error))
        return false;
    ok = arguments_flag(arguments, "waiting-for-me")
             ? list_waiting(call, filter, result, error)
             : list_notes(call, arguments, filter, result, error);
    filter_free(&filter);
    return ok;
}

bool app_note_show(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error)
{
    const char *format = arguments_option(arguments, "format");
    struct store_revision revision;
    struct store_note note;
    int64_t rev;

    if (arguments_flag(arguments, "approvals"))
        return note_show_standing(call, arguments_at(arguments, 0), result, error);
    if (!arguments_number(arguments, "rev", 0, 1, INT64_MAX, &rev, error) ||
        !stored_note_find(call, arguments_at(arguments, 0), &note, error) ||
        !stored_note_read(call, &note, rev, &result->note, &revision, error))
        return false;
    result->kind = RESULT_NOTE;
    result->note_number = note.number;
    result->note_rev = rev;
    result->format = format;
    result->wide = arguments_flag(arguments, "wide");
    /* The stored text is what was reviewed: it is shown as it is, never rendered anew. */
    result->note_markdown = revision.markdown;
    if (format != NULL && strcmp(format, "markdown") == 0) {
        result->kind = RESULT_RAW;
        strbuf_add(&result->text, revision.markdown);
    }
    return note_edited_by_hand(call, &note, revision.markdown_digest, &result->note_edited, error);
}
