#include <pilab/packages/difference.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

/* One name while the lists are gone through. */
struct gathered {
    const char *ecosystem, *name;
    struct vector previous, current; /* const struct package * */
};

static int compare_entries(const void *a, const void *b)
{
    const struct package *left = *(const struct package *const *)a;
    const struct package *right = *(const struct package *const *)b;

    return package_version_compare(left->ecosystem, left->version, right->version);
}

static int compare_gathered(const void *a, const void *b)
{
    const struct gathered *left = *(const struct gathered *const *)a;
    const struct gathered *right = *(const struct gathered *const *)b;
    int order = strcmp(left->ecosystem, right->ecosystem);

    return order != 0 ? order : strcmp(left->name, right->name);
}

static void gather(struct map *names, struct vector *all, struct arena *arena,
                   const struct package_list *list, bool current)
{
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct package *package = &list->packages[i];
        const char *key = arena_printf(arena, "%s\n%s", package->ecosystem, package->name);
        struct gathered *one = map_get(names, key);

        if (one == NULL) {
            one = arena_alloc(arena, sizeof *one);
            one->ecosystem = package->ecosystem;
            one->name = package->name;
            vector_init(&one->previous, sizeof package);
            vector_init(&one->current, sizeof package);
            map_put(names, key, one);
            vector_push(all, &one);
        }
        vector_push(current ? &one->current : &one->previous, &package);
    }
}

/* --- One side -------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void set_versions(struct arena *arena, struct package_state *state)
{
    state->versions = arena_array(arena, state->count, sizeof *state->versions);
    for (size_t i = 0; i < state->count; i++) {
        const char *version = state->entries[i]->version;

        if (state->version_count == 0 ||
            !same_text(state->versions[state->version_count - 1], version))
            state->versions[state->version_count++] = version;
    }
}

static void set_licences(struct arena *arena, struct package_state *state)
{
    struct map *seen = map_new();

    for (size_t i = 0; i < state->count; i++) {
        const char *license = state->entries[i]->license;

        if (license == NULL || map_has(seen, license))
            continue;
        map_put(seen, license, seen);
        state->license = state->license == NULL
                             ? license
                             : arena_printf(arena, "%s, %s", state->license, license);
    }
    map_free(&seen);
}

static void set_state(struct arena *arena, struct package_state *state, struct vector *entries)
{
    vector_sort(entries, compare_entries);
    state->entries = vector_to_arena(entries, arena);
    state->count = entries->count;
    for (size_t i = 0; i < state->count; i++) {
        if (state->entries[i]->scope > state->scope)
            state->scope = state->entries[i]->scope;
        if (state->entries[i]->relation > state->relation)
            state->relation = state->entries[i]->relation;
    }
    set_versions(arena, state);
    set_licences(arena, state);
}

/* --- Both sides ------------------------------------------------------------------------------ */

static bool same_versions(const struct package_state *a, const struct package_state *b)
{
    if (a->version_count != b->version_count)
        return false;
    for (size_t i = 0; i < a->version_count; i++) {
        if (!same_text(a->versions[i], b->versions[i]))
            return false;
    }
    return true;
}

/* Only digests of one kind can be told apart: "sha1-…" gives way to "sha512-…" without a change of
 * what it stands for. */
static bool digests_differ(const char *a, const char *b)
{
    const char *dash = a != NULL ? strchr(a, '-') : NULL;
    const char *other = b != NULL ? strchr(b, '-') : NULL;

    if (a == NULL || b == NULL || strcmp(a, b) == 0)
        return false;
    if (dash == NULL && other == NULL)
        return strlen(a) == strlen(b);
    return dash != NULL && other != NULL && dash - a == other - b &&
           memcmp(a, b, (size_t)(dash - a)) == 0;
}

/* Whether a version that is on both sides is now other content. Where one side has several digests
 * for it, one of which is the other's, it is not. */
static bool content_changed(const struct package_state *a, const struct package_state *b)
{
    for (size_t i = 0; i < b->count; i++) {
        const struct package *entry = b->entries[i];
        bool differs = false, same = false;

        for (size_t k = 0; k < a->count; k++) {
            const struct package *old = a->entries[k];

            if (old->version == NULL || !same_text(old->version, entry->version))
                continue;
            differs = differs || digests_differ(old->digest, entry->digest);
            same = same || same_text(old->digest, entry->digest);
        }
        if (differs && !same)
            return true;
    }
    return false;
}

