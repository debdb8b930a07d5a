/*
 * Which document of one text belongs to which of another: Kubernetes objects by what they are,
 * anything else by its position among what else is none.
 */
#ifndef PILAB_DOCUMENT_PAIRING_H
#define PILAB_DOCUMENT_PAIRING_H

#include <pilab/document/document.h>

#include "partners.h"

/* The documents of one side, in the arena. */
struct pairing_side {
    const char **names;   /* with the version of the API; NULL: no Kubernetes object */
    const char **objects; /* without it; "#1", "#2" of those that are none; "" of empty ones */
};

struct pairing {
    struct partners partners;
    struct pairing_side previous, current;
    bool any_object; /* on either side */
};

void pairing_find(struct arena *arena, const struct document *previous,
                  const struct document *current, struct pairing *pairing);
void pairing_release(struct pairing *pairing);
/* What paired the two, or what the one that has no partner (the other NO_PARTNER) is; NULL: it is
 * their positions. */
const char *pairing_name(const struct pairing *pairing, size_t previous, size_t current);
/* Between Kubernetes objects an empty document ("---" at the end of a template) is nothing. */
bool pairing_ignores(const struct pairing *pairing, const struct node *root);

/* "apiVersion/kind/namespace/name" of a Kubernetes object ("apiVersion/kind/name" without a
 * namespace), in the arena; without the version: "kind/namespace/name". NULL: it is none. */
const char *kubernetes_identity(struct arena *arena, const struct node *node, bool with_version);

#endif
