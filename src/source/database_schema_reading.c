/* Reads the schemas of both sides, and tells what could not be read. */
#include "database_schema_parts.h"

#include <string.h>

#include <pilab/drift/mask.h>
#include <pilab/schema/dialect.h>
#include <pilab/source/schema_files.h>

#include "database_schema.h"

/* More of them say no more. */
#define MOST_PROBLEMS 10

/* --- What is told ----------------------------------------------------------------------------- */

void database_schema_fail(struct schema_work *work, const char *what, const struct error *error)
{
    module_reader_problem(work->reader, DRIFT_DATABASE, what, error, work->guessed);
    work->outcome->failed = true;
    work->outcome->detail = arena_printf(work->reader->arena, "schema: %s could not be read", what);
}

/* What a reader could not make out, with its line; after some of them how many more there are. */
void database_schema_problems(struct schema_work *work, const struct schema_side *side)
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
            error_hint(&error, "%s", mask_message(arena, schema->dialect, problem->hint));
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

/* Whoever wrote the repository would have it run by our user on a server of their choice, which is
 * told our password. */
static void warn_unvouched(struct schema_work *work)
{
    struct error error = { 0 };

    if (work->warned)
        return;
    work->warned = true;
    error_set(&error, ERROR_DENIED,
              "its SQL is read as text: a server that only the repository's "
              "own pilab.yaml names is not asked to run it");
    error_hint(&error, "`pilab project import` makes these settings yours; `pilab schema diff "
                       "--scratch SERVER` runs it once");
    module_reader_problem(work->reader, DRIFT_DATABASE, "schema: scratch", &error, true);
}

/* What runs SQL instead of reading it, where the settings name one. */
static bool find_runner(struct schema_work *work, const struct schema_runner **runner,
                        struct error *error)
{
    const struct schema_asker *asker = work->reader->request->schemas;
    const char *address = work->settings != NULL ? work->settings->scratch : NULL;

    if (address == NULL || work->as_text)
        return true;
    if (work->reader->request->unvouched) {
        warn_unvouched(work);
        return true;
    }
    if (asker == NULL)
        return error_set(error, ERROR_UNSUPPORTED, "no SQL is run here");
    *runner = asker->runner(asker->context, address, error);
    return *runner != NULL;
}

/* Where the dialect of a file is said. */
static const char *say_dialect(struct schema_work *work, const struct schema_side *side)
{
    return arena_printf(work->reader->arena,
                        "`schema: {path: %s, dialect: …}` of the module in pilab.yaml",
                        side->path != NULL ? side->path : "…");
}

/* What a server cannot run may well be understood: a dump of MySQL's names character sets that
 * MariaDB does not have. That it did not run is a problem all the same: it may be what goes out
 * that is broken. NULL when that fails, too. */
static struct schema *read_as_text(struct schema_work *work, struct schema_side *side,
                                   struct schema_files_options *options)
{
    struct error none = { 0 };
    struct schema *schema;

    options->runner = NULL;
    schema = schema_files_read(side->place, side->path, options, work->reader->progress, &none);
    if (schema == NULL)
        return NULL;
    work->as_text = true;
    error_prefix(&side->why, "read as text, for no server ran it");
    module_reader_problem(work->reader, DRIFT_DATABASE, side->name, &side->why, work->guessed);
    return schema;
}

/* `other` is the other side's schema, as far as it is there. */
void database_schema_read_files(struct schema_work *work, struct schema_side *side,
                                const struct schema *other)
{
    struct schema_files_found found = { .untold = false };
    struct schema_files_options options = { .dialect = side->dialect,
                                            .other = other != NULL
                                                         ? schema_dialect_word(other->dialect)
                                                         : NULL,
                                            .mariadb = other != NULL && schema_is_of_mariadb(other),
                                            .name = side->name,
                                            .says = say_dialect(work, side),
                                            .found = &found };

    error_clear(&side->why);
    if (!find_runner(work, &options.runner, &side->why))
        return;
    side->schema =
        schema_files_read(side->place, side->path, &options, work->reader->progress, &side->why);
    side->was_run = side->schema != NULL && options.runner != NULL;
    if (side->schema == NULL && options.runner != NULL && side->why.code != ERROR_CANCELLED)
        side->schema = read_as_text(work, side, &options);
    if (side->why.code == ERROR_NOT_FOUND && work->settings != NULL && work->settings->path != NULL)
        error_hint(&side->why, "see `schema` of the module; " MODULE_PATHS_START);
    side->untold = side->schema == NULL && found.untold;
    side->told.kind = kinds[found.kind];
    side->told.at = found.taken_at;
}

/* What a server made of one side is not compared with what text tells of the other. */
static void read_alike(struct schema_work *work)
{
    struct schema_side *sides = work->sides;

    for (int i = PREVIOUS; i < SIDES && work->as_text; i++) {
        if (!sides[i].was_run)
            continue;
        schema_free(&sides[i].schema);
        database_schema_read_files(work, &sides[i], sides[1 - i].schema);
    }
}

/* Both, what is live first: it tells which dialect a text beside it is in, as any side does that
 * knows its own. False when cancelled. */
bool database_schema_read_sides(struct schema_work *work, struct error *error)
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
            database_schema_read_files(work, &sides[i], sides[1 - i].schema);
    }
    if (sides[PREVIOUS].untold && sides[CURRENT].schema != NULL)
        database_schema_read_files(work, &sides[PREVIOUS], sides[CURRENT].schema);
    read_alike(work);
    for (int i = PREVIOUS; i < SIDES; i++) {
        if (sides[i].schema != NULL || sides[i].why.code != ERROR_CANCELLED)
            continue;
        *error = sides[i].why;
        return false;
    }
    return true;
}

bool database_schema_one_dialect(struct schema_work *work, const struct schema_side *previous,
                                 const struct schema_side *current, struct error *error)
{
    if (previous->schema->dialect == current->schema->dialect)
        return true;
    error_set(error, ERROR_INVALID, "%s is %s and %s is %s", previous->name,
              schema_server_word(previous->schema), current->name,
              schema_server_word(current->schema));
    return error_hint(error, "Say the dialect of the files with %s.", say_dialect(work, current));
}

bool database_schema_is_migrated(const struct schema_work *work, const struct schema_side *side)
{
    return work->scene != NULL && work->scene->readable &&
           strcmp(side->told.kind, kinds[SCHEMA_FILES_MIGRATIONS]) == 0;
}

/* Whether what is in files was seen in the environments, and is of no version. */
bool database_schema_is_kept(const struct schema_work *work)
{
    return work->settings != NULL && work->settings->path != NULL &&
           strstr(work->settings->path, "{env}") != NULL;
}
