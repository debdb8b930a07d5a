/*
 * What may be shown of values that have a structure. Inside of the drift room.
 */
#ifndef PILAB_SRC_DRIFT_MASK_TREE_H
#define PILAB_SRC_DRIFT_MASK_TREE_H

#include <pilab/document/node.h>
#include <pilab/drift/mask.h>

#include "secret_nodes.h"

/* Where a value stands, as far as secrets go. */
enum secret_place {
    PLACE_OPEN,
    PLACE_SECRETS, /* within a map called "secrets" or the like: all but what has an innocent name
                    */
    PLACE_SEALED   /* in a Kubernetes Secret or a file for secrets: everything */
};

struct value_place {
    const char *key; /* by which the value is judged; NULL: none */
    enum secret_place place;
    struct secret_nodes *secrets; /* of the tree that it is in; NULL: not known */
};

/* How a tree is shown. */
struct mask_tree {
    /* Appends what tells one masked text from another; NULL: nothing does. */
    void (*fingerprint)(void *context, struct strbuf *out, const char *text, size_t length);
    void *context;
    unsigned depth;         /* of texts that are documents themselves */
    enum secret_kind found; /* the gravest so far */
};

/* Appends what may be shown of a node: a scalar as it is, a list or a map as compact JSON. */
void mask_tree_show(struct mask_tree *tree, struct strbuf *out, const struct node *node,
                    struct value_place place);

/* Whether a scalar is a text that is a document itself, and holds a secret which the lines that it
 * stands in do not tell. `escaped`: they are not its own ("{\"password\": …"). */
bool mask_tree_knows_more(const struct node *node, bool escaped);

/* What is told of a node: how much of it is hidden. Lists, maps and what is shown: EXTENT_NONE. */
typedef void mask_tree_visitor(void *context, const struct node *node, enum secret_extent extent);

/* Visits a node and all below it, as mask_tree_show would show them. */
void mask_tree_visit(const struct node *node, struct value_place place, mask_tree_visitor *visitor,
                     void *context);

#endif
