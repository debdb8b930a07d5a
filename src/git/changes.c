#include <pilab/git/changes.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#include "changes.h"
#include "header.h"
#include "internal.h"
#include "likeness.h"
#include "lines.h"
#include "paths.h"
#include "workers.h"

/* From this many files on, counting lines is spread over threads. */
#define MANY_FILES 64

struct comparison {
    struct repository *repository;
    struct arena *arena;
    struct vector *changes;
    struct strbuf path;
    size_t seen, path_bytes;
};

static bool compare_trees(struct comparison *comparison, const struct object_id *a,
                          const struct object_id *b, unsigned depth, struct error *error);

static bool is_tree(const struct tree_item *item)
{
    return (item->mode & MODE_KIND) == MODE_TREE;
}

static void add_change(struct comparison *comparison, const struct tree_item *a,
                       const struct tree_item *b)
{
    struct file_change *change = vector_add(comparison->changes);
    change->path = strbuf_to_arena(&comparison->path, comparison->arena);
    change->status = a->mode == 0                             ? FILE_ADDED
                     : b->mode == 0                           ? FILE_DELETED
                     : ((a->mode ^ b->mode) & MODE_KIND) != 0 ? FILE_TYPE_CHANGED
                                                              : FILE_MODIFIED;
    change->old_mode = a->mode;
    change->new_mode = b->mode;
    if (a->mode)
        change->old_blob = a->id;
    if (b->mode)
        change->new_blob = b->id;
}

static bool same_item(const struct tree_item *a, const struct tree_item *b)
{
    return a->mode == b->mode && (a->mode == 0 || object_id_equal(&a->id, &b->id));
}

/* Two entries of the same name, one of which may be absent (mode 0), at comparison->path. Files and
 * directories of one name sort apart and so never meet here. */
static bool compare_items(struct comparison *comparison, const struct tree_item *a,
                          const struct tree_item *b, unsigned depth, struct error *error)
{
    comparison->path_bytes += comparison->path.length;
    if (++comparison->seen > TREE_WALK_LIMIT)
        return error_set(error, ERROR_LIMIT, "more than %d files and directories differ",
                         TREE_WALK_LIMIT);
    if (comparison->path_bytes > TREE_PATHS_LIMIT)
        return error_set(error, ERROR_LIMIT, "the paths of what differs take more than %zu bytes",
                         TREE_PATHS_LIMIT);
    if (same_item(a, b)) /* but for how their modes are written */
        return true;
    if (!is_tree(a) && !is_tree(b)) {
        add_change(comparison, a, b);
        return true;
    }
    if (comparison->path.length)
        strbuf_add_char(&comparison->path, '/');
    return compare_trees(comparison, a->mode ? &a->id : NULL, b->mode ? &b->id : NULL, depth + 1,
                         error);
}

/* How many bytes both begin with. */
static size_t same_bytes(const char *a, const char *b, size_t limit)
{
    size_t i = 0;
    for (; i + 8 <= limit; i += 8) {
        uint64_t x, y;
        memcpy(&x, a + i, 8);
        memcpy(&y, b + i, 8);
        if (x != y)
            break;
    }
    while (i < limit && a[i] == b[i])
        i++;
    return i;
}

/* Passes over the entries that are the same on both sides, which is most of them. The first that is
 * not, or that is no entry, is left for tree_peek. */
static void skip_same(struct tree_view *a, struct tree_view *b)
{
    size_t left = (size_t)(a->end - a->cursor), right = (size_t)(b->end - b->cursor);
    const char *end = a->cursor + same_bytes(a->cursor, b->cursor, left < right ? left : right);
    for (;;) {
        const char *name_end = memchr(a->cursor, '\0', (size_t)(end - a->cursor));
        if (!name_end || end - name_end <= OBJECT_ID_SIZE)
            return;
        size_t size = (size_t)(name_end + 1 + OBJECT_ID_SIZE - a->cursor);
        a->cursor += size;
        b->cursor += size;
    }
}

/* The next pair of entries, in git's order; the one that sorts later is left for the next step and
 * shown as absent. Both absent: the end. */
static bool next_pair(struct tree_view *a, struct tree_view *b, struct tree_item *x,
                      struct tree_item *y, struct error *error)
{
    if (a->cursor && b->cursor)
        skip_same(a, b);
    if (!tree_peek(a, x, error) || !tree_peek(b, y, error))
        return false;
    int order = x->mode && y->mode ? tree_item_compare(x, y) : 0;
    if (x->mode && order <= 0)
        tree_skip(a, x);
    if (y->mode && order >= 0)
        tree_skip(b, y);
    if (order > 0)
        x->mode = 0;
    if (order < 0)
        y->mode = 0;
    return true;
}

