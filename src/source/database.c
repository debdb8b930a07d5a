/* Reads the migrations of both sides of a module, and its schemas (database_schema.h). */
#include "database_source.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/glob.h>
#include <pilab/base/map.h>
#include <pilab/drift/database.h>
#include <pilab/source/migration_document.h>

#include "database_schema.h"

/* Files that are looked at: more are ERROR_LIMIT; and of files that may name the database. */
enum { MOST_MIGRATIONS = 20000, MOST_BESIDE = 40 };

#define BESIDE_LIMIT ((size_t)256 << 10)

/* Migrations of tests and of what others made are none of ours. */
#define NOT_OURS                                                                                   \
    "**/{test,tests,spec,specs,__tests__,e2e,testdata,test-data,test_data,fixtures,node_modules,"  \
    "vendor,third_party,doc,docs,example,examples,sample,samples}/**"

/* Programs and change logs of other tools: they are told of, not read. */
static const char *const unread_endings[] = { ".xml", ".rb", ".py", ".php", ".js", ".ts", ".cql" };

enum { PREVIOUS, CURRENT, SIDES };

struct database_side {
    const struct place *place;
    struct place_list list;   /* migrations */
    struct place_list others; /* those that are not read */
    struct migration_file *files;
    struct migration_set set;
};

struct database_work {
    struct module_reader *reader;
    struct database_side sides[SIDES];
    const char *folder;  /* as configured; NULL: by well-known names */
    const char *pattern; /* a pattern of paths; NULL: none */
    struct glob *ours, *not_ours;
    struct map *texts;    /* by blob: struct migration_file of texts that both sides share */
    struct vector beside; /* struct migration_file */
    size_t read, broken;  /* files */
    struct database_input *input; /* NULL: nothing to compare */
    enum source_state state;      /* of the migrations */
    const char *detail;
};

/* What became of the migrations: the schemas may have more to say. */
static void tell(struct database_work *work, enum source_state state, const char *detail)
{
    work->state = state;
    work->detail = detail;
}

/* --- Which files ------------------------------------------------------------------------------ */

static bool ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path), end = strlen(ending);

    return length > end && strcmp(path + length - end, ending) == 0;
}

static bool is_readable(const char *path)
{
    return ends_with(path, ".sql") || ends_with(path, ".json") || ends_with(path, ".yaml") ||
           ends_with(path, ".yml");
}

static bool is_unread(const char *path)
{
    for (size_t i = 0; i < sizeof unread_endings / sizeof *unread_endings; i++) {
        if (ends_with(path, unread_endings[i]))
            return true;
    }
    return false;
}

/* The path from the module's home on: what the folders above are called says nothing. */
static const char *below_home(const struct database_work *work, const char *path)
{
    const char *home = work->reader->home;
    size_t length = home != NULL ? strlen(home) : 0;

    return length > 0 && strncmp(path, home, length) == 0 && path[length] == '/' ? path + length + 1
                                                                                 : path;
}

static bool is_candidate(const struct database_work *work, const char *path)
{
    const char *relative = below_home(work, path);

    if (work->pattern != NULL)
        return glob_match(work->pattern, path, '/');
    if (work->folder != NULL)
        return true;
    return glob_test(work->ours, relative) && !glob_test(work->not_ours, relative);
}

static bool is_wanted(const char *path, void *context)
{
    return is_readable(path) && is_candidate(context, path);
}

static bool is_other(const char *path, void *context)
{
    return is_unread(path) && is_candidate(context, path);
}

/* Only at the top of the module, or beside its migrations. */
static bool is_beside(const char *path, void *context)
{
    const struct database_work *work = context;
    const char *relative = below_home(work, path);
    size_t depth = 0;

    for (const char *at = relative; (at = strchr(at, '/')) != NULL; at++)
        depth++;
    return depth <= 2 && dialect_names_database(path) && !glob_test(work->not_ours, relative);
}

