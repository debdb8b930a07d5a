#include "config.h"

#include <string.h>

#include "ascii.h"

bool config_pair_read(struct arena *arena, const struct node *node, struct config_pair *pair)
{
    size_t length = 0;
    const char *text;

    if (node->kind != NODE_STRING)
        return false;
    text = node->text;
    while (ascii_is_alnum(text[length]) || text[length] == '_')
        length++;
    if (length == 0 || ascii_is_digit(text[0]) || text[length] != '=')
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

size_t config_pair_find(struct arena *arena, const struct tree_change *changes, size_t count,
                        size_t index, const bool *taken)
{
    struct config_pair removed, added;

    if (!config_pair_read(arena, changes[index].previous, &removed))
        return count;
    for (size_t i = index + 1; i < count && same_list(&changes[index], &changes[i]); i++) {
        if (!taken[i] && changes[i].list_item && changes[i].kind == CHANGE_ADDED &&
            config_pair_read(arena, changes[i].current, &added) &&
            strcmp(removed.key, added.key) == 0)
            return i;
    }
    return count;
}
