/*
 * The list without names that a change is of: what came to it and what went stand beside each other
 * among the changes.
 */
#include "config_scan.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>

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
    if (!b->list_item || a->step_count != b->step_count || a->document_index != b->document_index)
        return false;
    for (size_t i = 0; i < a->step_count; i++) {
        if (!same_step(&a->steps[i], &b->steps[i]))
            return false;
    }
    return true;
}

void config_list_release(struct config_list *list)
{
    map_free(&list->gone);
    map_free(&list->came);
    free(list->behind);
    *list = (struct config_list){ 0 };
}

struct config_list *config_list_of(const struct config_scan *scan, const struct tree_change *change)
{
    const struct tree_change *changes = scan->diff->changes;
    struct config_list *list = scan->list;
    size_t index = (size_t)(change - changes);

    if (index >= list->from && index < list->to)
        return list;
    config_list_release(list);
    list->from = index;
    list->to = index + 1;
    while (list->from > 0 && same_list(change, &changes[list->from - 1]))
        list->from--;
    while (list->to < scan->diff->count && same_list(change, &changes[list->to]))
        list->to++;
    return list;
}
