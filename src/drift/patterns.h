/*
 * Lists of patterns as the columns of rules have them (rules.h), made ready for many texts. Inside
 * of the drift room.
 */
#ifndef PILAB_SRC_DRIFT_PATTERNS_H
#define PILAB_SRC_DRIFT_PATTERNS_H

#include <stdbool.h>

struct pattern_list;

/* Keeps nothing of `text`. */
struct pattern_list *pattern_list_new(const char *text);
void pattern_list_free(struct pattern_list **list);
/* A list without patterns takes everything, also NULL, which no pattern takes. */
bool pattern_list_matches(const struct pattern_list *list, const char *text);

#endif
