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

/* The files of one blob that something may have come from, in path order. */
struct source {
    struct file_change *change;
    bool gone; /* deleted, and not yet the source of a rename */
    struct source *next;
};

struct sources {
    struct arena *arena;
    struct map *by_blob; /* old blob → first struct source */
};

static void add_source(struct sources *sources, struct file_change *change)
{
    struct source *source = arena_alloc(sources->arena, sizeof(*source));
    source->change = change;
    source->gone = change->status == FILE_DELETED;
    source->next = map_put_bytes(sources->by_blob, change->old_blob.bytes, OBJECT_ID_SIZE, source);
}

/* Regular files may differ in their permissions; of all else the kind is part of the content. */
static bool fits(const struct file_change *old, const struct file_change *new)
{
    bool regular =
        (old->old_mode & MODE_KIND) == MODE_FILE && (new->new_mode &MODE_KIND) == MODE_FILE;
    return regular || old->old_mode == new->new_mode;
}

static struct source *best_source(const struct sources *sources, const struct file_change *added,
                                  bool only_gone)
{
    struct source *first = NULL;
    int tried = 0;
    struct source *source = map_get_bytes(sources->by_blob, added->new_blob.bytes, OBJECT_ID_SIZE);
    for (; source && tried < CANDIDATE_LIMIT; source = source->next) {
        if ((only_gone && !source->gone) || !fits(source->change, added))
            continue;
        if (strcmp(path_base_name(source->change->path), path_base_name(added->path)) == 0)
            return source;
        first = first ? first : source;
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

static void pair_renames(struct vector *changes, struct sources *sources)
{
    for (size_t i = 0; i < changes->count; i++) {
        struct file_change *added = vector_at(changes, i);
        struct source *source =
            added->status == FILE_ADDED ? best_source(sources, added, true) : NULL;
        if (!source)
            continue;
        source->gone = false;
        come_from(added, source, FILE_RENAMED);
    }
}

static void pair_copies(struct vector *changes, struct sources *sources)
{
    for (size_t i = 0; i < changes->count; i++) {
        struct file_change *added = vector_at(changes, i);
        struct source *source =
            added->status == FILE_ADDED ? best_source(sources, added, false) : NULL;
        if (source)
            come_from(added, source, FILE_COPIED);
    }
}

/* Deleted files that have become the old side of a rename are no changes of their own. */
static void drop_renamed(struct vector *changes, const struct sources *sources)
{
    size_t kept = 0;
    for (size_t i = 0; i < changes->count; i++) {
        struct file_change *change = vector_at(changes, i);
        bool moved = false;
        if (change->status == FILE_DELETED) {
            const struct source *source =
                map_get_bytes(sources->by_blob, change->old_blob.bytes, OBJECT_ID_SIZE);
            while (source && source->change != change)
                source = source->next;
            moved = source && !source->gone;
        }
        if (!moved)
            *(struct file_change *)vector_at(changes, kept++) = *change;
    }
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
    for (size_t i = changes->count; i > 0; i--) {
        struct file_change *change = vector_at(changes, i - 1);
        if (change->status != FILE_ADDED)
            add_source(&sources, change);
    }
    pair_renames(changes, &sources);
    pair_copies(changes, &sources);
    drop_renamed(changes, &sources);
    map_free(&sources.by_blob);
    arena_free(&sources.arena);
}
