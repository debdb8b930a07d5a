/*
 * One node of a configuration document: a scalar, a list or a map whose entries keep their order.
 *
 * Nodes are made by document_read and document_layer, live in their document's arena and never
 * change afterwards. An alias or a merge key in YAML is already followed: parts of the tree may
 * therefore be shared, but it holds no cycle and is never deeper than DOCUMENT_DEPTH_MAX, so a
 * plain recursion over `children` is safe.
 *
 * All text is valid UTF-8 but otherwise as it came: escape it for the place it is shown in.
 */
#ifndef PILAB_DOCUMENT_NODE_H
#define PILAB_DOCUMENT_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>

enum node_kind { NODE_NULL, NODE_BOOL, NODE_INTEGER, NODE_FLOAT, NODE_STRING, NODE_LIST, NODE_MAP };

struct node {
    enum node_kind kind;
    /* It stands for another node of the tree, by an alias or a merge key of YAML: text and children
     * are that one's, by address. */
    bool alias;
    const char *key;  /* within a map: its key as text, else NULL; holds no NUL byte */
    const char *text; /* scalar: its source, quotes and folding decoded; NULL for list and map */
    size_t length;    /* of text: strings may hold NUL bytes ("\0" in YAML, \u0000 in JSON) */
    /* Scalar: the canonical form of what it means under the document's typing: "true", "493" for
     * 0755 in YAML 1.1, "1.1" for 1.10, "null"; of a string its text. NULL for list and map. */
    const char *value;
    const char *tag;  /* a YAML tag that no schema here resolves ("!Ref", "!!binary"), else NULL */
    const char *file; /* the name the document was read under */
    /* Where it is written, from 1, columns in characters: an entry of a map at its key, an item of
     * a list at its start. What came through an alias keeps the place of its anchor. */
    unsigned line, column;
    struct node **children; /* list items, or map entries with different keys, in order */
    size_t count;
};

/* The entry under `key`, or NULL when there is none or `map` is NULL or no map. Walks the entries.
 */
const struct node *node_get(const struct node *map, const char *key);

/* Whether both mean the same: kind, tag and canonical value; lists in order, maps in any order.
 * NULL equals only NULL. */
bool node_equal(const struct node *a, const struct node *b);

/* "null", "bool", "integer", "float", "string", "list", "map". */
const char *node_kind_name(enum node_kind kind);

/* Appends compact JSON (RFC 8259), keys in the tree's order. Integers keep all their digits; what a
 * double cannot hold (infinity, NaN, 1e999) becomes a string. A node with a tag of its own is
 * wrapped: {"!Ref":"Database"}. NULL is written as null. */
void node_write_json(struct strbuf *out, const struct node *node);

#endif
