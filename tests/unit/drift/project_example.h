/*
 * The project file that the tests of reading and of writing share.
 */
#ifndef TESTS_UNIT_DRIFT_PROJECT_EXAMPLE_H
#define TESTS_UNIT_DRIFT_PROJECT_EXAMPLE_H

#include <pilab/drift/project_file.h>

/* One of everything, with comments. */
extern const char project_example[];

/* Reads, or fails the test with the message and the text. */
void must_read(const char *text, struct arena *arena, struct project_settings *settings);

#endif
