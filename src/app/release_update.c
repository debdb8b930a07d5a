/* Changing the list of a release: what its source has now is kept out, taken, or dropped. */
#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/rich.h>

#include "release_parts.h"

#define MOST_NAMED 3 /* more are counted; the revision names them all */

enum change_kind { CHANGE_KEEP, CHANGE_TAKE, CHANGE_DROP };

/* "keep", "kept": for the audit's reason and for people. */
static const struct {
    const char *option, *done;
} kinds[] = {
    [CHANGE_KEEP] = {"keep",  "kept"   },
    [CHANGE_TAKE] = { "take", "took"   },
    [CHANGE_DROP] = { "drop", "dropped"},
};

/* A list in the making. */
struct changing {
    enum change_kind kind;
    struct module_names names; /* none: whatever moved */
    struct release_world world;
    struct release_detail before;
    const struct store_cell **seen; /* of the source, that something was decided about */
    size_t seen_count;
    struct store_release_entry *entries;
    size_t count;
    struct strbuf what; /* "mb-auth 2.0.7 → 2.0.8, mb-web" */
    size_t changed;     /* modules in it */
    json_t *lapses;     /* the notes that were about the list as it was */
};

static bool read_kind(const struct arguments *arguments, enum change_kind *kind,
                      struct error *error)
{
    size_t given = 0;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!arguments_flag(arguments, kinds[i].option))
            continue;
        *kind = (enum change_kind)i;
        given++;
    }
    if (given == 1 && *kind == CHANGE_DROP && arguments_count(arguments) < 2)
        return error_set(error, ERROR_USAGE, "--drop needs the modules to drop");
    if (given == 1)
        return true;
    error_set(error, ERROR_USAGE, "one of --keep, --take and --drop must be given");
    return error_hint(error,
                      "--keep stays with what was frozen, --take freezes what the source has "
                      "now, --drop takes modules out");
}

static void note_change(struct changing *changing, const char *module, const char *from,
                        const char *to)
{
    changing->changed++;
    strbuf_printf(&changing->what, "%s%s", changing->what.length > 0 ? ", " : "", module);
    if (from != NULL)
        strbuf_printf(&changing->what, " %s", from);
    if (to != NULL)
        strbuf_printf(&changing->what, " → %s", to);
}

static bool is_meant(const struct changing *changing, const struct release_line *line)
{
    if (changing->names.count > 0)
        return module_names_have(&changing->names, line->entry->module);
    return line->source == RELEASE_SOURCE_MOVED || line->source == RELEASE_SOURCE_GONE;
}

static bool take(struct call *call, struct changing *changing, const struct store_cell *cell,
                 struct store_release_entry *entry, struct error *error)
{
    const char *problem = release_cell_problem(call, cell);

    if (problem != NULL) {
        error_set(error, ERROR_INVALID, "%s in %s cannot be taken as it is: %s", cell->module,
                  cell->environment, problem);
        return error_hint(error, "--keep %s stays with what was frozen", cell->module);
    }
    release_freeze(call, &changing->world, cell, entry);
    return true;
}

static bool change_line(struct call *call, struct changing *changing,
                        const struct release_line *line, struct error *error)
{
    struct store_release_entry entry = *line->entry;
    const struct store_cell *cell =
        store_matrix_cell(&changing->world.matrix, entry.module_id, changing->world.source.id);

    if (!is_meant(changing, line)) {
        changing->entries[changing->count++] = entry;
        return true;
    }
    /* Whatever is decided is decided about what the source has now. */
    if (changing->kind != CHANGE_DROP && cell != NULL && line->source != RELEASE_SOURCE_SAME)
        changing->seen[changing->seen_count++] = cell;
    if (changing->kind == CHANGE_DROP ||
        (changing->kind == CHANGE_TAKE && line->source == RELEASE_SOURCE_GONE)) {
        note_change(changing, entry.module, NULL, NULL);
        return true;
    }
    if (changing->kind == CHANGE_TAKE && line->source != RELEASE_SOURCE_SAME) {
        if (!take(call, changing, cell, &entry, error))
            return false;
        note_change(changing, entry.module, line->entry->version, entry.version);
    } else if (changing->kind == CHANGE_KEEP && line->source == RELEASE_SOURCE_MOVED) {
        entry.kept_version = line->source_has.version;
        entry.kept_commit = line->source_has.commit;
        note_change(changing, entry.module, entry.version, NULL);
    }
    changing->entries[changing->count++] = entry;
    return true;
}

static bool is_in_list(const struct changing *changing, const char *module_id)
{
    for (size_t i = 0; i < changing->before.line_count; i++)
        if (strcmp(changing->before.lines[i].entry->module_id, module_id) == 0)
            return true;
    return false;
}

/* A module that was left out before joins only when it is named. */
static bool add_others(struct call *call, struct changing *changing, struct error *error)
{
    const struct store_matrix *matrix = &changing->world.matrix;

    for (size_t i = 0; i < matrix->module_count * matrix->environment_count; i++) {
        const struct store_cell *cell = &matrix->cells[i];

        if (strcmp(cell->environment_id, changing->world.source.id) != 0 ||
            !module_names_have(&changing->names, cell->module) ||
            is_in_list(changing, cell->module_id))
            continue;
        if (changing->kind != CHANGE_TAKE) {
            error_set(error, ERROR_INVALID, "%s is not in the release %s", cell->module,
                      changing->before.row.name);
            return error_hint(error, "--take %s takes it in", cell->module);
        }
        if (!take(call, changing, cell, &changing->entries[changing->count], error))
            return false;
        changing->seen[changing->seen_count++] = cell;
        note_change(changing, cell->module, changing->entries[changing->count].version, NULL);
        changing->count++;
    }
    return true;
}

