#include "partners.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>

/* Current things that wait under one key, chained in their order. */
struct queue {
    size_t first, last;
};

struct queues {
    struct arena *arena;
    struct map *by_key;
    size_t *next; /* of each current thing, the one behind it in its queue, or NO_PARTNER */
};

struct match_key match_key_text(const char *text)
{
    return (struct match_key){ text, text ? strlen(text) : 0 };
}

struct match_key *match_key_texts(const char *const *texts, size_t count)
{
    struct match_key *keys = memory_array(count, sizeof *keys);

    for (size_t i = 0; i < count; i++)
        keys[i] = match_key_text(texts[i]);
    return keys;
}

static size_t *all_alone(size_t count)
{
    size_t *partners = memory_array(count, sizeof *partners);

    for (size_t i = 0; i < count; i++)
        partners[i] = NO_PARTNER;
    return partners;
}

void partners_init(struct partners *partners, size_t previous_count, size_t current_count)
{
    *partners = (struct partners){ .previous_count = previous_count,
                                   .current_count = current_count,
                                   .to_current = all_alone(previous_count),
                                   .to_previous = all_alone(current_count) };
}

void partners_release(struct partners *partners)
{
    free(partners->to_current);
    free(partners->to_previous);
    *partners = (struct partners){ 0 };
}

static void queue_add(struct queues *queues, struct match_key key, size_t index)
{
    struct queue *queue = map_get_bytes(queues->by_key, key.bytes, key.length);

    if (queue) {
        queues->next[queue->last] = index;
    } else {
        queue = arena_alloc(queues->arena, sizeof *queue);
        queue->first = index;
        map_put_bytes(queues->by_key, key.bytes, key.length, queue);
    }
    queue->last = index;
}

static size_t queue_take(struct queues *queues, struct match_key key)
{
    struct queue *queue = map_get_bytes(queues->by_key, key.bytes, key.length);

    if (!queue || queue->first == NO_PARTNER)
        return NO_PARTNER;
    size_t index = queue->first;
    queue->first = queues->next[index];
    return index;
}

void partners_match(struct partners *partners, const struct match_key *previous,
                    const struct match_key *current)
{
    struct queues queues = { arena_new(), map_new(), all_alone(partners->current_count) };

    for (size_t i = 0; i < partners->current_count; i++) {
        if (current[i].bytes && partners->to_previous[i] == NO_PARTNER)
            queue_add(&queues, current[i], i);
    }
    for (size_t i = 0; i < partners->previous_count; i++) {
        if (!previous[i].bytes || partners->to_current[i] != NO_PARTNER)
            continue;
        size_t partner = queue_take(&queues, previous[i]);
        partners->to_current[i] = partner;
        if (partner != NO_PARTNER)
            partners->to_previous[partner] = i;
    }
    free(queues.next);
    map_free(&queues.by_key);
    arena_free(&queues.arena);
}

bool partners_reordered(const struct partners *partners)
{
    size_t last = 0;

    for (size_t i = 0; i < partners->previous_count; i++) {
        size_t partner = partners->to_current[i];
        if (partner == NO_PARTNER)
            continue;
        if (partner < last)
            return true;
        last = partner;
    }
    return false;
}
