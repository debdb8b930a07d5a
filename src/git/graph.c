#include <pilab/git/graph.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/digest.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#include "header.h"
#include "internal.h"

/* Commits between two looks at cancel. */
#define PROGRESS_STEP 256
#define NO_NUMBER     UINT32_MAX

struct commit_graph {
    struct object_id *ids;
    int64_t *times;
    uint32_t *starts; /* of a commit's parents in `parents`; one more than there are commits */
    uint32_t *parents;
    size_t count, room, parent_room;
    uint32_t *slots; /* a hash table of numbers, open addressing; NO_NUMBER is free */
    size_t slot_count;
};

struct commit_graph *commit_graph_new(void)
{
    struct commit_graph *graph = memory_new(sizeof *graph);

    graph->starts = memory_array(1, sizeof *graph->starts);
    return graph;
}

void commit_graph_free(struct commit_graph **graph)
{
    struct commit_graph *freeing = *graph;

    *graph = NULL;
    if (freeing == NULL)
        return;
    free(freeing->ids);
    free(freeing->times);
    free(freeing->starts);
    free(freeing->parents);
    free(freeing->slots);
    free(freeing);
}

size_t commit_graph_count(const struct commit_graph *graph)
{
    return graph->count;
}

const struct object_id *commit_graph_id(const struct commit_graph *graph, size_t number)
{
    return &graph->ids[number];
}

int64_t commit_graph_time(const struct commit_graph *graph, size_t number)
{
    return graph->times[number];
}

size_t commit_graph_parent_count(const struct commit_graph *graph, size_t number)
{
    return graph->starts[number + 1] - graph->starts[number];
}

size_t commit_graph_parent(const struct commit_graph *graph, size_t number, size_t index)
{
    return graph->parents[graph->starts[number] + index];
}

/* --- Finding ---------------------------------------------------------------------------------- */

/* An id is a digest already: its first bytes are spread well. */
static size_t slot_of(const struct commit_graph *graph, const struct object_id *id)
{
    uint64_t hash;
    size_t slot;

    memcpy(&hash, id->bytes, sizeof hash);
    slot = (size_t)hash & (graph->slot_count - 1);
    while (graph->slots[slot] != NO_NUMBER && !object_id_equal(&graph->ids[graph->slots[slot]], id))
        slot = (slot + 1) & (graph->slot_count - 1);
    return slot;
}

static void grow_slots(struct commit_graph *graph, size_t count)
{
    size_t wanted = graph->slot_count > 0 ? graph->slot_count : 64;

    while (wanted < 2 * count)
        wanted *= 2;
    if (wanted == graph->slot_count)
        return;
    free(graph->slots);
    graph->slots = memory_array(wanted, sizeof *graph->slots);
    memset(graph->slots, 0xff, wanted * sizeof *graph->slots);
    graph->slot_count = wanted;
    for (size_t i = 0; i < graph->count; i++)
        graph->slots[slot_of(graph, &graph->ids[i])] = (uint32_t)i;
}

size_t commit_graph_find(const struct commit_graph *graph, const struct object_id *id)
{
    uint32_t number = graph->count > 0 ? graph->slots[slot_of(graph, id)] : NO_NUMBER;

    return number != NO_NUMBER ? number : GRAPH_NONE;
}

size_t commit_graph_find_prefix(const struct commit_graph *graph, const char *hex, size_t *out,
                                size_t most)
{
    unsigned char bytes[OBJECT_ID_SIZE] = { 0 };
    size_t digits = strlen(hex), found = 0;

    if (digits == 0 || digits > 2 * OBJECT_ID_SIZE)
        return 0;
    for (size_t i = 0; i < digits; i++) {
        int digit = hex_value(hex[i]);

        if (digit < 0)
            return 0;
        bytes[i / 2] = (unsigned char)(bytes[i / 2] | (i % 2 == 0 ? digit << 4 : digit));
    }
    for (size_t i = 0; i < graph->count; i++) {
        const unsigned char *id = graph->ids[i].bytes;

        if (memcmp(id, bytes, digits / 2) != 0 ||
            (digits % 2 == 1 && (id[digits / 2] & 0xf0) != bytes[digits / 2]))
            continue;
        if (found < most)
            out[found] = i;
        found++;
    }
    return found;
}

/* --- Adding ----------------------------------------------------------------------------------- */

