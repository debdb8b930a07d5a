/*
 * By what the entries of two lists can be told apart: see the steps in document/diff.h.
 */
#ifndef PILAB_DOCUMENT_NAMING_H
#define PILAB_DOCUMENT_NAMING_H

#include "differ.h"

struct naming {
    const char *key;       /* "name", "containerPort+protocol" */
    const char **previous; /* the names of the entries on either side; the arrays are malloc'ed */
    const char **current;
    bool unique; /* on both sides; otherwise a name and an ordinal tell entries apart */
};

/* False when the entries have no names; otherwise the caller releases. */
bool naming_find(struct differ *differ, const struct node *previous, const struct node *current,
                 struct naming *naming);
void naming_release(struct naming *naming);

#endif
