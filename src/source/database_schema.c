#include "database_schema.h"

#include <string.h>

#include <pilab/base/file.h>
#include <pilab/drift/mask.h>
#include <pilab/schema/dialect.h>
#include <pilab/schema/dsn.h>

#include "database_schema_parts.h"
#include "infrastructure_source.h"

/* --- What is told ----------------------------------------------------------------------------- */

static void fail_settings(struct schema_work *work, const char *what, const char *why,
                          const char *hint)
{
    struct error error = { 0 };

    error_set(&error, ERROR_NOT_FOUND, "%s", why);
    error_hint(&error, "%s", hint);
    database_schema_fail(work, what, &error);
}

/* What the user who reads may not see. */
static void report_refused(struct schema_work *work, const struct schema_side *side)
{
    for (size_t i = 0; i < side->schema->gap_count; i++) {
        const struct schema_gap *gap = &side->schema->gaps[i];
        struct error error = { 0 };

        if (!gap->refused)
            continue;
        error_set(&error, ERROR_DENIED, "%s: %s", gap->what,
                  mask_message(work->reader->arena, side->schema->dialect, gap->why));
        error_hint(&error, "They were not compared. Let a user read who may see them.");
        module_reader_problem(work->reader, DRIFT_DATABASE, side->name, &error, work->guessed);
    }
}

static const char *title_of(const struct schema *schema)
{
    enum sql_dialect dialect = DIALECT_UNKNOWN;

    sql_dialect_parse(schema_dialect_word(schema->dialect), &dialect);
    return sql_dialect_title(dialect);
}

/* --- Comparing -------------------------------------------------------------------------------- */

/* Borrowed by the diff until the reader ends. */
static void keep_schemas(struct schema_work *work)
{
    work->reader->previous_schema = work->sides[PREVIOUS].schema;
    work->reader->current_schema = work->sides[CURRENT].schema;
}

/* The environment that a side is, whenever that was. */
static const char *own_environment(const struct schema_work *work, int side)
{
    const struct comparison_request *request = work->reader->request;

    return side == PREVIOUS ? request->previous.environment : request->current.environment;
}

static void compare_both(struct schema_work *work, struct database_schema_input *input)
{
    struct module_reader *reader = work->reader;
    const struct schema_side *sides = work->sides;

    reader->schema_diff = schema_compare(sides[PREVIOUS].schema, sides[CURRENT].schema, NULL);
    *input = (struct database_schema_input){ .diff = reader->schema_diff,
                                             .previous = sides[PREVIOUS].told,
                                             .current = sides[CURRENT].told };
    input->previous.place = sides[PREVIOUS].name;
    input->current.place = sides[CURRENT].name;
    if (database_schema_is_kept(work)) {
        input->previous.environment = own_environment(work, PREVIOUS);
        input->current.environment = own_environment(work, CURRENT);
    }
    input->by_migrations = database_schema_is_migrated(work, &sides[PREVIOUS]) &&
                           database_schema_is_migrated(work, &sides[CURRENT]);
}

/* Of a live side that does not answer what its version makes of it stands in its place. */
static const struct schema_side *compared_side(const struct schema_work *work, int side)
{
    return work->sides[side].schema != NULL ? &work->sides[side]
                                            : database_schema_version_of(work, side);
}

static void compare_schemas(struct schema_work *work)
{
    struct module_reader *reader = work->reader;
    const struct schema_side *previous = compared_side(work, PREVIOUS);
    const struct schema_side *current = compared_side(work, CURRENT);
    struct database_schema_input *input = arena_alloc(reader->arena, sizeof *input);
    struct error error = { 0 };

    if (!database_schema_one_dialect(work, previous, current, &error)) {
        database_schema_fail(work, "schemas", &error);
        return;
    }
    if (work->parted)
        database_schema_part_outside(work, input);
    else
        compare_both(work, input);
    work->outcome->input = input;
    work->outcome->detail = arena_printf(reader->arena, "schema: %s against %s, %s", previous->name,
                                         current->name, title_of(current->schema));
    for (int i = PREVIOUS; i < SIDES; i++) {
        if (work->sides[i].schema == NULL) {
            work->outcome->detail = arena_printf(reader->arena, "%s; %s was not looked at",
                                                 work->outcome->detail, work->sides[i].name);
            continue;
        }
        database_schema_problems(work, &work->sides[i]);
        report_refused(work, &work->sides[i]);
    }
}

