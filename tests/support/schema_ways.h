/*
 * Scripts between two schemas, tried on the test's PostgreSQL server (test_server.h): what its
 * catalog says afterwards has to be what was wanted. Whatever fails fails the test.
 */
#ifndef PILAB_TESTS_SUPPORT_SCHEMA_WAYS_H
#define PILAB_TESTS_SUPPORT_SCHEMA_WAYS_H

#include <pilab/schema/model.h>

/* A file below tests/data/schema; the caller frees. */
char *schema_ways_file(const char *name);
/* Read as text, without a problem; the caller frees. */
struct schema *schema_ways_text(const char *name, const char *text);

/* A database that is made by SQL, and all of those that the tries below make, gone. */
void schema_ways_make(const char *name, const char *sql);
void schema_ways_drop(void);
/* Says what differs. */
void schema_ways_same(const struct schema *expected, const struct schema *seen);

/* From one schema to the other and back, twice, with and without what destroys: as files say it and
 * as the catalog does. */
void schema_ways_there(const char *before, const char *after);
/* The same from either side. */
void schema_ways_both(const char *one, const char *other);
/* From either side, for what is not read from text. */
void schema_ways_catalogs(const char *one, const char *other);

#endif
