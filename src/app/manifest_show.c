#include <pilab/app/manifest.h>
#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/app/listing.h>
#include <pilab/base/json.h>
#include <pilab/document/csv.h>

#include "manifest_json.h"

static const struct result_column detail_columns[] = {
    {"module",       "Module",      CELL_TEXT, 0},
    { "environment", "Environment", CELL_TEXT, 0},
    { "version",     "Version",     CELL_TEXT, 0},
    { "standing",    "Stands",      CELL_TEXT, 1},
    { "commit",      "Commit",      CELL_TEXT, 4},
    { "deployed_by", "Who",         CELL_TEXT, 2},
    { "release",     "Release",     CELL_TEXT, 3},
    { "deployed_at", "Deployed",    CELL_TIME, 2},
};

#define DETAIL_COLUMNS (sizeof detail_columns / sizeof *detail_columns)

static const char empty_text[] =
    "The project has no modules or no environments. `pilab init` fills them in, "
    "`pilab project import` takes them from a pilab.yaml.";

/* --- What is asked for ------------------------------------------------------------------------ */

static bool asked_moment(struct call *call, const struct arguments *arguments,
                         struct manifest_moment *moment, struct error *error)
{
    const char *at = arguments_option(arguments, "at");

    *moment = (struct manifest_moment){ .baseline = arguments_option(arguments, "baseline") };
    if (at != NULL && moment->baseline != NULL)
        return error_set(error, ERROR_USAGE, "--at and --baseline: a baseline has its own time");
    return at == NULL || manifest_moment_parse(at, clock_now(&call->clock), moment, error) ||
           error_prefix(error, "--at");
}

static bool shows_row(const struct arguments *arguments, const struct manifest *manifest,
                      size_t row)
{
    return (!arguments_flag(arguments, "differing") || manifest_row_differs(manifest, row)) &&
           (!arguments_flag(arguments, "behind-production") ||
            manifest_row_behind_production(manifest, row));
}

/* --- A row a module --------------------------------------------------------------------------- */

/* What runs, and what is to be said of it in a word: what came later stands in the cell's JSON. */
static void cell_text(const struct manifest *manifest, size_t row, size_t column,
                      struct strbuf *out)
{
    char mark[MANIFEST_MARK_SIZE];

    strbuf_add(out, manifest_version(manifest, row, column));
    if (manifest_mark(manifest, row, column, mark) != MANIFEST_MARK_NONE)
        strbuf_printf(out, " %s", mark);
}

/* A member for each environment, by which the columns find it. */
static json_t *row_json(const struct manifest *manifest, size_t row)
{
    json_t *object = json_object(), *list = json_array();

    for (size_t i = 0; i < manifest->column_count; i++) {
        struct strbuf text = STRBUF_INIT;

        cell_text(manifest, row, i, &text);
        json_put_text(object, manifest->columns[i].name, text.data);
        json_append(list, manifest_cell_json(manifest, row, i));
        strbuf_release(&text);
    }
    /* Last, so that an environment of such a name does not take their place. */
    json_put_text(object, "module", manifest->rows[row].name);
    json_put(object, "cells", list);
    return object;
}

/* They outlive the call: in the full screen it ends on its worker before the list is drawn. */
static const struct result_column *matrix_columns(struct arena *arena,
                                                  const struct manifest *manifest)
{
    struct result_column *columns = arena_array(arena, manifest->column_count + 1, sizeof *columns);

    columns[0] = (struct result_column){ "module", "Module", CELL_TEXT, 0 };
    for (size_t i = 0; i < manifest->column_count; i++) {
        const char *name = arena_text(arena, manifest->columns[i].name);

        columns[i + 1] = (struct result_column){ name, name, CELL_TEXT, 0 };
    }
    return columns;
}

/* --- A row a cell ----------------------------------------------------------------------------- */

