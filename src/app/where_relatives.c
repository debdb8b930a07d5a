#include "where_relatives.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/drift/code_reading.h>
#include <pilab/git/changes.h>
#include <pilab/git/history.h>

/* Object ids name content: the same commit has the same patch id in every repository. */
static const char any_repository[] = "";

/* Subjects that so many commits have ("update") tell nothing. */
#define ALIKE_MOST 64
/* A merge that brought more was of a branch that many work on. */
#define BRANCH_MOST 5000

void relatives_start(struct relatives *relatives, struct call *call, struct where_index *index,
                     const char *directory, struct arena *arena)
{
    *relatives = (struct relatives){ .call = call,
                                     .index = index,
                                     .graph = where_index_graph(index),
                                     .directory = directory,
                                     .arena = arena,
                                     .known = map_new() };
    vector_init(&relatives->list, sizeof(struct relative));
}

void relatives_end(struct relatives *relatives)
{
    vector_release(&relatives->list);
    map_free(&relatives->known);
}

static struct relative *relative_at(const struct relatives *relatives, size_t index)
{
    return vector_at(&relatives->list, index);
}

/* NULL without an error: the history does not have it. */
static bool add(struct relatives *relatives, const struct object_id *id, struct relative **added,
                struct error *error)
{
    struct relative relative = { .number = commit_graph_find(relatives->graph, id),
                                 .patch = SIZE_MAX };

    *added = NULL;
    if (relative.number == GRAPH_NONE ||
        map_has_bytes(relatives->known, id->bytes, sizeof id->bytes))
        return true;
    if (!history_read_commit(relatives->index->repository, id, relatives->arena, &relative.commit,
                             error))
        return false;
    map_put_bytes(relatives->known, id->bytes, sizeof id->bytes, relatives);
    vector_push(&relatives->list, &relative);
    *added = relative_at(relatives, relatives->list.count - 1);
    return true;
}

static bool touches(struct relatives *relatives, const struct object_id *id, bool *result,
                    struct error *error)
{
    struct file_change_list files;
    struct arena *arena;
    bool ok;

    *result = true;
    if (*relatives->directory == '\0')
        return true;
    arena = arena_new();
    ok = changes_of_commit(relatives->index->repository, id, relatives->directory, 0, arena, &files,
                           error);
    *result = ok && files.count > 0;
    arena_free(&arena);
    return ok;
}

bool relatives_ask(struct relatives *relatives, const struct object_id *id, struct error *error)
{
    struct relative *added;
    bool wanted;

    if (commit_graph_find(relatives->graph, id) == GRAPH_NONE)
        return true;
    if (!touches(relatives, id, &wanted, error))
        return false;
    if (!wanted)
        return true;
    if (!add(relatives, id, &added, error))
        return false;
    if (added != NULL)
        added->asked = true;
    return true;
}

/* --- What messages say of each other ---------------------------------------------------------- */

static bool add_all(struct relatives *relatives, const struct vector *ids, struct error *error)
{
    struct relative *added;

    for (size_t i = 0; i < ids->count; i++) {
        if (!add(relatives, vector_at(ids, i), &added, error))
            return false;
    }
    return true;
}

static void find_word(struct relatives *relatives, const char *word, struct vector *ids)
{
    if (word != NULL)
        where_index_find(relatives->index, word, ids);
}

/* Picked from it, what it was picked from, and what else was picked from that. */
static void find_picks(struct relatives *relatives, const struct relative *of, struct vector *ids)
{
    char hex[OBJECT_ID_HEX_SIZE], word[WHERE_WORD_SIZE];

    find_word(relatives, where_word_commit('p', object_id_hex(&of->commit.id, hex), word), ids);
    for (size_t i = 0; i < of->commit.message->picked_count; i++) {
        const char *source = of->commit.message->picked_from[i];
        size_t number;

        find_word(relatives, where_word_commit('p', source, word), ids);
        if (commit_graph_find_prefix(relatives->graph, source, &number, 1) == 1)
            vector_push(ids, commit_graph_id(relatives->graph, number));
    }
}

static void read_references(const struct relatives *relatives, const struct commit *commit,
                            struct subject *subject, struct ticket_set *tickets)
{
    subject_read(relatives->arena, commit->message, commit->parent_count > 1,
                 &relatives->index->tickets, subject);
    tickets_find(relatives->arena, commit->message, subject, &relatives->index->tickets, tickets);
}

