/*
 * YAML merge keys. `<<: *defaults` brings in the entries of a map, `<<: [*a, *b]` those of several,
 * the first winning; what the map says itself wins over both. The entries come to stand where the
 * merge key stood.
 */
#include "readers.h"

#include <pilab/base/arena.h>
#include <pilab/base/map.h>

struct merge {
    struct tree_builder *builder;
    struct frame *frame;
    struct map *keys;       /* that are taken: written in the map, or merged already */
    struct vector children; /* struct node *: the map's entries from now on */
};

static void merge_map(struct merge *merge, const struct node *source)
{
    for (size_t i = 0; i < source->count; i++) {
        const struct node *entry = source->children[i];
        if (map_put(merge->keys, entry->key, (void *)entry->key))
            continue;
        struct node *copy = arena_alloc(merge->builder->arena, sizeof *copy);
        *copy = *entry;
        copy->alias = true;
        vector_push(&merge->children, &copy);
    }
}

static bool refuse(struct merge *merge, const struct node *source)
{
    tree_builder_fail(merge->builder, ERROR_INVALID,
                      (struct position){ source->line, source->column },
                      "a merge key (<<) takes a map or a list of maps, but this has the type %s",
                      node_kind_name(source->kind));
    return error_hint(merge->builder->error, "Quote it (\"<<\") when it is an ordinary key.");
}

static bool merge_source(struct merge *merge, const struct node *source)
{
    if (source->kind == NODE_MAP) {
        merge_map(merge, source);
        return true;
    }
    if (source->kind != NODE_LIST)
        return refuse(merge, source);
    for (size_t i = 0; i < source->count; i++) {
        if (source->children[i]->kind != NODE_MAP)
            return refuse(merge, source->children[i]);
        merge_map(merge, source->children[i]);
    }
    return true;
}

static bool is_merge(const struct node *node)
{
    return node->key == merge_key;
}

/* When duplicate keys are allowed there may be several merge keys, and the last one wins. */
static bool merge_all(struct merge *merge)
{
    struct node **children = merge->frame->children.items;

    for (size_t i = merge->frame->children.count; i-- > 0;) {
        if (is_merge(children[i]) && !merge_source(merge, children[i]))
            return false;
    }
    return true;
}

bool merge_expand(struct tree_builder *builder)
{
    struct frame *frame = tree_builder_frame(builder);
    struct node **children = frame->children.items;
    size_t count = frame->children.count;
    struct merge merge = { .builder = builder, .frame = frame, .keys = map_new() };
    bool merged = false;
    size_t first = NO_ENTRY;

    vector_init(&merge.children, sizeof(struct node *));
    for (size_t i = 0; i < count; i++) {
        if (!is_merge(children[i]))
            map_put(merge.keys, children[i]->key, (void *)children[i]->key);
        else if (first == NO_ENTRY)
            first = i;
    }
    for (size_t i = 0; i < first; i++)
        vector_push(&merge.children, &children[i]);
    if (!merge_all(&merge))
        goto out;
    for (size_t i = first; i < count; i++) {
        if (!is_merge(children[i]))
            vector_push(&merge.children, &children[i]);
    }
    vector_release(&frame->children);
    frame->children = merge.children;
    vector_init(&merge.children, sizeof(struct node *));
    merged = true;
out:
    map_free(&merge.keys);
    vector_release(&merge.children);
    return merged;
}
