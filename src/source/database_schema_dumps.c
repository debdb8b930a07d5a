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

/* --- What they hold ----------------------------------------------------------------------------
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

/* --- Which are one -----------------------------------------------------------------------------
 */

/* A dump on both sides, that may have got another name on the way. */
struct dump {
    const struct place_file *files[SIDES];
    struct error why[SIDES]; /* why it could not be read there */
    size_t rank;             /* among those that one is picked of; less goes first */
};

struct dumps {
    struct place_list lists[SIDES];
    const struct place_file *
        *others[SIDES];    /* by their places in `lists`; NULL: on one side only */
    struct vector changed; /* struct dump: what no migration tells of */
    const char *same;      /* one that did not change; NULL */
};

static bool is_of_one_part(struct schema_work *work, const char *a, const char *b)
{
    struct arena *arena = work->reader->arena;
    size_t part = part_of(a, arena);

    return part == part_of(b, arena) && strncmp(a, b, part) == 0;
}

static void join(struct dumps *dumps, size_t previous, size_t current)
{
    dumps->others[PREVIOUS][previous] = &dumps->lists[CURRENT].files[current];
    dumps->others[CURRENT][current] = &dumps->lists[PREVIOUS].files[previous];
}

/* What is left of a side besides `at`, of the same part. */
static bool has_rival(struct schema_work *work, const struct dumps *dumps, int side, size_t at)
{
    const struct place_list *list = &dumps->lists[side];

    for (size_t i = 0; i < list->count; i++) {
        if (i != at && dumps->others[side][i] == NULL &&
            is_of_one_part(work, list->files[i].path, list->files[at].path))
            return true;
    }
    return false;
}

static bool is_renamed(struct schema_work *work, const struct dumps *dumps, size_t previous,
                       size_t current, bool changed)
{
    const struct place_file *before = &dumps->lists[PREVIOUS].files[previous];
    const struct place_file *after = &dumps->lists[CURRENT].files[current];

    if (!changed)
        return holds_the_same(work, before, after);
    return is_of_one_part(work, before->path, after->path) &&
           !has_rival(work, dumps, PREVIOUS, previous) && !has_rival(work, dumps, CURRENT, current);
}

/* First what holds the same under another name; then the only one of a part that went is the only
 * one that came there. */
static void join_renamed(struct schema_work *work, struct dumps *dumps, bool changed)
{
    for (size_t i = 0; i < dumps->lists[PREVIOUS].count; i++) {
        for (size_t k = 0; k < dumps->lists[CURRENT].count; k++) {
            if (dumps->others[PREVIOUS][i] == NULL && dumps->others[CURRENT][k] == NULL &&
                is_renamed(work, dumps, i, k, changed))
                join(dumps, i, k);
        }
    }
}

static void join_sides(struct schema_work *work, struct dumps *dumps)
{
    const struct place_list *lists = dumps->lists;

    for (int side = PREVIOUS; side < SIDES; side++)
        dumps->others[side] =
            arena_array(work->reader->arena, lists[side].count, sizeof *dumps->others[side]);
    for (size_t i = 0; i < lists[CURRENT].count; i++) {
        const struct place_file *before = find_file(&lists[PREVIOUS], lists[CURRENT].files[i].path);

        if (before != NULL)
            join(dumps, (size_t)(before - lists[PREVIOUS].files), i);
    }
    join_renamed(work, dumps, false);
    join_renamed(work, dumps, true);
}

/* --- Which differ ------------------------------------------------------------------------------
 */

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
static void tell_alone(struct schema_work *work, const struct dumps *dumps)
{
    for (int side = PREVIOUS; side < SIDES; side++) {
        for (size_t i = 0; i < dumps->lists[side].count; i++) {
            const char *path = dumps->lists[side].files[i].path;

            if (dumps->others[side][i] == NULL && !is_told(work, path))
                tell_left(work, path, work->scene->places[side],
                          side == CURRENT ? "this schema came, and was compared with nothing"
                                          : "this schema went, and was compared with nothing",
                          "`pilab schema diff` compares it with another file or a live database",
                          true);
        }
    }
}

static void find_changed(struct schema_work *work, struct dumps *dumps)
{
    for (size_t i = 0; i < dumps->lists[CURRENT].count; i++) {
        const struct place_file *file = &dumps->lists[CURRENT].files[i];
        const struct place_file *before = dumps->others[CURRENT][i];

        if (before == NULL)
            continue;
        if (holds_the_same(work, before, file))
            dumps->same = file->path;
        else if (!is_told(work, before->path) && !is_told(work, file->path))
            *(struct dump *)vector_add(&dumps->changed) = (struct dump){
                .files = {before, file},
            };
    }
}

/* False when cancelled, or when a side cannot be listed. */
static bool list_dumps(struct schema_work *work, struct dumps *dumps, struct error *error)
{
    for (int side = PREVIOUS; side < SIDES; side++) {
        if (!place_list(work->scene->places[side], work->reader->directory, is_dump, work,
                        work->reader->arena, &dumps->lists[side], work->reader->progress, error))
            return false;
    }
    join_sides(work, dumps);
    find_changed(work, dumps);
    return true;
}

static void tell_uncompared(struct schema_work *work, const struct dump *dump, const char *why)
{
    tell_left(work, dump->files[CURRENT]->path, work->scene->places[CURRENT],
              arena_printf(work->reader->arena, "this schema changed and was not compared: %s",
                           why),
              "make its folder a module of the project, or compare both of its versions with "
              "`pilab schema diff`",
              false);
    work->outcome->left++;
}

