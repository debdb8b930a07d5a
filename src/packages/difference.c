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

/* --- Content and where it comes from ---------------------------------------------------------- */

/* One of the sums of a digest: its kind, which is the file's name, the algorithm or else the
 * length, and what it says. */
struct sum {
    const char *text;
    size_t length, kind; /* bytes; `kind` 0: the length tells */
};

static bool next_sum(const char **at, struct sum *sum)
{
    const char *mark;

    *at += strspn(*at, " ");
    if (**at == '\0')
        return false;
    *sum = (struct sum){ .text = *at, .length = strcspn(*at, " ") };
    mark = memchr(sum->text, '#', sum->length);
    if (mark == NULL)
        mark = memchr(sum->text, '-', sum->length);
    sum->kind = mark != NULL ? (size_t)(mark - sum->text) + 1 : 0;
    *at += sum->length;
    return true;
}

static bool same_kind(const struct sum *a, const struct sum *b)
{
    return a->kind == b->kind &&
           (a->kind > 0 ? memcmp(a->text, b->text, a->kind) == 0 : a->length == b->length);
}

static bool same_sum(const struct sum *a, const struct sum *b)
{
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

enum likeness { UNKNOWN, SAME, DIFFERENT };

/* Whether a digest has a sum of this kind before this one. */
static bool came_before(const char *digest, const struct sum *sum)
{
    struct sum earlier;

    while (next_sum(&digest, &earlier) && earlier.text != sum->text) {
        if (same_kind(&earlier, sum))
            return true;
    }
    return false;
}

/* The sums of one kind: one in common is enough. */
static enum likeness compare_kind(const char *a, const char *b, const struct sum *kind)
{
    bool both = false;
    struct sum one, other;

    while (next_sum(&a, &one)) {
        if (!same_kind(&one, kind))
            continue;
        for (const char *at = b; next_sum(&at, &other);) {
            if (same_sum(&one, &other))
                return SAME;
            both = both || same_kind(&one, &other);
        }
    }
    return both ? DIFFERENT : UNKNOWN;
}

/* "sha1-…" that gives way to "sha512-…" is no change of what it stands for: only sums of one kind
 * can be told apart. */
static enum likeness compare_digests(const char *a, const char *b)
{
    enum likeness all = UNKNOWN;
    struct sum sum;

    if (a == NULL || b == NULL)
        return UNKNOWN;
    if (strcmp(a, b) == 0)
        return SAME;
    for (const char *at = a; all != DIFFERENT && next_sum(&at, &sum);) {
        enum likeness kind = came_before(a, &sum) ? UNKNOWN : compare_kind(a, b, &sum);

        all = kind != UNKNOWN ? kind : all;
    }
    return all;
}

/* Whether a version that is on both sides is now other content. Where one side has several digests
 * for it, one of which is the other's, it is not. */
static void compare_content(struct package_change *change)
{
    for (size_t i = 0; i < change->current.count; i++) {
        const struct package *entry = change->current.entries[i], *differs = NULL;
        bool same = false;

        for (size_t k = 0; k < change->previous.count; k++) {
            const struct package *old = change->previous.entries[k];
            enum likeness likeness = UNKNOWN;

            if (old->version != NULL && same_text(old->version, entry->version))
                likeness = compare_digests(old->digest, entry->digest);
            differs = likeness == DIFFERENT ? old : differs;
            same = same || likeness == SAME;
        }
        if (differs == NULL || same)
            continue;
        change->content_changed = true;
        change->previous_digest = differs->digest;
        change->current_digest = entry->digest;
        return;
    }
}

/* One commit may be cut short; tags and branches are what they are called. */
static bool same_revision(const char *a, const char *b)
{
    size_t left = a != NULL ? strlen(a) : 0, right = b != NULL ? strlen(b) : 0;
    size_t shorter = left < right ? left : right;

    return same_text(a, b) ||
           (shorter >= 7 && strncmp(a, b, shorter) == 0 && strspn(a, "0123456789abcdef") == left &&
            strspn(b, "0123456789abcdef") == right);
}

/* Whether a version that is on both sides is now another commit. */
static void compare_revisions(struct package_change *change)
{
    for (size_t i = 0; i < change->current.count; i++) {
        const struct package *entry = change->current.entries[i], *differs = NULL;
        bool same = false;

        for (size_t k = 0; k < change->previous.count; k++) {
            const struct package *old = change->previous.entries[k];

            if (!same_text(old->version, entry->version))
                continue;
            if (same_revision(old->revision, entry->revision))
                same = true;
            else
                differs = old;
        }
        if (differs == NULL || same)
            continue;
        change->revision_changed = true;
        change->previous_revision = differs->revision;
        change->current_revision = entry->revision;
        return;
    }
}

/* Whether a version that is on both sides has the digest that it had. */
static bool is_same_content(const struct package_state *previous, const struct package *entry)
{
    for (size_t i = 0; i < previous->count; i++) {
        if (same_text(previous->entries[i]->version, entry->version) &&
            compare_digests(previous->entries[i]->digest, entry->digest) == SAME)
            return true;
    }
    return false;
}

static void compare_origins(struct package_change *change)
{
    const struct package_state *previous = &change->previous;

    change->same_content = true;
    for (size_t i = 0; i < change->current.count; i++) {
        const struct package *entry = change->current.entries[i];
        const char *was = NULL;
        bool known = entry->origin == NULL;

        for (size_t k = 0; k < previous->count && !known; k++) {
            if (previous->entries[k]->origin != NULL)
                was = previous->entries[k]->origin;
            known = same_text(previous->entries[k]->origin, entry->origin);
        }
        if (known || was == NULL)
            continue;
        change->same_content = change->same_content && is_same_content(previous, entry);
        if (change->origin_changed)
            continue;
        change->origin_changed = true;
        change->previous_origin = was;
        change->current_origin = entry->origin;
    }
}

/* --- Steps ------------------------------------------------------------------------------------ */

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
    compare_content(change);
    compare_revisions(change);
    compare_origins(change);
    if (!same_versions(previous, current)) {
        change->event = PACKAGE_CHANGED;
        set_step(arena, change);
        return true;
    }
    change->event = PACKAGE_MOVED;
    return change->license_changed || change->scope_changed || change->relation_changed ||
           change->content_changed || change->revision_changed || change->origin_changed;
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