static void make_room(struct commit_graph *graph, size_t commits, size_t parents)
{
    size_t count = graph->count + commits, links = graph->starts[graph->count] + parents;

    if (count > graph->room) {
        graph->room = count + count / 2;
        graph->ids = memory_resize(graph->ids, graph->room, sizeof *graph->ids);
        graph->times = memory_resize(graph->times, graph->room, sizeof *graph->times);
        graph->starts = memory_resize(graph->starts, graph->room + 1, sizeof *graph->starts);
    }
    if (links > graph->parent_room) {
        graph->parent_room = links + links / 2;
        graph->parents = memory_resize(graph->parents, graph->parent_room, sizeof *graph->parents);
    }
    grow_slots(graph, count);
}

/* Room has been made; `parents` are numbers that are there already. */
static void add_commit(struct commit_graph *graph, const struct object_id *id, int64_t time,
                       const uint32_t *parents, size_t parent_count)
{
    size_t number = graph->count++;

    graph->ids[number] = *id;
    graph->times[number] = time;
    if (parent_count > 0)
        memcpy(&graph->parents[graph->starts[number]], parents, parent_count * sizeof *parents);
    graph->starts[number + 1] = graph->starts[number] + (uint32_t)parent_count;
    graph->slots[slot_of(graph, id)] = (uint32_t)number;
}

/* A commit that was found and has no number yet. Its parents stand in a list of their own. */
struct found {
    struct object_id id;
    int64_t time;
    size_t first_parent, parent_count, next; /* next: the parent to look at */
    uint32_t number;                         /* NO_NUMBER until it has one */
    bool missing;
};

struct search {
    struct commit_graph *graph;
    struct repository *repository;
    struct vector found;       /* struct found */
    struct vector parents;     /* struct object_id */
    struct commit_graph *seen; /* ids only: a found commit's number there is its place in `found` */
    struct vector open;        /* size_t: those of `found` whose parents are still to be found */
    void (*visit)(void *context, const struct commit *commit);
    void *context;
    size_t missing;
};

static struct found *found_at(const struct search *search, size_t place)
{
    return vector_at(&search->found, place);
}

/* Reads the commit, whose id stands in `found` already. */
static bool read_found(struct search *search, struct found *found)
{
    struct arena *arena = arena_new();
    struct object object;
    struct commit commit;
    bool ok = object_read(search->repository, &found->id, GIT_OBJECT_COMMIT, &object, NULL) &&
              commit_parse(object.data, object.size, &found->id, arena, &commit);

    if (ok) {
        found->time = commit.committer_time;
        found->first_parent = search->parents.count;
        found->parent_count = commit.parent_count;
        for (size_t i = 0; i < commit.parent_count; i++)
            vector_push(&search->parents, &commit.parents[i]);
        if (search->visit != NULL)
            search->visit(search->context, &commit);
    }
    object_release(&object);
    arena_free(&arena);
    return ok;
}

/* A tip that is not there was never promised by another commit. */
static void find_commit(struct search *search, const struct object_id *id, bool is_tip)
{
    struct found found = { .id = *id, .number = NO_NUMBER };
    size_t place = search->found.count;

    if (commit_graph_find(search->graph, id) != GRAPH_NONE ||
        commit_graph_find(search->seen, id) != GRAPH_NONE)
        return;
    make_room(search->seen, 1, 0);
    add_commit(search->seen, id, 0, NULL, 0);
    found.missing = !read_found(search, &found);
    search->missing += found.missing && !is_tip;
    vector_push(&search->found, &found);
    vector_push(&search->open, &place);
}

static bool find_all(struct search *search, const struct object_id *tips, size_t tip_count,
                     const struct progress *progress, struct error *error)
{
    for (size_t i = 0; i < tip_count; i++)
        find_commit(search, &tips[i], true);
    while (search->open.count > 0) {
        size_t place = *(size_t *)vector_at(&search->open, --search->open.count);
        struct found found = *found_at(search, place);

        for (size_t i = 0; i < found.parent_count; i++) {
            struct object_id parent =
                *(struct object_id *)vector_at(&search->parents, found.first_parent + i);

            find_commit(search, &parent, false);
        }
        if (search->found.count % PROGRESS_STEP == 0) {
            if (!progress_check(progress, error))
                return false;
            progress_report(progress, "reading history", search->found.count, 0);
        }
    }
    return progress_check(progress, error);
}

