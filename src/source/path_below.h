/* Paths of a repository, for those in this room that look at a part of it. */
#ifndef PILAB_SOURCE_PATH_BELOW_H
#define PILAB_SOURCE_PATH_BELOW_H

/* What follows `directory` ("" is the root) in a path; NULL: it lies elsewhere. */
const char *path_below(const char *path, const char *directory);

#endif
