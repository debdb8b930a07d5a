/*
 * The published JSON Schemas (doc/schema), held against what the program prints. More is asked than
 * a validator would: a member that the schema does not describe fails too.
 */
#ifndef TESTS_SUPPORT_JSON_SCHEMA_H
#define TESTS_SUPPORT_JSON_SCHEMA_H

#include <stdbool.h>

#include <jansson.h>

#include <pilab/base/strbuf.h>

/* doc/schema/NAME; a new reference. The test fails when it cannot be read. */
json_t *schema_read(const char *name);

/* Whether the document follows the schema to the last member; `why` gets the place that does not,
 * below `name`. */
bool follows_schema(const json_t *document, const json_t *schema, const char *name,
                    struct strbuf *why);
/* Fails the test, naming the place, unless the document follows the schema to the last member. */
void assert_follows_schema(const json_t *document, const char *schema_name);
/* The same of a text, which must be JSON. */
void assert_text_follows_schema(const char *text, const char *schema_name);

#endif
