/*
 * Schemas that a tool keeps as a file ("db/structure.sql"), found by their names: those that differ
 * between the sides and that no migration tells of.
 */
#include "database_schema_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/glob.h>

#include "database_schema.h"
#include "path_below.h"

/* What lies in these belongs to the folder above. */
#define GENERIC_FOLDERS "{main,src,resources,db,database,databases,data,sql,schema,postgres,mysql}"
#define KEPT_MIGRATIONS "{migration,migrations,migrate,flyway,liquibase,changelog,alembic}"

/* Where one of several is picked, these go first. */
static const char *const well_known[] = { "db/structure.sql", "db/schema.sql", "structure.sql" };

/* --- Which files ------------------------------------------------------------------------------ */

static const char *below_home(const struct module_reader *reader, const char *path)
{
    const char *below = path_below(path, reader->home != NULL ? reader->home : "");

    return below != NULL ? below : path;
}

/* What is a module of its own says itself what became of it. */
static bool is_of_another(const struct module_reader *reader, const char *path)
{
    const struct comparison_request *request = reader->request;
    const char *home = reader->home != NULL ? reader->home : "";

    for (size_t i = 0; i < request->module_count; i++) {
        const struct comparison_module *module = &request->modules[i];
        const char *directory = module->directory;

        if (module == reader->module || directory == NULL || module->repository == NULL ||
            reader->module->repository == NULL || strchr(directory, '\n') != NULL ||
            strcmp(module->repository, reader->module->repository) != 0)
            continue;
        if (path_below(directory, home) != NULL && path_below(path, directory) != NULL &&
            strlen(directory) > strlen(home) && strcmp(directory, ".") != 0)
            return true;
    }
    return false;
}

static bool is_called_so(const char *path)
{
    const char *name = path_base_name(path);

    return strcmp(name, "structure.sql") == 0 || strcmp(name, "schema.sql") == 0;
}

static bool is_dump(const char *path, void *context)
{
    const struct schema_work *work = context;

    return is_called_so(path) &&
           !glob_test(work->scene->not_ours, below_home(work->reader, path)) &&
           !is_of_another(work->reader, path);
}

/* --- What migrations tell ----------------------------------------------------------------------
 */

static bool is_named(const char *names, const char *start, size_t length, struct arena *arena)
{
    return glob_match(names, arena_bytes(arena, start, length), '/');
}

/* The part of the repository that a file of a database belongs to: "shop" of
 * "shop/db/migrations/1.sql" and of "shop/db/structure.sql". */
static size_t part_of(const char *path, struct arena *arena)
{
    size_t length = (size_t)(path_base_name(path) - path), at = 0;

    for (size_t end; at < length; at = end + 1) {
        end = at + strcspn(path + at, "/");
        if (is_named(KEPT_MIGRATIONS, path + at, end - at, arena))
            length = at;
    }
    while (length > 0) {
        size_t end = length - 1, start = end;

        while (start > 0 && path[start - 1] != '/')
            start--;
        if (!is_named(GENERIC_FOLDERS, path + start, end - start, arena))
            break;
        length = start;
    }
    return length;
}

static int compare_path(const void *path, const void *file)
{
    return strcmp(path, ((const struct place_file *)file)->path);
}

static const struct place_file *find_file(const struct place_list *list, const char *path)
{
    return list->count > 0
               ? bsearch(path, list->files, list->count, sizeof *list->files, compare_path)
               : NULL;
}

/* Whether a migration of the dump's part is on one side only, or another on each. */
static bool is_told(const struct schema_work *work, const char *dump)
{
    struct arena *arena = work->reader->arena;
    size_t part = part_of(dump, arena);

    for (int side = PREVIOUS; side < SIDES; side++) {
        const struct place_list *list = work->scene->lists[side];
        const struct place_list *other = work->scene->lists[SIDES - 1 - side];

        for (size_t i = 0; i < list->count; i++) {
            const struct place_file *file = &list->files[i], *same;

            if (is_called_so(file->path) || part_of(file->path, arena) != part ||
                strncmp(file->path, dump, part) != 0)
                continue;
            same = find_file(other, file->path);
            if (same == NULL || !place_same(file, same))
                return true;
        }
    }
    return false;
}

/* --- Which differ ------------------------------------------------------------------------------
 */

static bool holds_the_same(const struct schema_work *work, const struct place_file *a,
                           const struct place_file *b)
{
    struct strbuf previous = STRBUF_INIT, current = STRBUF_INIT;
    bool same = place_same(a, b);

    /* On disk it is known of none. */
    if (!same && object_id_is_zero(&a->blob) && object_id_is_zero(&b->blob))
        same = place_read(work->scene->places[PREVIOUS], a->path, &previous, NULL) &&
               place_read(work->scene->places[CURRENT], b->path, &current, NULL) &&
               previous.length == current.length &&
               memcmp(previous.data, current.data, current.length) == 0;
    strbuf_release(&previous);
    strbuf_release(&current);
    return same;
}