/* A list of operations of pgroll looks like configuration. */
static bool claims(const char *path)
{
    const char *name = path_base_name(path);

    return (ends_with(path, ".json") || ends_with(path, ".yaml") || ends_with(path, ".yml")) &&
           *name >= '0' && *name <= '9' && glob_match(MIGRATION_FOLDER "*", path, '/');
}

/* --- Their texts ------------------------------------------------------------------------------ */

static bool read_bytes(const struct place *place, const struct place_file *file, struct strbuf *out,
                       struct error *error)
{
    /* By its blob: by its path the whole tree would be looked through for each. */
    if (place->repository != NULL)
        return repository_read_blob(place->repository, &file->blob, PLACE_FILE_LIMIT, out, error);
    return place_read(place, file->path, out, error);
}

/* The text of a file, which both sides share when it is the same. NULL: a problem says why. */
static const struct migration_file *text_of(struct database_work *work, const struct place *place,
                                            const struct place_file *file)
{
    struct arena *arena = work->reader->arena;
    struct migration_file *shared;
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    bool known = place->repository != NULL;

    shared = known ? map_get_bytes(work->texts, &file->blob, sizeof file->blob) : NULL;
    if (shared != NULL)
        return shared;
    if (!read_bytes(place, file, &text, &error)) {
        const char *what = arena_printf(arena, "%s at %s", file->path, place->label);

        module_reader_problem(work->reader, DRIFT_DATABASE, what, &error, false);
        work->broken++;
        strbuf_release(&text);
        return NULL;
    }
    shared = arena_alloc(arena, sizeof *shared);
    migration_file_take(shared, file->path, &text, arena);
    strbuf_release(&text);
    if (known)
        map_put_bytes(work->texts, &file->blob, sizeof file->blob, shared);
    return shared;
}

static bool read_side(struct database_work *work, struct database_side *side, struct error *error)
{
    side->files = arena_array(work->reader->arena, side->list.count, sizeof *side->files);
    for (size_t i = 0; i < side->list.count; i++) {
        const struct migration_file *shared;

        if (!progress_check(work->reader->progress, error))
            return false;
        shared = text_of(work, side->place, &side->list.files[i]);
        side->files[i] = shared != NULL ? *shared : (struct migration_file){ .text = "" };
        side->files[i].path = side->list.files[i].path;
        migration_document_read(&side->files[i], work->reader->arena);
    }
    return true;
}

static bool read_beside(struct database_work *work, struct error *error)
{
    struct module_reader *reader = work->reader;
    const struct place *place = work->sides[CURRENT].place;
    struct place_list list;

    if (!place_list(place, reader->directory, is_beside, work, reader->arena, &list,
                    reader->progress, error))
        return false;
    for (size_t i = 0; i < list.count && i < MOST_BESIDE; i++) {
        struct strbuf text = STRBUF_INIT;

        /* What cannot be read tells nothing: that is all it was asked for. */
        if (read_bytes(place, &list.files[i], &text, NULL) && text.length <= BESIDE_LIMIT) {
            struct migration_file file;

            migration_file_take(&file, list.files[i].path, &text, reader->arena);
            if (file.unread == NULL)
                vector_push(&work->beside, &file);
        }
        strbuf_release(&text);
    }
    return true;
}

/* --- What became of them ---------------------------------------------------------------------- */

static bool same_lists(const struct place_list *a, const struct place_list *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->files[i].path, b->files[i].path) != 0 ||
            !place_same(&a->files[i], &b->files[i]))
            return false;
    }
    return true;
}

/* How many files of `of` the other list lacks, or has in another form, and the first of them. Both
 * are in order. */
static size_t count_differences(const struct place_list *of, const struct place_list *other,
                                const char **first)
{
    size_t count = 0, at = 0;

    for (size_t i = 0; i < of->count; i++) {
        while (at < other->count && strcmp(other->files[at].path, of->files[i].path) < 0)
            at++;
        if (at < other->count && strcmp(other->files[at].path, of->files[i].path) == 0 &&
            (place_same(&of->files[i], &other->files[at]) || object_id_is_zero(&of->files[i].blob)))
            continue;
        if (count++ == 0)
            *first = of->files[i].path;
    }
    return count;
}

