/*
 * Which leaves of a document are secrets by where they stand, whatever they are called: the data of
 * a Kubernetes Secret at any depth, the value beside a name that tells a secret, what follows an
 * option of a command line that names one. Inside of the drift room.
 */
#ifndef PILAB_SRC_DRIFT_SECRET_NODES_H
#define PILAB_SRC_DRIFT_SECRET_NODES_H

#include <stdbool.h>

#include <pilab/document/node.h>

enum secret_extent {
    EXTENT_NONE,
    EXTENT_ALL,
    EXTENT_VALUE /* "name=value": what is behind the sign */
};

/* A set of leaves. Borrows the documents. */
struct secret_nodes;

struct secret_nodes *secret_nodes_new(void);
void secret_nodes_free(struct secret_nodes **nodes); /* *nodes may be NULL */

/* Adds the secret leaves of a tree; NULL has none. `sealed`: an object that does not say what it is
 * is a Secret. */
void secret_nodes_add(struct secret_nodes *nodes, const struct node *root, bool sealed);
/* How much of a leaf is secret; no set has none. */
enum secret_extent secret_nodes_extent(struct secret_nodes *nodes, const struct node *leaf);

#endif
