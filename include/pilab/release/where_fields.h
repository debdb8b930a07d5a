/*
 * What the modules of an answer to `where` can be filtered by (base/filter.h). Each environment is
 * a field too, named as in manifest_fields.h, whose value is how it stands there
 * (where_state_name).
 */
#ifndef PILAB_RELEASE_WHERE_FIELDS_H
#define PILAB_RELEASE_WHERE_FIELDS_H

#include <pilab/base/filter.h>
#include <pilab/release/where.h>

/* How many fields every answer has: the first ones. */
#define WHERE_FIXED_FIELDS 5

/* Things are const struct where_module * of that answer. Lives in the answer's arena. */
const struct filter_fields *where_fields_new(struct where_answer *answer);

/* Offers what a text or name field holds in the answer; a value may come more than once. */
void where_field_values(const struct where_answer *answer, size_t field,
                        void (*offer)(void *to, const char *value), void *to);

#endif
