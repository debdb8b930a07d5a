/*
 * What each commit changed in the files that differ, so that a key, a package or an image can be
 * tied to the commit and the ticket that changed it.
 */
#include <pilab/source/reader.h>

#include <string.h>

#include <pilab/base/map.h>
#include <pilab/drift/database.h>
#include <pilab/drift/dependency.h>
#include <pilab/drift/image.h>
#include <pilab/drift/infrastructure.h>
#include <pilab/git/hunks.h>

/* How much text may be read for it in a module, for somebody waits: parsed, which tells all that
 * changed a key, or compared line by line, which tells the last one and takes a tenth of the time.
 * A file that one commit changed costs nothing; of the others those with the fewest changes come
 * first, or what is no configuration: those with the least text. */
#define MOST_PARSED   ((size_t)4 << 20)
#define MOST_COMPARED ((size_t)128 << 20)
#define MOST_OF_OTHER ((size_t)64 << 20) /* compared, of what is no configuration */
#define MOST_OF_FILE  256                /* versions that are parsed */
#define FILE_LIMIT    (16u << 20)

/* How a commit left a file: zero, absent. */
struct touch {
    const struct commit *commit;
    struct object_id old_blob, new_blob;
    bool behind;
};

struct step_file {
    const char *path;
    struct vector touches; /* struct touch: of current, then of previous, each newest first */
    size_t cost;           /* about how much text all of them are */
};

struct step_work {
    struct module_reader *reader;
    struct repository *repository;
    struct map *files;    /* path → struct step_file */
    struct map *versions; /* blob → struct document */
    struct vector steps;  /* struct file_step */
    const struct object_id *previous, *current;
    size_t parsed, compared; /* how much text may still be */
    bool documents;          /* the files are configuration; of others there are lines alone */
};

/* --- Which files, and who touched them -------------------------------------------------------- */

static void add_file(struct step_work *work, const char *path)
{
    struct step_file *file;

    if (path == NULL || map_has(work->files, path))
        return;
    file = arena_alloc(work->reader->arena, sizeof *file);
    file->path = path;
    vector_init(&file->touches, sizeof(struct touch));
    map_put(work->files, path, file);
}

/* A merge stands for what it brought only where the others are not followed. */
static bool is_step(const struct module_reader *reader, const struct commit *commit)
{
    return commit->files_known && (commit->parent_count < 2 || reader->request->first_parent);
}

static void add_touch(struct step_work *work, const char *path, const struct touch *touch)
{
    struct step_file *file = path != NULL ? map_get(work->files, path) : NULL;

    if (file != NULL && !object_id_equal(&touch->old_blob, &touch->new_blob))
        vector_push(&file->touches, touch);
}

/* A file that was renamed went under one name and came under another. */
static void note_change(struct step_work *work, const struct commit *commit,
                        const struct file_change *change, bool behind)
{
    bool here = change->status == FILE_MODIFIED || change->status == FILE_DELETED;
    struct touch touch = { .commit = commit, .new_blob = change->new_blob, .behind = behind };

    if (work->documents && change->status != FILE_MODIFIED)
        return;
    if (here)
        touch.old_blob = change->old_blob;
    add_touch(work, change->path, &touch);
    if (change->status == FILE_RENAMED)
        add_touch(work, change->old_path,
                  &(struct touch){
                      .commit = commit, .old_blob = change->old_blob, .behind = behind });
}

static void find_touches(struct step_work *work, const struct history *history, bool behind)
{
    for (size_t i = 0; history != NULL && i < history->count; i++) {
        const struct commit *commit = &history->commits[i];

        for (size_t k = 0; is_step(work->reader, commit) && k < commit->files.count; k++)
            note_change(work, commit, &commit->files.changes[k], behind);
    }
}

static struct file_step *add_step(struct step_work *work, const struct step_file *file,
                                  const struct touch *touch)
{
    struct file_step *added = vector_add(&work->steps);

    added->commit = touch->commit->id;
    added->behind = touch->behind;
    added->file = file->path;
    return added;
}

/* --- As documents ----------------------------------------------------------------------------- */

