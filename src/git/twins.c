/*
 * Commits of two sides that make the same change: those with the same patch id. Patch ids are dear,
 * so they are computed only for commits that have a likely twin: first by the names of the files
 * that they touch, then by how many lines of them they add and take away, which both follow from
 * the patch. Where all that are alike change the same versions of the same files into the same
 * versions, as picks soon after a branch was made do, nothing need be computed at all.
 */
#include "changes.h"
#include "header.h"
#include "internal.h"
#include "lines.h"
#include "paths.h"
#include "workers.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/git/commit.h>

/* Both sides in one array, `left` first; ids[i] is what commit i has been compared by last. */
struct search {
    const struct patch_id_options *options;
    char *directory;
    struct object_id *commits, *ids;
    size_t left_count, count;
    size_t *chosen; /* the commits that may have a twin */
    size_t chosen_count;
    size_t *settled; /* those that have one for certain: whoever has the same id */
    size_t settled_count;
    bool lines;         /* compare by numbers of lines too */
    atomic_bool unread; /* a commit could not be looked at */
};

/* --- What a change looks like, whatever its place and order ---------------------------------- */

struct likeness {
    uint64_t sum, files;
};

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t mix_bytes(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return mix(hash, length);
}

static void add_file(struct likeness *likeness, const char *path, char sign, uint64_t what)
{
    uint64_t hash = mix_bytes(UINT64_C(0xcbf29ce484222325), path, strlen(path));
    likeness->sum += mix(mix(hash, (unsigned char)sign), what);
    likeness->files++;
}

/* The numbers of lines; of a binary file its two versions. */
static bool describe_lines(struct repository *repository, const struct line_store *store,
                           const struct file_change *change, uint64_t *what)
{
    struct line_numbers counts;
    if (!lines_count_kept(repository, store, &change->old_blob, change->old_mode, &change->new_blob,
                          change->new_mode, &counts, NULL))
        return false;
    *what = counts.binary ? mix_bytes(mix_bytes(1, change->old_blob.bytes, OBJECT_ID_SIZE),
                                      change->new_blob.bytes, OBJECT_ID_SIZE)
                          : mix(mix(0, counts.insertions), counts.deletions);
    return true;
}

/* Patch ids know no renames and no copies: blanks apart the patch of one may be that of a new file
 * and a deleted one. Of whole files only the names are looked at, therefore. */
static bool add_change(const struct search *search, struct repository *repository,
                       const struct file_change *change, struct likeness *likeness)
{
    bool moved = change->status == FILE_RENAMED;
    bool whole = moved || change->status == FILE_COPIED || !change->old_mode || !change->new_mode;
    uint64_t what = 0;
    if (moved)
        add_file(likeness, change->old_path, 'D', change->old_mode);
    if (!whole && search->lines &&
        !describe_lines(repository, search->options->lines, change, &what))
        return false;
    if (!whole)
        add_file(likeness, change->path, 'M', what);
    else if (change->new_mode)
        add_file(likeness, change->path, 'A', change->new_mode);
    else
        add_file(likeness, change->path, 'D', change->old_mode);
    return true;
}

static bool add_changes(const struct search *search, struct repository *repository,
                        const struct file_change *changes, size_t count, struct likeness *likeness)
{
    for (size_t i = 0; i < count; i++)
        if (!add_change(search, repository, &changes[i], likeness))
            return false;
    return true;
}

/* Zero for merges and for what changes nothing, which have no twin. */
static bool look_at_trees(const struct search *search, struct worker *worker,
                          const struct object_id *commit, struct likeness *likeness)
{
    struct object_id tree, parent_tree;
    size_t parents;
    struct vector changes;
    if (!commit_trees(worker->repository, commit, &tree, &parent_tree, &parents, NULL))
        return false;
    if (parents > 1)
        return true;
    struct arena *arena = arena_new();
    vector_init(&changes, sizeof(struct file_change));
    bool ok = changes_compare(worker->repository, &parent_tree, &tree, search->directory, arena,
                              &changes, NULL) &&
              add_changes(search, worker->repository, changes.items, changes.count, likeness);
    vector_release(&changes);
    arena_free(&arena);
    return ok;
}

/* The commit as it has been read, or NULL. */
static const struct commit *read_before(const struct search *search, size_t index)
{
    const struct patch_id_options *options = search->options;
    const struct commit *side = index < search->left_count ? options->left : options->right;
    const struct commit *commit =
        side ? &side[index < search->left_count ? index : index - search->left_count] : NULL;
    return commit && commit->files_known ? commit : NULL;
}

