/*
 * What the readers build trees with: nodes in the document's arena, open lists and maps on a stack,
 * duplicate keys, caps and warnings. One place for them, so that all formats keep the same
 * promises.
 *
 * A reader opens a map or list, gives each value its key (in a map) and adds it, and closes; values
 * that are added while nothing is open become roots. Every function that returns false has filled
 * the error that was given to tree_builder_init; the reader gives up then.
 */
#ifndef PILAB_DOCUMENT_BUILDER_H
#define PILAB_DOCUMENT_BUILDER_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/base/vector.h>
#include <pilab/document/document.h>

struct map;

struct position {
    unsigned line, column; /* from 1 */
};

/* A finished node, and what it would be with all aliases written out. */
struct subtree {
    struct node *node;
    size_t weight;   /* nodes */
    unsigned height; /* lists and maps within each other: 0 for a scalar */
};

struct frame {
    struct node *node;
    struct vector children; /* struct node * */
    struct map *by_key;     /* key to index + 1, once the map has many entries */
    const char *key;        /* of the value that comes next; NULL: none yet */
    struct position key_at;
    size_t replaces; /* the entry that this key stands for a second time, or NO_ENTRY */
    size_t weight;
    unsigned height;
    unsigned merges; /* children under merge_key */
};

#define NO_ENTRY ((size_t)-1)

struct tree_builder {
    struct arena *arena;
    const char *name;
    bool duplicates_allowed;
    struct error *error;
    struct frame *frames; /* DOCUMENT_DEPTH_MAX of them, reused */
    size_t depth;         /* frames that are open */
    size_t nodes;
    struct vector roots;    /* struct node * */
    struct vector warnings; /* struct document_warning */
};

/* The key of a YAML merge entry: told by its address, so that a quoted "<<" stays a key. */
extern const char merge_key[];

void tree_builder_init(struct tree_builder *builder, const char *name, bool duplicates_allowed,
                       struct error *error);
void tree_builder_release(struct tree_builder *builder);
/* Hands everything over to a new document; the builder is empty afterwards. */
struct document *tree_builder_finish(struct tree_builder *builder, enum document_format format);

/* "name:line:column: …". Returns false. */
bool tree_builder_fail(struct tree_builder *builder, enum error_code code, struct position at,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));
void tree_builder_warn(struct tree_builder *builder, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The innermost open list or map; NULL: none. */
struct frame *tree_builder_frame(const struct tree_builder *builder);

/* A new node, or NULL when there are too many. */
struct node *tree_builder_node(struct tree_builder *builder, enum node_kind kind,
                               struct position at);
/* Copies the text. `value` is borrowed; NULL: the text is its own value. */
struct node *tree_builder_scalar(struct tree_builder *builder, enum node_kind kind,
                                 const char *text, size_t length, const char *value,
                                 struct position at);

bool tree_builder_open(struct tree_builder *builder, enum node_kind kind, struct position at);
/* The next value's key; copies it. A key that is there already is an error or a warning. */
bool tree_builder_key(struct tree_builder *builder, const char *key, size_t length,
                      struct position at);
bool tree_builder_merge(struct tree_builder *builder, struct position at);
void tree_builder_add(struct tree_builder *builder, struct subtree subtree);
bool tree_builder_add_scalar(struct tree_builder *builder, enum node_kind kind, const char *text,
                             size_t length, const char *value, struct position at);
/* Closes the innermost; the caller adds it. */
struct subtree tree_builder_close(struct tree_builder *builder);

#endif