/* NULL: it cannot be understood or read, or there is no room for it. */
static const struct document *read_version(struct step_work *work, const struct step_file *file,
                                           const struct object_id *blob)
{
    struct document *document = map_get_bytes(work->versions, blob->bytes, OBJECT_ID_SIZE);
    struct strbuf text = STRBUF_INIT;

    if (document != NULL)
        return document;
    if (repository_read_blob(work->repository, blob, FILE_LIMIT, &text, NULL) &&
        text.length <= work->parsed) {
        work->parsed -= text.length;
        document = module_reader_parse(work->reader, file->path, &text, NULL);
    }
    if (document != NULL)
        map_put_bytes(work->versions, blob->bytes, OBJECT_ID_SIZE, document);
    strbuf_release(&text);
    return document;
}

/* All of a file's changes or none: what a version that cannot be understood changed would be laid
 * at the door of an older one. */
static bool parse_steps(struct step_work *work, const struct step_file *file)
{
    size_t before_these = work->steps.count;

    for (size_t i = 0; i < file->touches.count; i++) {
        const struct touch *touch = vector_at(&file->touches, i);
        const struct document *before, *after;
        struct file_step *added;

        /* The newer version first: it is the older one of the next. */
        after = read_version(work, file, &touch->new_blob);
        before = after != NULL ? read_version(work, file, &touch->old_blob) : NULL;
        if (before == NULL) {
            work->steps.count = before_these;
            return false;
        }
        added = add_step(work, file, touch);
        added->before = before;
        added->after = after;
    }
    return true;
}

/* --- As lines --------------------------------------------------------------------------------- */

/* The versions of a file that are compared; zero: it is absent on that side. */
struct ends {
    struct object_id previous, current;
};

static bool is_path(const char *path, void *context)
{
    return strcmp(path, context) == 0;
}

static struct object_id find_blob(struct repository *repository, const struct object_id *commit,
                                  const char *path)
{
    struct tree_file_list *list =
        repository_list_files(repository, commit, path, is_path, (void *)(uintptr_t)path, NULL);
    struct object_id blob = { { 0 } };

    if (list != NULL && list->count > 0)
        blob = list->files[0].blob;
    tree_file_list_free(&list);
    return blob;
}

/* Follows the versions of one side's touches [first, end), newest first, back from `version`; NULL
 * when they do not follow each other: they were made on branches beside each other. */
static const struct object_id *follow(const struct step_file *file, size_t first, size_t end,
                                      const struct object_id *version)
{
    for (size_t i = first; i < end && version != NULL; i++) {
        const struct touch *touch = vector_at(&file->touches, i);

        version = object_id_equal(&touch->new_blob, version) ? &touch->old_blob : NULL;
    }
    return version;
}

/* Whether both sides lead back to one version. */
static bool is_chain(const struct step_file *file, const struct ends *ends)
{
    size_t ahead = 0;
    const struct object_id *from_previous, *from_current;

    while (ahead < file->touches.count &&
           !((const struct touch *)vector_at(&file->touches, ahead))->behind)
        ahead++;
    from_current = follow(file, 0, ahead, &ends->current);
    from_previous = follow(file, ahead, file->touches.count, &ends->previous);
    return from_current != NULL && from_previous != NULL &&
           object_id_equal(from_current, from_previous);
}

/* All lines of a file that came or went. */
static struct line_hunks *whole_file(struct arena *arena, bool came)
{
    struct line_hunks *lines = arena_alloc(arena, sizeof *lines);

    lines->hunks = arena_alloc(arena, sizeof *lines->hunks);
    lines->count = 1;
    *lines->hunks = (struct line_hunk){ .old_start = !came,
                                        .old_count = came ? 0 : FILE_LIMIT,
                                        .new_start = came,
                                        .new_count = came ? FILE_LIMIT : 0 };
    return lines;
}

