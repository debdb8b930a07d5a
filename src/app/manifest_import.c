#include <pilab/app/manifest.h>
#include <pilab/app/use_cases.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/app/compare_plan.h>
#include <pilab/app/listing.h>
#include <pilab/app/project.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/utf8.h>
#include <pilab/document/csv.h>

#define FILE_LIMIT ((size_t)64 << 20)
/* A name that is further away than this is no slip of the pen. */
#define NEAR 3

/* clang-format off */
static const struct result_column change_columns[] = {
    { "module",      "Module",      CELL_TEXT, 0 },
    { "environment", "Environment", CELL_TEXT, 0 },
    { "previous",    "Has now",     CELL_TEXT, 0 },
    { "current",     "Would get",   CELL_TEXT, 0 },
};
/* clang-format on */

/* One cell that the file says something about. */
struct claim {
    size_t line; /* 0: of a JSON file */
    size_t row, column;
    struct manifest_entry entry;
};

struct import {
    struct call *call;
    const char *file;
    struct manifest *manifest; /* what is recorded */
    struct vector claims;      /* struct claim */
    struct vector changes;     /* struct claim: those that say something new */
};

/* --- Names ------------------------------------------------------------------------------------ */

/* What a field reads as after csv_add_field has written it: control characters are shown there. */
static const char *as_exported(struct import *import, const char *text)
{
    struct strbuf field = STRBUF_INIT;
    struct csv csv;
    const char *read = text;

    csv_add_field(&field, text);
    if (csv_read("", field.data, field.length, import->call->arena, &csv, NULL) && csv.count == 1)
        read = csv_field(&csv.rows[0], 0);
    strbuf_release(&field);
    return read;
}

static bool refuse_name(struct import *import, size_t line, const char *kind, const char *name,
                        const char *const *names, size_t count, struct error *error)
{
    const char *nearest = NULL;
    unsigned distance = NEAR + 1;

    for (size_t i = 0; i < count; i++) {
        unsigned here = word_distance(name, names[i]);

        if (here < distance) {
            distance = here;
            nearest = names[i];
        }
    }
    if (line > 0)
        error_set(error, ERROR_NOT_FOUND, "%s:%zu: %s has no %s %s", import->file, line,
                  import->call->project->name, kind, name);
    else
        error_set(error, ERROR_NOT_FOUND, "%s: %s has no %s %s", import->file,
                  import->call->project->name, kind, name);
    if (nearest != NULL)
        return error_hint(error, "is %s meant?", nearest);
    return error_hint(error, "`pilab manifest show` lists the modules and environments");
}

static bool find_row(struct import *import, size_t line, const char *name, size_t *row,
                     struct error *error)
{
    const struct manifest *manifest = import->manifest;
    const char **names;

    *row = manifest_find_row(manifest, name);
    for (size_t i = 0; *row == MANIFEST_NONE && i < manifest->row_count; i++) {
        if (strcmp(as_exported(import, manifest->rows[i].name), name) == 0)
            *row = i;
    }
    if (*row != MANIFEST_NONE)
        return true;
    names = arena_array(import->call->arena, manifest->row_count, sizeof *names);
    for (size_t i = 0; i < manifest->row_count; i++)
        names[i] = manifest->rows[i].name;
    return refuse_name(import, line, "module", name, names, manifest->row_count, error);
}

static bool find_column(struct import *import, size_t line, const char *name, size_t *column,
                        struct error *error)
{
    const struct manifest *manifest = import->manifest;
    const char **names;

    *column = manifest_find_column(manifest, name);
    for (size_t i = 0; *column == MANIFEST_NONE && i < manifest->column_count; i++) {
        if (strcmp(as_exported(import, manifest->columns[i].name), name) == 0)
            *column = i;
    }
    if (*column != MANIFEST_NONE)
        return true;
    names = arena_array(import->call->arena, manifest->column_count, sizeof *names);
    for (size_t i = 0; i < manifest->column_count; i++)
        names[i] = manifest->columns[i].name;
    return refuse_name(import, line, "environment", name, names, manifest->column_count, error);
}

/* --- Reading the file ------------------------------------------------------------------------- */

static bool says_nothing(const char *version)
{
    return *version == '\0' || strcmp(version, "?") == 0 || strcmp(version, "-") == 0;
}

