/*
 * What each commit changed in the configuration files that differ, so that a key can be tied to the
 * commit and the ticket that changed it.
 */
#include <pilab/source/reader.h>

#include <string.h>

#include <pilab/base/map.h>
#include <pilab/git/hunks.h>

/* How much text may be read for it in a module, for somebody waits: parsed, which tells all that
 * changed a key, or compared line by line, which tells the last one and takes a tenth of the time.
 * A file that one commit changed costs nothing; of the others those with the fewest changes come
 * first. */
#define MOST_PARSED   ((size_t)4 << 20)
#define MOST_COMPARED ((size_t)128 << 20)
#define MOST_OF_FILE  256
#define FILE_LIMIT    (16u << 20)

struct file_step {
    const struct commit *commit;
    const struct file_change *change;
    bool behind;
};

struct step_file {
    const char *path;
    struct vector steps; /* struct file_step: of current, then of previous, each newest first */
};

struct step_work {
    struct module_reader *reader;
    struct repository *repository;
    struct map *files;    /* path → struct step_file */
    struct map *versions; /* blob → struct document */
    struct vector steps;  /* struct config_step */
    const struct object_id *previous, *current;
    size_t parsed, compared; /* how much text may still be */
};

/* The files that were read on either side. */
static struct map *step_files(struct module_reader *reader)
{
    struct map *files = map_new();

    for (size_t i = 0; i < reader->documents.count; i++) {
        const struct document *document = *(struct document **)vector_at(&reader->documents, i);
        struct step_file *file;

        if (map_has(files, document->name))
            continue;
        file = arena_alloc(reader->arena, sizeof *file);
        file->path = document->name;
        vector_init(&file->steps, sizeof(struct file_step));
        map_put(files, file->path, file);
    }
    return files;
}

/* A merge stands for what it brought only where the others are not followed. */
static bool is_step(const struct module_reader *reader, const struct commit *commit)
{
    return commit->files_known && (commit->parent_count < 2 || reader->request->first_parent);
}

static bool changes_content(const struct file_change *change)
{
    return change->status == FILE_MODIFIED &&
           !object_id_equal(&change->old_blob, &change->new_blob);
}

static void find_steps(struct step_work *work, const struct history *history, bool behind)
{
    for (size_t i = 0; history != NULL && i < history->count; i++) {
        const struct commit *commit = &history->commits[i];

        for (size_t k = 0; is_step(work->reader, commit) && k < commit->files.count; k++) {
            const struct file_change *change = &commit->files.changes[k];
            struct step_file *file = map_get(work->files, change->path);

            if (file != NULL && changes_content(change))
                vector_push(&file->steps, &(struct file_step){ commit, change, behind });
        }
    }
}

static struct config_step *add_step(struct step_work *work, const struct step_file *file,
                                    const struct file_step *step)
{
    struct config_step *added = vector_add(&work->steps);

    added->commit = step->commit->id;
    added->behind = step->behind;
    added->file = file->path;
    return added;
}

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

    for (size_t i = 0; i < file->steps.count; i++) {
        const struct file_step *step = vector_at(&file->steps, i);
        const struct document *before, *after;
        struct config_step *added;

        /* The newer version first: it is the older one of the next. */
        after = read_version(work, file, &step->change->new_blob);
        before = after != NULL ? read_version(work, file, &step->change->old_blob) : NULL;
        if (before == NULL) {
            work->steps.count = before_these;
            return false;
        }
        added = add_step(work, file, step);
        added->before = before;
        added->after = after;
    }
    return true;
}

static bool is_path(const char *path, void *context)
{
    return strcmp(path, context) == 0;
}

static bool find_blob(struct repository *repository, const struct object_id *commit,
                      const char *path, struct object_id *blob)
{
    struct tree_file_list *list =
        repository_list_files(repository, commit, path, is_path, (void *)(uintptr_t)path, NULL);
    bool found = list != NULL && list->count > 0;

    if (found)
        *blob = list->files[0].blob;
    tree_file_list_free(&list);
    return found;
}

