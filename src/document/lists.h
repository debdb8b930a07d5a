/*
 * How the entries of two lists belong together: by the names they bear, or, where they have none,
 * as bags of values. What has a partner is compared by whoever walks the trees.
 */
#ifndef PILAB_DOCUMENT_LISTS_H
#define PILAB_DOCUMENT_LISTS_H

#include "differ.h"
#include "naming.h"
#include "partners.h"

/* Two lists of named entries and how they belong together. */
struct list_match {
    struct differ *differ;
    const struct node *previous, *current;
    struct naming naming;
    struct partners partners;
    size_t *previous_ordinals, *current_ordinals; /* 0: the name alone tells it */
};

/* False when the lists have no named entries; otherwise released with list_match_release. */
bool list_match_find(struct differ *differ, const struct node *previous, const struct node *current,
                     struct list_match *matching);
void list_match_release(struct list_match *matching);
/* Records that partners stand in another order, if they do and it matters. */
void list_match_report_order(struct list_match *matching);

/* Records what lists without names have on one side only, and in which order they differ. */
void list_compare_bags(struct differ *differ, const struct node *previous,
                       const struct node *current);

#endif
