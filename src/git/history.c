#include <pilab/git/history.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#include "changes.h"
#include "header.h"
#include "history_owner.h"
#include "internal.h"
#include "paths.h"
#include "walk.h"

struct reading {
    const struct history_options *options;
    char *directory;
    struct history *history;
    struct walk_commit **walked; /* as long as the history, in its order */
    bool *left_out;              /* does not touch the directory */
    const char **failures;       /* why a commit's files could not be read; NULL: they were */
    const char **unreadable;     /* why a commit itself could not be */
    struct walk *walk;
    pthread_mutex_t cache; /* load_counts and save_counts, one at a time */
};

static void add_problem(struct vector *problems, struct arena *arena, enum history_gap gap,
                        const struct object_id *object, const char *message)
{
    struct history_problem *problem = vector_add(problems);
    problem->gap = gap;
    problem->object = *object;
    problem->message = arena_text(arena, message);
}

/* --- Files ---------------------------------------------------------------------------------- */

/* The tree of one parent. A missing parent is an error, no parent an empty tree. */
static bool parent_tree(struct repository *repository, const struct walk_commit *commit,
                        size_t index, struct object_id *tree, struct error *error)
{
    *tree = (struct object_id){ { 0 } };
    if (index >= commit->parent_count)
        return true;
    const struct walk_commit *parent = commit->parents[index];
    if (!parent->loaded)
        return commit_tree(repository, &parent->id, tree, error);
    *tree = parent->tree;
    return true;
}

/* Whether the commit's directory differs from that of every parent that is followed. */
static bool touches(struct reading *reading, struct repository *repository,
                    const struct walk_commit *commit, bool *result, struct error *error)
{
    bool one = commit->parent_count == 0 || reading->options->first_parent;
    size_t parents = one ? 1 : commit->parent_count;
    *result = true;
    for (size_t i = 0; i < parents && *result; i++) {
        struct object_id tree;
        if (!parent_tree(repository, commit, i, &tree, error) ||
            !changes_differ(repository, &tree, &commit->tree, reading->directory, result, error))
            return false;
    }
    return true;
}

static bool load_counts(struct reading *reading, const struct commit *commit,
                        struct file_change_list *files)
{
    const struct history_options *options = reading->options;
    uint64_t file_count = 0;
    if (!options->load_counts)
        return false;
    pthread_mutex_lock(&reading->cache);
    bool known = options->load_counts(options->counts_context, &commit->id, reading->directory,
                                      &files->insertions, &files->deletions, &file_count);
    pthread_mutex_unlock(&reading->cache);
    known = known && file_count == files->count; /* another way of pairing renames, long ago */
    if (!known)
        files->insertions = files->deletions = 0;
    return known;
}

static void save_counts(struct reading *reading, const struct commit *commit,
                        const struct file_change_list *files)
{
    const struct history_options *options = reading->options;
    if (!options->save_counts || files->unread > 0)
        return;
    pthread_mutex_lock(&reading->cache);
    options->save_counts(options->counts_context, &commit->id, reading->directory,
                         files->insertions, files->deletions, files->count);
    pthread_mutex_unlock(&reading->cache);
}

static void count_files(struct reading *reading, struct repository *repository,
                        struct commit *commit)
{
    if (!reading->options->counts || commit->parent_count > 1 ||
        load_counts(reading, commit, &commit->files))
        return;
    changes_count(repository, &commit->files, 1, NULL, NULL, NULL);
    save_counts(reading, commit, &commit->files);
}

static bool read_files(struct reading *reading, struct worker *worker,
                       const struct walk_commit *walked, struct commit *commit, struct error *error)
{
    struct object_id tree;
    struct vector changes;
    if (walked->cut) {
        char hex[OBJECT_ID_HEX_SIZE];
        return error_set(error, ERROR_CORRUPT,
                         "the clone is shallow and ends at commit %s: what it changed is not known",
                         object_id_hex(&commit->id, hex));
    }
    if (!parent_tree(worker->repository, walked, 0, &tree, error))
        return false;
    vector_init(&changes, sizeof(struct file_change));
    bool ok = changes_compare(worker->repository, &tree, &walked->tree, reading->directory,
                              worker->arena, &changes, error);
    if (ok) {
        changes_pair(&changes);
        commit->files.changes = vector_to_arena(&changes, worker->arena);
        commit->files.count = changes.count;
        commit->files_known = true;
        count_files(reading, worker->repository, commit);
    }
    vector_release(&changes);
    return ok;
}

/* --- Commits -------------------------------------------------------------------------------- */

static bool fill_commit(struct repository *repository, const struct object_id *id, bool raw,
                        struct arena *arena, struct commit *out, struct error *error)
{
    struct object object;
    if (!object_read(repository, id, GIT_OBJECT_COMMIT, &object, error))
        return false;
    bool ok = commit_parse(object.data, object.size, id, arena, out);
    if (ok && raw) {
        out->raw = arena_bytes(arena, object.data, object.size);
        out->raw_length = object.size;
    }
    object_release(&object);
    if (!ok) {
        char hex[OBJECT_ID_HEX_SIZE];
        error_set(error, ERROR_CORRUPT, "commit %s is malformed", object_id_hex(id, hex));
    }
    return ok;
}

