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
/* The beginning of the smallest one. */
#define PROJECT_START "pilab: 1\nproject: {name: Mobile Banking, code: MB}\n"

/* Reading fails with exactly this message; `hint` NULL: any. */
void must_refuse_bytes(const char *text, size_t length, const char *message, const char *hint);
void must_refuse(const char *text, const char *message);

#endif