static bool check_version(struct import *import, size_t line, const char *version,
                          struct error *error)
{
    const char *cursor = version, *end = version + strlen(version);

    while (cursor < end) {
        int32_t codepoint = utf8_decode(&cursor, end);

        if (codepoint >= 0 && codepoint_columns((uint32_t)codepoint) < 0)
            return error_set(error, ERROR_INVALID,
                             "%s:%zu: the version %s has a control character in it", import->file,
                             line, version);
    }
    return true;
}

/* The same cell twice would leave it to chance which one is true. */
static bool refuse_twice(struct import *import, const struct claim *claim, struct error *error)
{
    for (size_t i = 0; i < import->claims.count; i++) {
        const struct claim *other = vector_at(&import->claims, i);

        if (other->row == claim->row && other->column == claim->column)
            return error_set(error, ERROR_INVALID, "%s:%zu: %s in %s stands in line %zu already",
                             import->file, claim->line, claim->entry.module,
                             claim->entry.environment, other->line);
    }
    return true;
}

static bool add_claim(struct import *import, size_t line, size_t row, size_t column,
                      const char *version, const char *commit, struct error *error)
{
    struct claim claim = {
        .line = line,
        .row = row,
        .column = column,
        .entry = {.module = import->manifest->rows[row].name,
                  .environment = import->manifest->columns[column].name,
                  .version = version,
                  .commit = commit != NULL && *commit != '\0' ? commit : NULL,
                  .status = DEPLOYMENT_DEPLOYED}
    };

    if (says_nothing(version))
        return true;
    if (!check_version(import, line, version, error))
        return false;
    vector_push(&import->claims, &claim);
    return true;
}

/* The field of a heading; MANIFEST_NONE when there is none. */
static size_t heading(const struct csv_row *head, const char *name)
{
    for (size_t i = 0; i < head->count; i++) {
        if (strcasecmp(head->fields[i], name) == 0)
            return i;
    }
    return MANIFEST_NONE;
}

/* "module, environment, version": a line a cell. */
static bool read_lines(struct import *import, const struct csv *csv, size_t environment,
                       size_t version, struct error *error)
{
    size_t commit = heading(&csv->rows[0], "commit");
    size_t module = heading(&csv->rows[0], "module");

    if (module == MANIFEST_NONE)
        module = 0;
    for (size_t i = 1; i < csv->count; i++) {
        const struct csv_row *line = &csv->rows[i];
        struct claim probe = { .line = line->line };

        if (!find_row(import, line->line, csv_field(line, module), &probe.row, error) ||
            !find_column(import, line->line, csv_field(line, environment), &probe.column, error))
            return false;
        probe.entry.module = import->manifest->rows[probe.row].name;
        probe.entry.environment = import->manifest->columns[probe.column].name;
        if (!refuse_twice(import, &probe, error) ||
            !add_claim(import, line->line, probe.row, probe.column, csv_field(line, version),
                       csv_field(line, commit), error))
            return false;
    }
    return true;
}

static bool check_width(struct import *import, const struct csv_row *head,
                        const struct csv_row *line, struct error *error)
{
    for (size_t i = head->count; i < line->count; i++) {
        if (*line->fields[i] != '\0')
            return error_set(error, ERROR_INVALID,
                             "%s:%zu: the line has %zu fields where the first line has %zu",
                             import->file, line->line, line->count, head->count);
    }
    return true;
}

/* A column an environment. */
static bool read_columns(struct import *import, const struct csv *csv, struct error *error)
{
    const struct csv_row *head = &csv->rows[0];
    size_t *columns = arena_array(import->call->arena, head->count, sizeof *columns);
    size_t *lines = arena_array(import->call->arena, import->manifest->row_count, sizeof *lines);

    for (size_t i = 1; i < head->count; i++) {
        if (!find_column(import, head->line, head->fields[i], &columns[i], error))
            return false;
        for (size_t k = 1; k < i; k++) {
            if (columns[k] == columns[i])
                return error_set(error, ERROR_INVALID, "%s:%zu: %s stands there twice",
                                 import->file, head->line, head->fields[i]);
        }
    }
    for (size_t i = 1; i < csv->count; i++) {
        const struct csv_row *line = &csv->rows[i];
        size_t row;

        if (!check_width(import, head, line, error) ||
            !find_row(import, line->line, line->fields[0], &row, error))
            return false;
        if (lines[row] != 0)
            return error_set(error, ERROR_INVALID, "%s:%zu: %s stands in line %zu already",
                             import->file, line->line, line->fields[0], lines[row]);
        lines[row] = line->line;
        for (size_t k = 1; k < head->count; k++) {
            if (!add_claim(import, line->line, row, columns[k], csv_field(line, k), NULL, error))
                return false;
        }
    }
    return true;
}

