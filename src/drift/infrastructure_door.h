/*
 * Doors that open. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_INFRASTRUCTURE_DOOR_H
#define PILAB_DRIFT_INFRASTRUCTURE_DOOR_H

#include <stdbool.h>

#include <pilab/terraform/change.h>

/* The network lets in everybody, who could not come in before, or through more. */
bool infrastructure_opens(const struct terraform_change *change,
                          const struct terraform_attribute *attribute);
/* A variable, or an entry of one, lets everybody in, whom it did not let in before: `before` (or
 * NULL) has become `after`, which stands somewhere below `file_after`. */
bool infrastructure_variable_opens(const struct node *file_before, const struct node *file_after,
                                   const struct node *before, const struct node *after,
                                   const char *key);

#endif
