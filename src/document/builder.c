#include "builder.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>

/* Maps with fewer entries are searched one by one: that is faster than hashing. */
enum { FEW_ENTRIES = 16 };

/* Nobody reads more, and a hostile text could ask for one a line. */
enum { WARNINGS_MAX = 1000 };

const char merge_key[] = "<<";

void tree_builder_init(struct tree_builder *builder, const char *name, bool duplicates_allowed,
                       struct error *error)
{
    *builder = (struct tree_builder){ .arena = arena_new(),
                                      .duplicates_allowed = duplicates_allowed,
                                      .error = error };
    builder->name = arena_text(builder->arena, name);
    builder->frames = memory_array(DOCUMENT_DEPTH_MAX, sizeof *builder->frames);
    for (size_t i = 0; i < DOCUMENT_DEPTH_MAX; i++)
        vector_init(&builder->frames[i].children, sizeof(struct node *));
    vector_init(&builder->roots, sizeof(struct node *));
    vector_init(&builder->warnings, sizeof(struct document_warning));
}

void tree_builder_release(struct tree_builder *builder)
{
    for (size_t i = 0; i < DOCUMENT_DEPTH_MAX; i++) {
        vector_release(&builder->frames[i].children);
        map_free(&builder->frames[i].by_key);
    }
    free(builder->frames);
    vector_release(&builder->roots);
    vector_release(&builder->warnings);
    arena_free(&builder->arena);
}

struct document *tree_builder_finish(struct tree_builder *builder, enum document_format format)
{
    struct document *document = arena_alloc(builder->arena, sizeof *document);

    document->arena = builder->arena;
    document->name = builder->name;
    document->format = format;
    document->files = NULL;
    document->file_count = 0;
    document->count = builder->roots.count;
    document->roots = vector_to_arena(&builder->roots, builder->arena);
    document->warning_count = builder->warnings.count;
    document->warnings = vector_to_arena(&builder->warnings, builder->arena);
    builder->arena = NULL;
    return document;
}

bool tree_builder_fail(struct tree_builder *builder, enum error_code code, struct position at,
                       const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    struct strbuf text = STRBUF_INIT;
    strbuf_vprintf(&text, format, arguments);
    va_end(arguments);
    error_set(builder->error, code, "%s:%u:%u: %s", builder->name, at.line, at.column, text.data);
    strbuf_release(&text);
    return false;
}

void tree_builder_warn(struct tree_builder *builder, unsigned line, const char *format, ...)
{
    struct strbuf text = STRBUF_INIT;
    va_list arguments;

    if (builder->warnings.count > WARNINGS_MAX)
        return;
    struct document_warning *warning = vector_add(&builder->warnings);
    warning->line = line;
    if (builder->warnings.count > WARNINGS_MAX) {
        warning->message = "further warnings about this document are left out";
        return;
    }
    va_start(arguments, format);
    strbuf_vprintf(&text, format, arguments);
    va_end(arguments);
    warning->message = strbuf_to_arena(&text, builder->arena);
    strbuf_release(&text);
}

struct frame *tree_builder_frame(const struct tree_builder *builder)
{
    return builder->depth ? &builder->frames[builder->depth - 1] : NULL;
}

struct node *tree_builder_node(struct tree_builder *builder, enum node_kind kind,
                               struct position at)
{
    if (builder->nodes == DOCUMENT_NODES_MAX) {
        tree_builder_fail(builder, ERROR_LIMIT, at, "the document has more than %d nodes",
                          DOCUMENT_NODES_MAX);
        return NULL;
    }
    builder->nodes++;

    struct node *node = arena_alloc(builder->arena, sizeof *node);
    node->kind = kind;
    node->file = builder->name;
    node->line = at.line;
    node->column = at.column;
    return node;
}

struct node *tree_builder_scalar(struct tree_builder *builder, enum node_kind kind,
                                 const char *text, size_t length, const char *value,
                                 struct position at)
{
    struct node *node = tree_builder_node(builder, kind, at);

    if (!node)
        return NULL;
    node->text = arena_bytes(builder->arena, text, length);
    node->length = length;
    node->value = value ? value : node->text;
    return node;
}

bool tree_builder_open(struct tree_builder *builder, enum node_kind kind, struct position at)
{
    if (builder->depth == DOCUMENT_DEPTH_MAX)
        return tree_builder_fail(builder, ERROR_LIMIT, at,
                                 "lists and maps are nested more than %d levels deep",
                                 DOCUMENT_DEPTH_MAX);

    struct node *node = tree_builder_node(builder, kind, at);
    if (!node)
        return false;
    struct frame *frame = &builder->frames[builder->depth++];
    vector_clear(&frame->children);
    map_free(&frame->by_key);
    frame->node = node;
    frame->key = NULL;
    frame->replaces = NO_ENTRY;
    frame->weight = 1;
    frame->height = 1;
    frame->merges = 0;
    return true;
}