static void read_one(void *context, struct worker *worker, size_t index)
{
    struct reading *reading = context;
    const struct walk_commit *walked = reading->walked[index];
    struct commit *commit = &reading->history->commits[index];
    const struct history_options *options = reading->options;
    struct error error;
    bool wanted = true, compared = true;
    *commit = (struct commit){ .id = walked->id };
    if (*reading->directory && !walked->cut)
        compared = touches(reading, worker->repository, walked, &wanted, &error);
    /* A commit that cannot be compared stays in: better one too many than one lost. */
    reading->left_out[index] = compared && !wanted;
    if (reading->left_out[index])
        return;
    if (!fill_commit(worker->repository, &walked->id, options->raw, worker->arena, commit, &error))
        reading->unreadable[index] = arena_text(worker->arena, error.message);
    else if (compared && (options->files || options->counts))
        compared = read_files(reading, worker, walked, commit, &error);
    if (!compared)
        reading->failures[index] = arena_text(worker->arena, error.message);
}

static void drop_left_out(struct reading *reading)
{
    struct history *history = reading->history;
    size_t kept = 0;
    for (size_t i = 0; i < history->count; i++) {
        if (reading->left_out[i])
            continue;
        if (kept != i)
            history->commits[kept] = history->commits[i];
        kept++;
    }
    history->count = kept;
}

static void collect_problems(struct reading *reading, const struct walk *walk)
{
    struct history *history = reading->history;
    struct vector problems;
    vector_init(&problems, sizeof(struct history_problem));
    for (size_t i = 0; i < walk_missing_count(walk); i++) {
        const struct object_id *id = walk_missing_at(walk, i);
        char hex[OBJECT_ID_HEX_SIZE], message[160];
        snprintf(message, sizeof(message),
                 "commit %s is missing or damaged: history before it is "
                 "not known",
                 object_id_hex(id, hex));
        add_problem(&problems, history->arena, HISTORY_GAP_COMMITS, id, message);
    }
    for (size_t i = 0; i < history->count; i++)
        if (reading->failures[i])
            add_problem(&problems, history->arena, HISTORY_GAP_FILES, &history->commits[i].id,
                        reading->failures[i]);
    for (size_t i = 0; i < history->count; i++)
        for (size_t k = 0; k < history->commits[i].files.count; k++) {
            const struct file_change *change = &history->commits[i].files.changes[k];
            if (change->unread)
                add_problem(&problems, history->arena, HISTORY_GAP_LINES, &history->commits[i].id,
                            arena_printf(history->arena,
                                         "lines of %s are not counted: an object "
                                         "is missing or damaged",
                                         change->path));
        }
    history->problems = vector_to_arena(&problems, history->arena);
    history->problem_count = problems.count;
    vector_release(&problems);
}

/* Where the list ends: at what is not here, or at what the other side has. */
static void note_ends(struct reading *reading)
{
    for (size_t i = 0; i < reading->history->count; i++) {
        const struct walk_commit *commit = reading->walked[i];
        bool end = commit->cut;
        for (size_t k = 0; k < commit->parent_count; k++) {
            end = end || commit->parents[k]->missing;
            reading->history->meets |= commit->parents[k]->hidden;
        }
        reading->history->ends += end;
    }
}

static bool check_read(const struct reading *reading, struct error *error)
{
    for (size_t i = 0; i < reading->history->count; i++)
        if (reading->unreadable[i])
            return error_set(error, ERROR_CORRUPT, "%s", reading->unreadable[i]);
    return true;
}

struct history_owner *history_owner_new(void)
{
    struct history_owner *owner = memory_new(sizeof(*owner));
    owner->history.arena = arena_new();
    return owner;
}

static void reading_start(struct reading *reading, struct repository *repository,
                          const struct history_options *options)
{
    static const struct history_options plain = { .threads = 0 };
    *reading = (struct reading){ .options = options ? options : &plain,
                                 .history = &history_owner_new()->history };
    reading->directory = paths_clean(reading->options->directory);
    reading->walk = walk_new(repository);
    pthread_mutex_init(&reading->cache, NULL);
}

/* Which commits there are. */
static bool reading_walk(struct reading *reading, const struct object_id *from,
                         const struct object_id *to, const struct progress *progress,
                         struct error *error)
{
    struct history *history = reading->history;
    if (!walk_add(reading->walk, to, false, error) ||
        (from && !walk_add(reading->walk, from, true, error)) ||
        !walk_run(reading->walk, reading->options->first_parent, progress, &reading->walked,
                  &history->count, error))
        return false;
    history->commits = arena_array(history->arena, history->count, sizeof(*history->commits));
    reading->left_out = memory_array(history->count + 1, sizeof(*reading->left_out));
    reading->failures = memory_array(history->count + 1, sizeof(*reading->failures));
    reading->unreadable = memory_array(history->count + 1, sizeof(*reading->unreadable));
    return true;
}

