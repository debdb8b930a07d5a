#include <pilab/source/migration_document.h>

#include <pilab/document/document.h>

#define MIGRATION_SIZE_MAX ((size_t)1 << 20)

static void copy(struct arena *arena, const struct node *from, struct migration_node *to)
{
    struct migration_node *children = arena_array(arena, from->count, sizeof *children);

    *to = (struct migration_node){
        .kind = from->kind == NODE_NULL   ? MIGRATION_NODE_NULL
                : from->kind == NODE_LIST ? MIGRATION_NODE_LIST
                : from->kind == NODE_MAP  ? MIGRATION_NODE_MAP
                                          : MIGRATION_NODE_SCALAR,
        .key = arena_text(arena, from->key),
        .text = arena_text(arena, from->text),
        .line = from->line,
        .children = children,
        .count = from->count,
    };
    for (size_t i = 0; i < from->count; i++)
        copy(arena, from->children[i], &children[i]);
}

void migration_document_read(struct migration_file *file, struct arena *arena)
{
    const struct document_options options = { .schema = YAML_1_2, .limit = MIGRATION_SIZE_MAX };
    enum document_format format;
    struct error error = { 0 };
    struct document *document;

    if (file->unread != NULL || !document_format_of(file->path, &format) ||
        (format != DOCUMENT_YAML && format != DOCUMENT_JSON))
        return;
    document = document_read(file->path, file->text, file->length, format, &options, &error);
    if (document == NULL) {
        file->unread = arena_text(arena, error.message);
        return;
    }
    if (document->count > 0) {
        struct migration_node *tree = arena_alloc(arena, sizeof *tree);

        copy(arena, document->roots[0], tree);
        file->tree = tree;
    }
    document_free(&document);
}
