#include "walk.h"
#include "header.h"
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/file.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

/* Commits between two looks at cancel. */
#define PROGRESS_STEP 256

#define SHALLOW_FILE_LIMIT ((size_t)64 << 20)

struct walk {
    struct repository *repository;
    struct arena *arena;
    struct map *commits;  /* id → struct walk_commit */
    struct map *cuts;     /* ids whose parents a shallow clone left out */
    struct vector queue;  /* a heap, newest first */
    struct vector listed; /* popped and not hidden when they were */
    struct vector missing;
    size_t shown_in_queue; /* how many in the queue are not hidden */
    size_t popped;
    size_t beyond;  /* how many in a row were hidden and older than all that is listed */
    int64_t oldest; /* time of the oldest listed */
    uint64_t sequence;
    bool first_parent;
};

static void read_cuts(struct walk *walk)
{
    struct strbuf text = STRBUF_INIT;
    char *path = path_join(git_repository_commondir(walk->repository->git), "shallow");
    if (file_read(path, SHALLOW_FILE_LIMIT, true, &text, NULL)) {
        const char *end = text.data + text.length;
        for (const char *line = text.data; line < end;) {
            struct object_id id;
            if (object_id_parse_prefix(line, (size_t)(end - line), &id))
                map_put_bytes(walk->cuts, id.bytes, OBJECT_ID_SIZE, walk);
            const char *newline = memchr(line, '\n', (size_t)(end - line));
            line = newline ? newline + 1 : end;
        }
    }
    free(path);
    strbuf_release(&text);
}

struct walk *walk_new(struct repository *repository)
{
    struct walk *walk = memory_new(sizeof(*walk));
    walk->repository = repository;
    walk->arena = arena_new();
    walk->commits = map_new();
    walk->cuts = map_new();
    walk->oldest = INT64_MAX;
    vector_init(&walk->queue, sizeof(struct walk_commit *));
    vector_init(&walk->listed, sizeof(struct walk_commit *));
    vector_init(&walk->missing, sizeof(struct object_id));
    if (repository->shallow)
        read_cuts(walk);
    return walk;
}

void walk_free(struct walk **walk)
{
    struct walk *w = *walk;
    *walk = NULL;
    if (!w)
        return;
    vector_release(&w->queue);
    vector_release(&w->listed);
    vector_release(&w->missing);
    map_free(&w->commits);
    map_free(&w->cuts);
    arena_free(&w->arena);
    free(w);
}

size_t walk_missing_count(const struct walk *walk)
{
    return walk->missing.count;
}

const struct object_id *walk_missing_at(const struct walk *walk, size_t index)
{
    return vector_at(&walk->missing, index);
}

/* --- The queue: a binary heap, newest first, earlier met first among equals ----------------- */

static bool before(const struct walk_commit *a, const struct walk_commit *b)
{
    return a->time != b->time ? a->time > b->time : a->sequence < b->sequence;
}

static struct walk_commit **queue_slots(struct walk *walk)
{
    return walk->queue.items;
}

