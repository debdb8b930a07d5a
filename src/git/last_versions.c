/*
 * The last two versions of a line of history.
 *
 * Where tags stand on the line itself, they are its newest two. Many projects tag on a branch for
 * each release instead, and nothing tagged leads to their main branch for years: a higher release
 * whose branch left the line after the line's own newest tag takes that tag's place, and so does a
 * patch release made at that tag itself.
 */
#include "internal.h"
#include "version.h"
#include "walk.h"

#include <pilab/base/map.h>

#define CHECK_STEP 1024 /* commits between two looks at whether to go on */

struct search {
    struct repository *repository;
    const struct reference_list *list;
    struct map *tags; /* commit → the highest version's tag that leads to it */
    const struct progress *progress;
    struct error *error;
    bool failed;              /* `error` says why */
    bool incomplete;          /* a commit could not be read */
    struct object_id missing; /* the first such */
};

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

static void note_missing(struct search *search, const struct walk *walk)
{
    if (search->incomplete || walk_missing_count(walk) == 0)
        return;
    search->incomplete = true;
    search->missing = *walk_missing_at(walk, 0);
}

/* Whether `tag` may stand before `current` (NULL: there is none yet): of the same series, and of a
 * release when it is one. */
static bool fits(const struct reference *tag, const struct reference *current)
{
    return !current ||
           (version_same_series(tag->name, current->name) &&
            (version_is_prerelease(current->name) || !version_is_prerelease(tag->name)));
}

/* Walks from `start` and gives the newest tagged commit's tag; with `current`, the newest that
 * leads elsewhere, and that fits if there is such. */
