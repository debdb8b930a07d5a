#include <pilab/source/reader.h>

#include <pthread.h>
#include <stdlib.h>

#include <pilab/base/memory.h>
#include <pilab/git/count.h>

#define NO_PLACE ((size_t)-1)

/* The files of a module, or its commits: the lists that are left to be read. */
struct part {
    struct line_order *order;
    struct module_count *module;
    bool files; /* of the two ends; else of commits */
    bool finished;
    struct file_change_list **lists;
    size_t *indices; /* what each list is of */
    atomic_bool *begun;
    size_t count;
    size_t *places; /* by what it is of: the list's place, or NO_PLACE */
    size_t place_count;
};

struct module_count {
    struct module_reader *reader;
    size_t number;
    size_t commits_unread, files_unread;
    struct part files, commits;
};

/* The counting of all modules. Only one part is counted at a time; what is wanted of another one
 * makes that the next. */
struct line_order {
    struct module_count *modules;
    size_t module_count;
    const struct line_listener *listener; /* NULL: nobody waits */
    const struct progress *progress;
    size_t done, total; /* commits and files */
    pthread_mutex_t wanting;
    struct part *next; /* what is wanted of another part; NULL: nothing */
    size_t next_place;
};

/* --- What is counted -------------------------------------------------------------------------- */

static void tell(struct module_count *module, bool file, size_t index,
                 const struct file_change_list *list)
{
    struct line_order *order = module->files.order;
    struct line_count count = { .module = module->number,
                                .file = file,
                                .index = index,
                                .known = list->unread == 0,
                                .binary = file && list->changes[0].binary,
                                .insertions = list->insertions,
                                .deletions = list->deletions };

    order->done++;
    if (order->listener != NULL)
        order->listener->counted(order->listener->context, &count);
}

