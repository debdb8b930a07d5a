/*
 * Several documents as one, the way Helm merges a chart's values with those of an environment.
 */
#include <pilab/document/document.h>

#include <stdint.h>
#include <stdlib.h>

#include <pilab/base/arena.h>
#include <pilab/base/map.h>
#include <pilab/base/vector.h>

#include "builder.h"

/* A text that several nodes of a layer have, by an alias: so they do in the copy. */
struct shared_text {
    const char *from;
    const char *to; /* NULL: not copied yet */
};

struct layering {
    struct tree_builder builder;
    struct map *files;    /* a layer's file name to our copy of it */
    struct vector shared; /* struct shared_text of the present layer, by `from` */
};

static const char *copy_file(struct layering *layering, const char *file)
{
    char *copy = map_get(layering->files, file);

    if (!copy) {
        copy = arena_text(layering->builder.arena, file);
        map_put(layering->files, file, copy);
    }
    return copy;
}

static int by_source(const void *a, const void *b)
{
    const struct shared_text *left = a, *right = b;

    return left->from < right->from ? -1 : left->from > right->from;
}

static void find_shared(struct layering *layering, const struct node *node, bool alias)
{
    alias = alias || node->alias;
    if (alias && node->text)
        *(struct shared_text *)vector_add(&layering->shared) =
            (struct shared_text){ .from = node->text };
    for (size_t i = 0; i < node->count; i++)
        find_shared(layering, node->children[i], alias);
}

static void begin_layer(struct layering *layering, const struct node *root)
{
    vector_clear(&layering->shared);
    find_shared(layering, root, false);
    vector_sort(&layering->shared, by_source);
}

static const char *copy_text(struct layering *layering, const struct node *node)
{
    const struct shared_text wanted = { .from = node->text };
    struct shared_text *shared = NULL;

    if (layering->shared.count > 0)
        shared = bsearch(&wanted, vector_at(&layering->shared, 0), layering->shared.count,
                         sizeof wanted, by_source);
    if (shared && shared->to)
        return shared->to;
    const char *copy = arena_bytes(layering->builder.arena, node->text, node->length);
    if (shared)
        shared->to = copy;
    return copy;
}

static struct node *copy_node(struct layering *layering, const struct node *node)
{
    struct arena *arena = layering->builder.arena;
    struct node *copy = arena_alloc(arena, sizeof *copy);

    *copy = *node;
    copy->key = arena_text(arena, node->key);
    copy->tag = arena_text(arena, node->tag);
    copy->file = copy_file(layering, node->file);
    if (node->text) {
        copy->text = copy_text(layering, node);
        copy->value = node->value == node->text ? copy->text : arena_text(arena, node->value);
    }
    if (node->count > 0)
        copy->children = arena_array(arena, node->count, sizeof *copy->children);
    for (size_t i = 0; i < node->count; i++)
        copy->children[i] = copy_node(layering, node->children[i]);
    return copy;
}

/* Helm warns, too, when a table and something else meet: it is mostly a mistake. */
static void warn_replaced(struct layering *layering, const struct node *lower,
                          const struct node *upper)
{
    if (lower->kind == NODE_NULL || (lower->kind == NODE_MAP) == (upper->kind == NODE_MAP))
        return;
    tree_builder_warn(&layering->builder, upper->line,
                      "%s: the %s \"%s\" takes the place of the %s in %s:%u", upper->file,
                      node_kind_name(upper->kind), upper->key, node_kind_name(lower->kind),
                      lower->file, lower->line);
}

static bool merges(const struct node *lower, const struct node *upper)
{
    return lower->kind == NODE_MAP && upper->kind == NODE_MAP && !lower->tag && !upper->tag;
}