/* What stands in them, and which files they touch. */
static bool reading_fill(struct reading *reading, struct repository *repository,
                         const struct progress *progress, struct error *error)
{
    struct history_owner *owner = (struct history_owner *)reading->history;
    const struct history_options *options = reading->options;
    struct work work = { .what = options->counts  ? "counting lines"
                                 : options->files ? "reading changes"
                                                  : "reading commits",
                         .count = reading->history->count,
                         .threads = options->threads,
                         .item = read_one,
                         .context = reading };
    if (!workers_run(repository, &work, owner->arenas, progress, error) ||
        !check_read(reading, error))
        return false;
    note_ends(reading);
    collect_problems(reading, reading->walk);
    drop_left_out(reading);
    return true;
}

/* Hands out the history, or frees it. */
static struct history *reading_end(struct reading *reading, bool ok)
{
    if (!ok)
        history_free(&reading->history);
    walk_free(&reading->walk);
    pthread_mutex_destroy(&reading->cache);
    free(reading->directory);
    free(reading->left_out);
    free(reading->failures);
    free(reading->unreadable);
    return reading->history;
}

struct history *history_read(struct repository *repository, const struct object_id *from,
                             const struct object_id *to, const struct history_options *options,
                             const struct progress *progress, struct error *error)
{
    struct reading reading;
    reading_start(&reading, repository, options);
    bool ok = reading_walk(&reading, from, to, progress, error) &&
              reading_fill(&reading, repository, progress, error);
    return reading_end(&reading, ok);
}

/* The walk of the other side, on a thread and with a handle of its own. */
struct side_walk {
    struct reading *reading;
    struct repository *repository; /* NULL: it could not be opened */
    const struct object_id *from, *to;
    struct progress quiet; /* one of the two tells */
    bool ok;
    struct error error;
};

static void *walk_side(void *argument)
{
    struct side_walk *side = argument;
    side->ok = reading_walk(side->reading, side->from, side->to, &side->quiet, &side->error);
    return NULL;
}

static bool start_walk(struct side_walk *side, pthread_t *thread)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the main thread's */
    bool started = pthread_create(thread, NULL, walk_side, side) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

/* Both at once: each goes over most of what the other does. */
static bool walk_both(struct reading *ahead, struct side_walk *behind,
                      const struct progress *progress, struct error *error)
{
    pthread_t thread;
    bool apart = behind->repository && start_walk(behind, &thread);
    bool ok = reading_walk(ahead, behind->to, behind->from, progress, error);
    if (apart)
        pthread_join(thread, NULL);
    else if (ok)
        walk_side(behind);
    if (ok && !behind->ok && error)
        *error = behind->error;
    return ok && behind->ok;
}

bool history_read_sides(struct repository *repository, const struct object_id *previous,
                        const struct object_id *current, const struct history_options *options,
                        struct history **ahead, struct history **behind,
                        const struct progress *progress, struct error *error)
{
    struct history_options uncounted = *options;
    struct reading readings[2];
    struct side_walk other = { .reading = &readings[1], .from = current, .to = previous };
    uncounted.counts = false;
    if (progress)
        other.quiet.cancel = progress->cancel;
    if (options->threads != 1)
        repository_open(&other.repository, repository_directory(repository), NULL);
    reading_start(&readings[0], repository, options);
    reading_start(&readings[1], other.repository ? other.repository : repository, &uncounted);
    bool ok = walk_both(&readings[0], &other, progress, error) &&
              reading_fill(&readings[0], repository, progress, error) &&
              reading_fill(&readings[1], repository, progress, error);
    *ahead = reading_end(&readings[0], ok);
    *behind = reading_end(&readings[1], ok);
    repository_free(&other.repository);
    return ok;
}

void history_free(struct history **history)
{
    struct history_owner *owner = (struct history_owner *)*history;
    *history = NULL;
    if (!owner)
        return;
    for (unsigned i = 0; i < WORKERS_LIMIT; i++)
        arena_free(&owner->arenas[i]);
    arena_free(&owner->history.arena);
    free(owner);
}

bool history_read_commit(struct repository *repository, const struct object_id *id,
                         struct arena *arena, struct commit *out, struct error *error)
{
    return fill_commit(repository, id, false, arena, out, error);
}

static bool count_only(struct repository *repository, const struct object_id *from,
                       const struct object_id *to, size_t *count, struct error *error)
{
    struct walk *walk = walk_new(repository);
    struct walk_commit **commits;
    bool ok = walk_add(walk, to, false, error) && walk_add(walk, from, true, error) &&
              walk_run(walk, false, NULL, &commits, count, error);
    walk_free(&walk);
    return ok;
}

bool history_ahead_behind(struct repository *repository, const struct object_id *from,
                          const struct object_id *to, size_t *ahead, size_t *behind,
                          struct error *error)
{
    return count_only(repository, from, to, ahead, error) &&
           count_only(repository, to, from, behind, error);
}

bool history_contains(struct repository *repository, const struct object_id *from,
                      const struct object_id *commit, bool *contains, struct error *error)
{
    size_t beyond = 0;
    if (!count_only(repository, from, commit, &beyond, error))
        return false;
    *contains = beyond == 0;
    return true;
}
