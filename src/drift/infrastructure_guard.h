/*
 * Protections that go or get weaker. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_INFRASTRUCTURE_GUARD_H
#define PILAB_DRIFT_INFRASTRUCTURE_GUARD_H

#include <stdbool.h>

#include <pilab/terraform/change.h>

/* A protection or an encryption goes, or gets weaker. */
bool infrastructure_unprotects(const struct terraform_change *change,
                               const struct terraform_attribute *attribute);
/* The same of a variable, by its name alone; `before` may be NULL: it was not set. */
bool infrastructure_variable_unprotects(const char *key, const struct node *before,
                                        const struct node *after);
/* A variable says now that everybody may reach or read what it sets. */
bool infrastructure_variable_publishes(const char *key, const struct node *before,
                                       const struct node *after);
/* What is kept is kept for a shorter time. */
bool infrastructure_shortens(const struct terraform_attribute *attribute);

#endif
