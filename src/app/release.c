#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/app/listing.h>
#include <pilab/base/digest.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>

#include "release_parts.h"

/* --- Cutting ---------------------------------------------------------------------------------- */

/* A release in the making. */
struct cutting {
    struct release_world world;
    struct module_names only, without;
    const struct store_cell **cells; /* of the source, one for each entry */
    struct store_release_entry *entries;
    size_t count;
    size_t same; /* that the target has already */
    struct store_release row;
    const char *others; /* "R2025.02 is open and goes to UAT as well"; NULL: none is */
    const char *mark;   /* names what runs in the cells */
};

/* Without --from it is the environment that the target is filled from, when there is only one. */
static bool find_source(struct call *call, const char *target, const char **source,
                        struct error *error)
{
    struct store_environment environment;
    struct strbuf names = STRBUF_INIT;

    if (*source != NULL)
        return true;
    if (!store_environment_find(call->connection, call->project->id, target, call->arena,
                                &environment, error))
        return false;
    if (environment.from_count == 1) {
        *source = environment.from[0];
        return true;
    }
    for (size_t i = 0; i < environment.from_count; i++)
        strbuf_printf(&names, "%s%s", i > 0 ? ", " : "", environment.from[i]);
    error_set(error, ERROR_USAGE, "--from is missing");
    error_hint(error, environment.from_count > 0 ? "%s is filled from %s" : "nothing fills %s%s",
               environment.name, names.data);
    strbuf_release(&names);
    return false;
}

static bool is_wanted(const struct cutting *cutting, const char *module)
{
    return (cutting->only.count == 0 || module_names_have(&cutting->only, module)) &&
           !module_names_have(&cutting->without, module);
}

/* What cannot be frozen is named all at once, with what to type to go on without it. */
static bool choose_modules(struct call *call, struct cutting *cutting, struct error *error)
{
    const struct store_matrix *matrix = &cutting->world.matrix;
    struct strbuf problems = STRBUF_INIT, names = STRBUF_INIT;
    bool ok = true;

    cutting->cells = arena_array(call->arena, matrix->module_count, sizeof *cutting->cells);
    for (size_t i = 0; i < matrix->module_count * matrix->environment_count; i++) {
        const struct store_cell *cell = &matrix->cells[i];
        const char *problem;

        if (strcmp(cell->environment_id, cutting->world.source.id) != 0 ||
            !is_wanted(cutting, cell->module))
            continue;
        problem = release_cell_problem(call, cell);
        if (problem == NULL) {
            cutting->cells[cutting->count++] = cell;
            continue;
        }
        strbuf_printf(&problems, "%s%s: %s", problems.length > 0 ? "; " : "", cell->module,
                      problem);
        strbuf_printf(&names, "%s%s", names.length > 0 ? "," : "", cell->module);
    }
    if (problems.length > 0) {
        ok = error_set(error, ERROR_INVALID, "%s cannot be frozen as it is: %s",
                       cutting->world.source.name, problems.data);
        error_hint(error, "--exclude %s leaves out what is not ready", names.data);
    } else if (cutting->count == 0) {
        ok = error_set(error, ERROR_INVALID, "no module is left to freeze");
    }
    strbuf_release(&names);
    strbuf_release(&problems);
    return ok;
}

/* The same as long as the same deployments of the same modules would be frozen. */
static const char *mark_of(struct call *call, const struct cutting *cutting)
{
    char hex[SHA256_HEX_SIZE];
    struct strbuf text = STRBUF_INIT;
    const char *mark;

    for (size_t i = 0; i < cutting->count; i++)
        strbuf_printf(&text, "%s %s\n", cutting->cells[i]->module_id,
                      cutting->cells[i]->running->id);
    mark = arena_printf(call->arena, "%.16s", sha256_hex(text.data, text.length, hex));
    strbuf_release(&text);
    return mark;
}

/* Between what somebody was shown and their "cut" an environment may move. */
static bool check_expected(const struct cutting *cutting, const char *expected, struct error *error)
{
    if (expected == NULL || strcmp(expected, cutting->mark) == 0)
        return true;
    error_set(error, ERROR_CONFLICT, "%s moved since it was looked at: nothing was cut",
              cutting->world.source.name);
    return error_hint(error, "Look again at what would be frozen (--dry-run), then cut that.");
}

