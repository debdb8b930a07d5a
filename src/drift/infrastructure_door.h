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

#endif