/* Reverts of it, by its id, its subject or the request that it came by. */
static void find_reverts(struct relatives *relatives, const struct relative *of, struct vector *ids)
{
    const struct commit_message *message = of->commit.message;
    char hex[OBJECT_ID_HEX_SIZE], word[WHERE_WORD_SIZE];
    struct ticket_set tickets;
    struct subject subject;
    const char *same;

    read_references(relatives, &of->commit, &subject, &tickets);
    find_word(relatives, where_word_commit('r', object_id_hex(&of->commit.id, hex), word), ids);
    same = message->reverted_subject != NULL
               ? subject_same(relatives->arena, message->reverted_subject)
               : subject.same;
    find_word(relatives, where_word_subject(same, true, word), ids);
    if (subject.request != NULL && subject.request[0] == '#') {
        snprintf(word, sizeof word, "r:%s", subject.request);
        find_word(relatives, word, ids);
    }
}

static bool share_ticket(const struct ticket_set *a, const struct ticket_set *b)
{
    for (size_t i = 0; i < a->count; i++) {
        for (size_t k = 0; k < b->count; k++) {
            if (strcmp(a->tickets[i].id, b->tickets[k].id) == 0)
                return true;
        }
    }
    return false;
}

/* Whether it says the same so that it may be the same: the same ticket, or the same author at the
 * same time, which is what a cherry-pick leaves. */
static bool says_the_same(const struct relatives *relatives, const struct commit *a,
                          const struct commit *b)
{
    struct ticket_set first, second;
    struct subject subject, other;

    if (a->author_time == b->author_time && strcmp(a->author_email, b->author_email) == 0)
        return true;
    read_references(relatives, a, &subject, &first);
    read_references(relatives, b, &other, &second);
    return share_ticket(&first, &second);
}

static bool add_alike(struct relatives *relatives, size_t index, struct error *error)
{
    const struct commit commit = relative_at(relatives, index)->commit;
    char word[WHERE_WORD_SIZE];
    struct ticket_set tickets;
    struct subject subject;
    struct vector ids;
    bool ok = true;

    vector_init(&ids, sizeof(struct object_id));
    read_references(relatives, &commit, &subject, &tickets);
    find_word(relatives, where_word_subject(subject.same, false, word), &ids);
    for (size_t i = 0; ok && ids.count <= ALIKE_MOST && i < ids.count; i++) {
        const struct object_id *id = vector_at(&ids, i);
        struct relative *added;
        struct commit other;

        if (commit_graph_find(relatives->graph, id) == GRAPH_NONE ||
            map_has_bytes(relatives->known, id->bytes, sizeof id->bytes))
            continue;
        ok = history_read_commit(relatives->index->repository, id, relatives->arena, &other, error);
        if (ok && says_the_same(relatives, &commit, &other))
            ok = add(relatives, id, &added, error);
    }
    vector_release(&ids);
    return ok;
}

/* Goes on until nothing new is found: a revert of a revert of a pick counts. */
static bool follow_messages(struct relatives *relatives, size_t from, struct error *error)
{
    struct vector ids;
    bool ok = true;

    vector_init(&ids, sizeof(struct object_id));
    for (size_t i = from; ok && i < relatives->list.count; i++) {
        struct relative relative = *relative_at(relatives, i);

        if (relative.branch)
            continue;
        vector_clear(&ids);
        find_picks(relatives, &relative, &ids);
        find_reverts(relatives, &relative, &ids);
        ok = add_all(relatives, &ids, error);
        if (ok && relative.asked && relative.commit.parent_count < 2)
            ok = add_alike(relatives, i, error);
    }
    vector_release(&ids);
    return ok;
}

/* --- The same patch --------------------------------------------------------------------------- */

static bool load_patch(void *context, const struct object_id *commit, const char *directory,
                       struct object_id *patch_id)
{
    unsigned char patch[CACHE_ID_LIMIT];
    size_t length;

    if (!cache_get_patch_id(context, any_repository, directory, commit->bytes, sizeof commit->bytes,
                            patch, &length) ||
        (length != 0 && length != sizeof patch_id->bytes))
        return false;
    *patch_id = (struct object_id){ { 0 } };
    memcpy(patch_id->bytes, patch, length);
    return true;
}

static void save_patch(void *context, const struct object_id *commit, const char *directory,
                       const struct object_id *patch_id)
{
    cache_put_patch_id(context, any_repository, directory, commit->bytes, sizeof commit->bytes,
                       patch_id->bytes, object_id_is_zero(patch_id) ? 0 : sizeof patch_id->bytes);
}

static struct patch_id_options patch_options(const struct relatives *relatives)
{
    struct patch_id_options options = { .directory = relatives->directory,
                                        .threads = relatives->call->settings->threads };

    if (relatives->index->cache != NULL) {
        options.load = load_patch;
        options.save = save_patch;
        options.context = relatives->index->cache;
    }
    return options;
}

