#include "config_scan.h"

#include <stdint.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>

#include "ascii.h"
#include "secret_nodes.h"

/* The length of the key of such an entry; 0: it is none. */
static size_t key_length(const struct node *node)
{
    size_t length = 0;
    const char *text;

    if (node->kind != NODE_STRING)
        return 0;
    text = node->text;
    while (length < 2 && text[length] == '-')
        length++;
    if (ascii_is_digit(text[length]) || text[length] == '=')
        return 0;
    while (ascii_is_alnum(text[length]) || text[length] == '_' ||
           (length > 0 && (text[length] == '-' || text[length] == '.')))
        length++;
    return text[length] == '=' ? length : 0;
}

bool config_pair_read(struct arena *arena, const struct node *node, struct config_pair *pair)
{
    size_t length = key_length(node);

    if (length == 0)
        return false;
    pair->key = arena_bytes(arena, node->text, length);
    pair->value = node->text + length + 1;
    return true;
}

bool config_pair_secrets(const struct config_scan *scan, const struct node *removed,
                         const struct node *added)
{
    return secret_nodes_extent(scan->secrets, removed) == EXTENT_ALL &&
           secret_nodes_extent(scan->secrets, added) == EXTENT_ALL;
}

static bool is_addition(const struct tree_change *change)
{
    return change->list_item && change->kind == CHANGE_ADDED;
}

/* Chains the additions of a list by their keys, each chain in their order. */
static void read_keys(const struct config_scan *scan, struct config_list *list)
{
    list->came = map_new();
    list->behind = memory_array(list->to - list->from, sizeof *list->behind);
    for (size_t i = list->to; i-- > list->from;) {
        const struct tree_change *change = &scan->diff->changes[i];
        size_t length = is_addition(change) ? key_length(change->current) : 0;
        void *behind;

        if (length == 0)
            continue;
        behind =
            map_put_bytes(list->came, change->current->text, length, (void *)(uintptr_t)(i + 1));
        list->behind[i - list->from] = (size_t)(uintptr_t)behind;
    }
}

/* The first addition with the key of a removal. What is taken stays so: it is passed over once. */
static size_t find_same_key(const struct config_scan *scan, struct config_list *list,
                            const struct node *removed, const bool *taken)
{
    size_t length = key_length(removed), first, at;

    if (length == 0)
        return scan->diff->count;
    if (list->came == NULL)
        read_keys(scan, list);
    first = at = (size_t)(uintptr_t)map_get_bytes(list->came, removed->text, length);
    while (at != 0 && taken[at - 1])
        at = list->behind[at - 1 - list->from];
    if (at != first)
        map_put_bytes(list->came, removed->text, length, (void *)(uintptr_t)at);
    return at != 0 ? at - 1 : scan->diff->count;
}

/* The first addition that is a secret as a whole. */
static size_t find_secret(const struct config_scan *scan, struct config_list *list,
                          const bool *taken)
{
    const struct tree_change *changes = scan->diff->changes;

    if (list->secret < list->from)
        list->secret = list->from;
    while (list->secret < list->to &&
           (taken[list->secret] || !is_addition(&changes[list->secret]) ||
            secret_nodes_extent(scan->secrets, changes[list->secret].current) != EXTENT_ALL))
        list->secret++;
    return list->secret < list->to ? list->secret : scan->diff->count;
}

size_t config_pair_find(const struct config_scan *scan, size_t index, const bool *taken)
{
    const struct tree_change *change = &scan->diff->changes[index];
    struct config_list *list = config_list_of(scan, change);

    if (secret_nodes_extent(scan->secrets, change->previous) == EXTENT_ALL)
        return find_secret(scan, list, taken);
    return find_same_key(scan, list, change->previous, taken);
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
