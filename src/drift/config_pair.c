#include "config.h"

#include <string.h>

#include "ascii.h"
#include "secret_nodes.h"

bool config_pair_read(struct arena *arena, const struct node *node, struct config_pair *pair)
{
    size_t length = 0;
    const char *text;

    if (node->kind != NODE_STRING)
        return false;
    text = node->text;
    while (length < 2 && text[length] == '-')
        length++;
    if (ascii_is_digit(text[length]) || text[length] == '=')
        return false;
    while (ascii_is_alnum(text[length]) || text[length] == '_' ||
           (length > 0 && (text[length] == '-' || text[length] == '.')))
        length++;
    if (length == 0 || text[length] != '=')
        return false;
    pair->key = arena_bytes(arena, text, length);
    pair->value = text + length + 1;
    return true;
}

static bool same_step(const struct path_step *a, const struct path_step *b)
{
    if (a->kind != b->kind || a->index != b->index || a->ordinal != b->ordinal)
        return false;
    if (a->kind == STEP_INDEX)
        return true;
    return strcmp(a->key, b->key) == 0 && (a->kind != STEP_NAMED || strcmp(a->name, b->name) == 0);
}

static bool same_list(const struct tree_change *a, const struct tree_change *b)
{
    if (a->step_count != b->step_count || a->document_index != b->document_index)
        return false;
    for (size_t i = 0; i < a->step_count; i++) {
        if (!same_step(&a->steps[i], &b->steps[i]))
            return false;
    }
    return true;
}

/* Whether an addition is what came in the place of a removal. */
typedef bool replaces(const struct config_scan *scan, const struct node *removed,
                      const struct node *added);

static bool has_same_key(const struct config_scan *scan, const struct node *removed,
                         const struct node *added)
{
    struct arena *arena = scan->builder->arena;
    struct config_pair before, after;

    return config_pair_read(arena, removed, &before) && config_pair_read(arena, added, &after) &&
           strcmp(before.key, after.key) == 0;
}

bool config_pair_secrets(const struct config_scan *scan, const struct node *removed,
                         const struct node *added)
{
    return secret_nodes_extent(scan->secrets, removed) == EXTENT_ALL &&
           secret_nodes_extent(scan->secrets, added) == EXTENT_ALL;
}

static size_t find(const struct config_scan *scan, size_t index, const bool *taken, replaces *is)
{
    const struct tree_change *changes = scan->diff->changes;
    size_t count = scan->diff->count;

    for (size_t i = index + 1; i < count && same_list(&changes[index], &changes[i]); i++) {
        if (!taken[i] && changes[i].list_item && changes[i].kind == CHANGE_ADDED &&
            is(scan, changes[index].previous, changes[i].current))
            return i;
    }
    return count;
}

size_t config_pair_find(const struct config_scan *scan, size_t index, const bool *taken)
{
    const struct node *removed = scan->diff->changes[index].previous;
    struct config_pair pair;

    if (secret_nodes_extent(scan->secrets, removed) == EXTENT_ALL)
        return find(scan, index, taken, config_pair_secrets);
    if (!config_pair_read(scan->builder->arena, removed, &pair))
        return scan->diff->count;
    return find(scan, index, taken, has_same_key);
}

bool config_pair_fits(const struct tree_change *change, const struct node *previous,
                      const struct node *current)
{
    const struct node *node = previous != NULL ? previous : current;
    const struct path_step *last = NULL;

    if (previous == NULL || current == NULL || node->kind != NODE_STRING)
        return false;
    for (size_t i = change->step_count; i-- > 0;) {
        last = &change->steps[i];
        if (last->kind == STEP_KEY)
            break;
    }
    return node->text[0] == '-' ||
           (last != NULL && last->kind == STEP_KEY && strcmp(last->key, "literals") == 0);
}