/* The commits asked for, without merges, as places in the list. */
static size_t *asked_places(const struct relatives *relatives, size_t *count)
{
    size_t *places = memory_array(relatives->list.count + 1, sizeof *places);

    *count = 0;
    for (size_t i = 0; i < relatives->list.count; i++) {
        const struct relative *relative = relative_at(relatives, i);

        if (relative->asked && relative->commit.parent_count < 2)
            places[(*count)++] = i;
    }
    return places;
}

/* Those that make the same change are of one patch; its number is the first one's place. */
static bool group_asked(struct relatives *relatives, const size_t *places, size_t count,
                        const struct object_id *ids, struct error *error)
{
    struct patch_id_options options = patch_options(relatives);
    struct object_id *patches = memory_array(count + 1, sizeof *patches);
    bool ok = changes_patch_ids(relatives->index->repository, ids, count, &options, patches,
                                &relatives->call->progress, error);

    for (size_t i = 0; ok && i < count; i++) {
        struct relative *relative = relative_at(relatives, places[i]);

        if (object_id_is_zero(&patches[i]))
            continue;
        relative->patch = places[i];
        for (size_t k = 0; k < i; k++) {
            if (object_id_equal(&patches[k], &patches[i])) {
                relative->patch = relative_at(relatives, places[k])->patch;
                break;
            }
        }
    }
    free(patches);
    return ok;
}

/* What versions that lack one of the commits asked for hold beyond it. */
static void collect_beyond(const struct relatives *relatives, const size_t *places, size_t count,
                           const size_t *versions, size_t version_count, struct vector *beyond)
{
    const struct commit_graph *graph = relatives->graph;
    size_t *tips = memory_array(count + 1, sizeof *tips);
    size_t words = commit_graph_words(version_count);
    uint64_t *held = commit_graph_stamp(graph, versions, version_count), *below;

    for (size_t i = 0; i < count; i++)
        tips[i] = relative_at(relatives, places[i])->number;
    below = commit_graph_stamp(graph, tips, count);
    for (size_t number = 0; number < commit_graph_count(graph); number++) {
        bool wanted = false;

        if (commit_graph_parent_count(graph, number) > 1)
            continue;
        for (size_t i = 0; !wanted && i < count; i++) {
            if (commit_graph_stamped(below, count, number, i))
                continue;
            for (size_t word = 0; !wanted && word < words; word++)
                wanted = (held[number * words + word] & ~held[tips[i] * words + word]) != 0;
        }
        if (wanted)
            vector_push(beyond, commit_graph_id(graph, number));
    }
    free(tips);
    free(held);
    free(below);
}

static bool add_twins(struct relatives *relatives, const size_t *places,
                      const struct vector *beyond, const size_t *twins, struct error *error)
{
    for (size_t i = 0; i < beyond->count; i++) {
        const struct object_id *id = vector_at(beyond, i);
        struct relative *twin;

        if (twins[i] == NO_TWIN)
            continue;
        if (!add(relatives, id, &twin, error))
            return false;
        for (size_t k = 0; twin == NULL && k < relatives->list.count; k++) {
            if (object_id_equal(&relative_at(relatives, k)->commit.id, id))
                twin = relative_at(relatives, k);
        }
        if (twin->patch == SIZE_MAX)
            twin->patch = relative_at(relatives, places[twins[i]])->patch;
    }
    return true;
}

static bool find_patches(struct relatives *relatives, const size_t *versions, size_t version_count,
                         struct error *error)
{
    struct patch_id_options options = patch_options(relatives);
    size_t count, *places = asked_places(relatives, &count), *twins;
    struct object_id *ids = memory_array(count + 1, sizeof *ids);
    struct vector beyond;
    bool ok;

    vector_init(&beyond, sizeof(struct object_id));
    for (size_t i = 0; i < count; i++)
        ids[i] = relative_at(relatives, places[i])->commit.id;
    if (count > 0)
        collect_beyond(relatives, places, count, versions, version_count, &beyond);
    twins = memory_array(beyond.count + 1, sizeof *twins);
    ok = beyond.count == 0 ||
         (group_asked(relatives, places, count, ids, error) &&
          changes_twins(relatives->index->repository, beyond.items, beyond.count, ids, count,
                        &options, twins, &relatives->call->progress, error) &&
          add_twins(relatives, places, &beyond, twins, error));
    vector_release(&beyond);
    free(places);
    free(twins);
    free(ids);
    return ok;
}

/* --- Reverted merges -------------------------------------------------------------------------- */

/* Commits that a message says it reverts, by what their ids begin with. */
struct reverted {
    uint32_t prefix; /* 28 bits */
    struct object_id by;
};

