/*
 * What stands within a map, a list or a file that comes, goes or changes as a whole: each value is
 * looked at as if it came or went alone.
 */
#include "config_scan.h"

#include <string.h>

#include <pilab/base/glob.h>
#include <pilab/base/map.h>
#include <pilab/drift/rules.h>

/* Entries of one list without names that are looked at for what an entry was before. */
#define SIBLINGS_MAX 64

/* The values within a node, one after the other. */
struct leaf_walk {
    struct strbuf path;        /* of the value at hand, behind that of the whole */
    size_t below;              /* where the path within the whole begins */
    const struct node *around; /* the map or the list of the value at hand; NULL: it is the whole */
    const struct document *file; /* a whole file: the keys of some are paths already; else NULL */
    void (*visit)(const struct leaf_walk *walk, const char *key, const struct node *leaf);
    void *context;
};

static const char *path_below(const struct leaf_walk *walk)
{
    const char *below = walk->path.data != NULL ? walk->path.data + walk->below : "";

    return below + (*below == '.');
}

static bool is_flat(const struct leaf_walk *walk, const struct node *node)
{
    return walk->file != NULL && document_format_is_flat(document_format_at(walk->file, node));
}

static void add_step(struct leaf_walk *walk, enum path_step_kind kind, const char *text, bool flat)
{
    const struct path_step step = { .kind = kind, .key = text, .name = text };
    const struct tree_change change = { .steps = &step, .step_count = 1 };

    if (walk->path.length > 0)
        strbuf_add_char(&walk->path, '.');
    if (flat)
        strbuf_add(&walk->path, text);
    else
        tree_change_path(&walk->path, &change);
}

static bool is_whole(const struct node *node)
{
    return node != NULL && (node->kind == NODE_MAP || node->kind == NODE_LIST);
}

static const char *text_of(const struct node *map, const char *key)
{
    const struct node *node = node_get(map, key);

    return node != NULL && node->kind == NODE_STRING && *node->text != '\0' ? node->text : NULL;
}

/* What a document is called, or an entry of a list; NULL: nothing. */
static const char *name_of(const struct node *node)
{
    const char *kind = text_of(node, "kind");

    if (kind != NULL && node_get(node, "apiVersion") != NULL)
        return kind;
    return text_of(node, "name");
}

static void walk_leaves(struct leaf_walk *walk, const char *key, const struct node *node);

/* Entries have the place of their list, and those with names these as well. */
static void walk_entry(struct leaf_walk *walk, const char *key, const struct node *entry)
{
    const char *name = name_of(entry);
    const struct node *value = node_get(entry, "value");
    size_t length = walk->path.length;

    if (name != NULL)
        add_step(walk, STEP_NAMED, name, false);
    if (name != NULL && value != NULL && entry->count == 2)
        walk_leaves(walk, name, value);
    else
        walk_leaves(walk, key, entry);
    strbuf_truncate(&walk->path, length);
}

/* Recursion ends at DOCUMENT_DEPTH_MAX. */
static void walk_leaves(struct leaf_walk *walk, const char *key, const struct node *node)
{
    size_t length = walk->path.length;

    if (!is_whole(node))
        walk->visit(walk, key, node);
    for (size_t i = 0; i < node->count; i++) {
        const struct node *child = node->children[i];

        walk->around = node;
        if (node->kind == NODE_LIST) {
            walk_entry(walk, key, child);
            continue;
        }
        add_step(walk, STEP_KEY, child->key, is_flat(walk, child));
        walk_leaves(walk, child->key, child);
        strbuf_truncate(&walk->path, length);
    }
}

/* ---- what an entry of a list without names was before ---- */

/* No path holds it as it is: one map knows what stands under a path, and that it does. */
static const char same_mark = '\1';

static void keep_value(const struct leaf_walk *walk, const char *key, const struct node *leaf)
{
    struct map *values = walk->context;
    struct strbuf both = STRBUF_INIT;
    const char *path = path_below(walk);

    (void)key;
    if (!map_has(values, path))
        map_put(values, path, (void *)(uintptr_t)leaf->value);
    strbuf_printf(&both, "%c%s%c%s", same_mark, path, same_mark, leaf->value);
    map_put(values, both.data, values);
    strbuf_release(&both);
}

static bool same_list(const struct tree_change *a, const struct tree_change *b)
{
    if (!b->list_item || a->document_index != b->document_index || a->step_count != b->step_count)
        return false;
    for (size_t i = 0; i < a->step_count; i++) {
        const struct path_step *left = &a->steps[i], *right = &b->steps[i];

        if (left->kind != right->kind || left->index != right->index ||
            left->ordinal != right->ordinal ||
            (left->kind == STEP_KEY && strcmp(left->key, right->key) != 0) ||
            (left->kind == STEP_NAMED && strcmp(left->name, right->name) != 0))
            return false;
    }
    return true;
}

static void keep_sibling(struct map *values, const struct tree_change *change,
                         const struct tree_change *sibling)
{
    struct leaf_walk walk = { .path = STRBUF_INIT, .visit = keep_value, .context = values };
    const struct node *node = change->kind == CHANGE_ADDED ? sibling->previous : sibling->current;

    if (sibling->kind != change->kind && sibling->kind != CHANGE_ORDER && node != NULL)
        walk_leaves(&walk, NULL, node);
    strbuf_release(&walk.path);
}