bool database_schema_tell_dumps(struct schema_work *work, struct error *error)
{
    struct module_reader *reader = work->reader;
    const char *named = module_reader_path(reader, work->settings->path);
    const char *folder = arena_printf(reader->arena, "%s/", named != NULL ? named : "");
    struct dumps dumps = { .same = NULL };
    bool ok = true;

    if (named == NULL || work->scene->places[PREVIOUS]->single ||
        work->scene->places[CURRENT]->single)
        return true;
    vector_init(&dumps.changed, sizeof(struct dump));
    ok = list_dumps(work, &dumps, error);
    for (size_t i = 0; ok && i < dumps.changed.count; i++) {
        const struct dump *dump = vector_at(&dumps.changed, i);
        const char *path = dump->files[CURRENT]->path;

        /* Beside it lies the same database, written otherwise. */
        if (path_below(path, named) == NULL && !is_of_one_part(work, path, named) &&
            !is_of_one_part(work, path, folder))
            tell_uncompared(work, dump,
                            arena_printf(reader->arena, "`schema` of the module names %s", named));
    }
    vector_release(&dumps.changed);
    return ok;
}

/* --- Which is compared -------------------------------------------------------------------------
 */

static size_t rank_of(struct schema_work *work, const char *path)
{
    const char *below = below_home(work->reader, path);
    size_t rank = 0, count = sizeof well_known / sizeof *well_known;

    while (rank < count && strcmp(well_known[rank], below) != 0)
        rank++;
    return rank;
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

/* Both of its sides as those that are compared; false when they cannot be, and it keeps why. */
static bool try_dump(struct schema_work *work, struct dump *dump, bool *read, struct error *error)
{
    struct schema_side *sides = work->sides;

    for (int side = PREVIOUS; side < SIDES; side++) {
        sides[side].path = dump->files[side]->path;
        sides[side].dialect = dialect_of(work, sides[side].path);
        sides[side].name = arena_printf(work->reader->arena, "%s at %s", sides[side].path,
                                        sides[side].place->label);
    }
    *read = false;
    if (!database_schema_read_sides(work, error)) {
        schema_free(&sides[PREVIOUS].schema);
        schema_free(&sides[CURRENT].schema);
        return false;
    }
    if (sides[PREVIOUS].schema != NULL && sides[CURRENT].schema != NULL)
        *read = database_schema_one_dialect(work, &sides[PREVIOUS], &sides[CURRENT],
                                            &sides[CURRENT].why);
    for (int side = PREVIOUS; side < SIDES && !*read; side++) {
        dump->why[side] = sides[side].why;
        schema_free(&sides[side].schema);
    }
    return true;
}

/* Why a dump that changed could not be read, at each of its sides. */
static void tell_unread(struct schema_work *work, const struct dump *dump)
{
    for (int side = PREVIOUS; side < SIDES; side++) {
        const char *name = arena_printf(work->reader->arena, "%s at %s", dump->files[side]->path,
                                        work->scene->places[side]->label);

        if (dump->why[side].code == ERROR_NONE)
            continue;
        module_reader_problem(work->reader, DRIFT_DATABASE, name, &dump->why[side], false);
        work->outcome->detail =
            arena_printf(work->reader->arena, "schema: %s could not be read", name);
    }
    work->outcome->left++;
}

static int compare_rank(const void *a, const void *b)
{
    const struct dump *first = a, *second = b;

    if (first->rank != second->rank)
        return first->rank < second->rank ? -1 : 1;
    return strcmp(first->files[CURRENT]->path, second->files[CURRENT]->path);
}

/* The first that can be read; of the others what is true of each. False when cancelled. */
static bool choose_dump(struct schema_work *work, struct dumps *dumps, bool *found,
                        struct error *error)
{
    size_t at = 0;

    work->guessed = true;
    for (size_t i = 0; i < dumps->changed.count; i++) {
        struct dump *dump = vector_at(&dumps->changed, i);

        dump->rank = rank_of(work, dump->files[CURRENT]->path);
    }
    vector_sort(&dumps->changed, compare_rank);
    for (; at < dumps->changed.count; at++) {
        if (!try_dump(work, vector_at(&dumps->changed, at), found, error))
            return false;
        if (*found)
            break;
    }
    for (size_t i = 0; i < dumps->changed.count; i++) {
        const struct dump *dump = vector_at(&dumps->changed, i);

        if (i < at)
            tell_unread(work, dump);
        else if (i > at)
            tell_uncompared(work, dump,
                            arena_printf(work->reader->arena, "%s was", work->sides[CURRENT].path));
    }
    return true;
}

bool database_schema_find_dump(struct schema_work *work, bool *found, struct error *error)
{
    struct dumps dumps = { .same = NULL };
    bool ok;

    *found = false;
    if (work->scene->places[PREVIOUS]->single || work->scene->places[CURRENT]->single)
        return true;
    vector_init(&dumps.changed, sizeof(struct dump));
    ok = list_dumps(work, &dumps, error);
    if (ok) {
        tell_alone(work, &dumps);
        if (dumps.changed.count == 0 && dumps.same != NULL && !work->scene->readable)
            work->outcome->detail =
                arena_printf(work->reader->arena, "schema: %s is the same on both sides",
                             dumps.same);
        ok = choose_dump(work, &dumps, found, error);
    }
    vector_release(&dumps.changed);
    return ok;
}
