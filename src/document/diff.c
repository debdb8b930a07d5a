#include <pilab/document/diff.h>

#include <pilab/base/arena.h>

#include "differ.h"
#include "lists.h"
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

static void enter_key(struct differ *differ, const struct node *entry)
{
    differ_enter(differ, (struct path_step){ .kind = STEP_KEY, .key = entry->key });
}

static void compare(struct differ *differ, const struct node *previous, const struct node *current);

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
            compare(differ, entry, partner);
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

static struct path_step named_step(const struct naming *naming, const char *name, size_t ordinal)
{
    return (struct path_step){
        .kind = STEP_NAMED, .key = naming->key, .name = name, .ordinal = ordinal
    };
}

static void compare_named(struct list_match *matching)
{
    struct differ *differ = matching->differ;
    const struct naming *naming = &matching->naming;

    for (size_t i = 0; i < matching->previous->count; i++) {
        const struct node *entry = matching->previous->children[i];
        size_t partner = matching->partners.to_current[i];
        differ_enter(differ,
                     named_step(naming, naming->previous[i], matching->previous_ordinals[i]));
        if (partner == NO_PARTNER)
            differ_emit(differ, CHANGE_REMOVED, entry, NULL, false);
        else
            compare(differ, entry, matching->current->children[partner]);
        differ_leave(differ);
    }
    for (size_t i = 0; i < matching->current->count; i++) {
        if (matching->partners.to_previous[i] != NO_PARTNER)
            continue;
        differ_enter(differ, named_step(naming, naming->current[i], matching->current_ordinals[i]));
        differ_emit(differ, CHANGE_ADDED, NULL, matching->current->children[i], false);
        differ_leave(differ);
    }
    list_match_report_order(matching);
}

static void compare_lists(struct differ *differ, const struct node *previous,
                          const struct node *current)
{
    struct list_match matching;

    if (node_equal(previous, current))
        return;
    if (list_match_find(differ, previous, current, &matching)) {
        compare_named(&matching);
        list_match_release(&matching);
    } else if (previous->count == 1 && current->count == 1) {
        differ_enter(differ, (struct path_step){ .kind = STEP_INDEX, .index = 0 });
        compare(differ, previous->children[0], current->children[0]);
        differ_leave(differ);
    } else {
        list_compare_bags(differ, previous, current);
    }
}

static void compare(struct differ *differ, const struct node *previous, const struct node *current)
{
    if (previous->kind != current->kind || !node_same_tag(previous, current))
        differ_emit(differ, CHANGE_TYPE, previous, current, false);
    else if (previous->kind == NODE_MAP)
        compare_maps(differ, previous, current);
    else if (previous->kind == NODE_LIST)
        compare_lists(differ, previous, current);
    else if (!node_equal(previous, current))
        differ_emit(differ, CHANGE_MODIFIED, previous, current, false);
}

/* NO_PARTNER: there is none on that side. */
static void enter_documents(struct differ *differ, const struct pairing *pairing, size_t previous,
                            size_t current)
{
    differ->document_index = previous != NO_PARTNER ? previous : current;
    differ->document = pairing_name(pairing, previous, current);
    differ->previous_object = previous != NO_PARTNER ? pairing->previous.objects[previous] : NULL;
    differ->current_object = current != NO_PARTNER ? pairing->current.objects[current] : NULL;
}

static void compare_documents(struct differ *differ, const struct document *previous,
                              const struct document *current)
{
    struct pairing pairing;

    pairing_find(differ->arena, previous, current, &pairing);
    for (size_t i = 0; i < previous->count; i++) {
        size_t partner = pairing.partners.to_current[i];

        enter_documents(differ, &pairing, i, partner);
        differ->previous_root = previous->roots[i];
        differ->current_root = partner != NO_PARTNER ? current->roots[partner] : NULL;
        if (partner != NO_PARTNER)
            compare(differ, previous->roots[i], current->roots[partner]);
        else if (!pairing_ignores(&pairing, previous->roots[i]))
            differ_emit(differ, CHANGE_REMOVED, previous->roots[i], NULL, false);
    }
    for (size_t i = 0; i < current->count; i++) {
        if (pairing.partners.to_previous[i] != NO_PARTNER ||
            pairing_ignores(&pairing, current->roots[i]))
            continue;
        enter_documents(differ, &pairing, NO_PARTNER, i);
        differ->previous_root = NULL;
        differ->current_root = current->roots[i];
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