/* The values of the entries that went from the list that an entry comes to, or the reverse: where
 * one is changed, it is one that goes and one that comes. */
static struct map *sibling_values(const struct config_scan *scan, const struct tree_change *change)
{
    struct map *values = map_new();
    size_t at, from, to;

    if (change == NULL || !change->list_item || scan->diff == NULL)
        return values;
    from = at = (size_t)(change - scan->diff->changes);
    while (from > 0 && at - from < SIBLINGS_MAX && same_list(change, change - (at - from) - 1))
        from--;
    to = at + 1;
    while (to < scan->diff->count && to - at < SIBLINGS_MAX &&
           same_list(change, &scan->diff->changes[to]))
        to++;
    for (size_t i = from; i < to; i++)
        keep_sibling(values, change, &scan->diff->changes[i]);
    return values;
}

/* ---- judging ---- */

struct within {
    const struct config_scan *scan;
    const struct drift_item *item;
    const struct node *other; /* the scalar on the other side, in the place of all; or NULL */
    struct map *siblings;
    bool gone;  /* it stands in previous */
    bool thing; /* what goes is what was guarded, with its guards */
};

/* What stands under a key in the other; false: it stands there just so. */
static bool find_other(const struct within *within, const struct leaf_walk *walk,
                       const struct node *leaf, const char **other)
{
    struct strbuf both = STRBUF_INIT;
    bool same;

    *other =
        within->other != NULL ? within->other->value : map_get(within->siblings, path_below(walk));
    if (map_count(within->siblings) == 0)
        return true;
    strbuf_printf(&both, "%c%s%c%s", same_mark, path_below(walk), same_mark, leaf->value);
    same = map_has(within->siblings, both.data);
    strbuf_release(&both);
    /* what is another now is told where it came */
    return !same && !(within->gone && within->other == NULL && *other != NULL);
}

/* The parts of an image's name are told with the images. */
static bool is_told_elsewhere(const struct within *within, const char *key)
{
    return within->scan->module->image != NULL &&
           glob_match_fold("{*image*,tag,digest,repository,registry}", key, '\n');
}

static void judge_leaf(const struct leaf_walk *walk, const char *key, const struct node *leaf)
{
    const struct within *within = walk->context;
    struct report_builder *builder = within->scan->builder;
    struct rule_subject subject = { .type = DRIFT_CONFIG,
                                    .category = within->item->category,
                                    .path = walk->path.data,
                                    .key = key,
                                    .previous_environment = builder->input->previous.environment,
                                    .current_environment = builder->input->current.environment };
    const char *other;

    if (secret_key(key) || is_told_elsewhere(within, key) ||
        (within->thing && strcmp(key, "kind") != 0) || !find_other(within, walk, leaf, &other))
        return;
    subject.previous = within->gone ? leaf->value : other;
    subject.current = within->gone ? other : leaf->value;
    subject.marks = config_account(walk->around, key);
    subject.change_type = other != NULL  ? CHANGE_TYPE_MODIFIED
                          : within->gone ? CHANGE_TYPE_DELETED
                                         : CHANGE_TYPE_ADDED;
    builder_look_within(builder, &subject, path_below(walk));
}

/* A program, a Kubernetes object, a whole file: with it goes what it had to be guarded from. */
static bool is_thing(const struct config_sides *sides, const struct node *node)
{
    return sides->change == NULL || node_get(node, "image") != NULL ||
           node_get(node, "kind") != NULL || node_get(node, "containers") != NULL;
}

static void judge_side(const struct config_scan *scan, const struct drift_item *item,
                       const struct config_sides *sides, bool gone)
{
    const struct node *node = gone ? sides->previous : sides->current;
    const struct node *other = gone ? sides->current : sides->previous;
    bool document = sides->change == NULL;
    struct within within = { .scan = scan,
                             .item = item,
                             .gone = gone,
                             .siblings = sibling_values(scan, sides->change),
                             .thing = gone && other == NULL && is_thing(sides, node) };
    struct leaf_walk walk = { .path = STRBUF_INIT, .visit = judge_leaf, .context = &within };

    /* what was null was not there */
    if (other != NULL && !is_whole(other) && (gone || other->kind != NODE_NULL))
        within.other = other;
    if (document)
        walk.file = scan->config->current != NULL ? scan->config->current : scan->config->previous;
    else
        strbuf_add(&walk.path, item->path);
    walk.below = walk.path.length;
    walk_leaves(&walk, item->key, node);
    strbuf_release(&walk.path);
    map_free(&within.siblings);
}

void config_look_within(const struct config_scan *scan, const struct drift_item *item,
                        const struct config_sides *sides)
{
    if (item->detail == DETAIL_REORDERED || sides->place.place != PLACE_OPEN)
        return;
    if (is_whole(sides->previous))
        judge_side(scan, item, sides, true);
    if (is_whole(sides->current))
        judge_side(scan, item, sides, false);
}