static void queue_push(struct walk *walk, struct walk_commit *commit)
{
    commit->queued = true;
    commit->sequence = walk->sequence++;
    walk->shown_in_queue += !commit->hidden;
    vector_push(&walk->queue, &commit);
    struct walk_commit **slots = queue_slots(walk);
    size_t at = walk->queue.count - 1;
    while (at > 0 && before(commit, slots[(at - 1) / 2])) {
        slots[at] = slots[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    slots[at] = commit;
}

static struct walk_commit *queue_pop(struct walk *walk)
{
    struct walk_commit **slots = queue_slots(walk);
    struct walk_commit *top = slots[0];
    struct walk_commit *last = slots[--walk->queue.count];
    size_t count = walk->queue.count;
    size_t at = 0;
    for (size_t child = 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && before(slots[child + 1], slots[child]))
            child++;
        if (!before(slots[child], last))
            break;
        slots[at] = slots[child];
        at = child;
    }
    if (count > 0)
        slots[at] = last;
    top->queued = false;
    walk->shown_in_queue -= !top->hidden;
    return top;
}

/* --- Commits -------------------------------------------------------------------------------- */

static struct walk_commit *commit_of(struct walk *walk, const struct object_id *id)
{
    struct walk_commit *commit = map_get_bytes(walk->commits, id->bytes, OBJECT_ID_SIZE);
    if (!commit) {
        commit = arena_alloc(walk->arena, sizeof(*commit));
        commit->id = *id;
        map_put_bytes(walk->commits, commit->id.bytes, OBJECT_ID_SIZE, commit);
    }
    return commit;
}

static void link_parents(struct walk *walk, struct walk_commit *commit,
                         const struct commit_links *links)
{
    commit->cut = map_has_bytes(walk->cuts, commit->id.bytes, OBJECT_ID_SIZE);
    size_t count = commit->cut ? 0 : links->parent_count;
    commit->parents = arena_array(walk->arena, count, sizeof(struct walk_commit *));
    for (size_t i = 0; i < count; i++) {
        struct object_id parent;
        if (commit_links_parent(links, i, &parent))
            commit->parents[commit->parent_count++] = commit_of(walk, &parent);
    }
}

static bool load(struct walk *walk, struct walk_commit *commit, struct error *error)
{
    struct object object;
    struct commit_links links;
    if (commit->loaded)
        return true;
    bool ok = object_read(walk->repository, &commit->id, GIT_OBJECT_COMMIT, &object, error);
    if (ok && !commit_links_parse(object.data, object.size, &links)) {
        char hex[OBJECT_ID_HEX_SIZE];
        ok = error_set(error, ERROR_CORRUPT, "commit %s is malformed",
                       object_id_hex(&commit->id, hex));
    }
    if (ok) {
        commit->loaded = true;
        commit->tree = links.tree;
        commit->time = links.time;
        link_parents(walk, commit, &links);
    }
    object_release(&object);
    return ok;
}

static void meet(struct walk *walk, struct walk_commit *commit)
{
    if (commit->queued || commit->listed || commit->missing)
        return;
    if (load(walk, commit, NULL)) {
        queue_push(walk, commit);
        return;
    }
    commit->missing = true;
    vector_push(&walk->missing, &commit->id);
}

/* Hides the commit and everything below that the walk has met already. Parents that following only
 * first parents passed over are met now, for what lies below them is hidden too. */
static void hide(struct walk *walk, struct walk_commit *commit)
{
    struct vector stack;
    vector_init(&stack, sizeof(struct walk_commit *));
    vector_push(&stack, &commit);
    while (stack.count > 0) {
        struct walk_commit *at = *(struct walk_commit **)vector_at(&stack, --stack.count);
        if (at->hidden)
            continue;
        at->hidden = true;
        walk->shown_in_queue -= at->queued;
        for (size_t i = 0; i < at->parent_count; i++) {
            if (at->listed)
                meet(walk, at->parents[i]);
            vector_push(&stack, &at->parents[i]);
        }
    }
    vector_release(&stack);
}

bool walk_add(struct walk *walk, const struct object_id *id, bool hidden, struct error *error)
{
    struct walk_commit *commit = commit_of(walk, id);
    if (!load(walk, commit, error))
        return false;
    if (hidden)
        hide(walk, commit);
    if (!commit->queued && !commit->listed)
        queue_push(walk, commit);
    return true;
}

/* Meets the parents. Hidden commits hide all of them, whichever are followed otherwise. */
static void expand(struct walk *walk, struct walk_commit *commit)
{
    size_t count = commit->parent_count;
    if (walk->first_parent && !commit->hidden && count > 1)
        count = 1;
    for (size_t i = 0; i < count; i++) {
        if (commit->hidden)
            hide(walk, commit->parents[i]);
        meet(walk, commit->parents[i]);
    }
}

struct walk_commit *walk_next(struct walk *walk)
{
    if (walk->queue.count == 0)
        return NULL;
    struct walk_commit *commit = queue_pop(walk);
    commit->listed = true;
    expand(walk, commit);
    return commit;
}

static bool exhausted(struct walk *walk)
{
    if (walk->queue.count == 0)
        return true;
    if (walk->shown_in_queue > 0)
        walk->beyond = 0;
    if (walk->shown_in_queue > 0 || walk->oldest == INT64_MAX)
        return walk->shown_in_queue == 0;
    bool older = queue_slots(walk)[0]->time < walk->oldest - CLOCK_SLOP_MS;
    walk->beyond = older ? walk->beyond + 1 : 0;
    return walk->beyond > CLOCK_SLOP_COMMITS;
}

/* Of those listed the ones that no later hiding has reached, with their children counted. */
static size_t keep_shown(struct walk *walk, struct walk_commit **kept)
{
    size_t count = 0;
    for (size_t i = 0; i < walk->listed.count; i++) {
        struct walk_commit *commit = *(struct walk_commit **)vector_at(&walk->listed, i);
        if (!commit->hidden)
            kept[count++] = commit;
    }
    for (size_t i = 0; i < count; i++) {
        size_t parents = walk->first_parent && kept[i]->parent_count ? 1 : kept[i]->parent_count;
        for (size_t k = 0; k < parents; k++)
            kept[i]->parents[k]->children++;
    }
    return count;
}

/* Puts commits out when all their children are out. The last one that became free goes first, so
 * that a line of history stays together. */
static struct walk_commit **order(struct walk *walk, struct walk_commit **kept, size_t count)
{
    struct walk_commit **ordered = arena_array(walk->arena, count, sizeof(*ordered));
    struct vector stack;
    vector_init(&stack, sizeof(struct walk_commit *));
    for (size_t i = count; i > 0; i--)
        if (kept[i - 1]->children == 0)
            vector_push(&stack, &kept[i - 1]);
    size_t out = 0;
    while (stack.count > 0) {
        struct walk_commit *commit = *(struct walk_commit **)vector_at(&stack, --stack.count);
        ordered[out++] = commit;
        size_t parents = walk->first_parent && commit->parent_count ? 1 : commit->parent_count;
        for (size_t k = 0; k < parents; k++) {
            struct walk_commit *parent = commit->parents[k];
            bool shown = parent->listed && !parent->hidden;
            if (--parent->children == 0 && shown)
                vector_push(&stack, &parent);
        }
    }
    /* Where replaced objects, or damage, have made a commit its own ancestor none comes first. */
    for (size_t i = 0; i < count && out < count; i++)
        if (kept[i]->children > 0)
            ordered[out++] = kept[i];
    vector_release(&stack);
    return ordered;
}

bool walk_run(struct walk *walk, bool first_parent, const struct progress *progress,
              struct walk_commit ***commits, size_t *count, struct error *error)
{
    walk->first_parent = first_parent;
    while (!exhausted(walk)) {
        struct walk_commit *commit = queue_pop(walk);
        commit->listed = true;
        if (!commit->hidden) {
            vector_push(&walk->listed, &commit);
            if (commit->time < walk->oldest)
                walk->oldest = commit->time;
        }
        expand(walk, commit);
        if (++walk->popped % PROGRESS_STEP == 0) {
            if (!progress_check(progress, error))
                return false;
            progress_report(progress, "reading history", walk->listed.count, 0);
        }
    }
    struct walk_commit **kept = arena_array(walk->arena, walk->listed.count, sizeof(*kept));
    *count = keep_shown(walk, kept);
    *commits = order(walk, kept, *count);
    return true;
}