/* Files of the same content, wherever they lie below the path. */
static bool same_files(const struct schema_side *a, const struct schema_side *b)
{
    if (a->address != NULL || b->address != NULL || a->files.count == 0 ||
        a->files.count != b->files.count)
        return false;
    for (size_t i = 0; i < a->files.count; i++) {
        if (!place_same(&a->files.files[i], &b->files.files[i]) ||
            strcmp(a->files.files[i].path + strlen(a->path),
                   b->files.files[i].path + strlen(b->path)) != 0)
            return false;
    }
    return true;
}

static bool list_files(struct schema_work *work, struct error *error)
{
    for (int i = PREVIOUS; i < SIDES; i++) {
        struct schema_side *side = &work->sides[i];

        if (side->address == NULL &&
            !place_list(side->place, side->path, NULL, NULL, work->reader->arena, &side->files,
                        work->reader->progress, error))
            return false;
    }
    return true;
}

static bool compare_sides(struct schema_work *work, struct error *error)
{
    struct schema_side *sides = work->sides;

    if (!list_files(work, error))
        return false;
    if (same_files(&sides[PREVIOUS], &sides[CURRENT])) {
        work->outcome->detail =
            arena_printf(work->reader->arena, "schema: %s is the same on both sides",
                         sides[CURRENT].path);
        return true;
    }
    if (!database_schema_read_sides(work, error)) {
        keep_schemas(work);
        return false;
    }
    keep_schemas(work);
    for (int i = PREVIOUS; i < SIDES; i++) {
        if (sides[i].schema == NULL)
            database_schema_fail(work, sides[i].name, &sides[i].why);
    }
    if (!database_schema_read_known(work, error))
        return false;
    if (work->parted || (sides[PREVIOUS].schema != NULL && sides[CURRENT].schema != NULL))
        compare_schemas(work);
    return true;
}

/* --- Which sides ------------------------------------------------------------------------------ */

static void name_side(struct schema_work *work, struct schema_side *side)
{
    struct arena *arena = work->reader->arena;
    struct dsn dsn;

    if (side->address == NULL)
        side->name = arena_printf(arena, "%s at %s", side->path, side->place->label);
    else
        side->name =
            arena_printf(arena, "%s (%s)", side->environment,
                         dsn_read(side->address, arena, &dsn, NULL) ? dsn.shown : "its database");
}

/* "{env}" is the environment that a side is: what lies there was seen there. Only a side that is
 * none is looked at as it would be on the other's. */
static const char *path_on(struct schema_work *work, int side, const char *path)
{
    const char *own = own_environment(work, side);
    struct place place = *work->sides[side].place;

    if (own != NULL)
        place.environment = own;
    return place_environment_path(&place, path, work->reader->arena);
}

/* From files where it is not live. False: told why not. */
static bool choose_files(struct schema_work *work, int index, bool other_live)
{
    struct schema_side *side = &work->sides[index];
    const struct module_settings *module = work->reader->module->settings;
    const char *path;

    side->dialect =
        work->settings->dialect != NULL ? work->settings->dialect : module->migrations_dialect;
    if (work->settings->path == NULL) {
        side->path = work->scene->migrations;
        if (side->path != NULL || !other_live)
            return true;
        fail_settings(work, arena_printf(work->reader->arena, "schema at %s", side->place->label),
                      "the other side is live, and nothing says what the schema is here",
                      "name the database under `schema: live` in the project's settings, or a file "
                      "with `path`");
        return false;
    }
    path = module_reader_path(work->reader, work->settings->path);
    if (path == NULL) {
        fail_settings(work, work->settings->path, "it leads out of the repository",
                      "correct `schema` of the module; " MODULE_PATHS_START);
        return false;
    }
    side->path = path_on(work, index, path);
    return true;
}

