/*
 * What a repository's files and tags say about the modules in it. Pure: paths in, guesses out.
 */
#ifndef PILAB_SOURCE_PROJECT_GUESS_H
#define PILAB_SOURCE_PROJECT_GUESS_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/source/well_known.h>

/* Files by their paths from the repository's root, sorted by byte. */
struct path_list {
    const char *const *paths;
    size_t count;
};

/* A part of a monorepo that is built and deployed by itself. */
struct project_part {
    const char *path; /* "services/auth" */
    const char *name; /* "auth" */
};

/* The parts, when there are two or more; else none: then the repository is one module. What only
 * helps (documents, tests, examples, tools, charts beside code) is no part. */
struct project_part *project_guess_parts(const struct path_list *files, struct arena *arena,
                                         size_t *count);

/* "BACKEND", …; NULL when nothing says. `directory` is the module's part, "" the repository. */
const char *project_guess_type(const char *name, const struct path_list *files,
                               const char *directory);

/* Configuration layers, the lowest first, with "{env}" for the name of an environment, relative to
 * `directory`. `environments` are the project's; none: any word that is known as one. */
const char **project_guess_config(const struct well_known *names, const struct path_list *files,
                                  const char *directory, const char *const *environments,
                                  size_t environment_count, struct arena *arena, size_t *count);

/* The folder of database migrations, relative to `directory`, and their dialect (NULL: not known).
 * False when there is none. */
bool project_guess_migrations(const struct path_list *files, const char *directory,
                              struct arena *arena, const char **path, const char **dialect);

/* How versions become tags: "v{version}", "auth-v{version}", "@bank/auth@{version}". The form that
 * gives the most of `versions` a tag; without versions, the most frequent of those that may be the
 * module's (its name, or no name at all, stands before the number). NULL: no tag looks like one. */
const char *project_guess_tags(const char *module, const char *const *tags, size_t tag_count,
                               const char *const *versions, size_t version_count,
                               struct arena *arena);

/* The name that a module may bear in file names and tags: the last component of a path or URL
 * without ".git". */
const char *project_name_of(const char *path, struct arena *arena);

#endif