/* comparison->path is "" or ends in a slash; it is left as it was found. */
static bool compare_trees(struct comparison *comparison, const struct object_id *a,
                          const struct object_id *b, unsigned depth, struct error *error)
{
    struct tree_view left = { .cursor = NULL }, right = { .cursor = NULL };
    size_t length = comparison->path.length;
    if (depth > TREE_DEPTH_LIMIT)
        return error_set(error, ERROR_LIMIT, "directories are nested deeper than %d at %.200s…",
                         TREE_DEPTH_LIMIT, comparison->path.data);
    bool ok = tree_open(comparison->repository, a, &left, error) &&
              tree_open(comparison->repository, b, &right, error);
    while (ok) {
        struct tree_item x, y;
        ok = next_pair(&left, &right, &x, &y, error);
        if (!ok || (x.mode == 0 && y.mode == 0))
            break;
        const struct tree_item *named = x.mode ? &x : &y;
        strbuf_add_bytes(&comparison->path, named->name, named->name_length);
        ok = compare_items(comparison, &x, &y, depth, error);
        strbuf_truncate(&comparison->path, length);
    }
    tree_close(&left);
    tree_close(&right);
    return ok;
}

/* A file on one side and a directory of that name on the other: the file comes first. */
static bool compare_apart(struct comparison *comparison, const struct tree_item *a,
                          const struct tree_item *b, struct error *error)
{
    static const struct tree_item absent = { .mode = 0 };
    const struct tree_item *file_a = is_tree(a) ? &absent : a;
    const struct tree_item *file_b = is_tree(b) ? &absent : b;
    return compare_items(comparison, file_a, file_b, 0, error) &&
           compare_items(comparison, is_tree(a) ? a : &absent, is_tree(b) ? b : &absent, 0, error);
}

static bool compare_at(struct repository *repository, const struct object_id *a,
                       const struct object_id *b, const char *directory, struct arena *arena,
                       struct vector *changes, struct error *error)
{
    struct comparison comparison = {
        .repository = repository, .arena = arena, .changes = changes, .path = STRBUF_INIT
    };
    struct tree_item x = { .mode = 0 }, y = { .mode = 0 };
    bool ok = (!a || object_id_is_zero(a) || tree_find(repository, a, directory, &x, error)) &&
              (!b || object_id_is_zero(b) || tree_find(repository, b, directory, &y, error));
    if (ok && !same_item(&x, &y)) {
        bool apart = x.mode && y.mode && is_tree(&x) != is_tree(&y);
        strbuf_add(&comparison.path, directory);
        ok = apart ? compare_apart(&comparison, &x, &y, error)
                   : compare_items(&comparison, &x, &y, 0, error);
    }
    strbuf_release(&comparison.path);
    return ok;
}

static int by_path(const void *left, const void *right)
{
    return strcmp(((const struct file_change *)left)->path,
                  ((const struct file_change *)right)->path);
}

/* What several paths give one after the other comes into git's order, which is that of the bytes.
 */
bool changes_compare(struct repository *repository, const struct object_id *a,
                     const struct object_id *b, const char *paths, struct arena *arena,
                     struct vector *changes, struct error *error)
{
    struct strbuf path = STRBUF_INIT;
    bool ok = true;
    if (!paths_are_several(paths))
        return compare_at(repository, a, b, paths, arena, changes, error);
    for (const char *cursor = paths; ok && paths_next(&cursor, &path);)
        ok = compare_at(repository, a, b, path.data, arena, changes, error);
    vector_sort(changes, by_path);
    strbuf_release(&path);
    return ok;
}

static bool differ_at(struct repository *repository, const struct object_id *a,
                      const struct object_id *b, const char *directory, bool *differ,
                      struct error *error)
{
    struct tree_item x = { .mode = 0 }, y = { .mode = 0 };
    bool ok = (object_id_is_zero(a) || tree_find(repository, a, directory, &x, error)) &&
              (object_id_is_zero(b) || tree_find(repository, b, directory, &y, error));
    *differ = ok && !same_item(&x, &y);
    return ok;
}

bool changes_differ(struct repository *repository, const struct object_id *a,
                    const struct object_id *b, const char *paths, bool *differ, struct error *error)
{
    struct strbuf path = STRBUF_INIT;
    bool ok = true;
    if (!paths_are_several(paths))
        return differ_at(repository, a, b, paths, differ, error);
    *differ = false;
    for (const char *cursor = paths; ok && !*differ && paths_next(&cursor, &path);)
        ok = differ_at(repository, a, b, path.data, differ, error);
    strbuf_release(&path);
    return ok;
}

