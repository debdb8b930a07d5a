/*
 * Renames and copies of files that kept their content, paired as `git diff -M100%` pairs them: each
 * added file takes, among the deleted ones of its blob, one with the same base name if it can, else
 * the first.
 */
#include "changes.h"
#include "internal.h"

#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/map.h>

/* Of more candidates than this for one file the best of the first is good enough, as for git. */
#define CANDIDATE_LIMIT 100

/* A file that something may have come from. */
struct source {
    struct file_change *change;
    size_t index; /* of the change */
    struct source *next;
};

/* Those of one blob, in path order. */
struct blob_sources {
    struct source *gone; /* deleted, and not yet the source of a rename */
    struct source *all;  /* of copies */
};

struct sources {
    struct arena *arena;
    struct map *by_blob; /* old blob → struct blob_sources */
    bool *taken;         /* of changes: deleted files that became the old side of a rename */
};

static struct source *new_source(struct sources *sources, struct vector *changes, size_t index,
                                 struct source *next)
{
    struct source *source = arena_alloc(sources->arena, sizeof(*source));
    *source = (struct source){ vector_at(changes, index), index, next };
    return source;
}

static void add_source(struct sources *sources, struct vector *changes, size_t index)
{
    const struct file_change *change = vector_at(changes, index);
    struct blob_sources *blob =
        map_get_bytes(sources->by_blob, change->old_blob.bytes, OBJECT_ID_SIZE);
    if (!blob) {
        blob = arena_alloc(sources->arena, sizeof(*blob));
        map_put_bytes(sources->by_blob, change->old_blob.bytes, OBJECT_ID_SIZE, blob);
    }
    blob->all = new_source(sources, changes, index, blob->all);
    if (change->status == FILE_DELETED)
        blob->gone = new_source(sources, changes, index, blob->gone);
}

/* Regular files may differ in their permissions; of all else the kind is part of the content. */
static bool fits(const struct file_change *old, const struct file_change *new)
{
    bool regular =
        (old->old_mode & MODE_KIND) == MODE_FILE && (new->new_mode &MODE_KIND) == MODE_FILE;
    return regular || old->old_mode == new->new_mode;
}

/* Where the best of a list hangs; NULL: none fits. */
static struct source **best_source(struct source **link, const struct file_change *added)
{
    struct source **first = NULL;
    for (int tried = 0; *link && tried < CANDIDATE_LIMIT; link = &(*link)->next) {
        const struct file_change *old = (*link)->change;
        if (!fits(old, added))
            continue;
        if (strcmp(path_base_name(old->path), path_base_name(added->path)) == 0)
            return link;
        first = first ? first : link;
        tried++;
    }
    return first;
}

static void come_from(struct file_change *added, const struct source *source,
                      enum file_status status)
{
    added->status = status;
    added->old_path = source->change->path;
    added->old_blob = source->change->old_blob;
    added->old_mode = source->change->old_mode;
    added->likeness = 100;
}

/* What was taken is not looked at again: thousands may have the same content. */
static void pair_renames(struct vector *changes, struct sources *sources)
{
    for (size_t i = 0; i < changes->count; i++) {
        struct file_change *added = vector_at(changes, i);
        struct blob_sources *blob =
            map_get_bytes(sources->by_blob, added->new_blob.bytes, OBJECT_ID_SIZE);
        struct source **best =
            added->status == FILE_ADDED && blob ? best_source(&blob->gone, added) : NULL;
        if (!best)
            continue;
        come_from(added, *best, FILE_RENAMED);
        sources->taken[(*best)->index] = true;
        *best = (*best)->next;
    }
}

static void pair_copies(struct vector *changes, struct sources *sources)
{
    for (size_t i = 0; i < changes->count; i++) {
        struct file_change *added = vector_at(changes, i);
        struct blob_sources *blob =
            map_get_bytes(sources->by_blob, added->new_blob.bytes, OBJECT_ID_SIZE);
        struct source **best =
            added->status == FILE_ADDED && blob ? best_source(&blob->all, added) : NULL;
        if (best)
            come_from(added, *best, FILE_COPIED);
    }
}

/* Deleted files that have become the old side of a rename are no changes of their own. */
static void drop_renamed(struct vector *changes, const struct sources *sources)
{
    size_t kept = 0;
    for (size_t i = 0; i < changes->count; i++)
        if (!sources->taken[i])
            *(struct file_change *)vector_at(changes, kept++) =
                *(struct file_change *)vector_at(changes, i);
    changes->count = kept;
}

void changes_pair(struct vector *changes)
{
    size_t added = 0, old = 0;
    for (size_t i = 0; i < changes->count; i++) {
        const struct file_change *change = vector_at(changes, i);
        added += change->status == FILE_ADDED;
        old += change->status != FILE_ADDED;
    }
    if (added == 0 || old == 0)
        return;
    struct sources sources = { .arena = arena_new(), .by_blob = map_new() };
    sources.taken = arena_array(sources.arena, changes->count, sizeof(*sources.taken));
    for (size_t i = changes->count; i > 0; i--) {
        const struct file_change *change = vector_at(changes, i - 1);
        if (change->status != FILE_ADDED)
            add_source(&sources, changes, i - 1);
    }
    pair_renames(changes, &sources);
    pair_copies(changes, &sources);
    drop_renamed(changes, &sources);
    map_free(&sources.by_blob);
    arena_free(&sources.arena);
}