static struct node *child_at(const struct frame *frame, size_t index)
{
    return *(struct node **)vector_at(&frame->children, index);
}

static size_t find_entry(const struct frame *frame, const char *key)
{
    if (frame->by_key)
        return (size_t)(uintptr_t)map_get(frame->by_key, key) - 1;
    for (size_t i = 0; i < frame->children.count; i++) {
        const struct node *child = child_at(frame, i);
        if (child->key != merge_key && strcmp(child->key, key) == 0)
            return i;
    }
    return NO_ENTRY;
}

static bool report_duplicate(struct tree_builder *builder, const char *key, unsigned first,
                             struct position at)
{
    if (builder->duplicates_allowed) {
        tree_builder_warn(builder, at.line,
                          "the key \"%s\" was given on line %u already: the last one counts", key,
                          first);
        return true;
    }
    tree_builder_fail(builder, ERROR_INVALID, at, "the key \"%s\" was given on line %u already",
                      key, first);
    return error_hint(builder->error, "Remove one of the two: programs differ in which they take.");
}

bool tree_builder_key(struct tree_builder *builder, const char *key, size_t length,
                      struct position at)
{
    struct frame *frame = tree_builder_frame(builder);

    if (memchr(key, '\0', length))
        return tree_builder_fail(builder, ERROR_UNSUPPORTED, at, "a key holds a NUL character");
    frame->key = arena_bytes(builder->arena, key, length);
    frame->key_at = at;
    frame->replaces = find_entry(frame, frame->key);
    return frame->replaces == NO_ENTRY ||
           report_duplicate(builder, frame->key, child_at(frame, frame->replaces)->line, at);
}

bool tree_builder_merge(struct tree_builder *builder, struct position at)
{
    struct frame *frame = tree_builder_frame(builder);

    frame->key = merge_key;
    frame->key_at = at;
    frame->replaces = NO_ENTRY;
    if (frame->merges++ == 0)
        return true;
    for (size_t i = 0;; i++) {
        const struct node *child = child_at(frame, i);
        if (child->key == merge_key)
            return report_duplicate(builder, merge_key, child->line, at);
    }
}

/* Switches to a hash table when there are too many entries to look at each. */
static void index_entry(struct frame *frame, size_t index)
{
    if (!frame->by_key && frame->children.count <= FEW_ENTRIES)
        return;
    size_t from = index;
    if (!frame->by_key) {
        frame->by_key = map_new();
        from = 0;
    }
    for (size_t i = from; i <= index; i++) {
        const struct node *child = child_at(frame, i);
        if (child->key != merge_key)
            map_put(frame->by_key, child->key, (void *)(uintptr_t)(i + 1));
    }
}

static size_t add_saturated(size_t a, size_t b)
{
    return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

void tree_builder_add(struct tree_builder *builder, struct subtree subtree)
{
    struct frame *frame = tree_builder_frame(builder);
    struct node *node = subtree.node;

    if (!frame) {
        vector_push(&builder->roots, &node);
        return;
    }
    frame->weight = add_saturated(frame->weight, subtree.weight);
    if (frame->height <= subtree.height)
        frame->height = subtree.height + 1;
    if (frame->node->kind == NODE_LIST) {
        vector_push(&frame->children, &node);
        return;
    }
    node->key = frame->key;
    node->line = frame->key_at.line;
    node->column = frame->key_at.column;
    frame->key = NULL;
    if (frame->replaces != NO_ENTRY) {
        *(struct node **)vector_at(&frame->children, frame->replaces) = node;
        return;
    }
    vector_push(&frame->children, &node);
    index_entry(frame, frame->children.count - 1);
}

bool tree_builder_add_scalar(struct tree_builder *builder, enum node_kind kind, const char *text,
                             size_t length, const char *value, struct position at)
{
    struct node *node = tree_builder_scalar(builder, kind, text, length, value, at);

    if (!node)
        return false;
    tree_builder_add(builder, (struct subtree){ node, 1, 0 });
    return true;
}

struct subtree tree_builder_close(struct tree_builder *builder)
{
    struct frame *frame = tree_builder_frame(builder);
    struct node *node = frame->node;

    node->count = frame->children.count;
    node->children = vector_to_arena(&frame->children, builder->arena);
    builder->depth--;
    return (struct subtree){ node, frame->weight, frame->height };
}