static bool target_has(const struct cutting *cutting, const struct store_release_entry *entry)
{
    const struct store_cell *cell =
        store_matrix_cell(&cutting->world.matrix, entry->module_id, cutting->world.target.id);
    const struct store_deployment *running = cell != NULL ? cell->running : NULL;

    return running != NULL && release_same(entry->version, entry->commit, entry->image,
                                           running->version, running->commit, running->image);
}

static bool freeze_modules(struct call *call, struct cutting *cutting, struct error *error)
{
    cutting->entries = arena_array(call->arena, cutting->count, sizeof *cutting->entries);
    for (size_t i = 0; i < cutting->count; i++) {
        progress_report(&call->progress, cutting->cells[i]->module, i, cutting->count);
        if (!progress_check(&call->progress, error))
            return false;
        release_freeze(call, &cutting->world, cutting->cells[i], &cutting->entries[i]);
        cutting->same += target_has(cutting, &cutting->entries[i]);
    }
    return true;
}

/* Nothing would be deployed: that may be a slip. */
static bool ask_when_empty(struct call *call, const struct cutting *cutting, bool yes,
                           struct error *error)
{
    static const char *const choices[] = { "cut", "stop", NULL };
    struct call_question question = {
        .text = arena_printf(call->arena, "%s has all of this already: nothing would be deployed.",
                             cutting->world.target.name),
        .choices = choices,
        .option = "--yes"
    };
    size_t choice = 0;

    if (yes || cutting->same < cutting->count)
        return true;
    if (!call_ask(call, &question, &choice, NULL, error))
        return false;
    return choice == 0 || error_set(error, ERROR_CANCELLED, "no release was cut");
}

static bool keep_release(struct call *call, struct cutting *cutting, struct error *error)
{
    json_t *body = NULL, *list;
    bool ok =
        call_begin(call, PERMISSION_CUT_RELEASE, NULL, error) &&
        release_still_there(call, &cutting->world, cutting->cells, cutting->count, error) &&
        store_release_add(call->connection, &cutting->row, cutting->entries, cutting->count, error);

    if (ok) {
        list = store_release_list_json(cutting->entries, cutting->count, error);
        body = release_audit_body(&cutting->row);
        json_put_text(body, "from", cutting->world.source.name);
        json_put_text(body, "to", cutting->world.target.name);
        json_put_integer(body, "modules", (int64_t)cutting->count);
        json_put(body, "list", list);
        ok = list != NULL && release_audit(call, "release.cut", &cutting->row, body, error) &&
             store_commit(call->connection, error);
    }
    store_rollback(call->connection);
    json_decref(body);
    if (!ok && error != NULL && error->code == ERROR_EXISTS)
        error_hint(error,
                   "`pilab release update %s` changes its list; another one needs another "
                   "name",
                   cutting->row.name);
    return ok;
}

static bool is_on_path(const struct cutting *cutting)
{
    const struct store_environment *target = &cutting->world.target;

    for (size_t i = 0; i < target->from_count; i++)
        if (strcmp(target->from[i], cutting->world.source.name) == 0)
            return true;
    return false;
}

static void say_cut(const struct cutting *cutting, struct strbuf *out)
{
    size_t unknown = 0;

    for (size_t i = 0; i < cutting->count; i++)
        unknown += cutting->entries[i].commit == NULL;
    rich_text(out, RICH_NAME, cutting->row.name, true);
    strbuf_printf(out, ": cut with %zu module%s\n", cutting->count, cutting->count == 1 ? "" : "s");
    release_warn_others(out, cutting->others);
    if (!is_on_path(cutting))
        release_warn_path(out, cutting->world.source.name, cutting->world.target.name);
    if (unknown > 0) {
        rich_word(out, RICH_WARNING, "warning:");
        strbuf_printf(out,
                      " of %zu module%s no commit is known here: the version is frozen, not what "
                      "it stands for\n",
                      unknown, unknown == 1 ? "" : "s");
    }
}

static bool plan_cut(struct call *call, const struct arguments *arguments, struct cutting *cutting,
                     struct error *error)
{
    const char *target = arguments_option(arguments, "to");
    const char *source = arguments_option(arguments, "from");
    const char *name = arguments_at(arguments, 0);
    struct store_release other;

