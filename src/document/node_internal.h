/*
 * What the room's own files need of nodes beyond what it shows to others.
 */
#ifndef PILAB_DOCUMENT_NODE_INTERNAL_H
#define PILAB_DOCUMENT_NODE_INTERNAL_H

#include <pilab/base/strbuf.h>
#include <pilab/document/node.h>

struct map;

bool node_same_tag(const struct node *a, const struct node *b);

/* A node's meaning as bytes: equal for two nodes exactly when node_equal holds. */
void node_fingerprint(struct strbuf *out, const struct node *node);

/* Looking up many keys in one map: by position first (documents that are compared mostly agree on
 * it), one by one in small maps, by hash in large ones. */
struct key_index {
    const struct node *map;
    struct map *by_key; /* NULL until it is needed */
};

/* `hint` is the position where the key probably stands. NULL: there is no such key. */
const struct node *key_index_find(struct key_index *index, const char *key, size_t hint);
void key_index_release(struct key_index *index);

#endif
