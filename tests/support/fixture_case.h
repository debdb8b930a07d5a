/*
 * A repository that every case finds new: setup and teardown for cmocka. One at a time.
 */
#ifndef PILAB_TESTS_FIXTURE_CASE_H
#define PILAB_TESTS_FIXTURE_CASE_H

#include "fixture_repository.h"

extern struct fixture_repository *fixture;
extern struct builder *build; /* the fixture's */

int fixture_case_begin(void **state);
int fixture_case_end(void **state);

#endif