/* The one version that the project itself asks for; NULL: none, or several. */
static const struct package *asked_for(const struct package_state *state)
{
    const struct package *found = NULL;

    for (size_t i = 0; i < state->count; i++) {
        const struct package *entry = state->entries[i];

        if (entry->relation != PACKAGE_DIRECT)
            continue;
        if (found != NULL && !same_text(found->version, entry->version))
            return NULL;
        found = entry;
    }
    return found;
}

static bool has_version(const struct package_state *state, const char *version)
{
    for (size_t i = 0; i < state->version_count; i++) {
        if (same_text(state->versions[i], version))
            return true;
    }
    return false;
}

/* The highest version that the other side lacks; the highest of all when it has them all. */
static const struct package *highest(const struct package_state *state,
                                     const struct package_state *other)
{
    for (size_t i = state->count; i-- > 0;) {
        if (!has_version(other, state->entries[i]->version))
            return state->entries[i];
    }
    return state->entries[state->count - 1];
}

/* A range stands for the version that it begins with. */
static const char *comparable(struct arena *arena, const struct package *package)
{
    size_t length;
    const char *start;

    if (!package->range)
        return package->version;
    start = package_version_of_range(package->version, &length);
    return start != NULL ? arena_bytes(arena, start, length) : NULL;
}

static bool has_all(const struct package_state *state, const struct package_state *of)
{
    for (size_t i = 0; i < of->version_count; i++) {
        if (!has_version(state, of->versions[i]))
            return false;
    }
    return true;
}

static void set_step(struct arena *arena, struct package_change *change)
{
    const struct package *before = asked_for(&change->previous);
    const struct package *after = asked_for(&change->current);

    /* Where versions only came, or only went, none took a step. */
    if (before == NULL && after == NULL &&
        (has_all(&change->previous, &change->current) ||
         has_all(&change->current, &change->previous)))
        return;
    if (before == NULL)
        before = highest(&change->previous, &change->current);
    if (after == NULL)
        after = highest(&change->current, &change->previous);
    change->step = package_version_change(change->ecosystem, comparable(arena, before),
                                          comparable(arena, after));
    /* Two ranges of one beginning ("^1.2" and "~1.2") are no step between versions. */
    if (change->step.step == VERSION_SAME && (before->range || after->range) &&
        !same_text(before->version, after->version))
        change->step.step = VERSION_OTHER;
}

static bool compare_states(struct arena *arena, struct package_change *change)
{
    const struct package_state *previous = &change->previous, *current = &change->current;

    change->several = previous->version_count > 1 || current->version_count > 1;
    if (previous->count == 0 || current->count == 0) {
        change->event = previous->count == 0 ? PACKAGE_ADDED : PACKAGE_REMOVED;
        return true;
    }
    change->license_changed = previous->license != NULL && current->license != NULL &&
                              strcmp(previous->license, current->license) != 0;
    change->scope_changed = previous->scope != current->scope;
    change->relation_changed = previous->relation != PACKAGE_UNTOLD &&
                               current->relation != PACKAGE_UNTOLD &&
                               previous->relation != current->relation;
    change->content_changed = content_changed(previous, current);
    if (!same_versions(previous, current)) {
        change->event = PACKAGE_CHANGED;
        set_step(arena, change);
        return true;
    }
    change->event = PACKAGE_MOVED;
    return change->license_changed || change->scope_changed || change->relation_changed ||
           change->content_changed;
}

struct package_difference *package_difference_of(const struct package_list *previous,
                                                 const struct package_list *current)
{
    struct arena *arena = arena_new();
    struct package_difference *difference = arena_alloc(arena, sizeof *difference);
    struct map *names = map_new();
    struct vector all;

    vector_init(&all, sizeof(struct gathered *));
    gather(names, &all, arena, previous, false);
    gather(names, &all, arena, current, true);
    vector_sort(&all, compare_gathered);
    difference->arena = arena;
    difference->changes = arena_array(arena, all.count, sizeof *difference->changes);
    for (size_t i = 0; i < all.count; i++) {
        struct gathered *one = *(struct gathered **)vector_at(&all, i);
        struct package_change *change = &difference->changes[difference->count];

        *change = (struct package_change){ .ecosystem = one->ecosystem, .name = one->name };
        set_state(arena, &change->previous, &one->previous);
        set_state(arena, &change->current, &one->current);
        difference->count += compare_states(arena, change);
        vector_release(&one->previous);
        vector_release(&one->current);
    }
    vector_release(&all);
    map_free(&names);
    return difference;
}

void package_difference_free(struct package_difference **difference)
{
    struct arena *arena;

    if (difference == NULL || *difference == NULL)
        return;
    arena = (*difference)->arena;
    arena_free(&arena);
    *difference = NULL;
}