static bool read_csv(struct import *import, const char *text, size_t length, struct error *error)
{
    size_t environment, version;
    struct csv csv;

    if (!csv_read(import->file, text, length, import->call->arena, &csv, error))
        return false;
    if (csv.count == 0 || csv.rows[0].count < 2) {
        error_set(error, ERROR_INVALID, "%s: no column of any environment", import->file);
        return error_hint(error, "the first line names them: module,DEV,SIT,…");
    }
    environment = heading(&csv.rows[0], "environment");
    version = heading(&csv.rows[0], "version");
    return environment != MANIFEST_NONE && version != MANIFEST_NONE
               ? read_lines(import, &csv, environment, version, error)
               : read_columns(import, &csv, error);
}

static bool claim_cell(struct import *import, const struct store_cell *cell, struct error *error)
{
    const struct store_deployment *running = cell->running;
    struct claim *claim;
    size_t row, column, before = import->claims.count;

    if (running == NULL)
        return true;
    if (!find_row(import, 0, cell->module, &row, error) ||
        !find_column(import, 0, cell->environment, &column, error) ||
        !add_claim(import, 0, row, column, running->version, running->commit, error))
        return false;
    if (import->claims.count == before)
        return true;
    claim = vector_at(&import->claims, before);
    claim->entry.image = running->image;
    claim->entry.release = running->release;
    claim->entry.actor = running->actor;
    claim->entry.at = running->started_at;
    return true;
}

static bool read_json(struct import *import, const char *text, size_t length, struct error *error)
{
    json_t *frozen = json_read(import->file, text, length, error);
    struct store_matrix matrix;
    bool ok =
        frozen != NULL && manifest_thaw(import->file, frozen, import->call->arena, &matrix, error);

    for (size_t i = 0; ok && i < matrix.module_count * matrix.environment_count; i++)
        ok = claim_cell(import, &matrix.cells[i], error);
    json_decref(frozen);
    return ok;
}

static bool read_file(struct import *import, struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    const char *path = import->file;
    char *whole = path_join(import->call->settings->working_directory, path);
    bool ok = file_read(whole, FILE_LIMIT, true, &text, error);

    if (ok)
        ok = text.data[strspn(text.data, " \t\r\n")] == '{'
                 ? read_json(import, text.data, text.length, error)
                 : read_csv(import, text.data, text.length, error);
    free(whole);
    strbuf_release(&text);
    return ok;
}

/* --- What is new ------------------------------------------------------------------------------ */

static bool is_recorded(struct import *import, const struct claim *claim)
{
    const struct store_deployment *running =
        manifest_cell_at(import->manifest, claim->row, claim->column)->running;

    return running != NULL &&
           (strcmp(running->version, claim->entry.version) == 0 ||
            strcmp(as_exported(import, running->version), claim->entry.version) == 0) &&
           (claim->entry.commit == NULL || running->commit == NULL ||
            strcmp(running->commit, claim->entry.commit) == 0);
}

static void find_changes(struct import *import)
{
    vector_clear(&import->changes);
    for (size_t i = 0; i < import->claims.count; i++) {
        const struct claim *claim = vector_at(&import->claims, i);

        if (!is_recorded(import, claim))
            vector_push(&import->changes, claim);
    }
}

/* What the repositories call those versions, as far as they are here. Outside of a transaction: it
 * reads git. */
