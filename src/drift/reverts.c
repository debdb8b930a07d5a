#include <pilab/drift/reverts.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/drift/merge_wording.h>

/* A change that can be on or off: a commit that is no revert (then its place in the list of roots
 * is its number), or one outside of the range. */
struct root {
    bool off;
    size_t last; /* the revert that switched it last, or NO_COMMIT */
};

/* That a revert switches a root. */
struct toggle {
    size_t revert, root;
};

struct work {
    const struct commit_reading *reading;
    const bool *shipped;
    struct revert_outcome *out;
    struct arena *arena;
    struct vector roots;    /* struct root */
    struct vector toggles;  /* struct toggle, in order of the reverts */
    size_t *first_toggle;   /* of each revert; NO_COMMIT: it is none */
    size_t *target;         /* what a revert reverts, when that is in the range */
    struct map *outside;    /* id or subject → size_t: its root */
    struct map *by_subject; /* of the commits gone through: the newest of that subject */
    size_t *same_subject;   /* the next older commit of the same subject */
};

/* 'Revert "X" (#12)' says X, 'Reapply "X"' says 'Revert "X"', "revert: X" says X; NULL: nothing. */
static const char *quoted_subject(struct arena *arena, const char *subject)
{
    struct span text = span_trim(span_cut(span_of(subject), SUBJECT_BYTES_MAX));
    bool reapply = span_starts(text, "Reapply \"");
    size_t end = text.length;

    if (span_starts_fold(text, "revert: "))
        return span_to_arena(span_trim(span_from(text, 8)), arena);
    if (!reapply && !span_starts(text, "Revert \""))
        return NULL;
    text = span_from(text, reapply ? 9 : 8);
    end = text.length;
    while (end > 0 && text.at[end - 1] != '"')
        end--;
    text = end > 0 ? span_slice(text, 0, end - 1) : text;
    return reapply ? arena_printf(arena, "Revert \"%.*s\"", (int)text.length, text.at)
                   : span_to_arena(text, arena);
}

static bool is_revert(const struct commit *commit)
{
    struct span subject = span_trim(span_of(commit->message->subject));
    struct span body = span_trim(span_of(commit->message->body));

    return commit->message->revert_depth > 0 || span_starts_fold(subject, "revert ") ||
           span_starts_fold(subject, "revert:") || span_starts(subject, "Reapply \"") ||
           (commit->message->revert_count > 0 && span_starts(body, "This reverts commit "));
}

static struct root *root_at(const struct work *work, size_t root)
{
    return vector_at(&work->roots, root);
}

static void switch_root(struct work *work, size_t revert, size_t root)
{
    struct toggle toggle = { revert, root };

    vector_push(&work->toggles, &toggle);
    root_at(work, root)->off = !root_at(work, root)->off;
    root_at(work, root)->last = revert;
}

/* Reverting a revert switches what that one switched. */
static void switch_again(struct work *work, size_t revert, size_t reverted)
{
    size_t i;

    for (i = work->first_toggle[reverted]; i < work->toggles.count; i++) {
        struct toggle toggle = *(struct toggle *)vector_at(&work->toggles, i);

        if (toggle.revert != reverted)
            break;
        switch_root(work, revert, toggle.root);
    }
}

/* Reverting a merge takes away what is still on of what it brought. */
static void switch_branch(struct work *work, size_t revert, size_t merge)
{
    size_t i;

    for (i = merge + 1; i < work->reading->count; i++) {
        if (!work->reading->merges[i] && work->first_toggle[i] == NO_COMMIT &&
            !root_at(work, i)->off && commit_came_by(work->reading, i, merge))
            switch_root(work, revert, i);
    }
}

/* Whether `revert` can be about this commit. */
static bool can_revert(const struct work *work, size_t revert, size_t target)
{
    return target != NO_COMMIT && target > revert &&
           (work->reading->merges[target] || work->first_toggle[target] != NO_COMMIT ||
            !root_at(work, target)->off);
}

static void switch_target(struct work *work, size_t revert, size_t target)
{
    if (work->reading->merges[target])
        switch_branch(work, revert, target);
    else if (work->first_toggle[target] != NO_COMMIT)
        switch_again(work, revert, target);
    else
        switch_root(work, revert, target);
    if (work->target[revert] == NO_COMMIT)
        work->target[revert] = target;
}

/* Something that previous has: `name` is its id or subject. */
static void switch_outside(struct work *work, size_t revert, const char *name)
{
    size_t *place = map_get(work->outside, name);

    if (!place) {
        struct root *root = vector_add(&work->roots);

        root->last = NO_COMMIT;
        place = arena_alloc(work->arena, sizeof *place);
        *place = work->roots.count - 1;
        map_put(work->outside, name, place);
    }
    switch_root(work, revert, *place);
}

static size_t find_by_subject(const struct work *work, size_t revert, const char *subject)
{
    const size_t *number = map_get(work->by_subject, subject_same(work->arena, subject));
    size_t at = number ? *number : NO_COMMIT;

    while (at != NO_COMMIT && !can_revert(work, revert, at))
        at = work->same_subject[at];
    return at;
}