static void take_reverted(void *context, const char *word, const struct object_id *commit)
{
    char *end;
    unsigned long prefix = strtoul(word + 2, &end, 16);

    if (word[2] != '#' && *end == '\0' && end == word + 9)
        vector_push(context, &(struct reverted){ (uint32_t)prefix, *commit });
}

static int compare_reverted(const void *a, const void *b)
{
    const struct reverted *first = a, *second = b;

    return first->prefix != second->prefix ? (first->prefix < second->prefix ? -1 : 1) : 0;
}

static int compare_prefix(const void *key, const void *item)
{
    uint32_t prefix = *(const uint32_t *)key;
    const struct reverted *reverted = item;

    return prefix != reverted->prefix ? (prefix < reverted->prefix ? -1 : 1) : 0;
}

static uint32_t prefix_of(const struct object_id *id)
{
    return (uint32_t)id->bytes[0] << 20 | (uint32_t)id->bytes[1] << 12 |
           (uint32_t)id->bytes[2] << 4 | (uint32_t)id->bytes[3] >> 4;
}

static void collect_merges(const struct relatives *relatives, const struct vector *reverted,
                           struct vector *merges)
{
    for (size_t i = 0; reverted->count > 0 && i < commit_graph_count(relatives->graph); i++) {
        uint32_t prefix;

        if (commit_graph_parent_count(relatives->graph, i) < 2)
            continue;
        prefix = prefix_of(commit_graph_id(relatives->graph, i));
        if (bsearch(&prefix, reverted->items, reverted->count, sizeof(struct reverted),
                    compare_prefix) != NULL)
            vector_push(merges, &i);
    }
}

/* What a merge brought: what it holds and its first parent does not. */
static bool brought(const uint64_t *stamps, size_t tips, size_t merge, size_t number)
{
    return commit_graph_stamped(stamps, tips, number, 2 * merge) &&
           !commit_graph_stamped(stamps, tips, number, 2 * merge + 1);
}

static bool add_branch(struct relatives *relatives, const uint64_t *stamps, size_t tips,
                       size_t merge, struct error *error)
{
    size_t count = 0;

    for (size_t i = 0; i < commit_graph_count(relatives->graph); i++)
        count += brought(stamps, tips, merge, i);
    for (size_t i = 0; count <= BRANCH_MOST && i < commit_graph_count(relatives->graph); i++) {
        struct relative *added;

        if (!brought(stamps, tips, merge, i))
            continue;
        if (!add(relatives, commit_graph_id(relatives->graph, i), &added, error))
            return false;
        if (added != NULL && added->commit.parent_count < 2)
            added->branch = true;
    }
    return true;
}

/* A merge that somebody reverted, and that brought one of ours, matters with its whole branch: what
 * came by which merge is seen by going through it. */
static bool find_merges(struct relatives *relatives, struct error *error)
{
    struct vector reverted, merges;
    size_t ours = relatives->list.count, *tips;
    uint64_t *stamps;
    bool ok = true;

    vector_init(&reverted, sizeof(struct reverted));
    vector_init(&merges, sizeof(size_t));
    where_index_visit(relatives->index, "r:", take_reverted, &reverted);
    vector_sort(&reverted, compare_reverted);
    collect_merges(relatives, &reverted, &merges);
    tips = memory_array(2 * merges.count + 1, sizeof *tips);
    for (size_t i = 0; i < merges.count; i++) {
        tips[2 * i] = *(size_t *)vector_at(&merges, i);
        tips[2 * i + 1] = commit_graph_parent(relatives->graph, tips[2 * i], 0);
    }
    stamps = commit_graph_stamp(relatives->graph, tips, 2 * merges.count);
    for (size_t i = 0; ok && i < merges.count; i++) {
        bool matters = false;

        for (size_t k = 0; !matters && k < ours; k++)
            matters = brought(stamps, 2 * merges.count, i, relative_at(relatives, k)->number);
        if (matters)
            ok = add_branch(relatives, stamps, 2 * merges.count, i, error);
    }
    free(stamps);
    free(tips);
    vector_release(&reverted);
    vector_release(&merges);
    return ok;
}

/* --- All together ----------------------------------------------------------------------------- */

static int compare_relatives(const void *a, const void *b)
{
    const struct relative *first = a, *second = b;

    return first->number != second->number ? (first->number > second->number ? -1 : 1) : 0;
}

bool relatives_find(struct relatives *relatives, const size_t *versions, size_t version_count,
                    struct error *error)
{
    size_t told;

    if (!find_patches(relatives, versions, version_count, error) ||
        !follow_messages(relatives, 0, error))
        return false;
    /* The merges that came by this have reverts of their own. */
    told = relatives->list.count;
    if (!find_merges(relatives, error) || !follow_messages(relatives, told, error))
        return false;
    vector_sort(&relatives->list, compare_relatives);
    return true;
}