    if (!release_name_check(name, error))
        return false;
    if (target == NULL) {
        error_set(error, ERROR_USAGE, "--to is missing");
        return error_hint(error, "for example --from SIT --to UAT");
    }
    if (!find_source(call, target, &source, error) ||
        !release_world_read(call, source, target, &cutting->world, error))
        return false;
    if (strcmp(cutting->world.source.id, cutting->world.target.id) == 0)
        return error_set(error, ERROR_USAGE, "a release goes from one environment to another");
    if (store_release_find(call->connection, call->project->id, name, call->arena, &other, NULL)) {
        error_set(error, ERROR_EXISTS, "there is a release %s already (%s, cut by %s)", other.name,
                  release_status_name(other.status), other.created_by);
        return error_hint(error,
                          "`pilab release update %s` changes its list; another one needs "
                          "another name",
                          other.name);
    }
    module_names_words(call, arguments, 1, &cutting->only);
    module_names_option(call, arguments, "exclude", &cutting->without);
    return module_names_check(call, &cutting->only, &cutting->world.matrix, error) &&
           module_names_check(call, &cutting->without, &cutting->world.matrix, error);
}

bool release_preview_cut(struct call *call, const char *source, const char *target,
                         const char *const *modules, size_t count, struct release_preview *preview,
                         struct error *error)
{
    struct cutting cutting = { 0 };

    *preview = (struct release_preview){ 0 };
    cutting.only.items = arena_array(call->arena, count, sizeof *cutting.only.items);
    for (size_t i = 0; i < count; i++)
        cutting.only.items[cutting.only.count++] = arena_text(call->arena, modules[i]);
    if (!release_world_read(call, source, target, &cutting.world, error) ||
        !module_names_check(call, &cutting.only, &cutting.world.matrix, error) ||
        !choose_modules(call, &cutting, error) ||
        !release_open_to(call, cutting.world.target.id, call->arena, &preview->others, error))
        return false;
    preview->mark = mark_of(call, &cutting);
    preview->modules = cutting.count;
    preview->names = arena_array(call->arena, cutting.count, sizeof *preview->names);
    preview->versions = arena_array(call->arena, cutting.count, sizeof *preview->versions);
    for (size_t i = 0; i < cutting.count; i++) {
        preview->names[i] = cutting.cells[i]->module;
        preview->versions[i] = cutting.cells[i]->running->version;
    }
    preview->off_path = !is_on_path(&cutting);
    return true;
}

static bool freeze_expected(struct call *call, const char *expected, struct cutting *cutting,
                            struct error *error)
{
    if (!choose_modules(call, cutting, error))
        return false;
    cutting->mark = mark_of(call, cutting);
    return check_expected(cutting, expected, error) &&
           release_open_to(call, cutting->world.target.id, call->arena, &cutting->others, error) &&
           freeze_modules(call, cutting, error);
}

static void show_plan(struct call *call, const struct cutting *cutting, struct result *result)
{
    const struct store_matrix *matrix = &cutting->world.matrix;
    struct release_plan plan = { .name = cutting->row.name,
                                 .from = cutting->world.source.name,
                                 .to = cutting->world.target.name,
                                 .entries = cutting->entries,
                                 .count = cutting->count,
                                 .mark = cutting->mark,
                                 .others = cutting->others,
                                 .off_path = !is_on_path(cutting) };

    plan.there = arena_array(call->arena, cutting->count, sizeof *plan.there);
    for (size_t i = 0; i < cutting->count; i++) {
        const struct store_cell *cell =
            store_matrix_cell(matrix, cutting->entries[i].module_id, cutting->world.target.id);

        plan.there[i] = cell != NULL && cell->running != NULL ? cell->running->version : NULL;
    }
    release_plan_result(&plan, result);
}