static void report_others(struct database_work *work)
{
    struct module_reader *reader = work->reader;
    const struct place_list *current = &work->sides[CURRENT].others;
    const char *first = "";
    size_t count = count_differences(current, &work->sides[PREVIOUS].others, &first);
    struct error error = { 0 };

    if (count == 0)
        return;
    error_set(&error, ERROR_UNSUPPORTED,
              "migrations that are programs or change logs in XML are not read");
    error_hint(&error, "read them yourself, or compare the SQL that their tool writes");
    module_reader_problem(reader, DRIFT_DATABASE,
                          arena_printf(reader->arena, "%s (%s%s)",
                                       module_reader_count(reader, count,
                                                           "new or changed migration"),
                                       first, count > 1 ? ", …" : ""),
                          &error, true);
}

static void report_problems(struct database_work *work, const struct database_side *side)
{
    for (size_t i = 0; i < side->set.problem_count; i++) {
        const struct migration_problem *problem = &side->set.problems[i];
        struct arena *arena = work->reader->arena;
        struct error error = { 0 };
        const char *what = problem->file;

        if (problem->line > 0)
            what = arena_printf(arena, "%s:%u", what, problem->line);
        what = *what != '\0' ? arena_printf(arena, "%s at %s", what, side->place->label)
                             : "migrations";
        error_set(&error, ERROR_INVALID, "%s", problem->message);
        if (problem->hint != NULL)
            error_hint(&error, "%s", problem->hint);
        module_reader_problem(work->reader, DRIFT_DATABASE, what, &error, true);
    }
}

/* The migrations of the current side that will run: only those are read to their operations. */
static void read_operations(struct database_work *work, const struct migration_pair *pairs,
                            size_t count)
{
    struct migration_set *set = &work->sides[CURRENT].set;
    bool *wanted = arena_array(work->reader->arena, set->count, sizeof *wanted);

    for (size_t i = 0; i < count; i++) {
        if (pairs[i].current != NULL && (pairs[i].difference == MIGRATION_NEW ||
                                         pairs[i].difference == MIGRATION_OUT_OF_ORDER ||
                                         pairs[i].difference == MIGRATION_REPEATED))
            wanted[pairs[i].current - set->list] = true;
    }
    migration_read_operations(set, wanted, work->reader->arena);
}

static void hand_over(struct database_work *work)
{
    struct module_reader *reader = work->reader;
    struct database_input *input = arena_alloc(reader->arena, sizeof *input);
    const struct migration_set *set = &work->sides[CURRENT].set;
    const char *count = module_reader_count(reader, set->count, "migration");

    input->previous = &work->sides[PREVIOUS].set;
    input->current = &work->sides[CURRENT].set;
    input->folder = work->folder;
    input->pairs =
        migration_set_compare(input->previous, input->current, reader->arena, &input->pair_count);
    read_operations(work, input->pairs, input->pair_count);
    report_problems(work, &work->sides[CURRENT]);
    database_report_unread(reader, set, work->sides[CURRENT].place->label);
    report_others(work);
    work->input = input;
    for (size_t i = 0; i < input->pair_count; i++)
        work->broken += input->pairs[i].current != NULL && input->pairs[i].current->unread != NULL;
    work->read = set->count;
    if (work->broken > 0)
        tell(work, SOURCE_FAILED,
             arena_printf(reader->arena, "%s could not be read",
                          module_reader_count(reader, work->broken, "file")));
    else
        tell(work, SOURCE_READ,
             arena_printf(reader->arena, "%s, %s", count, sql_dialect_title(set->dialect.dialect)));
}