/* "Reverts owner/repo#12" as GitHub writes it into the pull request. */
static size_t find_by_request(const struct work *work, size_t revert)
{
    struct span body = span_of(work->reading->commits[revert].message->body);
    struct span line;
    size_t i;

    while (span_next_line(&body, &line)) {
        size_t hash = span_starts(line, "Reverts ") ? span_find_char(line, '#') : SPAN_NONE;
        struct span request = hash == SPAN_NONE ? span_of(NULL) : span_from(line, hash);

        request.length = request.length > 0 ? 1 + span_digits(span_from(request, 1)) : 0;
        for (i = revert + 1; request.length > 1 && i < work->reading->count; i++) {
            const char *other = work->reading->subjects[i].request;

            if (other && span_equal(request, other) && can_revert(work, revert, i))
                return i;
        }
    }
    return NO_COMMIT;
}

static void read_revert(struct work *work, size_t revert)
{
    const struct commit_message *message = work->reading->commits[revert].message;
    const char *subject = quoted_subject(work->arena, message->subject);
    size_t unknown = message->revert_count;
    size_t target, i;

    work->first_toggle[revert] = work->toggles.count;
    work->out[revert].revert = true;
    for (i = 0; i < message->revert_count; i++) {
        target = commit_number_of_hex(work->reading, message->reverts[i]);
        if (target == NO_COMMIT)
            target = commit_picked_from(work->reading, message->reverts[i]);
        if (can_revert(work, revert, target)) {
            switch_target(work, revert, target);
            unknown--;
        }
    }
    if (work->target[revert] == NO_COMMIT) {
        target = find_by_request(work, revert);
        if (target == NO_COMMIT && subject)
            target = find_by_subject(work, revert, subject);
        if (target != NO_COMMIT) {
            switch_target(work, revert, target);
            return;
        }
    }
    for (i = 0; unknown > 0 && i < message->revert_count; i++) {
        target = commit_number_of_hex(work->reading, message->reverts[i]);
        if (target == NO_COMMIT)
            switch_outside(work, revert, message->reverts[i]);
    }
    if (message->revert_count == 0 && subject)
        switch_outside(work, revert, subject_same(work->arena, subject));
}

static bool previous_has(const struct work *work, size_t root)
{
    return root >= work->reading->count || (work->shipped && work->shipped[root]);
}

/* A revert stays when it is what keeps something of previous switched off. */
static void settle_revert(struct work *work, size_t revert)
{
    struct revert_outcome *out = &work->out[revert];
    size_t i;

    for (i = work->first_toggle[revert]; i < work->toggles.count; i++) {
        const struct toggle *toggle = vector_at(&work->toggles, i);
        const struct root *root = root_at(work, toggle->root);

        if (toggle->revert != revert)
            break;
        if (root->off && root->last == revert && previous_has(work, toggle->root))
            out->released = true;
        out->cancelled = true;
        out->other = work->target[revert] != NO_COMMIT ? work->target[revert] : root->last;
    }
    if (out->released) {
        out->cancelled = false;
        out->other = NO_COMMIT;
    }
}

static void settle(struct work *work)
{
    size_t i;

    for (i = 0; i < work->reading->count; i++) {
        const struct root *root = root_at(work, i);

        if (work->first_toggle[i] != NO_COMMIT) {
            settle_revert(work, i);
        } else if (root->off && !previous_has(work, i)) {
            work->out[i].cancelled = true;
            work->out[i].other = root->last;
        }
    }
}

/* Makes the commit known to the reverts of it that follow. */
static void remember(struct work *work, size_t number)
{
    const char *subject = work->reading->subjects[number].same;
    const size_t *older = map_get(work->by_subject, subject);

    work->same_subject[number] = older ? *older : NO_COMMIT;
    map_put(work->by_subject, subject, &work->reading->numbers[number]);
}

void reverts_find(const struct commit_reading *reading, const bool *shipped,
                  struct revert_outcome *out)
{
    struct work work = { .reading = reading, .shipped = shipped, .out = out };
    size_t i;

    work.arena = arena_new();
    work.outside = map_new();
    work.by_subject = map_new();
    work.first_toggle = memory_array(reading->count, sizeof *work.first_toggle);
    work.target = memory_array(reading->count, sizeof *work.target);
    work.same_subject = memory_array(reading->count, sizeof *work.same_subject);
    vector_init(&work.roots, sizeof(struct root));
    vector_init(&work.toggles, sizeof(struct toggle));
    for (i = 0; i < reading->count; i++) {
        struct root *root = vector_add(&work.roots);

        root->last = NO_COMMIT;
        out[i] = (struct revert_outcome){ .other = NO_COMMIT };
        work.first_toggle[i] = NO_COMMIT;
        work.target[i] = NO_COMMIT;
    }
    for (i = reading->count; i-- > 0;) {
        if (!reading->merges[i] && is_revert(&reading->commits[i]))
            read_revert(&work, i);
        remember(&work, i);
    }
    settle(&work);
    map_free(&work.outside);
    map_free(&work.by_subject);
    vector_release(&work.roots);
    vector_release(&work.toggles);
    free(work.first_toggle);
    free(work.target);
    free(work.same_subject);
    arena_free(&work.arena);
}
