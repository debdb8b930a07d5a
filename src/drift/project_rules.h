/*
 * What a rule of a project file looks for must be there to be found. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_PROJECT_RULES_H
#define PILAB_DRIFT_PROJECT_RULES_H

#include <pilab/drift/rules.h>

#include "project_map.h"

/* False when a glob has a bracket or a brace without its partner: it would stand for itself.
 * `pattern` may be NULL; `map` is where it stands under `key`. */
bool project_glob_check(struct project_reader *reader, const struct node *map, const char *key,
                        const char *pattern);

/* The globs of a rule, and the words of those that look at databases and dependencies, which have
 * words of their own: one that is none of them would never be found. */
bool project_rule_check(struct project_reader *reader, const struct node *map,
                        const struct rule *rule);

#endif