/* What a parent's id stands for: a number in the graph, a place in `found`, or nothing. */
static size_t unnumbered_parent(struct search *search, const struct object_id *id)
{
    size_t place = commit_graph_find(search->seen, id);

    if (place == GRAPH_NONE || found_at(search, place)->missing ||
        found_at(search, place)->number != NO_NUMBER)
        return GRAPH_NONE;
    return place;
}

static void number_commit(struct search *search, struct found *found, struct vector *numbers)
{
    vector_clear(numbers);
    for (size_t i = 0; i < found->parent_count; i++) {
        const struct object_id *id = vector_at(&search->parents, found->first_parent + i);
        size_t number = commit_graph_find(search->graph, id);

        if (number != GRAPH_NONE)
            vector_push(numbers, &(uint32_t){ (uint32_t)number });
    }
    found->number = (uint32_t)search->graph->count;
    add_commit(search->graph, &found->id, found->time, numbers->items, numbers->count);
}

/* Parents first. A line of history may be longer than any stack: it is followed by hand. */
static void number_from(struct search *search, size_t start, struct vector *numbers)
{
    if (found_at(search, start)->missing || found_at(search, start)->number != NO_NUMBER)
        return;
    vector_push(&search->open, &start);
    while (search->open.count > 0) {
        size_t place = *(size_t *)vector_at(&search->open, search->open.count - 1);
        struct found *found = found_at(search, place);
        size_t parent = GRAPH_NONE;

        while (found->number == NO_NUMBER && found->next < found->parent_count &&
               parent == GRAPH_NONE)
            parent = unnumbered_parent(search, vector_at(&search->parents,
                                                         found->first_parent + found->next++));
        if (parent != GRAPH_NONE) {
            vector_push(&search->open, &parent);
            continue;
        }
        if (found->number == NO_NUMBER)
            number_commit(search, found, numbers);
        search->open.count--;
    }
}

static void number_all(struct search *search)
{
    struct vector numbers;

    vector_init(&numbers, sizeof(uint32_t));
    make_room(search->graph, search->found.count, search->parents.count);
    /* The last found first: they are the oldest, and what is added keeps near its parents. */
    for (size_t i = search->found.count; i > 0; i--)
        number_from(search, i - 1, &numbers);
    vector_release(&numbers);
}

bool commit_graph_extend(struct commit_graph *graph, struct repository *repository,
                         const struct object_id *tips, size_t tip_count,
                         void (*visit)(void *context, const struct commit *commit), void *context,
                         size_t *missing, const struct progress *progress, struct error *error)
{
    struct search search = { .graph = graph,
                             .repository = repository,
                             .seen = commit_graph_new(),
                             .visit = visit,
                             .context = context };
    bool ok;

    vector_init(&search.found, sizeof(struct found));
    vector_init(&search.parents, sizeof(struct object_id));
    vector_init(&search.open, sizeof(size_t));
    ok = find_all(&search, tips, tip_count, progress, error);
    if (ok)
        number_all(&search);
    if (missing != NULL)
        *missing = search.missing;
    commit_graph_free(&search.seen);
    vector_release(&search.found);
    vector_release(&search.parents);
    vector_release(&search.open);
    return ok;
}

/* --- As bytes --------------------------------------------------------------------------------- */

/* In the byte order of the machine: elsewhere the mark is another. */
struct part_head {
    uint32_t mark, from, count, parents;
};

#define PART_MARK 0x504c4731u

void commit_graph_write(const struct commit_graph *graph, size_t from, struct strbuf *out)
{
    size_t count = graph->count - from, links = graph->starts[graph->count] - graph->starts[from];
    struct part_head head = { PART_MARK, (uint32_t)from, (uint32_t)count, (uint32_t)links };

    strbuf_add_bytes(out, &head, sizeof head);
    if (count == 0)
        return;
    strbuf_add_bytes(out, &graph->ids[from], count * sizeof *graph->ids);
    strbuf_add_bytes(out, &graph->times[from], count * sizeof *graph->times);
    strbuf_add_bytes(out, &graph->starts[from + 1], count * sizeof *graph->starts);
    if (links > 0)
        strbuf_add_bytes(out, &graph->parents[graph->starts[from]], links * sizeof *graph->parents);
}