/* What cannot be read has no likeness: it is never taken for shipped. */
static void look_at_one(void *context, struct worker *worker, size_t position)
{
    struct search *search = context;
    size_t index = search->chosen[position];
    const struct commit *commit = read_before(search, index);
    struct likeness likeness = { 0, 0 };
    bool ok = true;
    if (!commit)
        ok = look_at_trees(search, worker, &search->commits[index], &likeness);
    else if (commit->parent_count < 2)
        ok = add_changes(search, worker->repository, commit->files.changes, commit->files.count,
                         &likeness);
    search->ids[index] = (struct object_id){ { 0 } };
    if (!ok)
        atomic_store(&search->unread, true);
    if (ok && likeness.files > 0)
        memcpy(search->ids[index].bytes, &likeness, sizeof(likeness));
}

/* --- Narrowing ------------------------------------------------------------------------------ */

/* Ids of one side's commits among these → the first that has it. Values are pointers into
 * search->ids. */
static void add_ids(struct map *map, const struct search *search, const size_t *among, size_t count,
                    bool left)
{
    for (size_t i = 0; i < count; i++) {
        struct object_id *id = &search->ids[among[i]];
        if ((among[i] < search->left_count) == left && !object_id_is_zero(id) &&
            !map_has_bytes(map, id->bytes, OBJECT_ID_SIZE))
            map_put_bytes(map, id->bytes, OBJECT_ID_SIZE, id);
    }
}

static struct map *ids_of(const struct search *search, bool left)
{
    struct map *map = map_new();
    add_ids(map, search, search->chosen, search->chosen_count, left);
    return map;
}

/* Leaves those that have, on the other side, one of the same id. */
static void narrow(struct search *search)
{
    struct map *left = ids_of(search, true), *right = ids_of(search, false);
    size_t kept = 0;
    for (size_t i = 0; i < search->chosen_count; i++) {
        size_t index = search->chosen[i];
        const struct map *other = index < search->left_count ? right : left;
        if (map_has_bytes(other, search->ids[index].bytes, OBJECT_ID_SIZE))
            search->chosen[kept++] = index;
    }
    search->chosen_count = kept;
    map_free(&left);
    map_free(&right);
}

/* --- Groups in which all change the same versions --------------------------------------------- */

struct group {
    unsigned char digest[crypto_hash_sha256_BYTES]; /* of the first */
    bool alike;                                     /* so far */
};

static void digest_text(crypto_hash_sha256_state *state, const char *text)
{
    if (text)
        crypto_hash_sha256_update(state, (const unsigned char *)text, strlen(text) + 1);
}

static void digest_versions(const struct commit *commit, unsigned char *digest)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < commit->files.count; i++) {
        const struct file_change *change = &commit->files.changes[i];
        const uint32_t numbers[] = { (uint32_t)change->status, change->old_mode, change->new_mode };
        crypto_hash_sha256_update(&state, (const unsigned char *)numbers, sizeof(numbers));
        crypto_hash_sha256_update(&state, change->old_blob.bytes, OBJECT_ID_SIZE);
        crypto_hash_sha256_update(&state, change->new_blob.bytes, OBJECT_ID_SIZE);
        digest_text(&state, change->old_path);
        digest_text(&state, change->path);
    }
    crypto_hash_sha256_final(&state, digest);
}

/* Takes the commit into the group of its id. */
static void join_group(const struct search *search, struct arena *arena, struct map *groups,
                       size_t index)
{
    const struct object_id *id = &search->ids[index];
    const struct commit *commit = read_before(search, index);
    struct group *group = map_get_bytes(groups, id->bytes, OBJECT_ID_SIZE);
    unsigned char digest[crypto_hash_sha256_BYTES] = { 0 };
    if (commit)
        digest_versions(commit, digest);
    if (group) {
        group->alike = group->alike && commit && memcmp(group->digest, digest, sizeof(digest)) == 0;
        return;
    }
    group = arena_alloc(arena, sizeof(*group));
    group->alike = commit != NULL;
    memcpy(group->digest, digest, sizeof(digest));
    map_put_bytes(groups, id->bytes, OBJECT_ID_SIZE, group);
}

