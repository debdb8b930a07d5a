/*
 * The leaves in which two objects differ. Inside of the terraform room.
 */
#ifndef PILAB_TERRAFORM_ATTRIBUTES_H
#define PILAB_TERRAFORM_ATTRIBUTES_H

#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/terraform/change.h>

struct attribute_sides {
    const struct node *before, *after;           /* NULL: none */
    const struct node *unknown;                  /* shaped alike, true where not known; or NULL */
    const struct node *before_mask, *after_mask; /* shaped alike, true where sensitive; or NULL */
    const struct map *sensitive;                 /* by pointers: what is besides; NULL: nothing */
    const struct map *forcing; /* by pointers: what forces a replacement; NULL: nothing */
    bool all;                  /* also leaves that are the same on both sides */
};

/* Adds a struct terraform_attribute for each, sorted by key, lists by position. Texts go into the
 * arena, values are borrowed. */
void attributes_collect(struct arena *arena, const struct attribute_sides *sides,
                        struct vector *out);

#endif
