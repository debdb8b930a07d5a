/*
 * Comparing two lists: by names, by names and ordinals, one to one, or as bags.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>

#include "lists.h"
#include "naming.h"
#include "node_internal.h"
#include "partners.h"

/* ---- matching by name ---- */

static struct match_key *content_keys(struct arena *arena, const struct node *list)
{
    struct match_key *keys = memory_array(list->count, sizeof *keys);
    struct strbuf content = STRBUF_INIT;

    for (size_t i = 0; i < list->count; i++) {
        strbuf_clear(&content);
        node_fingerprint(&content, list->children[i]);
        keys[i] = (struct match_key){ strbuf_to_arena(&content, arena), content.length };
    }
    strbuf_release(&content);
    return keys;
}

static void match_names(struct list_match *matching)
{
    struct match_key *previous =
        match_key_texts(matching->naming.previous, matching->previous->count);
    struct match_key *current = match_key_texts(matching->naming.current, matching->current->count);

    partners_match(&matching->partners, previous, current);
    free(previous);
    free(current);
}

static void match_contents(struct list_match *matching)
{
    struct arena *arena = arena_new();
    struct match_key *previous = content_keys(arena, matching->previous);
    struct match_key *current = content_keys(arena, matching->current);

    partners_match(&matching->partners, previous, current);
    free(previous);
    free(current);
    arena_free(&arena);
}

/* Counts, under each name, the entries that it stands for. */
static size_t next_ordinal(struct map *counts, const char *name)
{
    uintptr_t ordinal = (uintptr_t)map_get(counts, name) + 1;

    map_put(counts, name, (void *)ordinal);
    return ordinal;
}

/* Previous entries are counted in their order; current ones without a partner go on from there, so
 * that no two different entries share a path. */
static void number_entries(struct list_match *matching)
{
    const struct naming *naming = &matching->naming;
    struct map *counts = map_new();

    for (size_t i = 0; i < matching->previous->count; i++)
        matching->previous_ordinals[i] = next_ordinal(counts, naming->previous[i]);
    for (size_t i = 0; i < matching->current->count; i++) {
        if (matching->partners.to_previous[i] == NO_PARTNER)
            matching->current_ordinals[i] = next_ordinal(counts, naming->current[i]);
    }
    map_free(&counts);
}

/* ---- order ---- */

static struct node *name_node(struct arena *arena, const char *name, const struct node *entry)
{
    struct node *node = arena_alloc(arena, sizeof *node);

    *node = (struct node){ .kind = NODE_STRING,
                           .text = name,
                           .length = strlen(name),
                           .value = name,
                           .file = entry->file,
                           .line = entry->line,
                           .column = entry->column };
    return node;
}

/* The entries of one side that have a partner: by their names, where those tell them apart. */
static struct node *order_list(struct list_match *matching, const struct node *list,
                               const size_t *partners, const char *const *names)
{
    struct arena *arena = matching->differ->arena;
    struct node *order = arena_alloc(arena, sizeof *order);

    *order = *list;
    order->count = 0;
    order->children = arena_array(arena, list->count, sizeof *order->children);
    for (size_t i = 0; i < list->count; i++) {
        struct node *entry = list->children[i];
        if (partners[i] != NO_PARTNER)
            order->children[order->count++] =
                matching->naming.unique ? name_node(arena, names[i], entry) : entry;
    }
    return order;
}

void list_match_report_order(struct list_match *matching)
{
    const struct partners *partners = &matching->partners;
    const struct naming *naming = &matching->naming;

    if (matching->differ->options->ignore_order || !partners_reordered(partners))
        return;
    differ_emit(matching->differ, CHANGE_ORDER,
                order_list(matching, matching->previous, partners->to_current, naming->previous),
                order_list(matching, matching->current, partners->to_previous, naming->current),
                false);
}

/* ---- named lists ---- */

bool list_match_find(struct differ *differ, const struct node *previous, const struct node *current,
                     struct list_match *matching)
{
    *matching = (struct list_match){ .differ = differ, .previous = previous, .current = current };
    if (!naming_find(differ, previous, current, &matching->naming))
        return false;
    partners_init(&matching->partners, previous->count, current->count);
    matching->previous_ordinals = memory_array(previous->count, sizeof(size_t));
    matching->current_ordinals = memory_array(current->count, sizeof(size_t));
    if (!matching->naming.unique)
        match_contents(matching);
    match_names(matching);
    if (!matching->naming.unique)
        number_entries(matching);
    return true;
}

