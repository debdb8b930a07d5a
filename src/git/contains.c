/* Which of many commits a history holds, by one walk back to the oldest of them. */
#include "header.h"
#include "internal.h"
#include "walk.h"

#include <pilab/base/map.h>
#include <pilab/git/history.h>

/* Commits between two looks at cancel. */
#define CHECK_STEP 256

struct search {
    struct map *wanted; /* id → its place in `commits`, from 1, of the first of equals */
    const struct object_id *commits;
    bool *contains;
    size_t left;
    int64_t oldest; /* time of the oldest that is wanted */
};

static size_t place_of(const struct search *search, const struct object_id *id)
{
    return (size_t)(uintptr_t)map_get_bytes(search->wanted, id->bytes, OBJECT_ID_SIZE);
}

/* What cannot be read is in no history. */
static void want(struct search *search, struct repository *repository, size_t index)
{
    const struct object_id *id = &search->commits[index];
    struct object object;
    struct commit_links links;
    search->contains[index] = false;
    if (place_of(search, id) || !object_read(repository, id, GIT_OBJECT_COMMIT, &object, NULL))
        return;
    if (commit_links_parse(object.data, object.size, &links)) {
        map_put_bytes(search->wanted, id->bytes, OBJECT_ID_SIZE, (void *)(uintptr_t)(index + 1));
        search->oldest = links.time < search->oldest ? links.time : search->oldest;
        search->left++;
    }
    object_release(&object);
}

static bool look(struct search *search, struct walk *walk, const struct progress *progress,
                 struct error *error)
{
    struct walk_commit *commit;
    size_t beyond = 0, steps = 0;
    while (search->left > 0 && beyond <= CLOCK_SLOP_COMMITS && (commit = walk_next(walk))) {
        size_t place = place_of(search, &commit->id);
        if (place) {
            search->contains[place - 1] = true;
            search->left--;
        }
        beyond = commit->time < search->oldest - CLOCK_SLOP_MS ? beyond + 1 : 0;
        if (++steps % CHECK_STEP == 0 && !progress_check(progress, error))
            return false;
    }
    return progress_check(progress, error);
}

bool history_contains_each(struct repository *repository, const struct object_id *from,
                           const struct object_id *commits, size_t count, bool *contains,
                           const struct progress *progress, struct error *error)
{
    struct search search = {
        .wanted = map_new(), .commits = commits, .contains = contains, .oldest = INT64_MAX
    };
    struct walk *walk = walk_new(repository);
    for (size_t i = 0; i < count; i++)
        want(&search, repository, i);
    bool ok = search.left == 0 ||
              (walk_add(walk, from, false, error) && look(&search, walk, progress, error));
    for (size_t i = 0; i < count; i++) {
        size_t first = place_of(&search, &commits[i]);
        contains[i] = first && contains[first - 1];
    }
    walk_free(&walk);
    map_free(&search.wanted);
    return ok;
}