/* Follows the versions of one side's steps [first, end), newest first, back from `version`; NULL
 * when they do not follow each other: on branches beside each other lines cannot be followed. */
static const struct object_id *follow(const struct step_file *file, size_t first, size_t end,
                                      const struct object_id *version)
{
    for (size_t i = first; i < end && version != NULL; i++) {
        const struct file_step *step = vector_at(&file->steps, i);

        version =
            object_id_equal(&step->change->new_blob, version) ? &step->change->old_blob : NULL;
    }
    return version;
}

/* Whether both sides lead back to one version. */
static bool is_chain(struct step_work *work, const struct step_file *file)
{
    size_t ahead = 0;
    struct object_id previous, current;
    const struct object_id *from_previous, *from_current;

    if (!find_blob(work->repository, work->previous, file->path, &previous) ||
        !find_blob(work->repository, work->current, file->path, &current))
        return false;
    while (ahead < file->steps.count &&
           !((const struct file_step *)vector_at(&file->steps, ahead))->behind)
        ahead++;
    from_current = follow(file, 0, ahead, &current);
    from_previous = follow(file, ahead, file->steps.count, &previous);
    return from_current != NULL && from_previous != NULL &&
           object_id_equal(from_current, from_previous);
}

static void compare_steps(struct step_work *work, const struct step_file *file)
{
    size_t before_these = work->steps.count;

    if (!is_chain(work, file))
        return;
    for (size_t i = 0; i < file->steps.count; i++) {
        const struct file_step *step = vector_at(&file->steps, i);
        struct line_hunks *lines = arena_alloc(work->reader->arena, sizeof *lines);

        if (!hunks_between(work->repository, &step->change->old_blob, &step->change->new_blob,
                           FILE_LIMIT, work->reader->arena, lines, NULL) ||
            lines->bytes > work->compared) {
            work->steps.count = before_these;
            return;
        }
        work->compared -= lines->bytes;
        add_step(work, file, step)->lines = lines;
    }
}

static int by_steps(const void *a, const void *b)
{
    const struct step_file *left = *(struct step_file *const *)a;
    const struct step_file *right = *(struct step_file *const *)b;

    if (left->steps.count != right->steps.count)
        return left->steps.count < right->steps.count ? -1 : 1;
    return strcmp(left->path, right->path);
}

static void read_steps(struct step_work *work)
{
    size_t count = map_count(work->files);
    struct step_file **files = arena_array(work->reader->arena, count, sizeof(struct step_file *));

    for (size_t i = 0; i < count; i++)
        files[i] = (struct step_file *)map_value_at(work->files, i);
    sort_stable(files, count, sizeof *files, by_steps);
    for (size_t i = 0; i < count && files[i]->steps.count <= MOST_OF_FILE; i++) {
        if (files[i]->steps.count == 1)
            add_step(work, files[i], vector_at(&files[i]->steps, 0));
        else if (files[i]->steps.count > 1 && !parse_steps(work, files[i]))
            compare_steps(work, files[i]);
    }
}

void git_module_read_config_steps(struct module_reader *reader, struct repository *repository,
                                  const struct object_id *previous, const struct object_id *current)
{
    struct step_work work = { .reader = reader,
                              .repository = repository,
                              .previous = previous,
                              .current = current,
                              .parsed = MOST_PARSED,
                              .compared = MOST_COMPARED };

    work.files = step_files(reader);
    work.versions = map_new();
    vector_init(&work.steps, sizeof(struct config_step));
    find_steps(&work, reader->ahead, false);
    find_steps(&work, reader->behind, true);
    read_steps(&work);
    reader->input.config_steps = vector_to_arena(&work.steps, reader->arena);
    reader->input.config_step_count = work.steps.count;
    vector_release(&work.steps);
    for (size_t i = 0; i < map_count(work.files); i++)
        vector_release(&((struct step_file *)map_value_at(work.files, i))->steps);
    map_free(&work.versions);
    map_free(&work.files);
}
