#include <pilab/source/reader.h>

#include <pilab/git/count.h>

/* The counting of one module. */
struct module_count {
    struct module_reader *reader;
    const struct line_listener *listener; /* NULL: nobody waits */
    size_t number;                        /* of the module */
    const struct progress *progress;
    size_t done, total; /* commits and files */
    size_t commits_unread, files_unread;
};

/* What is left to be read: lists, and what each is of. */
struct lists {
    struct module_count *module;
    bool files; /* of the two ends; else of commits */
    struct file_change_list **lists;
    size_t *indices;
    size_t count;
};

static void tell(struct module_count *module, bool file, size_t index,
                 const struct file_change_list *list)
{
    struct line_count count = { .module = module->number,
                                .file = file,
                                .index = index,
                                .known = list->unread == 0,
                                .binary = file && list->changes[0].binary,
                                .insertions = list->insertions,
                                .deletions = list->deletions };

    module->done++;
    if (module->listener != NULL)
        module->listener->counted(module->listener->context, &count);
}

/* On a worker, one at a time. */
static void take(void *context, size_t place)
{
    struct lists *lists = context;
    struct module_count *module = lists->module;
    const struct module_reader *reader = module->reader;
    const struct history_options *keep = &reader->request->history;
    const struct file_change_list *list = lists->lists[place];
    size_t index = lists->indices[place];

    if (lists->files)
        module->files_unread += list->unread > 0;
    else if (list->unread > 0)
        module->commits_unread++;
    else if (keep->save_counts != NULL)
        keep->save_counts(keep->counts_context, &reader->ahead->commits[index].id,
                          reader->directory, list->insertions, list->deletions, list->count);
    tell(module, lists->files, index, list);
    progress_report(module->progress, "counting lines", module->done, module->total);
}

static bool is_kept(const struct module_reader *reader, struct commit *commit)
{
    const struct history_options *keep = &reader->request->history;
    struct file_change_list *files = &commit->files;
    uint64_t insertions, deletions, count;

    if (keep->load_counts == NULL ||
        !keep->load_counts(keep->counts_context, &commit->id, reader->directory, &insertions,
                           &deletions, &count) ||
        count != files->count) /* another way of pairing renames, long ago */
        return false;
    files->insertions = insertions;
    files->deletions = deletions;
    return true;
}

static struct lists lists_new(struct module_count *module, bool files, size_t most)
{
    struct arena *arena = module->reader->arena;

    module->total += most;
    return (struct lists){ .module = module,
                           .files = files,
                           .lists = arena_array(arena, most, sizeof(struct file_change_list *)),
                           .indices = arena_array(arena, most, sizeof(size_t)) };
}

static void lists_add(struct lists *lists, struct file_change_list *list, size_t index)
{
    lists->lists[lists->count] = list;
    lists->indices[lists->count++] = index;
}

/* Those that nobody knows; tells of what is kept, and of what cannot be counted. */
static bool list_commits(struct module_count *module, struct lists *lists, struct error *error)
{
    struct history *ahead = module->reader->ahead;

    *lists = lists_new(module, false, ahead->count);
    for (size_t i = 0; i < ahead->count; i++) {
        struct commit *commit = &ahead->commits[i];

        if (!progress_check(module->progress, error))
            return false;
        if (commit->parent_count > 1) {
            module->done++;
        } else if (!commit->files_known) {
            commit->files.unread = 1; /* why is a problem of the history already */
            tell(module, false, i, &commit->files);
        } else if (is_kept(module->reader, commit)) {
            tell(module, false, i, &commit->files);
        } else {
            lists_add(lists, &commit->files, i);
        }
    }
    return true;
}

/* Each file as a list of its own, so that each is told when it comes. */
static struct lists list_files(struct module_count *module)
{
    struct module_reader *reader = module->reader;
    struct file_change_list *files = &reader->code.files;
    struct file_change_list *each = arena_array(reader->arena, files->count, sizeof *each);
    struct lists lists = lists_new(module, true, files->count);

    for (size_t i = 0; i < files->count; i++) {
        each[i] = (struct file_change_list){ .changes = &files->changes[i], .count = 1 };
        lists_add(&lists, &each[i], i);
    }
    return lists;
}

static bool count_lists(struct lists *lists, struct repository *repository, struct error *error)
{
    const struct comparison_request *request = lists->module->reader->request;
    /* Those of commits are kept as a whole. */
    struct count_work work = { .lists = lists->lists,
                               .count = lists->count,
                               .store = lists->files ? &request->lines : NULL,
                               .threads = request->threads,
                               .counted = take,
                               .context = lists };

    return count_changes(repository, &work, lists->module->progress, error);
}

static void sum_up(struct module_reader *reader)
{
    struct file_change_list *files = &reader->code.files;

    files->insertions = files->deletions = files->unread = 0;
    for (size_t i = 0; i < files->count; i++) {
        files->insertions += files->changes[i].insertions;
        files->deletions += files->changes[i].deletions;
        files->unread += files->changes[i].unread;
    }
    reader->code.counts = true;
}

/* Once for all of them: a clone without its files lacks thousands. */
static void report_unread(struct module_count *module)
{
    struct module_reader *reader = module->reader;
    struct error error = { 0 };

    if (module->commits_unread + module->files_unread == 0)
        return;
    error_set(&error, ERROR_CORRUPT,
              "those of %s and %s could not be counted: objects are missing or damaged",
              module_reader_count(reader, module->commits_unread, "commit"),
              module_reader_count(reader, module->files_unread, "file"));
    error_hint(&error, "a shallow or partial clone has not everything; fetch it whole");
    module_reader_problem(reader, DRIFT_CODE, "changed lines", &error, true);
}

size_t git_module_lines_to_read(const struct module_reader *reader)
{
    size_t files = reader->code.files.count;

    if (reader->input.code == NULL)
        return 0;
    for (size_t i = 0; i < reader->ahead->count; i++) {
        const struct commit *commit = &reader->ahead->commits[i];

        files += commit->parent_count < 2 ? commit->files.count : 0;
    }
    return files;
}

bool git_module_count(struct module_reader *reader, size_t number,
                      const struct line_listener *listener, const struct progress *progress,
                      struct error *error)
{
    struct module_count module = {
        .reader = reader, .listener = listener, .number = number, .progress = progress
    };
    struct repository *repository = NULL;
    struct lists commits, files;
    bool ok;

    if (reader->input.code == NULL)
        return true;
    files = list_files(&module);
    ok = repository_open(&repository, reader->module->repository, error) &&
         list_commits(&module, &commits, error) && count_lists(&files, repository, error) &&
         count_lists(&commits, repository, error);
    repository_free(&repository);
    if (ok) {
        sum_up(reader);
        report_unread(&module);
        git_range_keep_counts(reader);
    }
    return ok;
}
