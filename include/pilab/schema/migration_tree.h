/*
 * What a migration in JSON or YAML says, as it was read elsewhere: a tree whose nodes know their
 * lines.
 */
#ifndef PILAB_SCHEMA_MIGRATION_TREE_H
#define PILAB_SCHEMA_MIGRATION_TREE_H

#include <stddef.h>

enum migration_node_kind {
    MIGRATION_NODE_NULL,
    MIGRATION_NODE_SCALAR,
    MIGRATION_NODE_LIST,
    MIGRATION_NODE_MAP
};

struct migration_node {
    enum migration_node_kind kind;
    const char *key;  /* within a map; else NULL */
    const char *text; /* of a scalar: its source, quotes decoded; else NULL */
    unsigned line;
    const struct migration_node *children; /* of a list or map, in order */
    size_t count;
};

/* The entry under `key`; NULL: none, or no map. */
const struct migration_node *migration_node_get(const struct migration_node *map, const char *key);

#endif
