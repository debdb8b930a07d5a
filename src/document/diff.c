#include <pilab/document/diff.h>

#include <pilab/base/arena.h>

#include "differ.h"
#include "node_internal.h"
#include "pairing.h"

static const char *const change_names[] = {
    [CHANGE_ADDED] = "added",       [CHANGE_REMOVED] = "removed", [CHANGE_MODIFIED] = "modified",
    [CHANGE_TYPE] = "type_changed", [CHANGE_ORDER] = "order",
};

const char *change_kind_name(enum change_kind kind)
{
    return change_names[kind];
}

void differ_emit(struct differ *differ, enum change_kind kind, const struct node *previous,
                 const struct node *current, bool list_item)
{
    struct tree_change *change = vector_add(&differ->changes);

    *change = (struct tree_change){ .kind = kind,
                                    .steps = vector_to_arena(&differ->steps, differ->arena),
                                    .step_count = differ->steps.count,
                                    .previous = previous,
                                    .current = current,
                                    .list_item = list_item,
                                    .document_index = differ->document_index,
                                    .document = differ->document };
}

void differ_enter(struct differ *differ, struct path_step step)
{
    vector_push(&differ->steps, &step);
}

void differ_leave(struct differ *differ)
{
    vector_remove(&differ->steps, differ->steps.count - 1);
}

static void enter_key(struct differ *differ, const struct node *entry)
{
    differ_enter(differ, (struct path_step){ .kind = STEP_KEY, .key = entry->key });
}

static void compare_maps(struct differ *differ, const struct node *previous,
                         const struct node *current)
{
    struct key_index in_previous = { .map = previous };
    struct key_index in_current = { .map = current };

    for (size_t i = 0; i < previous->count; i++) {
        const struct node *entry = previous->children[i];
        const struct node *partner = key_index_find(&in_current, entry->key, i);
        enter_key(differ, entry);
        if (partner)
            differ_compare(differ, entry, partner);
        else
            differ_emit(differ, CHANGE_REMOVED, entry, NULL, false);
        differ_leave(differ);
    }
    for (size_t i = 0; i < current->count; i++) {
        const struct node *entry = current->children[i];
        if (key_index_find(&in_previous, entry->key, i))
            continue;
        enter_key(differ, entry);
        differ_emit(differ, CHANGE_ADDED, NULL, entry, false);
        differ_leave(differ);
    }
    key_index_release(&in_previous);
    key_index_release(&in_current);
}

void differ_compare(struct differ *differ, const struct node *previous, const struct node *current)
{
    if (previous->kind != current->kind || !node_same_tag(previous, current))
        differ_emit(differ, CHANGE_TYPE, previous, current, false);
    else if (previous->kind == NODE_MAP)
        compare_maps(differ, previous, current);
    else if (previous->kind == NODE_LIST)
        differ_compare_lists(differ, previous, current);
    else if (!node_equal(previous, current))
        differ_emit(differ, CHANGE_MODIFIED, previous, current, false);
}

static void compare_documents(struct differ *differ, const struct document *previous,
                              const struct document *current)
{
    struct pairing pairing;

    pairing_find(differ->arena, previous, current, &pairing);
    for (size_t i = 0; i < previous->count; i++) {
        size_t partner = pairing.partners.to_current[i];
        differ->document_index = i;
        differ->document = pairing.by_identity ? pairing.previous_names[i] : NULL;
        if (partner != NO_PARTNER)
            differ_compare(differ, previous->roots[i], current->roots[partner]);
        else if (!pairing_ignores(&pairing, previous->roots[i]))
            differ_emit(differ, CHANGE_REMOVED, previous->roots[i], NULL, false);
    }
    for (size_t i = 0; i < current->count; i++) {
        if (pairing.partners.to_previous[i] != NO_PARTNER ||
            pairing_ignores(&pairing, current->roots[i]))
            continue;
        differ->document_index = i;
        differ->document = pairing.by_identity ? pairing.current_names[i] : NULL;
        differ_emit(differ, CHANGE_ADDED, NULL, current->roots[i], false);
    }
    pairing_release(&pairing);
}

struct tree_diff *tree_diff_documents(const struct document *previous,
                                      const struct document *current,
                                      const struct tree_diff_options *options)
{
    static const struct tree_diff_options defaults = { 0 };
    struct differ differ = { .arena = arena_new(), .options = options ? options : &defaults };

    vector_init(&differ.steps, sizeof(struct path_step));
    vector_init(&differ.changes, sizeof(struct tree_change));
    compare_documents(&differ, previous, current);

    struct tree_diff *diff = arena_alloc(differ.arena, sizeof *diff);
    diff->arena = differ.arena;
    diff->count = differ.changes.count;
    diff->changes = vector_to_arena(&differ.changes, differ.arena);
    vector_release(&differ.steps);
    vector_release(&differ.changes);
    return diff;
}

void tree_diff_free(struct tree_diff **diff)
{
    if (!*diff)
        return;
    struct arena *arena = (*diff)->arena;
    *diff = NULL;
    arena_free(&arena);
}