/* How many sides are environments at this moment whose databases are named. */
static size_t choose_live(struct schema_work *work)
{
    const struct comparison_module *module = work->reader->module;
    const char *now[] = { module->previous_now, module->current_now };
    size_t live = 0;

    for (int i = PREVIOUS; i < SIDES; i++) {
        struct schema_side *side = &work->sides[i];

        side->environment = now[i];
        if (now[i] != NULL)
            side->address = schema_settings_live(work->settings, now[i]);
        live += side->address != NULL;
    }
    return live;
}

/* Whether the settings say nothing of these two sides. */
static bool says_nothing(const struct schema_work *work)
{
    const struct schema_settings *settings = work->settings;

    if (settings == NULL)
        return true;
    for (int i = PREVIOUS; i < SIDES; i++) {
        if (work->sides[i].address != NULL)
            return false;
    }
    return settings->path == NULL && (settings->scratch == NULL || work->scene->migrations == NULL);
}

/* False: there is nothing to compare, or it was told why it cannot be. */
static bool choose_configured(struct schema_work *work, size_t live)
{
    for (int i = PREVIOUS; i < SIDES; i++) {
        if (work->sides[i].address == NULL && !choose_files(work, i, live > 0))
            return false;
    }
    for (int i = PREVIOUS; i < SIDES; i++) {
        if (work->sides[i].path == NULL || strstr(work->sides[i].path, "{env}") == NULL)
            continue;
        work->outcome->detail = "schema: it is kept by environment, and neither side is one";
        return false;
    }
    return true;
}

/* False only when cancelled, or when the files of a side cannot be listed. */
static bool choose(struct schema_work *work, bool *chosen, struct error *error)
{
    size_t live = work->settings != NULL ? choose_live(work) : 0;

    if (!says_nothing(work)) {
        *chosen = choose_configured(work, live);
        return work->settings->path == NULL || database_schema_tell_dumps(work, error);
    }
    if (!database_schema_find_dump(work, chosen, error))
        return false;
    if (!*chosen && work->settings != NULL && work->settings->live_count > 0)
        work->outcome->detail = "schema: neither side is a database that is named";
    return true;
}

bool database_schemas_read(struct module_reader *reader, const struct schema_scene *scene,
                           struct schema_outcome *outcome, struct error *error)
{
    const struct module_settings *module = reader->module->settings;
    struct schema_work work = { .reader = reader, .scene = scene, .outcome = outcome };
    bool chosen;

    *outcome = (struct schema_outcome){ .failed = false };
    for (int i = PREVIOUS; i < SIDES; i++)
        work.sides[i].place = scene->places[i];
    if (module != NULL && !schema_settings_empty(&module->schema))
        work.settings = &module->schema;
    if (!choose(&work, &chosen, error))
        return false;
    if (!chosen)
        return true;
    if (work.guessed) { /* and read already */
        keep_schemas(&work);
        compare_schemas(&work);
        return true;
    }
    for (int i = PREVIOUS; i < SIDES; i++)
        name_side(&work, &work.sides[i]);
    return compare_sides(&work, error);
}

bool database_schemas_read_live(struct module_reader *reader, bool *compared,
                                struct schema_outcome *outcome, struct error *error)
{
    const struct module_settings *module = reader->module->settings;
    struct schema_work work = { .reader = reader, .outcome = outcome };

    *outcome = (struct schema_outcome){ .failed = false };
    if (module != NULL)
        work.settings = &module->schema;
    *compared = module != NULL && choose_live(&work) == SIDES;
    if (!*compared)
        return true;
    for (int i = PREVIOUS; i < SIDES; i++)
        name_side(&work, &work.sides[i]);
    return compare_sides(&work, error);
}