static const struct reference *newest_on_line(struct search *search, const struct object_id *start,
                                              const struct reference *current)
{
    struct walk *walk = walk_new(search->repository);
    const struct reference *any = NULL, *found = NULL;
    struct walk_commit *commit = NULL;
    size_t steps = 0;
    if (walk_add(walk, start, false, NULL))
        commit = walk_next(walk);
    for (; commit && !found && !search->failed; commit = walk_next(walk)) {
        const struct reference *tag = map_get_bytes(search->tags, commit->id.bytes, OBJECT_ID_SIZE);
        if (++steps % CHECK_STEP == 0)
            search->failed = !progress_check(search->progress, search->error);
        if (!tag || (current && object_id_equal(&tag->commit, &current->commit)))
            continue;
        any = any ? any : tag;
        if (fits(tag, current))
            found = tag;
    }
    note_missing(search, walk);
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
static bool walk_between(struct search *search, struct walk *walk, const struct object_id *start,
                         const struct reference *left_out, struct walk_commit ***commits,
                         size_t *count)
{
    *count = 0;
    if (search->failed || !walk_add(walk, start, false, NULL) ||
        (left_out && !walk_add(walk, &left_out->commit, true, NULL)))
        return false;
    search->failed = !walk_run(walk, false, search->progress, commits, count, search->error);
    note_missing(search, walk);
    return !search->failed;
}

static bool leads_to(struct search *search, const struct reference *from,
                     const struct reference *to)
{
    struct walk *walk = walk_new(search->repository);
    struct walk_commit **commits;
    size_t count;
    bool leads = walk_between(search, walk, &from->commit, to, &commits, &count) && count == 0;
    walk_free(&walk);
    return leads;
}

/* Whether `tag` shares with the line that ends at `head` something newer than `last`. */
static bool left_line_after(struct search *search, const struct reference *tag,
                            const struct object_id *head, const struct reference *last)
{
    struct walk *line = walk_new(search->repository), *branch = walk_new(search->repository);
    struct map *since = map_new();
    struct walk_commit **commits;
    size_t count;
    bool left = false;
    if (walk_between(search, line, head, last, &commits, &count))
        for (size_t i = 0; i < count; i++)
            map_put_bytes(since, commits[i]->id.bytes, OBJECT_ID_SIZE, commits[i]);
    if (count > 0 && walk_between(search, branch, &tag->commit, last, &commits, &count))
        for (size_t i = 0; i < count && !left; i++)
            left = map_get_bytes(since, commits[i]->id.bytes, OBJECT_ID_SIZE) != NULL;
    map_free(&since);
    walk_free(&branch);
    walk_free(&line);
    return left;
}

/* `on_line` (NULL: none), or the higher release that came off the line: after it, or, where two
 * lines part at it and nothing says which is the branch, at it as its patch. A version that
 * somebody checked out is the one that is meant. */
static const struct reference *or_branched_off(struct search *search, const struct object_id *head,
                                               const struct reference *on_line,
                                               const struct reference *limit)
{
    const struct reference *like = on_line ? on_line
                                   : limit ? limit
                                           : youngest_release(search->list);
    const struct reference *highest = like ? highest_release(search->list, like, limit) : NULL;
    if (!highest || (on_line && version_compare(highest->name, on_line->name) <= 0))
        return on_line;
    bool chosen = on_line && git_repository_head_detached(search->repository->git) == 1 &&
                  object_id_equal(head, &on_line->commit); /* `git checkout v1.0.1` */
    bool off = on_line && !chosen && version_is_patch_of(highest->name, on_line->name) &&
               leads_to(search, on_line, highest);
    return off || left_line_after(search, highest, head, on_line) ? highest : on_line;
}

/* What a history that ends too early hides is not told as if it were not there. */
static bool history_ends_early(const struct search *search)
{
    char hex[OBJECT_ID_HEX_SIZE];
    if (search->incomplete) {
        error_set(search->error, ERROR_CORRUPT,
                  "the history of %s cannot be read: object %s is "
                  "missing or damaged",
                  search->repository->name, object_id_hex(&search->missing, hex));
        error_hint(search->error, "`git fsck` says more; a fresh clone has it");
    } else if (search->repository->shallow) {
        error_set(search->error, ERROR_NOT_FOUND,
                  "the clone %s is shallow: it does not reach back to two versions",
                  search->repository->name);
        error_hint(search->error, "`git fetch --unshallow` brings the rest");
    }
    return search->incomplete || search->repository->shallow;
}

static void too_few_versions(const struct search *search, const struct reference *current)
{
    const char *name = search->repository->name;
    if (search->failed || history_ends_early(search))
        return;
    if (current) {
        error_set(search->error, ERROR_NOT_FOUND,
                  "%s has only one version: no tag is older than %s", name, current->name);
        error_hint(search->error, "name both sides: `pilab drift %s..HEAD`", current->name);
    } else {
        error_set(search->error, ERROR_NOT_FOUND, "no tag leads to the history of %s", name);
        error_hint(search->error, "name both sides: `pilab drift HEAD~20..HEAD`, or tag a version");
    }
}

static bool find_pair(struct search *search, const struct object_id *head, struct arena *arena,
                      struct version_pair *out)
{
    const struct reference *on_line = NULL, *newest = NULL, *before = NULL, *older = NULL;
    if (map_count(search->tags) > 0) {
        on_line = newest_on_line(search, head, NULL);
        newest = or_branched_off(search, head, on_line, NULL);
    }
    if (newest) {
        older = before = newest_on_line(search, &newest->commit, newest);
        if (is_release(newest))
            older = or_branched_off(search, &newest->commit, before, newest);
    }
    if (search->failed || !older) {
        too_few_versions(search, newest);
        return false;
    }
    *out = (struct version_pair){ .previous = arena_text(arena, older->name),
                                  .current = arena_text(arena, newest->name),
                                  .previous_aside = older != before,
                                  .current_aside = newest != on_line };
    return true;
}

/* Leaves out the tags of others, where there are some of this name. */
static void keep_versions_of(struct reference_list *list, const char *name)
{
    size_t kept = 0, own = 0;
    for (size_t i = 0; i < list->count; i++)
        own += list->references[i].kind == REFERENCE_TAG &&
               version_is_of(list->references[i].name, name);
    for (size_t i = 0; own > 0 && i < list->count; i++)
        if (list->references[i].kind != REFERENCE_TAG ||
            version_is_of(list->references[i].name, name))
            list->references[kept++] = list->references[i];
    if (own > 0)
        list->count = kept;
}

bool repository_last_two_versions(struct repository *repository, const char *name,
                                  struct arena *arena, const struct progress *progress,
                                  struct version_pair *out, struct error *error)
{
    struct object_id head;
    struct error ignored = { 0 };
    error = error ? error : &ignored;
    if (!repository_resolve(repository, "HEAD", &head, error))
        return false;
    struct reference_list *list = repository_references(repository, error);
    if (!list)
        return false;
    if (name && *name)
        keep_versions_of(list, name);
    struct search search = { .repository = repository,
                             .list = list,
                             .tags = tags_by_commit(list),
                             .progress = progress,
                             .error = error };
    bool ok = find_pair(&search, &head, arena, out);
    map_free(&search.tags);
    reference_list_free(&list);
    return ok;
}
