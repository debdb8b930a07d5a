/*
 * Which document of one text belongs to which of another: Kubernetes objects by what they are,
 * anything else by position.
 */
#ifndef PILAB_DOCUMENT_PAIRING_H
#define PILAB_DOCUMENT_PAIRING_H

#include <pilab/document/document.h>

#include "partners.h"

struct pairing {
    struct partners partners;
    bool by_identity;
    /* The identities, in the arena; NULL for empty documents and when they do not count. */
    const char **previous_names, **current_names;
};

void pairing_find(struct arena *arena, const struct document *previous,
                  const struct document *current, struct pairing *pairing);
void pairing_release(struct pairing *pairing);
/* Between Kubernetes objects an empty document ("---" at the end of a template) is nothing. */
bool pairing_ignores(const struct pairing *pairing, const struct node *root);

/* "apiVersion/kind/namespace/name" of a Kubernetes object ("apiVersion/kind/name" without a
 * namespace), in the arena; without the version: "kind/namespace/name". NULL: it is none. */
const char *kubernetes_identity(struct arena *arena, const struct node *node, bool with_version);

#endif