void changes_sum(struct file_change_list *list)
{
    list->insertions = list->deletions = list->unread = 0;
    for (size_t i = 0; i < list->count; i++) {
        list->insertions += list->changes[i].insertions;
        list->deletions += list->changes[i].deletions;
        list->unread += list->changes[i].unread;
    }
}

struct counting {
    struct file_change_list *list;
    const struct line_store *store;
};

/* A copy takes nothing away from where it came from: all its lines are new ones. */
static void count_one(void *context, struct worker *worker, size_t index)
{
    const struct counting *counting = context;
    struct file_change *change = &counting->list->changes[index];
    struct line_numbers counts;
    uint32_t old_mode = change->status == FILE_COPIED ? 0 : change->old_mode;
    change->counted =
        lines_count_kept(worker->repository, counting->store, &change->old_blob, old_mode,
                         &change->new_blob, change->new_mode, &counts, NULL);
    change->unread = !change->counted;
    if (!change->counted)
        return;
    change->binary = counts.binary;
    change->insertions = counts.insertions;
    change->deletions = counts.deletions;
}

bool changes_count(struct repository *repository, struct file_change_list *list, unsigned threads,
                   const struct line_store *store, const struct progress *progress,
                   struct error *error)
{
    struct counting counting = { .list = list, .store = store };
    bool ok = true;
    struct work work = { .what = "counting lines",
                         .count = list->count,
                         .threads = list->count >= MANY_FILES ? threads : 1,
                         .item = count_one,
                         .context = &counting };
    struct arena *arenas[WORKERS_LIMIT];
    ok = workers_run(repository, &work, arenas, progress, error);
    for (unsigned i = 0; i < WORKERS_LIMIT; i++)
        arena_free(&arenas[i]);
    changes_sum(list);
    return ok;
}

static bool finish(struct repository *repository, struct vector *changes, unsigned flags,
                   struct arena *arena, struct file_change_list *out, unsigned threads,
                   const struct progress *progress, struct error *error)
{
    bool capped = false;
    if (flags & CHANGES_RENAMES)
        changes_pair(changes);
    if ((flags & CHANGES_LIKENESS) &&
        !likeness_pair(repository, changes, threads, &capped, progress, error))
        return false;
    *out = (struct file_change_list){ .changes = vector_to_arena(changes, arena),
                                      .count = changes->count,
                                      .likeness_capped = capped };
    if ((flags & CHANGES_COUNTS) && changes_count(repository, out, threads, NULL, progress, error))
        return true;
    if (!(flags & CHANGES_COUNTS))
        return true;
    *out = (struct file_change_list){ .count = 0 };
    return false;
}

bool changes_between(struct repository *repository, const struct object_id *previous,
                     const struct object_id *current, const char *directory, unsigned flags,
                     unsigned threads, struct arena *arena, struct file_change_list *out,
                     const struct progress *progress, struct error *error)
{
    struct object_id old_tree = { { 0 } }, new_tree;
    struct vector changes;
    char *clean = paths_clean(directory);
    vector_init(&changes, sizeof(struct file_change));
    *out = (struct file_change_list){ .count = 0 };
    bool ok = (!previous || commit_tree(repository, previous, &old_tree, error)) &&
              commit_tree(repository, current, &new_tree, error) &&
              progress_check(progress, error) &&
              changes_compare(repository, &old_tree, &new_tree, clean, arena, &changes, error) &&
              finish(repository, &changes, flags, arena, out, threads, progress, error);
    vector_release(&changes);
    free(clean);
    return ok;
}

bool changes_of_commit(struct repository *repository, const struct object_id *commit,
                       const char *directory, unsigned flags, struct arena *arena,
                       struct file_change_list *out, struct error *error)
{
    struct object_id tree, parent_tree;
    size_t parents;
    struct vector changes;
    char *clean = paths_clean(directory);
    vector_init(&changes, sizeof(struct file_change));
    *out = (struct file_change_list){ .count = 0 };
    bool ok = commit_trees(repository, commit, &tree, &parent_tree, &parents, error) &&
              changes_compare(repository, &parent_tree, &tree, clean, arena, &changes, error) &&
              finish(repository, &changes, flags, arena, out, 0, NULL, error);
    vector_release(&changes);
    free(clean);
    return ok;
}