/* NULL: they cannot be read, or there is no room for it. */
static const struct line_hunks *compare(struct step_work *work, const struct object_id *old_blob,
                                        const struct object_id *new_blob)
{
    struct arena *arena = work->reader->arena;
    struct line_hunks *lines;

    if (object_id_is_zero(old_blob) != object_id_is_zero(new_blob))
        return whole_file(arena, object_id_is_zero(old_blob));
    lines = arena_alloc(arena, sizeof *lines);
    if (object_id_is_zero(old_blob))
        return lines;
    if (!hunks_between(work->repository, old_blob, new_blob, FILE_LIMIT, arena, lines, NULL) ||
        lines->bytes > work->compared)
        return NULL;
    work->compared -= lines->bytes;
    return lines;
}

static bool compare_step(struct step_work *work, const struct touch *touch, const struct ends *ends,
                         bool chain, struct file_step *step)
{
    step->lines = compare(work, &touch->old_blob, &touch->new_blob);
    if (step->lines == NULL || chain)
        return step->lines != NULL;
    step->from_previous = compare(work, &ends->previous, &touch->old_blob);
    step->to_end =
        compare(work, &touch->new_blob, touch->behind ? &ends->previous : &ends->current);
    return step->from_previous != NULL && step->to_end != NULL;
}

/* The newest of each side are those that people ask for: what there is no room for is left. */
static void compare_steps(struct step_work *work, const struct step_file *file)
{
    struct ends ends = { find_blob(work->repository, work->previous, file->path),
                         find_blob(work->repository, work->current, file->path) };
    bool chain = is_chain(file, &ends), room = true;

    for (size_t i = 0; i < file->touches.count; i++) {
        const struct touch *touch = vector_at(&file->touches, i);
        struct file_step *step = add_step(work, file, touch);

        room = room && compare_step(work, touch, &ends, chain, step);
        step->unread = !room;
    }
}

/* --- All of it -------------------------------------------------------------------------------- */

/* As long as its newest version. Configuration is asked for first, whatever it costs. */
static size_t cost_of(struct step_work *work, const struct step_file *file)
{
    const struct touch *newest = file->touches.count > 1 ? vector_at(&file->touches, 0) : NULL;
    struct strbuf text = STRBUF_INIT;
    size_t length = 1;

    if (newest != NULL && !work->documents &&
        repository_read_blob(work->repository,
                             object_id_is_zero(&newest->new_blob) ? &newest->old_blob
                                                                  : &newest->new_blob,
                             FILE_LIMIT, &text, NULL))
        length = text.length;
    strbuf_release(&text);
    return length * file->touches.count;
}

static int by_cost(const void *a, const void *b)
{
    const struct step_file *left = *(struct step_file *const *)a;
    const struct step_file *right = *(struct step_file *const *)b;

    if (left->cost != right->cost)
        return left->cost < right->cost ? -1 : 1;
    return strcmp(left->path, right->path);
}

/* Between two environments, keys differ that no commit changed. */
static bool between_environments(const struct module_reader *reader)
{
    const char *previous = reader->module->previous_environment;
    const char *current = reader->module->current_environment;

    return previous != NULL && current != NULL && strcmp(previous, current) != 0;
}

static void read_file(struct step_work *work, const struct step_file *file)
{
    if (file->touches.count == 1 && !between_environments(work->reader))
        add_step(work, file, vector_at(&file->touches, 0));
    else if (!work->documents || file->touches.count > MOST_OF_FILE || !parse_steps(work, file))
        compare_steps(work, file);
}

/* The steps of all files, in the reader's arena; ends the work. */
static const struct file_step *read_steps(struct step_work *work, size_t *step_count)
{
    size_t count = map_count(work->files);
    struct step_file **files = arena_array(work->reader->arena, count, sizeof(struct step_file *));
    const struct file_step *steps;

    find_touches(work, work->reader->ahead, false);
    find_touches(work, work->reader->behind, true);
    for (size_t i = 0; i < count; i++) {
        files[i] = map_value_at(work->files, i);
        files[i]->cost = cost_of(work, files[i]);
    }
    sort_stable(files, count, sizeof *files, by_cost);
    for (size_t i = 0; i < count; i++) {
        if (files[i]->touches.count > 0)
            read_file(work, files[i]);
        vector_release(&files[i]->touches);
    }
    *step_count = work->steps.count;
    steps = vector_to_arena(&work->steps, work->reader->arena);
    vector_release(&work->steps);
    map_free(&work->versions);
    map_free(&work->files);
    return steps;
}