static void tell_left(struct schema_work *work, const char *path, const struct place *place,
                      const char *why, const char *hint, bool warning)
{
    struct error error = { 0 };

    error_set(&error, ERROR_UNSUPPORTED, "%s", why);
    error_hint(&error, "%s", hint);
    module_reader_problem(work->reader, DRIFT_DATABASE,
                          arena_printf(work->reader->arena, "%s at %s", path, place->label), &error,
                          warning);
}

/* A dump that is on one side only has nothing beside it. */
static void tell_alone(struct schema_work *work, const struct place_list lists[SIDES])
{
    for (int side = PREVIOUS; side < SIDES; side++) {
        for (size_t i = 0; i < lists[side].count; i++) {
            const char *path = lists[side].files[i].path;

            if (find_file(&lists[SIDES - 1 - side], path) == NULL && !is_told(work, path))
                tell_left(work, path, work->scene->places[side],
                          side == CURRENT ? "this schema came, and was compared with nothing"
                                          : "this schema went, and was compared with nothing",
                          "`pilab schema diff` compares it with another file or a live database",
                          true);
        }
    }
}

static size_t rank_of(struct schema_work *work, const char *path)
{
    const char *below = below_home(work->reader, path);
    size_t rank = 0, count = sizeof well_known / sizeof *well_known;

    while (rank < count && strcmp(well_known[rank], below) != 0)
        rank++;
    return rank;
}

/* The one that is compared, and the others as problems. */
static const char *pick(struct schema_work *work, const struct vector *changed)
{
    const char *picked = NULL;

    for (size_t i = 0; i < changed->count; i++) {
        const char *path = *(const char **)vector_at(changed, i);

        if (picked == NULL || rank_of(work, path) < rank_of(work, picked))
            picked = path;
    }
    for (size_t i = 0; i < changed->count; i++) {
        const char *path = *(const char **)vector_at(changed, i);

        if (path == picked)
            continue;
        tell_left(work, path, work->scene->places[CURRENT],
                  arena_printf(work->reader->arena,
                               "this schema changed and was not compared: %s was", picked),
                  "make its folder a module of the project, or compare both of its versions with "
                  "`pilab schema diff`",
                  false);
        work->outcome->left++;
    }
    return picked;
}

/* What the project says of its migrations says something of the dump beside them. */
static const char *dialect_of(struct schema_work *work, const char *dump)
{
    const struct module_settings *module = work->reader->module->settings;
    struct arena *arena = work->reader->arena;
    const char *folder;
    size_t part;

    if (module == NULL || module->migrations_path == NULL)
        return module != NULL ? module->migrations_dialect : NULL;
    folder = module_reader_path(work->reader, module->migrations_path);
    if (folder == NULL)
        return NULL;
    part = part_of(arena_printf(arena, "%s/", folder), arena);
    return part == part_of(dump, arena) && strncmp(folder, dump, part) == 0
               ? module->migrations_dialect
               : NULL;
}

static void choose_dump(struct schema_work *work, const char *same, const struct vector *changed)
{
    const char *path = pick(work, changed);

    if (path == NULL) {
        if (same != NULL && !work->scene->readable)
            work->outcome->detail =
                arena_printf(work->reader->arena, "schema: %s is the same on both sides", same);
        return;
    }
    for (int side = PREVIOUS; side < SIDES; side++) {
        work->sides[side].path = path;
        work->sides[side].dialect = dialect_of(work, path);
    }
    work->guessed = true;
}

bool database_schema_find_dump(struct schema_work *work, bool *found, struct error *error)
{
    struct place_list lists[SIDES];
    struct vector changed;
    const char *same = NULL;

    *found = false;
    for (int side = PREVIOUS; side < SIDES; side++) {
        if (work->scene->places[side]->single)
            return true;
        if (!place_list(work->scene->places[side], work->reader->directory, is_dump, work,
                        work->reader->arena, &lists[side], work->reader->progress, error))
            return false;
    }
    vector_init(&changed, sizeof(const char *));
    for (size_t i = 0; i < lists[CURRENT].count; i++) {
        const struct place_file *file = &lists[CURRENT].files[i];
        const struct place_file *before = find_file(&lists[PREVIOUS], file->path);

        if (before == NULL)
            continue;
        if (holds_the_same(work, before, file))
            same = file->path;
        else if (!is_told(work, file->path))
            vector_push(&changed, &file->path);
    }
    tell_alone(work, lists);
    *found = changed.count > 0;
    choose_dump(work, same, &changed);
    vector_release(&changed);
    return true;
}
