/*
 * A directory of its own for a test, under $TMPDIR, and files in it.
 *
 * Everything ends the test program when it cannot be done: a test without its files means nothing.
 */
#ifndef TESTS_SUPPORT_SCRATCH_H
#define TESTS_SUPPORT_SCRATCH_H

#include <stddef.h>

/* The path of a fresh directory, 0700; scratch_remove takes it. */
char *scratch_new(void);
/* Removes the directory with all that is in it, and frees the path. */
void scratch_remove(char **directory);

/* The path of `name` in the directory; the caller frees. Nothing is created. */
char *scratch_path(const char *directory, const char *name);
/* Writes a file, with the directories above it, and returns its path; the caller frees. */
char *scratch_file(const char *directory, const char *name, const char *content);
char *scratch_file_bytes(const char *directory, const char *name, const void *bytes, size_t length);
/* A file's content, NUL-terminated; the caller frees. */
char *scratch_read(const char *path);
/* How many entries a directory has, without "." and "..". */
size_t scratch_count(const char *directory);

#endif
