/*
 * What a GitOps repository says runs where: a file for each module and environment, in which the
 * version stands, at the head of the default branch.
 */
#ifndef PILAB_SOURCE_GITOPS_H
#define PILAB_SOURCE_GITOPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/source/repository_access.h>

struct gitops_request {
    const char *address; /* path or URL */
    /* "envs/{env}/{module}/values.yaml", also "…:image.tag" to say where the version stands; each
     * of the two stands for a part of one component of the path. The key may hold {module} where
     * the path has none: "envs/{env}.yaml:{module}.tag". */
    const char *pattern;
    struct repository_access access;
};

struct gitops_cell {
    const char *module, *environment, *version;
    const char *path;   /* the file it stands in */
    const char *author; /* of the last change of that file, or NULL */
    int64_t at;         /* its time; 0: not known */
};

struct gitops_problem {
    const char *path, *why;
};

struct gitops_reading {
    const char *commit;        /* what was read, 40 hex digits */
    struct gitops_cell *cells; /* by path */
    size_t count;
    struct gitops_problem *problems; /* files that match and say no version */
    size_t problem_count;
};

/* Everything lives in `arena`. ERROR_USAGE for a pattern without {env} or {module}; ERROR_NOT_FOUND
 * when no file matches it (the hint shows some that are there); what mirror_update and
 * repository_open give. The library bracket is the caller's. */
bool gitops_read(const struct gitops_request *request, struct arena *arena,
                 struct gitops_reading *reading, const struct progress *progress,
                 struct error *error);

/* The part of a pattern that is a path, from the root on, without what leads to the version in the
 * file. */
const char *gitops_path(const char *pattern, struct arena *arena);

/* Whether a path follows the pattern; the names lie in `arena`. A name that stands in it twice must
 * be the same. `*module` is NULL where the pattern has none. */
bool gitops_match(const char *pattern, const char *path, struct arena *arena,
                  const char **environment, const char **module);

#endif