void list_match_release(struct list_match *matching)
{
    partners_release(&matching->partners);
    free(matching->previous_ordinals);
    free(matching->current_ordinals);
    naming_release(&matching->naming);
}

/* ---- bags ---- */

/* All items that mean the same. */
struct kind_of_item {
    size_t previous, current; /* how many */
    size_t reported;
};

struct bags {
    struct arena *arena;
    struct map *kinds;
    struct kind_of_item **of_previous, **of_current;
};

static struct kind_of_item *kind_of(struct bags *bags, const struct node *item, struct strbuf *key)
{
    strbuf_clear(key);
    node_fingerprint(key, item);
    struct kind_of_item *kind = map_get_bytes(bags->kinds, key->data, key->length);
    if (!kind) {
        kind = arena_alloc(bags->arena, sizeof *kind);
        map_put_bytes(bags->kinds, key->data, key->length, kind);
    }
    return kind;
}

static void sort_into_bags(struct bags *bags, const struct node *previous,
                           const struct node *current)
{
    struct strbuf key = STRBUF_INIT;

    bags->of_previous = memory_array(previous->count, sizeof(void *));
    bags->of_current = memory_array(current->count, sizeof(void *));
    for (size_t i = 0; i < previous->count; i++) {
        bags->of_previous[i] = kind_of(bags, previous->children[i], &key);
        bags->of_previous[i]->previous++;
    }
    for (size_t i = 0; i < current->count; i++) {
        bags->of_current[i] = kind_of(bags, current->children[i], &key);
        bags->of_current[i]->current++;
    }
    strbuf_release(&key);
}

/* The items of a kind that both sides have, as a list for an order change. */
static struct node *common_items(struct differ *differ, const struct node *list,
                                 struct kind_of_item *const *kinds)
{
    struct node *common = arena_alloc(differ->arena, sizeof *common);

    *common = *list;
    common->count = 0;
    common->children = arena_array(differ->arena, list->count, sizeof *common->children);
    for (size_t i = 0; i < list->count; i++) {
        if (kinds[i]->previous > 0 && kinds[i]->current > 0)
            common->children[common->count++] = list->children[i];
    }
    return common;
}

/* Only when both sides have the same number of each item that they share. */
static void report_bag_order(struct differ *differ, const struct bags *bags,
                             const struct node *previous, const struct node *current)
{
    if (differ->options->ignore_order)
        return;
    for (size_t i = 0; i < map_count(bags->kinds); i++) {
        const struct kind_of_item *kind = map_value_at(bags->kinds, i);
        if (kind->previous > 0 && kind->current > 0 && kind->previous != kind->current)
            return;
    }
    struct node *before = common_items(differ, previous, bags->of_previous);
    struct node *after = common_items(differ, current, bags->of_current);
    if (!node_equal(before, after))
        differ_emit(differ, CHANGE_ORDER, before, after, false);
}

void list_compare_bags(struct differ *differ, const struct node *previous,
                       const struct node *current)
{
    struct bags bags = { .arena = arena_new(), .kinds = map_new() };

    sort_into_bags(&bags, previous, current);
    for (size_t i = 0; i < previous->count; i++) {
        struct kind_of_item *kind = bags.of_previous[i];
        if (kind->previous > kind->current + kind->reported) {
            kind->reported++;
            differ_emit(differ, CHANGE_REMOVED, previous->children[i], NULL, true);
        }
    }
    for (size_t i = 0; i < current->count; i++) {
        struct kind_of_item *kind = bags.of_current[i];
        if (kind->current > kind->previous + kind->reported) {
            kind->reported++;
            differ_emit(differ, CHANGE_ADDED, NULL, current->children[i], true);
        }
    }
    report_bag_order(differ, &bags, previous, current);
    free(bags.of_previous);
    free(bags.of_current);
    map_free(&bags.kinds);
    arena_free(&bags.arena);
}