/* False only when cancelled or when nothing can be said. */
static bool read_sets(struct database_work *work, struct error *error)
{
    struct module_reader *reader = work->reader;
    const struct module_settings *settings = reader->module->settings;
    struct migration_options options = {
        .dialect = settings != NULL ? settings->migrations_dialect : NULL,
        .pattern = work->pattern,
    };

    for (int side = PREVIOUS; side < SIDES; side++) {
        if (!read_side(work, &work->sides[side], error))
            return false;
    }
    if (options.dialect == NULL && !read_beside(work, error))
        return false;
    options.beside = work->beside.items;
    options.beside_count = work->beside.count;
    for (int side = PREVIOUS; side < SIDES; side++)
        migration_set_read(work->sides[side].files, work->sides[side].list.count, &options,
                           reader->arena, &work->sides[side].set);
    return true;
}

/* --- Where they lie --------------------------------------------------------------------------- */

/* The folder that the project names; of a pattern what stands before its first wildcard. */
static bool find_folder(struct database_work *work, const char **directory, struct error *error)
{
    struct module_reader *reader = work->reader;
    const struct module_settings *settings = reader->module->settings;
    size_t length;

    *directory = reader->directory;
    if (settings == NULL || settings->migrations_path == NULL)
        return true;
    work->folder = module_reader_path(reader, settings->migrations_path);
    if (work->folder == NULL) {
        error_set(error, ERROR_INVALID, "%s leads out of the repository",
                  settings->migrations_path);
        return error_hint(error, "correct `migrations` of the module; " MODULE_PATHS_START);
    }
    length = strcspn(work->folder, "*?[{");
    if (work->folder[length] == '\0') {
        *directory = work->folder;
        return true;
    }
    work->pattern = work->folder;
    while (length > 0 && work->folder[length - 1] != '/')
        length--;
    *directory = arena_bytes(reader->arena, work->folder, length > 0 ? length - 1 : 0);
    return true;
}

static bool list_sides(struct database_work *work, struct error *error)
{
    struct module_reader *reader = work->reader;
    const char *directory;

    if (!find_folder(work, &directory, error))
        return false;
    for (int i = PREVIOUS; i < SIDES; i++) {
        struct database_side *side = &work->sides[i];

        if (!place_list(side->place, directory, is_wanted, work, reader->arena, &side->list,
                        reader->progress, error) ||
            !place_list(side->place, directory, is_other, work, reader->arena, &side->others,
                        reader->progress, error))
            return false;
        if (side->list.count > MOST_MIGRATIONS) {
            error_set(error, ERROR_LIMIT, "there are more than %d files", MOST_MIGRATIONS);
            return error_hint(error, "name the folder of the migrations in the project's settings");
        }
    }
    return true;
}

/* Where there is nothing to compare; true: it was told. */
static bool tell_nothing(struct database_work *work)
{
    struct module_reader *reader = work->reader;
    const struct database_side *sides = work->sides;

    if (sides[PREVIOUS].list.count + sides[CURRENT].list.count > 0) {
        if (!same_lists(&sides[PREVIOUS].list, &sides[CURRENT].list))
            return false;
        report_others(work);
        work->read = sides[CURRENT].list.count;
        tell(work, SOURCE_READ, "no migration differs");
    } else if (work->folder != NULL) {
        struct error error = { 0 };

        error_set(&error, ERROR_NOT_FOUND, "there is no migration on either side");
        error_hint(&error, "correct `migrations` of the module; " MODULE_PATHS_START);
        module_reader_problem(reader, DRIFT_DATABASE, work->folder, &error, false);
        tell(work, SOURCE_FAILED, "no migration was found");
    } else {
        report_others(work);
        tell(work, SOURCE_NOT_CONFIGURED, "no migration was found");
    }
    return true;
}

/* --- Schemas ---------------------------------------------------------------------------------- */

/* The folder that all migrations of a side lie in, for who reads them as a schema. A pattern picks
 * files out of a folder, and the folder may hold others. */
static const char *folder_of_migrations(const struct database_work *work)
{
    const struct place_list *list = &work->sides[CURRENT].list;
    size_t length = 0;

    if (work->pattern != NULL)
        return NULL;
    if (work->folder != NULL)
        return work->folder;
    for (size_t i = 0; i < list->count; i++) {
        const char *path = list->files[i].path, *first = list->files[0].path;
        size_t same = 0;

        if (i == 0)
            length = (size_t)(path_base_name(path) - path);
        while (same < length && path[same] == first[same])
            same++;
        length = same;
        while (length > 0 && first[length - 1] != '/')
            length--;
    }
    return length > 0 ? arena_bytes(work->reader->arena, list->files[0].path, length - 1) : NULL;
}