static json_t *detail_json(const struct manifest *manifest, size_t row, size_t column)
{
    const struct manifest_cell *cell = manifest_cell_at(manifest, row, column);
    json_t *object = manifest_cell_json(manifest, row, column);
    struct strbuf standing = STRBUF_INIT;

    if (cell->later != NULL)
        strbuf_printf(&standing, "%s %s; ", cell->later->version,
                      deployment_status_name(cell->later->status));
    manifest_standing_words(manifest, row, column, &standing);
    json_put_text(object, "version", manifest_version(manifest, row, column));
    json_put_text(object, "standing", standing.data);
    if (cell->running != NULL) {
        char commit[13] = "";

        if (cell->running->commit != NULL)
            strncat(commit, cell->running->commit, sizeof commit - 1);
        json_put_text(object, "commit", commit);
        json_put_text(object, "deployed_by", cell->running->actor);
        json_put_text(object, "release", cell->running->release);
        json_put_time(object, "deployed_at", cell->running->started_at);
    }
    strbuf_release(&standing);
    return object;
}

static void add_rows(const struct arguments *arguments, const struct manifest *manifest,
                     struct result *result)
{
    for (size_t row = 0; row < manifest->row_count; row++) {
        if (!shows_row(arguments, manifest, row))
            continue;
        if (!arguments_flag(arguments, "details")) {
            json_append(result->items, row_json(manifest, row));
            continue;
        }
        for (size_t column = 0; column < manifest->column_count; column++)
            json_append(result->items, detail_json(manifest, row, column));
    }
}

/* --- CSV -------------------------------------------------------------------------------------- */

/* A column an environment; what nobody knows is empty, so that it reads back as nothing said. */
static void write_csv(const struct arguments *arguments, const struct manifest *manifest,
                      struct strbuf *out)
{
    csv_add_field(out, "module");
    for (size_t i = 0; i < manifest->column_count; i++) {
        strbuf_add_char(out, ',');
        csv_add_field(out, manifest->columns[i].name);
    }
    strbuf_add(out, "\r\n");
    for (size_t row = 0; row < manifest->row_count; row++) {
        if (!shows_row(arguments, manifest, row))
            continue;
        csv_add_field(out, manifest->rows[row].name);
        for (size_t i = 0; i < manifest->column_count; i++) {
            const struct manifest_cell *cell = manifest_cell_at(manifest, row, i);

            strbuf_add_char(out, ',');
            csv_add_field(out, cell->running != NULL ? cell->running->version : NULL);
        }
        strbuf_add(out, "\r\n");
    }
}

bool app_manifest_show(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error)
{
    const char *format = arguments_option(arguments, "format");
    bool details = arguments_flag(arguments, "details"), empty;
    struct manifest_moment moment;
    struct manifest *manifest;

    if (!asked_moment(call, arguments, &moment, error) ||
        !manifest_read(call, &moment, call->arena, &manifest, error) ||
        !manifest_count(call, manifest, manifest_take_distance, manifest, error))
        return false;
    if (format != NULL && strcmp(format, "csv") == 0) {
        result->kind = RESULT_RAW;
        write_csv(arguments, manifest, &result->text);
        return true;
    }
    empty = manifest->row_count == 0;
    result->arena = arena_new();
    result->format = format;
    listing_start(call, result, details ? "manifest-cells" : "manifest",
                  empty     ? NULL
                  : details ? detail_columns
                            : matrix_columns(result->arena, manifest),
                  empty     ? 0
                  : details ? DETAIL_COLUMNS
                            : manifest->column_count + 1,
                  NULL, empty ? empty_text : "No module is like that.");
    add_rows(arguments, manifest, result);
    return true;
}

bool app_manifest_export(struct call *call, const struct arguments *arguments,
                         struct result *result, struct error *error)
{
    const char *format = arguments_option(arguments, "format");
    struct strbuf text = STRBUF_INIT;
    struct manifest_moment moment;
    struct manifest *manifest;
    bool document = format != NULL && strcmp(format, "json") == 0;
    json_t *frozen;
    bool ok;

    if (!asked_moment(call, arguments, &moment, error) ||
        !manifest_read(call, &moment, call->arena, &manifest, error))
        return false;
    if (document) {
        frozen = manifest_freeze(manifest, MANIFEST_NONE,
                                 manifest->at != 0 ? manifest->at : clock_now(&call->clock));
        json_write_pretty(&text, frozen);
        json_decref(frozen);
    } else {
        write_csv(arguments, manifest, &text);
    }
    ok = listing_export(arguments, &text, document, result, error);
    strbuf_release(&text);
    return ok;
}