static bool find_commits(struct import *import, struct error *error)
{
    struct project_settings settings;

    find_changes(import);
    if (import->changes.count == 0)
        return true;
    if (!project_load(import->call, &settings, error))
        return false;
    for (size_t i = 0; i < import->claims.count; i++) {
        struct claim *claim = vector_at(&import->claims, i);

        if (claim->entry.commit != NULL || is_recorded(import, claim))
            continue;
        if (!progress_check(&import->call->progress, error))
            return false;
        for (size_t k = 0; k < settings.module_count; k++) {
            if (strcmp(settings.modules[k].name, claim->entry.module) == 0)
                claim->entry.commit = compare_version_commit(import->call, &settings.modules[k],
                                                             claim->entry.version);
        }
    }
    return true;
}

/* An event that began before the one that runs would change nothing: then it was seen just now. */
static int64_t started_at(struct import *import, const struct claim *claim)
{
    const struct manifest_cell *cell =
        manifest_cell_at(import->manifest, claim->row, claim->column);

    if (cell->running != NULL && claim->entry.at <= cell->running->started_at)
        return 0;
    return claim->entry.at;
}

static bool write_changes(struct import *import, struct error *error)
{
    struct call *call = import->call;
    json_t *body = json_object();
    bool ok = true;

    for (size_t i = 0; ok && i < import->changes.count; i++) {
        const struct claim *claim = vector_at(&import->changes, i);
        int64_t at = started_at(import, claim);
        struct store_deployment deployment = {
            .project_id = call->project->id,
            .module_id = import->manifest->rows[claim->row].id,
            .environment_id = import->manifest->columns[claim->column].id,
            .version = claim->entry.version,
            .commit = claim->entry.commit,
            .image = claim->entry.image,
            .release = claim->entry.release,
            .status = DEPLOYMENT_DEPLOYED,
            .reason = arena_printf(call->arena, "imported from %s", path_base_name(import->file)),
            .actor = claim->entry.actor != NULL ? claim->entry.actor : call->actor.login,
            .started_at = at,
            .finished_at = at,
        };

        ok = store_deployment_add(call->connection, &deployment, error);
    }
    json_put_text(body, "file", path_base_name(import->file));
    json_put_integer(body, "deployments", (int64_t)import->changes.count);
    ok = ok && call_audit(call, "manifest.import", NULL, body, error) &&
         store_commit(call->connection, error);
    json_decref(body);
    return ok;
}

/* Reads what is recorded once more, now that nobody else writes. */
static bool write_all(struct import *import, struct error *error)
{
    struct manifest_moment now = { 0 };
    bool ok = call_begin(import->call, PERMISSION_DEPLOY, NULL, error) &&
              manifest_read(import->call, &now, import->call->arena, &import->manifest, error);

    if (ok)
        find_changes(import);
    ok = ok && (import->changes.count == 0 || write_changes(import, error));
    store_rollback(import->call->connection);
    return ok;
}

static void show_changes(struct import *import, bool dry, struct result *result)
{
    listing_start(import->call, result, "manifest-changes", change_columns,
                  sizeof change_columns / sizeof *change_columns, NULL,
                  "Nothing changes: all of it is recorded already.");
    for (size_t i = 0; i < import->changes.count; i++) {
        const struct claim *claim = vector_at(&import->changes, i);
        json_t *object = json_object();

        json_put_text(object, "module", claim->entry.module);
        json_put_text(object, "environment", claim->entry.environment);
        json_put_text(object, "previous",
                      manifest_version(import->manifest, claim->row, claim->column));
        json_put_text(object, "current", claim->entry.version);
        json_put_text(object, "commit", claim->entry.commit);
        json_put_bool(object, "written", !dry);
        json_append(result->items, object);
    }
    result->differences = import->changes.count > 0;
}

bool app_manifest_import(struct call *call, const struct arguments *arguments,
                         struct result *result, struct error *error)
{
    bool dry = arguments_flag(arguments, "dry-run"), ok;
    struct import import = { .call = call, .file = arguments_at(arguments, 0) };
    struct manifest_moment now = { 0 };

    vector_init(&import.claims, sizeof(struct claim));
    vector_init(&import.changes, sizeof(struct claim));
    ok = manifest_read(call, &now, call->arena, &import.manifest, error) &&
         read_file(&import, error) && find_commits(&import, error) &&
         (dry || write_all(&import, error));
    if (ok)
        show_changes(&import, dry, result);
    vector_release(&import.claims);
    vector_release(&import.changes);
    return ok;
}