/* On a worker, one at a time. */
static void take(void *context, size_t place)
{
    struct part *part = context;
    struct module_count *module = part->module;
    const struct module_reader *reader = module->reader;
    const struct history_options *keep = &reader->request->history;
    const struct file_change_list *list = part->lists[place];
    size_t index = part->indices[place];

    if (part->files)
        module->files_unread += list->unread > 0;
    else if (list->unread > 0)
        module->commits_unread++;
    else if (keep->save_counts != NULL)
        keep->save_counts(keep->counts_context, &reader->ahead->commits[index].id,
                          reader->directory, list->insertions, list->deletions, list->count);
    tell(module, part->files, index, list);
    progress_report(part->order->progress, "counting lines", part->order->done, part->order->total);
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

static void part_start(struct part *part, struct line_order *order, struct module_count *module,
                       bool files, size_t most)
{
    struct arena *arena = module->reader->arena;

    order->total += most;
    *part = (struct part){ .order = order,
                           .module = module,
                           .files = files,
                           .lists = arena_array(arena, most, sizeof(struct file_change_list *)),
                           .indices = arena_array(arena, most, sizeof(size_t)),
                           .begun = arena_array(arena, most, sizeof(atomic_bool)),
                           .places = arena_array(arena, most, sizeof(size_t)),
                           .place_count = most };
    for (size_t i = 0; i < most; i++)
        part->places[i] = NO_PLACE;
}

static void part_add(struct part *part, struct file_change_list *list, size_t index)
{
    part->places[index] = part->count;
    part->lists[part->count] = list;
    part->indices[part->count++] = index;
}

/* Those that nobody knows; tells of what is kept, and of what cannot be counted. */
static bool list_commits(struct line_order *order, struct module_count *module, struct error *error)
{
    struct history *ahead = module->reader->ahead;

    part_start(&module->commits, order, module, false, ahead->count);
    for (size_t i = 0; i < ahead->count; i++) {
        struct commit *commit = &ahead->commits[i];

        if (!progress_check(order->progress, error))
            return false;
        if (commit->parent_count > 1) {
            order->done++;
        } else if (!commit->files_known) {
            commit->files.unread = 1; /* why is a problem of the history already */
            tell(module, false, i, &commit->files);
        } else if (is_kept(module->reader, commit)) {
            tell(module, false, i, &commit->files);
        } else {
            part_add(&module->commits, &commit->files, i);
        }
    }
    return true;
}

/* Each file as a list of its own, so that each is told when it comes. */
static void list_files(struct line_order *order, struct module_count *module)
{
    struct module_reader *reader = module->reader;
    struct file_change_list *files = &reader->code.files;
    struct file_change_list *each = arena_array(reader->arena, files->count, sizeof *each);

    part_start(&module->files, order, module, true, files->count);
    for (size_t i = 0; i < files->count; i++) {
        each[i] = (struct file_change_list){ .changes = &files->changes[i], .count = 1 };
        part_add(&module->files, &each[i], i);
    }
}

static bool list_module(struct line_order *order, struct module_count *module, struct error *error)
{
    if (module->reader->input.code == NULL) {
        module->files.finished = module->commits.finished = true;
        return true;
    }
    list_files(order, module);
    return list_commits(order, module, error);
}

/* --- What is wanted --------------------------------------------------------------------------- */

/* The part that has it; NULL when it is not there, or was begun. */
static struct part *find_wanted(const struct line_order *order, const struct line_place *wanted,
                                size_t *place)
{
    struct part *part;

    if (wanted->module >= order->module_count)
        return NULL;
    part = wanted->file ? &order->modules[wanted->module].files
                        : &order->modules[wanted->module].commits;
    *place = wanted->index < part->place_count ? part->places[wanted->index] : NO_PLACE;
    return *place != NO_PLACE && !atomic_load(&part->begun[*place]) ? part : NULL;
}

/* What is looked at now makes what was wanted of another part a moment ago wait for its turn. */
static size_t choose(struct part *part)
{
    struct line_order *order = part->order;
    struct line_place wanted;

    if (order->next == part) {
        order->next = NULL;
        return order->next_place;
    }
    while (order->next == NULL && order->listener->wanted(order->listener->context, &wanted)) {
        size_t place = NO_PLACE;
        struct part *found = find_wanted(order, &wanted, &place);

        if (found == part)
            return place;
        order->next = found;
        order->next_place = place;
    }
    return order->next != NULL ? COUNT_LEAVE : COUNT_IN_ORDER;
}

/* On all workers at once. */
static size_t wanted_of(void *context)
{
    struct part *part = context;
    size_t place;

    pthread_mutex_lock(&part->order->wanting);
    place = choose(part);
    pthread_mutex_unlock(&part->order->wanting);
    return place;
}

static struct part *next_part(struct line_order *order)
{
    if (order->next != NULL)
        return order->next;
    for (size_t i = 0; i < order->module_count; i++) {
        struct module_count *module = &order->modules[i];

        if (!module->files.finished)
            return &module->files;
        if (!module->commits.finished)
            return &module->commits;
    }
    return NULL;
}

/* --- Counting --------------------------------------------------------------------------------- */

/* Until it is finished, or another part is wanted. */
static bool count_part(struct part *part, struct error *error)
{
    struct line_order *order = part->order;
    const struct module_reader *reader = part->module->reader;
    bool asked = order->listener != NULL && order->listener->wanted != NULL;
    /* Those of commits are kept as a whole. */
    struct count_work work = { .lists = part->lists,
                               .count = part->count,
                               .store = part->files ? &reader->request->lines : NULL,
                               .threads = reader->request->threads,
                               .wanted = asked ? wanted_of : NULL,
                               .begun = part->begun,
                               .counted = take,
                               .context = part };
    struct repository *repository = NULL;
    bool ok =
        part->count == 0 || (repository_open(&repository, reader->module->repository, error) &&
                             count_changes(repository, &work, order->progress, error));

    repository_free(&repository);
    part->finished = order->next == NULL;
    return ok;
}

static bool count_all(struct line_order *order, struct error *error)
{
    for (size_t i = 0; i < order->module_count; i++) {
        if (!list_module(order, &order->modules[i], error))
            return false;
    }
    for (struct part *part; (part = next_part(order)) != NULL;) {
        if (!count_part(part, error))
            return false;
    }
    return true;
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

bool git_modules_count(struct module_reader *readers, size_t count,
                       const struct line_listener *listener, const struct progress *progress,
                       struct error *error)
{
    struct line_order order = { .module_count = count, .listener = listener, .progress = progress };
    bool ok;

    order.modules = memory_array(count + 1, sizeof *order.modules);
    for (size_t i = 0; i < count; i++)
        order.modules[i] = (struct module_count){ .reader = &readers[i], .number = i };
    pthread_mutex_init(&order.wanting, NULL);
    ok = count_all(&order, error);
    pthread_mutex_destroy(&order.wanting);
    for (size_t i = 0; ok && i < count; i++) {
        if (readers[i].input.code == NULL)
            continue;
        sum_up(&readers[i]);
        report_unread(&order.modules[i]);
        git_range_keep_counts(&readers[i]);
    }
    free(order.modules);
    return ok;
}