bool app_release_cut(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error)
{
    struct cutting cutting = { 0 };
    struct strbuf said = STRBUF_INIT;
    bool ok = listing_time(arguments, "planned", &cutting.row.planned_at, error) &&
              plan_cut(call, arguments, &cutting, error);

    if (!ok)
        return false;
    cutting.row.project_id = call->project->id;
    cutting.row.name = arguments_at(arguments, 0);
    cutting.row.source_id = cutting.world.source.id;
    cutting.row.target_id = cutting.world.target.id;
    cutting.row.description = arguments_option(arguments, "description");
    cutting.row.created_by = call->actor.login;
    if (!freeze_expected(call, arguments_option(arguments, "expect"), &cutting, error))
        return false;
    if (arguments_flag(arguments, "dry-run")) {
        show_plan(call, &cutting, result);
        return true;
    }
    if (!ask_when_empty(call, &cutting, arguments_flag(arguments, "yes"), error) ||
        !keep_release(call, &cutting, error))
        return false;
    say_cut(&cutting, &said);
    ok = release_result(call, &cutting.row, &said, result, error);
    strbuf_release(&said);
    return ok;
}

/* --- Looking ---------------------------------------------------------------------------------- */

static bool show_frozen(struct call *call, const struct store_release *release,
                        struct result *result, struct error *error)
{
    struct store_release_entries entries;
    json_t *list;

    if (!store_release_entries(call->connection, release->id, 0, call->arena, &entries, error))
        return false;
    list = store_release_list_json(entries.items, entries.count, error);
    if (list == NULL)
        return false;
    result->kind = RESULT_RAW;
    json_write_canonical(&result->text, list);
    json_decref(list);
    return true;
}

bool app_release_show(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error)
{
    struct store_release release;

    if (!release_find(call, arguments_at(arguments, 0), &release, error))
        return false;
    if (arguments_flag(arguments, "frozen"))
        return show_frozen(call, &release, result, error);
    return release_result(call, &release, NULL, result, error);
}

static const struct result_column release_columns[] = {
    {"number",      "No",      CELL_NUMBER, 1},
    { "name",       "Release", CELL_TEXT,   0},
    { "from",       "From",    CELL_TEXT,   0},
    { "to",         "To",      CELL_TEXT,   0},
    { "status",     "Status",  CELL_TEXT,   2},
    { "modules",    "Modules", CELL_NUMBER, 3},
    { "sentence",   "Next",    CELL_TEXT,   0},
    { "created_at", "Cut",     CELL_TIME,   4},
    { "created_by", "By",      CELL_TEXT,   5},
};

static json_t *row_json(const struct release_detail *detail)
{
    const struct store_release *row = &detail->row;
    json_t *object = json_object();

    json_put_text(object, "id", row->id);
    json_put_integer(object, "number", row->number);
    json_put_text(object, "name", row->name);
    json_put_text(object, "from", row->source);
    json_put_text(object, "to", row->target);
    json_put_text(object, "status", release_status_name(row->status));
    json_put_integer(object, "rev", row->rev);
    json_put_text(object, "digest", row->digest);
    json_put_integer(object, "modules", (int64_t)row->modules);
    json_put_integer(object, "moved", (int64_t)detail->by_source[RELEASE_SOURCE_MOVED]);
    json_put_integer(object, "deployed", (int64_t)detail->by_target[RELEASE_TARGET_SAME]);
    json_put_text(object, "step", release_step_name(detail->step));
    json_put_text(object, "sentence", detail->sentence);
    json_put_time(object, "planned_at", row->planned_at);
    json_put_time(object, "created_at", row->created_at);
    json_put_text(object, "created_by", row->created_by);
    return object;
}

bool app_release_list(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error)
{
    bool all = arguments_flag(arguments, "all");
    struct store_releases list;
    struct store_matrix matrix;
    struct store_page page;

    if (!listing_page(arguments, &page, error) ||
        !store_release_list(call->connection, call->project->id, !all, &page, call->arena, &list,
                            error) ||
        !store_deployment_matrix(call->connection, call->project->id, 0, call->arena, &matrix,
                                 error))
        return false;
    listing_start(call, result, "releases", release_columns,
                  sizeof release_columns / sizeof *release_columns, list.next,
                  all ? "There is no release yet. `pilab release cut NAME --to ENV` makes one."
                      : "There is no open release. `pilab release cut NAME --to ENV` makes one, "
                        "--all shows the others.");
    for (size_t i = 0; i < list.count; i++) {
        struct release_detail detail;

        if (!release_detail_read(call, &list.items[i], &matrix, call->arena, &detail, error))
            return false;
        json_append(result->items, row_json(&detail));
    }
    return true;
}
