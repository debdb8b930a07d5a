#include "database_schema.h"

#include <string.h>

#include <pilab/base/file.h>
#include <pilab/drift/mask.h>
#include <pilab/schema/dialect.h>
#include <pilab/schema/dsn.h>
#include <pilab/source/schema_files.h>

#include "infrastructure_source.h"

/* More of them say no more. */
#define MOST_PROBLEMS 10

enum { PREVIOUS, CURRENT, SIDES };

/* Where tools keep the schema beside migrations that are programs. */
static const char *const well_known[] = { "db/structure.sql", "db/schema.sql", "structure.sql" };

/* One side while it is read. */
struct schema_side {
    const struct place *place;
    const char *address;     /* of a live database; NULL: from files */
    const char *environment; /* that it is live in */
    const char *path;        /* of a file or folder of the place */
    const char *dialect;     /* configured; NULL */
    const char *name;        /* "db/structure.sql at v2.0.7", "UAT (service=uat)" */
    struct place_list files; /* of the path */
    struct schema *schema;
    struct error why;
    bool untold;
    struct database_schema_side told;
};

struct schema_work {
    struct module_reader *reader;
    const struct schema_scene *scene;
    const struct schema_settings *settings; /* NULL: the project says nothing */
    struct schema_side sides[SIDES];
    struct schema_side known; /* what the version of the one live side makes of it */
    struct schema_outcome *outcome;
    bool guessed; /* a well-known name: what cannot be read of it is a warning */
};

/* --- What is told ----------------------------------------------------------------------------- */

static void fail(struct schema_work *work, const char *what, const struct error *error)
{
    module_reader_problem(work->reader, DRIFT_DATABASE, what, error, work->guessed);
    work->outcome->failed = !work->guessed;
    work->outcome->detail = arena_printf(work->reader->arena, "schema: %s could not be read", what);
}

