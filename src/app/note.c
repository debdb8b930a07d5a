#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/app/listing.h>
#include <pilab/app/stored.h>
#include <pilab/base/json.h>

static const struct result_column note_columns[] = {
    {"number",            "No",      CELL_NUMBER, 0},
    { "version",          "Release", CELL_TEXT,   0},
    { "previous_version", "Since",   CELL_TEXT,   1},
    { "status",           "Status",  CELL_TEXT,   0},
    { "rev",              "Rev",     CELL_NUMBER, 0},
    { "updated_at",       "Changed", CELL_TIME,   0},
    { "created_by",       "By",      CELL_TEXT,   1},
};

static json_t *note_row_json(const struct store_note *note)
{
    json_t *object = json_object();

    json_put_text(object, "id", note->id);
    json_put_integer(object, "number", note->number);
    json_put_text(object, "version", note->version);
    json_put_text(object, "previous_version", note->previous_version);
    json_put_text(object, "title", note->title);
    json_put_text(object, "status", note_status_name(note->status));
    json_put_integer(object, "rev", note->rev);
    json_put_time(object, "created_at", note->created_at);
    json_put_time(object, "updated_at", note->updated_at);
    json_put_text(object, "created_by", note->created_by);
    return object;
}

bool app_note_list(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error)
{
    struct store_notes list;
    struct store_page page;

    if (!listing_page(arguments, &page, error) ||
        !store_note_list(call->connection, call->project->id, NULL, &page, call->arena, &list,
                         error))
        return false;
    listing_start(call, result, "notes", note_columns, sizeof note_columns / sizeof *note_columns,
                  list.next, "There are no release notes yet. `pilab notes … --save` keeps some.");
    for (size_t i = 0; i < list.count; i++)
        json_append(result->items, note_row_json(&list.items[i]));
    return true;
}

bool app_note_show(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error)
{
    const char *format = arguments_option(arguments, "format");
    struct store_revision revision;
    struct store_note note;
    int64_t rev;

    if (!arguments_number(arguments, "rev", 0, 1, INT64_MAX, &rev, error) ||
        !stored_note_find(call, arguments_at(arguments, 0), &note, error) ||
        !stored_note_read(call, &note, rev, &result->note, &revision, error))
        return false;
    result->kind = RESULT_NOTE;
    result->note_number = note.number;
    result->format = format;
    result->wide = arguments_flag(arguments, "wide");
    /* The stored text is what was reviewed: it is shown as it is, never rendered anew. */
    if (format != NULL && strcmp(format, "markdown") == 0) {
        result->kind = RESULT_RAW;
        strbuf_add(&result->text, revision.markdown);
    }
    return true;
}