static bool plan_change(struct call *call, struct changing *changing, struct error *error)
{
    size_t modules = changing->world.matrix.module_count;
    size_t most = changing->before.line_count + modules;

    changing->entries = arena_array(call->arena, most, sizeof *changing->entries);
    changing->seen = arena_array(call->arena, most, sizeof *changing->seen);
    for (size_t i = 0; i < changing->before.line_count; i++) {
        progress_report(&call->progress, changing->before.lines[i].entry->module, i,
                        changing->before.line_count);
        if (!progress_check(&call->progress, error) ||
            !change_line(call, changing, &changing->before.lines[i], error))
            return false;
    }
    if (!add_others(call, changing, error))
        return false;
    if (changing->count > 0)
        return true;
    error_set(error, ERROR_INVALID, "nothing would be left of the release %s",
              changing->before.row.name);
    return error_hint(error, "`pilab release cancel %s` gives it up", changing->before.row.name);
}

static bool keep_change(struct call *call, struct changing *changing,
                        struct store_release_revision *revision, struct error *error)
{
    struct store_release *row = &changing->before.row;
    char digest[SHA256_HEX_SIZE];
    json_t *body = NULL, *list;
    bool ok =
        call_begin(call, PERMISSION_CUT_RELEASE, NULL, error) &&
        release_still_there(call, &changing->world, changing->seen, changing->seen_count, error) &&
        store_release_revise(call->connection, row->id, row->rev, revision, changing->entries,
                             changing->count, error);

    if (ok) {
        memcpy(digest, row->digest, sizeof digest);
        row->rev = revision->rev;
        memcpy(row->digest, revision->digest, sizeof row->digest);
        list = store_release_list_json(changing->entries, changing->count, error);
        body = release_audit_body(row);
        json_put_text(body, "reason", revision->reason);
        json_put(body, "list", list);
        ok = list != NULL && release_lapse_notes(call, row, digest, changing->lapses, error);
        if (json_array_size(changing->lapses) > 0)
            json_put(body, "lapses", json_incref(changing->lapses));
        ok = ok && release_audit(call, "release.update", row, body, error) &&
             store_commit(call->connection, error);
    }
    store_rollback(call->connection);
    json_decref(body);
    return ok;
}

static bool update_result(struct call *call, struct changing *changing, bool changed,
                          struct result *result, struct error *error)
{
    struct strbuf said = STRBUF_INIT;
    bool ok;

    rich_text(&said, RICH_NAME, changing->before.row.name, true);
    if (changed) {
        strbuf_printf(&said, ": %s ", kinds[changing->kind].done);
        if (changing->changed > MOST_NAMED)
            strbuf_printf(&said, "%zu modules", changing->changed);
        else
            rich_text(&said, RICH_PLAIN, changing->what.data, true);
        strbuf_printf(&said, ", revision %lld", (long long)changing->before.row.rev);
        release_say_lapsed(changing->lapses, &said);
        strbuf_add_char(&said, '\n');
    } else {
        strbuf_printf(&said, ": nothing to %s\n", kinds[changing->kind].option);
    }
    release_say_lapses(changing->lapses, &said);
    ok = release_result(call, &changing->before.row, &said, result, error);
    if (ok) {
        json_put_bool(result->object, "changed", changed);
        json_put(result->object, "lapses", json_incref(changing->lapses));
    }
    strbuf_release(&said);
    return ok;
}

static bool start_change(struct call *call, const struct arguments *arguments,
                         struct changing *changing, struct error *error)
{
    struct store_release row;

    if (!read_kind(arguments, &changing->kind, error) ||
        !release_find(call, arguments_at(arguments, 0), &row, error))
        return false;
    if (row.status != RELEASE_OPEN) {
        error_set(error, ERROR_CONFLICT, "the release %s is %s and never changes", row.name,
                  release_status_name(row.status));
        return error_hint(error, "cut another one");
    }
    module_names_words(call, arguments, 1, &changing->names);
    return release_world_read(call, row.source, row.target, &changing->world, error) &&
           module_names_check(call, &changing->names, &changing->world.matrix, error) &&
           release_detail_read(call, &row, &changing->world.matrix, call->arena, &changing->before,
                               error);
}

bool app_release_update(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error)
{
    struct changing changing = { .what = STRBUF_INIT, .lapses = json_array() };
    struct store_release_revision revision = { .author = call->actor.login };
    bool changed, ok;

    ok = start_change(call, arguments, &changing, error) && plan_change(call, &changing, error);
    changed = ok && changing.what.length > 0;
    if (changed) {
        revision.reason =
            arena_printf(call->arena, "%s %s", kinds[changing.kind].done, changing.what.data);
        ok = keep_change(call, &changing, &revision, error);
    }
    ok = ok && update_result(call, &changing, changed, result, error);
    json_decref(changing.lapses);
    strbuf_release(&changing.what);
    return ok;
}