static void fail_settings(struct schema_work *work, const char *what, const char *why,
                          const char *hint)
{
    struct error error = { 0 };

    error_set(&error, ERROR_NOT_FOUND, "%s", why);
    error_hint(&error, "%s", hint);
    fail(work, what, &error);
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

/* What a reader could not make out, with its line; after some of them how many more there are. */
static void report_problems(struct schema_work *work, const struct schema_side *side)
{
    const struct schema *schema = side->schema;
    struct arena *arena = work->reader->arena;

    for (size_t i = 0; i < schema->problem_count && i < MOST_PROBLEMS; i++) {
        const struct schema_problem *problem = &schema->problems[i];
        const char *what = problem->place.file;
        struct error error = { 0 };

        if (i + 1 == MOST_PROBLEMS && schema->problem_count > MOST_PROBLEMS) {
            error_set(&error, ERROR_INVALID, "%zu more could not be read",
                      schema->problem_count - i);
            error_hint(&error, "`pilab schema snapshot` of it tells all of them");
            module_reader_problem(work->reader, DRIFT_DATABASE, side->name, &error, work->guessed);
            return;
        }
        if (what != NULL && problem->place.line > 0)
            what = arena_printf(arena, "%s:%u", what, problem->place.line);
        error_set(&error, ERROR_INVALID, "%s",
                  mask_message(arena, schema->dialect, problem->message));
        if (problem->hint != NULL)
            error_hint(&error, "%s", problem->hint);
        module_reader_problem(work->reader, DRIFT_DATABASE,
                              what != NULL && side->place != NULL
                                  ? arena_printf(arena, "%s at %s", what, side->place->label)
                                  : side->name,
                              &error, work->guessed);
    }
}

/* --- Reading ---------------------------------------------------------------------------------- */

static const char *const kinds[] = {
    [SCHEMA_FILES_SNAPSHOT] = "snapshot",
    [SCHEMA_FILES_SQL] = "sql",
    [SCHEMA_FILES_MIGRATIONS] = "migrations",
};

static void read_live(struct schema_work *work, struct schema_side *side)
{
    struct module_reader *reader = work->reader;
    const struct schema_asker *asker = reader->request->schemas;

    if (asker == NULL) {
        error_set(&side->why, ERROR_UNSUPPORTED, "live databases are not read here");
        error_hint(&side->why, "`pilab schema diff` compares them");
        return;
    }
    side->schema = asker->read(asker->context, side->address, reader->progress, &side->why);
    side->told.kind = "live";
    side->told.environment = side->environment;
    side->told.at = clock_now(&reader->request->clock);
}

/* What runs SQL instead of reading it, where the settings name one. */
static bool find_runner(struct schema_work *work, const struct schema_runner **runner,
                        struct error *error)
{
    const struct schema_asker *asker = work->reader->request->schemas;
    const char *address = work->settings != NULL ? work->settings->scratch : NULL;

    if (address == NULL)
        return true;
    if (asker == NULL)
        return error_set(error, ERROR_UNSUPPORTED, "no SQL is run here");
    *runner = asker->runner(asker->context, address, error);
    return *runner != NULL;
}

/* `other` is the other side's schema, as far as it is there. */
static void read_files(struct schema_work *work, struct schema_side *side,
                       const struct schema *other)
{
    struct schema_files_found found = { .untold = false };
    struct schema_files_options options = { .dialect = side->dialect,
                                            .other = other != NULL
                                                         ? schema_dialect_word(other->dialect)
                                                         : NULL,
                                            .mariadb = other != NULL && schema_is_of_mariadb(other),
                                            .name = side->name,
                                            .found = &found };

    error_clear(&side->why);
    if (!find_runner(work, &options.runner, &side->why))
        return;
    side->schema =
        schema_files_read(side->place, side->path, &options, work->reader->progress, &side->why);
    side->untold = side->schema == NULL && found.untold;
    side->told.kind = kinds[found.kind];
    side->told.at = found.taken_at;
}

/* Both, what is live first: it tells which dialect a text beside it is in, as any side does that
 * knows its own. False when cancelled. */
static bool read_sides(struct schema_work *work, struct error *error)
{
    struct schema_side *sides = work->sides;

    for (int i = PREVIOUS; i < SIDES; i++) {
        if (!progress_check(work->reader->progress, error))
            return false;
        if (sides[i].address != NULL)
            read_live(work, &sides[i]);
    }
    for (int i = PREVIOUS; i < SIDES; i++) {
        if (!progress_check(work->reader->progress, error))
            return false;
        if (sides[i].address == NULL)
            read_files(work, &sides[i], sides[1 - i].schema);
    }
    if (sides[PREVIOUS].untold && sides[CURRENT].schema != NULL)
        read_files(work, &sides[PREVIOUS], sides[CURRENT].schema);
    for (int i = PREVIOUS; i < SIDES; i++) {
        if (sides[i].schema != NULL || sides[i].why.code != ERROR_CANCELLED)
            continue;
        *error = sides[i].why;
        return false;
    }
    return true;
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

/* The one live side, or SIDES. */
static int live_side(const struct schema_work *work)
{
    bool previous = work->sides[PREVIOUS].address != NULL;

    if (previous == (work->sides[CURRENT].address != NULL))
        return SIDES;
    return previous ? PREVIOUS : CURRENT;
}

static bool is_made_by_migrations(const struct schema_work *work, const struct schema_side *side)
{
    return work->scene != NULL && work->scene->readable &&
           strcmp(side->told.kind, kinds[SCHEMA_FILES_MIGRATIONS]) == 0;
}

/* What a release does leads from files to files; what the live side is beside that nobody released.
 */
static void part_outside(struct schema_work *work, int live, struct database_schema_input *input)
{
    struct module_reader *reader = work->reader;
    const struct schema_side *known = &work->known,
                             *other = &work->sides[live == PREVIOUS ? CURRENT : PREVIOUS];
    const struct schema_side *from = live == PREVIOUS ? known : other;
    const struct schema_side *to = live == PREVIOUS ? other : known;

    reader->schema_diff = schema_compare(from->schema, to->schema, NULL);
    reader->outside_diff = schema_compare(known->schema, work->sides[live].schema, NULL);
    *input = (struct database_schema_input){ .diff = reader->schema_diff,
                                             .previous = from->told,
                                             .current = to->told,
                                             .outside = reader->outside_diff,
                                             .live = work->sides[live].told };
    input->previous.place = from->name;
    input->current.place = to->name;
    input->live.place = work->sides[live].name;
    input->by_migrations = is_made_by_migrations(work, from) && is_made_by_migrations(work, to);
    report_problems(work, known);
}

/* The environment that a side is, whenever that was. */
static const char *own_environment(const struct schema_work *work, int side)
{
    const struct comparison_request *request = work->reader->request;

    return side == PREVIOUS ? request->previous.environment : request->current.environment;
}

/* Whether what is in files was seen in the environments, and is of no version. */
static bool is_by_environment(const struct schema_work *work)
{
    return work->settings != NULL && work->settings->path != NULL &&
           strstr(work->settings->path, "{env}") != NULL;
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
    if (is_by_environment(work)) {
        input->previous.environment = own_environment(work, PREVIOUS);
        input->current.environment = own_environment(work, CURRENT);
    }
    input->by_migrations = is_made_by_migrations(work, &sides[PREVIOUS]) &&
                           is_made_by_migrations(work, &sides[CURRENT]);
}

static void compare_schemas(struct schema_work *work)
{
    struct module_reader *reader = work->reader;
    const struct schema_side *sides = work->sides;
    struct database_schema_input *input = arena_alloc(reader->arena, sizeof *input);

    if (sides[PREVIOUS].schema->dialect != sides[CURRENT].schema->dialect) {
        fail_settings(work, "schemas",
                      arena_printf(reader->arena, "%s is %s and %s is %s", sides[PREVIOUS].name,
                                   schema_dialect_word(sides[PREVIOUS].schema->dialect),
                                   sides[CURRENT].name,
                                   schema_dialect_word(sides[CURRENT].schema->dialect)),
                      "say the dialect of the files: schema: {path: …, dialect: …}");
        return;
    }
    if (work->known.schema != NULL)
        part_outside(work, live_side(work), input);
    else
        compare_both(work, input);
    work->outcome->input = input;
    work->outcome->detail =
        arena_printf(reader->arena, "schema: %s against %s, %s", sides[PREVIOUS].name,
                     sides[CURRENT].name, title_of(sides[CURRENT].schema));
    for (int i = PREVIOUS; i < SIDES; i++) {
        report_problems(work, &sides[i]);
        report_refused(work, &sides[i]);
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

/* What the live side's own version makes of the database. Where that cannot be read, what is
 * different by hand is not known apart. False when cancelled. */
static bool read_known(struct schema_work *work, struct error *error)
{
    int live = live_side(work);
    struct schema_side *known = &work->known;
    const struct schema_side *other = live == SIDES ? NULL : &work->sides[1 - live];

    if (other == NULL || other->schema == NULL || work->sides[live].schema == NULL ||
        is_by_environment(work))
        return true;
    *known = (struct schema_side){ .place = work->sides[live].place,
                                   .path = other->path,
                                   .dialect = other->dialect };
    known->name = arena_printf(work->reader->arena, "%s at %s", known->path, known->place->label);
    read_files(work, known, work->sides[live].schema);
    work->reader->known_schema = known->schema;
    if (known->schema != NULL)
        return true;
    if (known->why.code == ERROR_CANCELLED) {
        *error = known->why;
        return false;
    }
    error_hint(&known->why, "what was changed outside of a release is told with what it would do");
    module_reader_problem(work->reader, DRIFT_DATABASE, known->name, &known->why, true);
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
    if (!read_sides(work, error)) {
        keep_schemas(work);
        return false;
    }
    keep_schemas(work);
    for (int i = PREVIOUS; i < SIDES; i++) {
        if (sides[i].schema == NULL)
            fail(work, sides[i].name, &sides[i].why);
    }
    if (!read_known(work, error))
        return false;
    if (sides[PREVIOUS].schema != NULL && sides[CURRENT].schema != NULL)
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
                      "correct `schema` in the project's settings");
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

static bool is_there(const struct schema_work *work, int side, const char *path)
{
    struct place_list list;

    return place_list(work->scene->places[side], path, NULL, NULL, work->reader->arena, &list,
                      work->reader->progress, NULL) &&
           list.count == 1 && strcmp(list.files[0].path, path) == 0;
}

/* A dump that a tool keeps, on both sides. Where migrations are read it would tell twice what they
 * do. */
static bool choose_well_known(struct schema_work *work)
{
    const struct module_settings *module = work->reader->module->settings;

    if (work->scene->readable || work->scene->places[PREVIOUS]->single ||
        work->scene->places[CURRENT]->single)
        return false;
    for (size_t i = 0; i < sizeof well_known / sizeof *well_known; i++) {
        const char *path = module_reader_path(work->reader, well_known[i]);

        if (path == NULL || !is_there(work, PREVIOUS, path) || !is_there(work, CURRENT, path))
            continue;
        work->sides[PREVIOUS].path = work->sides[CURRENT].path = path;
        if (module != NULL)
            work->sides[PREVIOUS].dialect = work->sides[CURRENT].dialect =
                module->migrations_dialect;
        work->guessed = true;
        return true;
    }
    return false;
}

/* False: there is nothing to compare, or it was told why it cannot be. */
static bool choose_configured(struct schema_work *work)
{
    size_t live = choose_live(work);

    if (live == 0 && work->settings->path == NULL &&
        (work->settings->scratch == NULL || work->scene->migrations == NULL)) {
        if (work->settings->live_count == 0)
            return choose_well_known(work);
        work->outcome->detail = "schema: neither side is a database that is named";
        return false;
    }
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

bool database_schemas_read(struct module_reader *reader, const struct schema_scene *scene,
                           struct schema_outcome *outcome, struct error *error)
{
    const struct module_settings *module = reader->module->settings;
    struct schema_work work = { .reader = reader, .scene = scene, .outcome = outcome };

    *outcome = (struct schema_outcome){ .failed = false };
    for (int i = PREVIOUS; i < SIDES; i++)
        work.sides[i].place = scene->places[i];
    if (module != NULL && !schema_settings_empty(&module->schema))
        work.settings = &module->schema;
    if (!(work.settings != NULL ? choose_configured(&work) : choose_well_known(&work)))
        return true;
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
