/*
 * A schema and a difference as the facts of pg_catalog that ../shared/data/schema compares: one
 * value for each kind, object, part and property.
 */
#ifndef TESTS_ACCURACY_SCHEMA_FACTS_H
#define TESTS_ACCURACY_SCHEMA_FACTS_H

#include <jansson.h>

#include <pilab/schema/diff.h>

/* {"kind": {"object\tpart": {"property": "value"}}}. New reference. */
json_t *schema_facts(const struct schema *schema);
/* As make_truth.py writes them: added, removed, changed, summary. New reference. */
json_t *schema_diff_facts(const struct schema_diff *diff);

#endif
