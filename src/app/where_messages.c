#include "where_messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/drift/subject.h>
#include <pilab/drift/tickets.h>

/* Subjects that so many commits have ("update") tell nothing. */
#define ALIKE_MOST 64
/* A merge that brought more was of a branch that many work on. */
#define BRANCH_MOST 5000

static bool add_all(struct relatives *relatives, const struct vector *ids, struct error *error)
{
    struct relative *added;

    for (size_t i = 0; i < ids->count; i++) {
        if (!relatives_add(relatives, vector_at(ids, i), &added, error))
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
    return ticket_sets_meet(&first, &second);
}

static bool add_alike(struct relatives *relatives, size_t index, struct error *error)
{
    const struct commit commit = relatives_at(relatives, index)->commit;
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
        ok = relatives_read(relatives, id, &other, error);
        if (ok && says_the_same(relatives, &commit, &other))
            ok = relatives_add(relatives, id, &added, error);
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
        struct relative relative = *relatives_at(relatives, i);

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
        if (!relatives_add(relatives, commit_graph_id(relatives->graph, i), &added, error))
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
            matters = brought(stamps, 2 * merges.count, i, relatives_at(relatives, k)->number);
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

bool where_messages_find(struct relatives *relatives, struct error *error)
{
    size_t told;

    if (!follow_messages(relatives, 0, error))
        return false;
    /* The merges that came by this have reverts of their own. */
    told = relatives->list.count;
    return find_merges(relatives, error) && follow_messages(relatives, told, error);
}
