/*
 * The last two versions of a line of history.
 *
 * Where tags stand on the line itself, they are its newest two. Many projects tag on a branch for
 * each release instead, and nothing tagged leads to their main branch for years: a higher release
 * whose branch left the line at the line's own newest tag, or after it, takes that tag's place.
 */
#include "internal.h"
#include "version.h"
#include "walk.h"

#include <pilab/base/map.h>

/* commit → the highest version's tag that leads to it */
static struct map *tags_by_commit(const struct reference_list *list)
{
    struct map *tags = map_new();
    for (size_t i = 0; i < list->count; i++) {
        const struct reference *tag = &list->references[i];
        if (tag->kind == REFERENCE_TAG && !map_get_bytes(tags, tag->commit.bytes, OBJECT_ID_SIZE))
            map_put_bytes(tags, tag->commit.bytes, OBJECT_ID_SIZE, (void *)tag);
    }
    return tags;
}

/* Walks from `start` and gives the newest tagged commit's tag; with `current`, the newest that
 * leads elsewhere: of the same series, and of a release when it is one, if there is such. */
static const struct reference *newest_on_line(struct repository *repository, const struct map *tags,
                                              const struct object_id *start,
                                              const struct reference *current)
{
    struct walk *walk = walk_new(repository);
    const struct reference *any = NULL, *found = NULL;
    struct walk_commit *commit = NULL;
    if (walk_add(walk, start, false, NULL))
        commit = walk_next(walk);
    for (; commit && !found; commit = walk_next(walk)) {
        const struct reference *tag = map_get_bytes(tags, commit->id.bytes, OBJECT_ID_SIZE);
        if (!tag || (current && object_id_equal(&tag->commit, &current->commit)))
            continue;
        any = any ? any : tag;
        if (!current ||
            (version_same_series(tag->name, current->name) &&
             (version_is_prerelease(current->name) || !version_is_prerelease(tag->name))))
            found = tag;
    }
    walk_free(&walk);
    return found ? found : any;
}

static bool is_release(const struct reference *reference)
{
    return reference->kind == REFERENCE_TAG && version_split(reference->name).core_length > 0 &&
           !version_is_prerelease(reference->name);
}

/* The series that a line without tags of its own is counted in: that of the youngest release. */
static const struct reference *youngest_release(const struct reference_list *list)
{
    const struct reference *youngest = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct reference *tag = &list->references[i];
        if (is_release(tag) && (!youngest || tag->time > youngest->time))
            youngest = tag;
    }
    return youngest;
}

/* The highest release of the series that `like` counts in, below `limit` unless that is NULL. */
static const struct reference *highest_release(const struct reference_list *list,
                                               const struct reference *like,
                                               const struct reference *limit)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct reference *tag = &list->references[i];
        if (is_release(tag) && version_same_series(tag->name, like->name) &&
            (!limit || (version_compare(tag->name, limit->name) < 0 &&
                        !object_id_equal(&tag->commit, &limit->commit))))
            return tag;
    }
    return NULL;
}

/* The commits that lead to `start` and not to `left_out` (NULL: all that lead to it). */
static bool walk_between(struct walk *walk, const struct object_id *start,
                         const struct reference *left_out, struct walk_commit ***commits,
                         size_t *count)
{
    *count = 0;
    return walk_add(walk, start, false, NULL) &&
           (!left_out || walk_add(walk, &left_out->commit, true, NULL)) &&
           walk_run(walk, false, NULL, commits, count, NULL);
}

static bool leads_to(struct repository *repository, const struct reference *from,
                     const struct reference *to)
{
    struct walk *walk = walk_new(repository);
    struct walk_commit **commits;
    size_t count;
    bool leads = walk_between(walk, &from->commit, to, &commits, &count) && count == 0;
    walk_free(&walk);
    return leads;
}

/* Whether `tag` shares with the line that ends at `head` something newer than `last`. */
static bool left_line_after(struct repository *repository, const struct reference *tag,
                            const struct object_id *head, const struct reference *last)
{
    struct walk *line = walk_new(repository), *branch = walk_new(repository);
    struct map *since = map_new();
    struct walk_commit **commits;
    size_t count;
    bool left = false;
    if (walk_between(line, head, last, &commits, &count))
        for (size_t i = 0; i < count; i++)
            map_put_bytes(since, commits[i]->id.bytes, OBJECT_ID_SIZE, commits[i]);
    if (count > 0 && walk_between(branch, &tag->commit, last, &commits, &count))
        for (size_t i = 0; i < count && !left; i++)
            left = map_get_bytes(since, commits[i]->id.bytes, OBJECT_ID_SIZE) != NULL;
    map_free(&since);
    walk_free(&branch);
    walk_free(&line);
    return left;
}

/* `on_line` (NULL: none), or the higher release that came off the line at it or after it. */
static const struct reference *or_branched_off(struct repository *repository,
                                               const struct reference_list *list,
                                               const struct object_id *head,
                                               const struct reference *on_line,
                                               const struct reference *limit)
{
    const struct reference *like = on_line ? on_line : limit ? limit : youngest_release(list);
    const struct reference *highest = like ? highest_release(list, like, limit) : NULL;
    if (!highest || (on_line && version_compare(highest->name, on_line->name) <= 0))
        return on_line;
    return (on_line && leads_to(repository, on_line, highest)) ||
                   left_line_after(repository, highest, head, on_line)
               ? highest
               : on_line;
}

static bool too_few_versions(const struct repository *repository, const struct reference *current,
                             struct error *error)
{
    if (!current) {
        error_set(error, ERROR_NOT_FOUND, "no tag leads to the history of %s", repository->name);
        return error_hint(error, "name both sides: `pilab drift HEAD~20..HEAD`, or tag a version");
    }
    error_set(error, ERROR_NOT_FOUND, "%s has only one version: no tag is older than %s",
              repository->name, current->name);
    return error_hint(error, "name both sides: `pilab drift %s..HEAD`", current->name);
}

bool repository_last_two_versions(struct repository *repository, struct arena *arena,
                                  struct version_pair *out, struct error *error)
{
    struct object_id head;
    if (!repository_resolve(repository, "HEAD", &head, error))
        return false;
    struct reference_list *list = repository_references(repository, error);
    if (!list)
        return false;
    struct map *tags = tags_by_commit(list);
    const struct reference *on_line = NULL, *newest = NULL, *before = NULL, *older = NULL;
    if (map_count(tags) > 0) {
        on_line = newest_on_line(repository, tags, &head, NULL);
        newest = or_branched_off(repository, list, &head, on_line, NULL);
    }
    if (newest) {
        older = before = newest_on_line(repository, tags, &newest->commit, newest);
        if (is_release(newest))
            older = or_branched_off(repository, list, &newest->commit, before, newest);
    }
    if (older)
        *out = (struct version_pair){ .previous = arena_text(arena, older->name),
                                      .current = arena_text(arena, newest->name),
                                      .previous_aside = older != before,
                                      .current_aside = newest != on_line };
    else
        too_few_versions(repository, newest, error);
    map_free(&tags);
    reference_list_free(&list);
    return older != NULL;
}