static bool part_sound(const struct commit_graph *graph, const struct part_head *head,
                       const uint32_t *starts, const uint32_t *parents)
{
    uint32_t at = graph->starts[graph->count];
    uint32_t end = at + head->parents;

    for (uint32_t i = 0; i < head->count; i++) {
        if (starts[i] < at || starts[i] > end)
            return false;
        for (; at < starts[i]; at++) {
            if (*parents++ >= head->from + i)
                return false;
        }
    }
    return at == end;
}

bool commit_graph_read(struct commit_graph *graph, const void *bytes, size_t length)
{
    const size_t one = sizeof *graph->ids + sizeof *graph->times + sizeof *graph->starts;
    const char *at = bytes;
    struct part_head head;
    uint32_t *starts, *parents;
    bool sound;

    if (length < sizeof head)
        return false;
    memcpy(&head, at, sizeof head);
    if (head.mark != PART_MARK || head.from != graph->count || head.count > length / one + 1 ||
        head.parents > length ||
        length != sizeof head + head.count * one + head.parents * sizeof *parents)
        return false;
    if (head.count == 0)
        return head.parents == 0;
    at += sizeof head;
    starts = memory_array(head.count, sizeof *starts);
    parents = memory_array((size_t)head.parents + 1, sizeof *parents);
    memcpy(starts, at + head.count * (sizeof *graph->ids + sizeof *graph->times),
           head.count * sizeof *starts);
    memcpy(parents, at + head.count * one, head.parents * sizeof *parents);
    sound = part_sound(graph, &head, starts, parents);
    if (sound) {
        make_room(graph, head.count, head.parents);
        memcpy(&graph->ids[graph->count], at, head.count * sizeof *graph->ids);
        memcpy(&graph->times[graph->count], at + head.count * sizeof *graph->ids,
               head.count * sizeof *graph->times);
        memcpy(&graph->parents[graph->starts[graph->count]], parents,
               head.parents * sizeof *parents);
        memcpy(&graph->starts[graph->count + 1], starts, head.count * sizeof *starts);
        for (size_t i = graph->count; i < graph->count + head.count; i++)
            graph->slots[slot_of(graph, &graph->ids[i])] = (uint32_t)i;
        graph->count += head.count;
    }
    free(starts);
    free(parents);
    return sound;
}

/* --- Who holds what --------------------------------------------------------------------------- */

size_t commit_graph_words(size_t tip_count)
{
    return (tip_count + 63) / 64;
}

uint64_t *commit_graph_stamp(const struct commit_graph *graph, const size_t *tips, size_t tip_count)
{
    size_t words = commit_graph_words(tip_count);
    uint64_t *stamps = memory_array(graph->count * words + 1, sizeof *stamps);

    for (size_t i = 0; i < tip_count; i++) {
        if (tips[i] != GRAPH_NONE)
            stamps[tips[i] * words + i / 64] |= (uint64_t)1 << (i % 64);
    }
    /* Children have higher numbers: when a commit's turn comes, all that hold it have said so. */
    for (size_t number = graph->count; number-- > 0;) {
        const uint64_t *stamp = &stamps[number * words];

        for (uint32_t link = graph->starts[number]; link < graph->starts[number + 1]; link++) {
            for (size_t word = 0; word < words; word++)
                stamps[graph->parents[link] * words + word] |= stamp[word];
        }
    }
    return stamps;
}

bool commit_graph_stamped(const uint64_t *stamps, size_t tip_count, size_t number, size_t tip)
{
    return (stamps[number * commit_graph_words(tip_count) + tip / 64] >> (tip % 64) & 1) != 0;
}

uint32_t *commit_graph_first(const struct commit_graph *graph, const size_t *tips, size_t tip_count)
{
    uint32_t *first = memory_array(graph->count + 1, sizeof *first);

    memset(first, 0xff, (graph->count + 1) * sizeof *first);
    for (size_t i = tip_count; i-- > 0;) {
        if (tips[i] != GRAPH_NONE)
            first[tips[i]] = (uint32_t)i;
    }
    /* UINT32_MAX is more than every tip. */
    for (size_t number = graph->count; number-- > 0;) {
        for (uint32_t link = graph->starts[number]; link < graph->starts[number + 1]; link++) {
            uint32_t *parent = &first[graph->parents[link]];

            if (first[number] < *parent)
                *parent = first[number];
        }
    }
    return first;
}
