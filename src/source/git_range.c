/*
 * What lies between the two commits of a module: read from the repository, or as it was kept when
 * somebody looked at the same range before.
 */
#include <pilab/source/reader.h>

/* What is shorter is read as quickly. */
#define LEAST_KEPT 200

void git_range_start(struct module_reader *reader, struct repository *repository,
                     const struct object_id *previous, const struct object_id *current)
{
    reader->range = (struct kept_range){ .previous = *previous,
                                         .current = *current,
                                         .directory = reader->directory,
                                         .first_parent = reader->request->first_parent };
    reader->keeps = reader->request->ranges.load != NULL && kept_possible(repository);
}

static bool load(const struct module_reader *reader, const unsigned char key[KEPT_KEY_SIZE],
                 struct strbuf *bytes)
{
    const struct kept_store *store = &reader->request->ranges;

    return reader->keeps && store->load(store->context, key, bytes);
}

static void save(const struct module_reader *reader, const unsigned char key[KEPT_KEY_SIZE],
                 const struct strbuf *bytes)
{
    const struct kept_store *store = &reader->request->ranges;

    if (store->save != NULL)
        store->save(store->context, key, bytes);
}

/* --- Both sides of the history ---------------------------------------------------------------- */

static struct object_id *ids_of(struct arena *arena, const struct history *history)
{
    struct object_id *ids = arena_array(arena, history->count, sizeof *ids);

    for (size_t i = 0; i < history->count; i++)
        ids[i] = history->commits[i].id;
    return ids;
}

/* Which commits make the same change as one on the other side. Looked for only when both sides have
 * something that the other lacks. */
static bool find_twins(struct module_reader *reader, struct repository *repository,
                       struct kept_sides *sides, bool *unread, struct error *error)
{
    const struct history *ahead = sides->ahead, *behind = sides->behind;
    struct patch_id_options options = { .directory = reader->directory,
                                        .threads = reader->threads,
                                        .load = reader->request->patches.load,
                                        .save = reader->request->patches.save,
                                        .context = reader->request->patches.context,
                                        .lines = &reader->request->lines,
                                        .left = ahead->commits,
                                        .right = behind->commits,
                                        .unread = unread };
    size_t *twins;

    if (ahead->count == 0 || behind->count == 0)
        return true;
    twins = arena_array(reader->arena, ahead->count, sizeof *twins);
    sides->twins = twins;
    return changes_twins(repository, ids_of(reader->arena, ahead), ahead->count,
                         ids_of(reader->arena, behind), behind->count, &options, twins,
                         reader->progress, error);
}

static void keep_sides(struct module_reader *reader, const struct kept_sides *sides)
{
    unsigned char key[KEPT_KEY_SIZE];
    struct strbuf bytes = STRBUF_INIT;

    if (!reader->keeps || reader->counts_kept ||
        sides->ahead->count + sides->behind->count < LEAST_KEPT)
        return;
    kept_sides_key(&reader->range, key);
    if (kept_sides_write(sides, &bytes))
        save(reader, key, &bytes);
    strbuf_release(&bytes);
}

static bool read_afresh(struct module_reader *reader, struct repository *repository,
                        struct kept_sides *sides, struct error *error)
{
    struct history_options options = reader->request->history;
    bool unread = false;

    options.directory = reader->directory;
    options.first_parent = reader->request->first_parent;
    options.files = true;
    options.counts = reader->request->counts;
    options.raw = reader->keeps;
    if (repository_has_replacements(repository)) {
        options.load_counts = NULL;
        options.save_counts = NULL;
    }
    options.threads = reader->threads;
    *sides = (struct kept_sides){ .counts = options.counts };
    if (!history_read_sides(repository, &reader->range.previous, &reader->range.current, &options,
                            &sides->ahead, &sides->behind, reader->progress, error))
        return false;
    if (!find_twins(reader, repository, sides, &unread, error)) {
        history_free(&sides->ahead);
        history_free(&sides->behind);
        return false;
    }
    /* What was found today would be missed for ever. */
    reader->keeps = reader->keeps && !unread;
    keep_sides(reader, sides);
    return true;
}

/* Nobody is to see lines that were not asked for, only because they are known. */
static void forget_counts(const struct history *side)
{
    for (size_t i = 0; i < side->count; i++)
        side->commits[i].files.insertions = side->commits[i].files.deletions = 0;
}

