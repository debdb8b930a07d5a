#include <pilab/drift/shipped.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/drift/input.h>
#include <pilab/drift/reverts.h>

enum { SHORT_ID = 7 };

struct search {
    struct arena *arena;
    const struct code_input *input;
    const struct commit_reading *ahead, *behind;
    const char *previous;
    bool *there;           /* of behind: it has not been reverted there */
    struct map *patches;   /* 20 bytes → number in behind */
    struct map *picked;    /* the id a commit of behind was picked from → its number */
    struct map *subjects;  /* same → number of the newest in behind */
    size_t *older_subject; /* of behind: the next older of the same subject */
};

static const char *full_id(struct arena *arena, const struct object_id *id)
{
    char hex[OBJECT_ID_HEX_SIZE];

    return arena_text(arena, object_id_hex(id, hex));
}

static void find_reverted(struct search *search)
{
    struct revert_outcome *outcomes = memory_array(search->behind->count, sizeof *outcomes);
    size_t i;

    reverts_find(search->behind, NULL, outcomes);
    for (i = 0; i < search->behind->count; i++)
        search->there[i] = !outcomes[i].cancelled && !search->behind->merges[i];
    free(outcomes);
}

static void index_behind(struct search *search)
{
    size_t i, k;

    for (i = search->behind->count; i-- > 0;) {
        const struct commit_message *message = search->behind->commits[i].message;
        const char *same = search->behind->subjects[i].same;
        const size_t *older = map_get(search->subjects, same);
        size_t *number = &search->behind->numbers[i];

        search->older_subject[i] = NO_COMMIT;
        if (!search->there[i])
            continue;
        search->older_subject[i] = older ? *older : NO_COMMIT;
        map_put(search->subjects, same, number);
        if (search->input->behind_patches && !object_id_is_zero(&search->input->behind_patches[i]))
            map_put_bytes(search->patches, search->input->behind_patches[i].bytes, OBJECT_ID_SIZE,
                          number);
        for (k = 0; k < message->picked_count; k++)
            map_put(search->picked,
                    span_to_arena_lower(span_of(message->picked_from[k]), search->arena), number);
    }
}

static bool ship(struct search *search, struct shipped_outcome *out, size_t twin,
                 const char *format)
{
    const char *id = full_id(search->arena, &search->behind->commits[twin].id);

    out->shipped = true;
    out->twin = twin;
    out->basis = arena_printf(search->arena, "%s %.*s, which %s has", format, SHORT_ID, id,
                              search->previous);
    return true;
}

static bool find_patch(struct search *search, size_t number, struct shipped_outcome *out)
{
    const struct object_id *patch =
        search->input->ahead_patches ? &search->input->ahead_patches[number] : NULL;
    const size_t *twin = NULL;

    if (patch && !object_id_is_zero(patch))
        twin = map_get_bytes(search->patches, patch->bytes, OBJECT_ID_SIZE);
    return twin && ship(search, out, *twin, "same patch as");
}

static const size_t *picked_as(const struct search *search, const struct object_id *id)
{
    char hex[OBJECT_ID_HEX_SIZE];

    return map_count(search->picked) > 0 ? map_get(search->picked, object_id_hex(id, hex)) : NULL;
}

/* By the trailers of git-cherry-pick(1) -x, whichever side was picked from the other, or both from
 * a third. */
static bool find_pick(struct search *search, size_t number, struct shipped_outcome *out)
{
    const struct commit *commit = &search->ahead->commits[number];
    const size_t *twin = picked_as(search, &commit->id);
    size_t i;

    if (twin)
        return ship(search, out, *twin, "picked over as");
    for (i = 0; i < commit->message->picked_count; i++) {
        const char *hex = commit->message->picked_from[i];
        size_t source = commit_number_of_hex(search->behind, hex);

        if (source != NO_COMMIT && search->there[source])
            return ship(search, out, source, "cherry-picked from");
        twin = map_get(search->picked, span_to_arena_lower(span_of(hex), search->arena));
        if (twin)
            return ship(search, out, *twin, "cherry-picked from the same commit as");
    }
    return false;
}

static bool share_ticket(const struct ticket_set *a, const struct ticket_set *b)
{
    size_t i, k;

    for (i = 0; i < a->count; i++) {
        for (k = 0; k < b->count; k++) {
            if (strcmp(a->tickets[i].id, b->tickets[k].id) == 0)
                return true;
        }
    }
    return false;
}

static bool same_author_and_time(const struct commit *a, const struct commit *b)
{
    return a->author_time == b->author_time && strcmp(a->author_email, b->author_email) == 0;
}

static const char *find_likeness(struct search *search, size_t number)
{
    const struct commit *commit = &search->ahead->commits[number];
    const size_t *newest = map_get(search->subjects, search->ahead->subjects[number].same);
    size_t at = newest ? *newest : NO_COMMIT;

    while (at != NO_COMMIT) {
        const struct commit *other = &search->behind->commits[at];

        if (same_author_and_time(commit, other) ||
            share_ticket(&search->ahead->tickets[number], &search->behind->tickets[at]))
            return full_id(search->arena, &other->id);
        at = search->older_subject[at];
    }
    /* Its source is in the history of both: it was brought back after something took it away. */
    if (search->input->ahead_picked_from_previous &&
        search->input->ahead_picked_from_previous[number] && commit->message->picked_count > 0)
        return arena_text(search->arena, commit->message->picked_from[0]);
    return NULL;
}

static void find_all(struct search *search, struct shipped_outcome *out, size_t *twins)
{
    size_t i;

    for (i = 0; i < search->behind->count; i++)
        twins[i] = NO_COMMIT;
    for (i = 0; i < search->ahead->count; i++) {
        out[i] = (struct shipped_outcome){ .twin = NO_COMMIT };
        if (search->ahead->merges[i])
            continue;
        if (!find_patch(search, i, &out[i]) && !find_pick(search, i, &out[i]))
            out[i].maybe = find_likeness(search, i);
        if (out[i].shipped && twins[out[i].twin] == NO_COMMIT)
            twins[out[i].twin] = i;
    }
}

void shipped_find(struct arena *arena, const struct code_input *input,
                  const struct commit_reading *ahead, const struct commit_reading *behind,
                  const char *previous, struct shipped_outcome *out, size_t *twins)
{
    struct search search = {
        .arena = arena, .input = input, .ahead = ahead, .behind = behind, .previous = previous
    };

    search.there = memory_array(behind->count, sizeof *search.there);
    search.older_subject = memory_array(behind->count, sizeof *search.older_subject);
    search.patches = map_new();
    search.picked = map_new();
    search.subjects = map_new();
    find_reverted(&search);
    index_behind(&search);
    find_all(&search, out, twins);
    map_free(&search.patches);
    map_free(&search.picked);
    map_free(&search.subjects);
    free(search.older_subject);
    free(search.there);
}
