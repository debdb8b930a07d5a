/*
 * What the guide says about what can be filtered by: doc/guide/finding-and-filtering.md.
 */
#ifndef TESTS_SUPPORT_GUIDE_FIELDS_H
#define TESTS_SUPPORT_GUIDE_FIELDS_H

#include <pilab/base/filter.h>

/* The table below that heading has the first `count` fields and their values, and no others. */
void assert_guide_knows(const char *heading, const struct filter_field *fields, size_t count);

#endif