/* Moves those whose whole group is alike from the chosen to the settled. */
static void settle(struct search *search)
{
    struct arena *arena = arena_new();
    struct map *groups = map_new();
    size_t kept = 0;
    for (size_t i = 0; i < search->chosen_count; i++)
        join_group(search, arena, groups, search->chosen[i]);
    for (size_t i = 0; i < search->chosen_count; i++) {
        size_t index = search->chosen[i];
        const struct group *group = map_get_bytes(groups, search->ids[index].bytes, OBJECT_ID_SIZE);
        if (group->alike)
            search->settled[search->settled_count++] = index;
        else
            search->chosen[kept++] = index;
    }
    search->chosen_count = kept;
    map_free(&groups);
    arena_free(&arena);
}

/* --- The search ------------------------------------------------------------------------------- */

static bool narrow_by_likeness(struct repository *repository, struct search *search, bool lines,
                               const struct progress *progress, struct error *error)
{
    struct arena *arenas[WORKERS_LIMIT];
    struct work work = { .what = "comparing changes",
                         .count = search->chosen_count,
                         .threads = search->options->threads,
                         .item = look_at_one,
                         .context = search };
    search->lines = lines;
    bool ok = workers_run(repository, &work, arenas, progress, error);
    for (unsigned i = 0; i < WORKERS_LIMIT; i++)
        arena_free(&arenas[i]);
    if (ok) {
        narrow(search);
        settle(search);
    }
    return ok;
}

static bool narrow_by_patch(struct repository *repository, struct search *search,
                            const struct progress *progress, struct error *error)
{
    size_t count = search->chosen_count;
    struct object_id *commits = memory_array(count + 1, sizeof(*commits));
    struct object_id *ids = memory_array(count + 1, sizeof(*ids));
    for (size_t i = 0; i < count; i++)
        commits[i] = search->commits[search->chosen[i]];
    bool ok = changes_patch_ids(repository, commits, count, search->options, ids, progress, error);
    for (size_t i = 0; ok && i < count; i++) {
        search->ids[search->chosen[i]] = ids[i];
        /* All that are left change something. */
        if (object_id_is_zero(&ids[i]))
            atomic_store(&search->unread, true);
    }
    if (ok)
        narrow(search);
    free(commits);
    free(ids);
    return ok;
}

static void match(const struct search *search, const size_t *among, size_t count, size_t *twins)
{
    struct map *right = map_new();
    add_ids(right, search, among, count, false);
    for (size_t i = 0; i < count; i++) {
        size_t index = among[i];
        const struct object_id *twin =
            map_get_bytes(right, search->ids[index].bytes, OBJECT_ID_SIZE);
        if (index < search->left_count && twin)
            twins[index] = (size_t)(twin - search->ids) - search->left_count;
    }
    map_free(&right);
}

bool changes_twins(struct repository *repository, const struct object_id *left, size_t left_count,
                   const struct object_id *right, size_t right_count,
                   const struct patch_id_options *options, size_t *twins,
                   const struct progress *progress, struct error *error)
{
    static const struct patch_id_options plain = { .threads = 0 };
    struct search search = { .options = options ? options : &plain,
                             .left_count = left_count,
                             .count = left_count + right_count };
    search.chosen_count = search.count;
    search.commits = memory_array(search.count + 1, sizeof(struct object_id));
    search.ids = memory_array(search.count + 1, sizeof(struct object_id));
    search.chosen = memory_array(search.count + 1, sizeof(size_t));
    search.settled = memory_array(search.count + 1, sizeof(size_t));
    search.directory = paths_clean(search.options->directory);
    for (size_t i = 0; i < search.count; i++) {
        search.commits[i] = i < left_count ? left[i] : right[i - left_count];
        search.chosen[i] = i;
    }
    bool ok = narrow_by_likeness(repository, &search, false, progress, error) &&
              narrow_by_likeness(repository, &search, true, progress, error) &&
              narrow_by_patch(repository, &search, progress, error);
    if (search.options->unread && atomic_load(&search.unread))
        *search.options->unread = true;
    for (size_t i = 0; i < left_count; i++)
        twins[i] = NO_TWIN;
    if (ok) {
        match(&search, search.chosen, search.chosen_count, twins);
        match(&search, search.settled, search.settled_count, twins);
    }
    free(search.settled);
    free(search.commits);
    free(search.ids);
    free(search.chosen);
    free(search.directory);
    return ok;
}
