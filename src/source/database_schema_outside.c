/*
 * What live databases are beside what their own versions make of them: told apart from what a
 * release brings.
 */
#include "database_schema_parts.h"

#include <pilab/schema/dialect.h>

#include "database_schema.h"

static bool is_live(const struct schema_work *work, int side)
{
    return work->sides[side].address != NULL;
}

/* --- What each version makes ------------------------------------------------------------------ */

/* Where the files lie that tell it: beside one live side those of the other. False: nowhere. */
static bool find_files(struct schema_work *work, int side, struct schema_side *known)
{
    const struct schema_side *other = &work->sides[side == PREVIOUS ? CURRENT : PREVIOUS];
    const struct module_settings *module = work->reader->module->settings;

    *known = (struct schema_side){ .place = work->sides[side].place,
                                   .path = other->path,
                                   .dialect = other->dialect };
    if (other->address == NULL)
        return true;
    if (work->scene == NULL)
        return false;
    if (work->settings->path != NULL)
        known->path = module_reader_path(work->reader, work->settings->path);
    else if (work->scene->readable)
        known->path = work->scene->migrations;
    known->dialect =
        work->settings->dialect != NULL ? work->settings->dialect : module->migrations_dialect;
    return known->path != NULL;
}

static bool is_of_dialect(struct schema_side *known, const struct schema_side *side)
{
    /* Beside one that does not answer there is nothing to tell it by. */
    if (side->schema == NULL || known->schema->dialect == side->schema->dialect)
        return true;
    error_set(&known->why, ERROR_INVALID, "it is %s, and %s is %s",
              schema_server_word(known->schema), side->name, schema_server_word(side->schema));
    return false;
}

/* False when cancelled; what cannot be read is told, and `*read` is false. */
static bool read_one(struct schema_work *work, int side, bool *read, struct error *error)
{
    struct schema_side *known = &work->known[side];

    *read = find_files(work, side, known);
    if (!*read)
        return true;
    known->name = arena_printf(work->reader->arena, "%s at %s", known->path, known->place->label);
    database_schema_read_files(work, known, work->sides[side].schema);
    work->reader->known_schemas[side] = known->schema;
    if (known->schema != NULL && is_of_dialect(known, &work->sides[side]))
        return true;
    *read = false;
    if (known->why.code == ERROR_CANCELLED) {
        *error = known->why;
        return false;
    }
    if (work->sides[side].schema != NULL)
        error_hint(&known->why,
                   "what was changed outside of a release is told with what it would do");
    module_reader_problem(work->reader, DRIFT_DATABASE, known->name, &known->why, true);
    return true;
}

/* A live side that does not answer leaves what the release does; of a file nothing is left. */
static bool is_left(const struct schema_work *work, int side)
{
    return work->sides[side].schema != NULL || is_live(work, side);
}

/* Where nothing goes anywhere, it does not matter what a release would bring. */
static bool is_asked(const struct schema_work *work)
{
    const struct comparison_request *request = work->reader->request;

    return (is_live(work, PREVIOUS) || is_live(work, CURRENT)) && is_left(work, PREVIOUS) &&
           is_left(work, CURRENT) && !database_schema_is_kept(work) &&
           !(is_live(work, PREVIOUS) && is_live(work, CURRENT) &&
             drift_sides_as_is(&request->previous, &request->current));
}

/* What migrations make is told by them: without a live database beside it there is nothing more. */
static bool is_all_told(const struct schema_work *work)
{
    for (int i = PREVIOUS; i < SIDES; i++) {
        if ((is_live(work, i) && work->sides[i].schema != NULL) ||
            !database_schema_is_migrated(work, database_schema_version_of(work, i)))
            return false;
    }
    return true;
}

bool database_schema_read_known(struct schema_work *work, struct error *error)
{
    bool read = is_asked(work);

    for (int i = PREVIOUS; i < SIDES && read; i++) {
        if (is_live(work, i) && !read_one(work, i, &read, error))
            return false;
    }
    work->parted = read;
    if (read && is_all_told(work))
        work->parted = false;
    return true;
}

const struct schema_side *database_schema_version_of(const struct schema_work *work, int side)
{
    return is_live(work, side) ? &work->known[side] : &work->sides[side];
}

/* --- Comparing -------------------------------------------------------------------------------- */

/* From what a live side's own version makes of it to what it really is. */
static void add_outside(struct schema_work *work, int side, struct database_schema_input *input)
{
    struct module_reader *reader = work->reader;
    struct database_schema_outside *outside = &input->outside[input->outside_count++];

    reader->outside_diffs[side] =
        schema_compare(work->known[side].schema, work->sides[side].schema, NULL);
    *outside = (struct database_schema_outside){ .diff = reader->outside_diffs[side],
                                                 .live = work->sides[side].told };
    outside->live.place = work->sides[side].name;
    database_schema_problems(work, &work->known[side]);
}

void database_schema_part_outside(struct schema_work *work, struct database_schema_input *input)
{
    struct module_reader *reader = work->reader;
    const struct schema_side *from = database_schema_version_of(work, PREVIOUS);
    const struct schema_side *to = database_schema_version_of(work, CURRENT);

    reader->schema_diff = schema_compare(from->schema, to->schema, NULL);
    *input = (struct database_schema_input){ .diff = reader->schema_diff,
                                             .previous = from->told,
                                             .current = to->told };
    input->previous.place = from->name;
    input->current.place = to->name;
    input->by_migrations =
        database_schema_is_migrated(work, from) && database_schema_is_migrated(work, to);
    for (int i = PREVIOUS; i < SIDES; i++) {
        if (is_live(work, i) && work->sides[i].schema != NULL)
            add_outside(work, i, input);
    }
}