static void begin(struct step_work *work, struct module_reader *reader,
                  struct repository *repository, const struct object_id *previous,
                  const struct object_id *current)
{
    *work = (struct step_work){ .reader = reader,
                                .repository = repository,
                                .files = map_new(),
                                .versions = map_new(),
                                .previous = previous,
                                .current = current,
                                .parsed = MOST_PARSED,
                                .compared = MOST_COMPARED };
    vector_init(&work->steps, sizeof(struct file_step));
}

void git_module_read_config_steps(struct module_reader *reader, struct repository *repository,
                                  const struct object_id *previous, const struct object_id *current)
{
    struct step_work work;

    begin(&work, reader, repository, previous, current);
    work.documents = true;
    for (size_t i = 0; i < reader->documents.count; i++) {
        const struct document *document = *(struct document **)vector_at(&reader->documents, i);

        add_file(&work, document->name);
    }
    reader->input.config_steps = read_steps(&work, &reader->input.config_step_count);
}

static void add_database_files(struct step_work *work, const struct database_input *database)
{
    for (size_t i = 0; database != NULL && i < database->pair_count; i++) {
        const struct migration_pair *pair = &database->pairs[i];

        add_file(work, pair->previous != NULL ? pair->previous->file : NULL);
        add_file(work, pair->current != NULL ? pair->current->file : NULL);
    }
}

static void add_dependency_files(struct step_work *work, const struct dependency_input *dependency)
{
    for (size_t i = 0; dependency != NULL && i < dependency->pair_count; i++) {
        add_file(work, dependency->pairs[i].previous_file);
        add_file(work, dependency->pairs[i].current_file);
    }
}

static void add_image_files(struct step_work *work, const struct image_input *image)
{
    for (size_t i = 0; image != NULL && i < image->count; i++) {
        const struct image_pair_input *pair = &image->pairs[i];

        add_file(work, pair->previous.use != NULL ? pair->previous.use->file : NULL);
        add_file(work, pair->current.use != NULL ? pair->current.use->file : NULL);
    }
}

/* Infrastructure, whole configurations that came or went, and code that reads new variables. */
static void add_other_files(struct step_work *work, const struct module_reader *reader)
{
    const struct infrastructure_input *infrastructure = reader->input.infrastructure;

    for (size_t i = 0; infrastructure != NULL && i < infrastructure->pair_count; i++) {
        const struct infrastructure_pair *pair = &infrastructure->pairs[i];

        add_file(work, pair->previous != NULL ? pair->previous->document->name : NULL);
        add_file(work, pair->current != NULL ? pair->current->document->name : NULL);
    }
    for (size_t i = 0; i < reader->configs.count; i++) {
        const struct config_input *config = vector_at(&reader->configs, i);

        if (config->previous == NULL || config->current == NULL)
            add_file(work,
                     config->previous != NULL ? config->previous->name : config->current->name);
    }
    for (size_t i = 0; i < reader->input.needed_count; i++) {
        if (reader->input.needed[i].is_new)
            add_file(work, reader->input.needed[i].file);
    }
}

static bool is_sql(const char *path)
{
    size_t length = strlen(path);

    return length > 4 && strcmp(path + length - 4, ".sql") == 0;
}

/* Dumps say what a schema is beside its migrations. */
static void add_dumps(struct step_work *work, const struct file_change_list *changed)
{
    for (size_t i = 0; i < changed->count; i++) {
        if (is_sql(changed->changes[i].path))
            add_file(work, changed->changes[i].path);
    }
}

void git_module_read_file_steps(struct module_reader *reader, struct repository *repository,
                                const struct object_id *previous, const struct object_id *current)
{
    struct module_input *input = &reader->input;
    struct step_work work;

    if (input->code == NULL)
        return;
    begin(&work, reader, repository, previous, current);
    work.compared = MOST_OF_OTHER;
    add_database_files(&work, input->database);
    add_dependency_files(&work, input->dependency);
    add_image_files(&work, input->image);
    add_other_files(&work, reader);
    add_dumps(&work, &input->code->files);
    input->file_steps = read_steps(&work, &input->file_step_count);
}
