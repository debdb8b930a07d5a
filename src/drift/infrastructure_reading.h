/*
 * What the parts that look for risks in infrastructure have in common. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_INFRASTRUCTURE_READING_H
#define PILAB_DRIFT_INFRASTRUCTURE_READING_H

#include <stdbool.h>

#include <pilab/terraform/change.h>

/* A scalar's text; "" for everything else. */
const char *risk_text(const struct node *node);
/* Whether a text is one of `words`, which end with NULL, in either case. */
bool risk_is_any(const char *text, const char *const *words);
/* "true", "enabled", ... */
bool risk_is_on(const struct node *node);
/* "false", "disabled", ...; also what says nothing. */
bool risk_is_off(const struct node *node);
/* A number of decimal digits; false: it is none. */
bool risk_number(const struct node *node, double *number);
/* What the list that the attribute stands in was before; NULL when it stands in none. */
const struct node *risk_list_before(const struct terraform_change *change,
                                    const struct terraform_attribute *attribute);
/* Whether that list had the attribute's value before, at another place. */
bool risk_was_listed(const struct terraform_change *change,
                     const struct terraform_attribute *attribute);
/* The child of a map or a list that a step of a pointer leads to; NULL: none. */
const struct node *risk_child(const struct node *node, const char *step);
/* The first step of a pointer that begins with '/', unescaped; false: it is too long. */
bool risk_step(const char *pointer, char *step, size_t room);

#endif