/* False without an error when there is nothing that can be used. */
static bool read_kept(struct module_reader *reader, struct repository *repository,
                      struct kept_sides *sides, struct error *error)
{
    unsigned char key[KEPT_KEY_SIZE];
    bool usable;

    kept_sides_key(&reader->range, key);
    usable = load(reader, key, &reader->kept) &&
             kept_sides_read(repository, &reader->kept, reader->threads, reader->arena, sides,
                             reader->progress, error);
    if (usable && reader->request->counts && !sides->counts) {
        history_free(&sides->ahead);
        history_free(&sides->behind);
        usable = false;
    }
    reader->counts_kept = usable && sides->counts;
    if (usable && !reader->request->counts)
        forget_counts(sides->ahead);
    return usable;
}

/* The two of a pair get the same mark in the place of their patch ids, which need not be computed
 * for all the others. */
static void mark_twins(struct module_reader *reader)
{
    const struct history *ahead = reader->ahead, *behind = reader->behind;
    struct object_id *ahead_marks, *behind_marks;

    if (reader->twins == NULL)
        return;
    ahead_marks = arena_array(reader->arena, ahead->count, sizeof *ahead_marks);
    behind_marks = arena_array(reader->arena, behind->count, sizeof *behind_marks);
    for (size_t i = 0; i < ahead->count; i++) {
        size_t twin = reader->twins[i];

        if (twin != NO_TWIN)
            ahead_marks[i] = behind_marks[twin] = behind->commits[twin].id;
    }
    reader->code.ahead_patches = ahead_marks;
    reader->code.behind_patches = behind_marks;
}

bool git_range_read_sides(struct module_reader *reader, struct repository *repository,
                          struct error *error)
{
    struct kept_sides sides = { .ahead = NULL };

    if (!read_kept(reader, repository, &sides, error) &&
        (!progress_check(reader->progress, error) ||
         !read_afresh(reader, repository, &sides, error)))
        return false;
    error_clear(error);
    reader->ahead = sides.ahead;
    reader->behind = sides.behind;
    reader->twins = sides.twins;
    reader->code.ahead = reader->ahead->commits;
    reader->code.ahead_count = reader->ahead->count;
    reader->code.behind = reader->behind->commits;
    reader->code.behind_count = reader->behind->count;
    reader->code.behind_unsure = reader->ahead->ends > 0;
    mark_twins(reader);
    return true;
}

void git_range_keep_counts(struct module_reader *reader)
{
    struct kept_sides sides = {
        .ahead = reader->ahead, .behind = reader->behind, .twins = reader->twins, .counts = true
    };

    keep_sides(reader, &sides);
}

/* --- The files of both ends ------------------------------------------------------------------- */

static bool read_kept_files(struct module_reader *reader, const unsigned char key[KEPT_KEY_SIZE])
{
    struct strbuf bytes = STRBUF_INIT;
    bool usable = load(reader, key, &bytes) &&
                  kept_files_read(&bytes, reader->arena, &reader->code.files, NULL);

    strbuf_release(&bytes);
    return usable;
}

static void keep_files(const struct module_reader *reader, const unsigned char key[KEPT_KEY_SIZE])
{
    struct strbuf bytes = STRBUF_INIT;

    if (reader->keeps && reader->code.files.count >= LEAST_KEPT &&
        kept_files_write(&reader->code.files, &bytes))
        save(reader, key, &bytes);
    strbuf_release(&bytes);
}

bool git_range_list_files(struct module_reader *reader, struct repository *repository, bool lines,
                          struct error *error)
{
    struct file_change_list *files = &reader->code.files;
    unsigned flags = lines ? CHANGES_RENAMES | CHANGES_LIKENESS : CHANGES_RENAMES;
    unsigned char key[KEPT_KEY_SIZE];

    kept_files_key(&reader->range, lines ? flags | CHANGES_COUNTS : flags, key);
    if (read_kept_files(reader, key))
        return true;
    if (!changes_between(repository, &reader->range.previous, &reader->range.current,
                         reader->directory, flags, reader->threads, reader->arena, files,
                         reader->progress, error) ||
        (lines && !changes_count(repository, files, reader->threads, &reader->request->lines,
                                 reader->progress, error)))
        return false;
    keep_files(reader, key);
    return true;
}