/* What is said of the two together. */
static void tell_whole(const struct database_work *work, const struct schema_outcome *outcome,
                       const char *detail)
{
    size_t unread = work->broken + outcome->failed + outcome->left;

    if (work->state == SOURCE_FAILED || outcome->failed || outcome->left > 0)
        module_reader_partly(work->reader, DRIFT_DATABASE, work->read + (outcome->input != NULL),
                             unread > 0 ? unread : 1, detail);
    else
        module_reader_source(work->reader, DRIFT_DATABASE,
                             outcome->input != NULL ? SOURCE_READ : work->state, detail);
}

/* The two are one source: what a release does, and what there is. False when cancelled. */
static bool read_schemas(struct database_work *work, struct error *error)
{
    struct module_reader *reader = work->reader;
    const struct schema_scene scene = {
        .places = {work->sides[PREVIOUS].place,  work->sides[CURRENT].place},
        .lists = { &work->sides[PREVIOUS].list, &work->sides[CURRENT].list},
        .not_ours = work->not_ours,
        .migrations = folder_of_migrations(work),
        .readable = work->sides[PREVIOUS].list.count + work->sides[CURRENT].list.count > 0,
    };
    struct schema_outcome outcome;
    const char *detail = work->detail;

    if (!database_schemas_read(reader, &scene, &outcome, error))
        return false;
    if (outcome.input != NULL) {
        if (work->input == NULL)
            work->input = arena_alloc(reader->arena, sizeof *work->input);
        work->input->schema = outcome.input;
    }
    if (outcome.detail != NULL && work->state == SOURCE_NOT_CONFIGURED)
        detail = outcome.detail;
    else if (outcome.detail != NULL)
        detail = arena_printf(reader->arena, "%s; %s", detail, outcome.detail);
    reader->input.database = work->input;
    tell_whole(work, &outcome, detail);
    return true;
}

bool database_read_live(struct module_reader *reader, const char *why, bool *compared,
                        struct error *error)
{
    struct schema_outcome outcome;
    struct database_input *input;

    if (!database_schemas_read_live(reader, compared, &outcome, error))
        return false;
    if (!*compared)
        return true;
    if (outcome.input != NULL) {
        input = arena_alloc(reader->arena, sizeof *input);
        *input = (struct database_input){ .schema = outcome.input };
        reader->input.database = input;
    }
    module_reader_source(reader, DRIFT_DATABASE, outcome.failed ? SOURCE_FAILED : SOURCE_READ,
                         arena_printf(reader->arena, "%s; migrations are not compared: %s",
                                      outcome.detail, why));
    return true;
}

static bool read_database(struct module_reader *reader, const struct place *previous,
                          const struct place *current, struct error *error)
{
    struct database_work *work = arena_alloc(reader->arena, sizeof *work);
    bool ok;

    *work = (struct database_work){
        .reader = reader,
        .sides = {[PREVIOUS].place = previous, [CURRENT].place = current},
        .ours = glob_new(MIGRATION_FILES, '/', true),
        .not_ours = glob_new(NOT_OURS, '/', true),
        .texts = map_new(),
    };
    vector_init(&work->beside, sizeof(struct migration_file));
    ok = list_sides(work, error);
    if (ok && !tell_nothing(work)) {
        ok = read_sets(work, error);
        if (ok)
            hand_over(work);
    }
    ok = ok && read_schemas(work, error);
    glob_free(&work->ours);
    glob_free(&work->not_ours);
    map_free(&work->texts);
    vector_release(&work->beside);
    return ok;
}

const struct type_source database_source = {
    .type = DRIFT_DATABASE,
    .what = "database",
    .claims = claims,
    .read = read_database,
};
