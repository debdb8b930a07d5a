/*
 * The part of a repository that a comparison is limited to: one path, or several, one a line. A
 * path is a folder or a file; "" is everything.
 */
#ifndef PILAB_GIT_PATHS_INTERNAL_H
#define PILAB_GIT_PATHS_INTERNAL_H

#include <stdbool.h>

#include <pilab/base/strbuf.h>

/* "./a/b/" as a person writes it to "a/b", "." to "". The caller frees. */
char *path_clean(const char *path);

/* As persons write them ("./a/b/", "." for all, NULL for all) to the one form of the same set: each
 * as path_clean gives it, sorted, none within another. The caller frees. */
char *paths_clean(const char *paths);
bool paths_are_several(const char *paths);
/* The next of them into `one`; false after the last. *cursor begins at the text itself. "" is one
 * path. */
bool paths_next(const char **cursor, struct strbuf *one);

#endif