/* `lower` is ours already; `upper` is copied into it. */
static void merge_maps(struct layering *layering, struct node *lower, const struct node *upper)
{
    struct map *places = map_new(); /* key to index + 1 in children */
    struct vector children;

    vector_init(&children, sizeof(struct node *));
    for (size_t i = 0; i < lower->count; i++) {
        vector_push(&children, &lower->children[i]);
        map_put(places, lower->children[i]->key, (void *)(uintptr_t)(i + 1));
    }
    for (size_t i = 0; i < upper->count; i++) {
        const struct node *entry = upper->children[i];
        size_t place = (size_t)(uintptr_t)map_get(places, entry->key);
        struct node **slot = place ? vector_at(&children, place - 1) : vector_add(&children);
        if (!place) {
            *slot = copy_node(layering, entry);
        } else if (entry->kind == NODE_NULL) {
            *slot = NULL;
        } else if (merges(*slot, entry)) {
            merge_maps(layering, *slot, entry);
        } else {
            warn_replaced(layering, *slot, entry);
            *slot = copy_node(layering, entry);
        }
    }

    size_t kept = 0;
    struct node **items = children.items;
    for (size_t i = 0; i < children.count; i++) {
        if (items[i])
            items[kept++] = items[i];
    }
    children.count = kept;
    lower->count = kept;
    lower->children = vector_to_arena(&children, layering->builder.arena);
    vector_release(&children);
    map_free(&places);
}

static bool check_layer(const struct document *layer, struct error *error)
{
    if (layer->count > 1)
        return error_set(error, ERROR_UNSUPPORTED,
                         "%s holds %zu documents: only one can be a layer", layer->name,
                         layer->count);
    if (layer->count == 0 || layer->roots[0]->kind == NODE_NULL ||
        layer->roots[0]->kind == NODE_MAP)
        return true;
    error_set(error, ERROR_UNSUPPORTED, "%s:%u:%u: a layer must be a map, but this has the type %s",
              layer->name, layer->roots[0]->line, layer->roots[0]->column,
              node_kind_name(layer->roots[0]->kind));
    return false;
}

static char *joined_names(struct document *const *layers, size_t count)
{
    struct strbuf names = STRBUF_INIT;

    for (size_t i = 0; i < count; i++)
        strbuf_printf(&names, "%s%s", i > 0 ? " + " : "", layers[i]->name);
    return strbuf_steal(&names);
}

/* Which format a file has is kept: the layers need not have the same. */
static void keep_files(struct document *document, struct document *const *layers, size_t count)
{
    struct vector files;

    vector_init(&files, sizeof(struct document_layer_file));
    for (size_t i = 0; i < count; i++) {
        const struct document_layer_file own = { layers[i]->name, layers[i]->format };
        const struct document_layer_file *from = layers[i]->files ? layers[i]->files : &own;
        size_t file_count = layers[i]->files ? layers[i]->file_count : 1;

        for (size_t k = 0; k < file_count; k++) {
            struct document_layer_file *file = vector_add(&files);

            file->name = arena_text(document->arena, from[k].name);
            file->format = from[k].format;
        }
    }
    document->file_count = files.count;
    document->files = vector_to_arena(&files, document->arena);
    vector_release(&files);
}

struct document *document_layer(struct document *const *layers, size_t count, struct error *error)
{
    struct layering layering = { .files = NULL };

    for (size_t i = 0; i < count; i++) {
        if (!check_layer(layers[i], error))
            return NULL;
    }
    char *name = joined_names(layers, count);
    tree_builder_init(&layering.builder, name, true, error);
    free(name);
    layering.files = map_new();
    vector_init(&layering.shared, sizeof(struct shared_text));

    struct node *root = tree_builder_node(&layering.builder, NODE_MAP, (struct position){ 1, 1 });
    if (count > 0)
        root->file = copy_file(&layering, layers[0]->name);
    for (size_t i = 0; i < count; i++) {
        if (layers[i]->count == 0 || layers[i]->roots[0]->kind != NODE_MAP)
            continue;
        begin_layer(&layering, layers[i]->roots[0]);
        merge_maps(&layering, root, layers[i]->roots[0]);
    }
    tree_builder_add(&layering.builder, (struct subtree){ root, 1, 0 });
    struct document *document =
        tree_builder_finish(&layering.builder,
                            count > 0 ? layers[count - 1]->format : DOCUMENT_YAML);
    keep_files(document, layers, count);
    tree_builder_release(&layering.builder);
    map_free(&layering.files);
    vector_release(&layering.shared);
    return document;
}
