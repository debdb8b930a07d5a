/*
 * Small repositories for tests: in a temporary directory, the same object ids every time. A failure
 * fails the test.
 *
 * A test builds its history through `fixture_builder` (see demo/builder.h), opens it with
 * `fixture_open`, and ends with `fixture_free`, which removes the directory.
 */
#ifndef PILAB_TESTS_FIXTURE_REPOSITORY_H
#define PILAB_TESTS_FIXTURE_REPOSITORY_H

#include <stdbool.h>

#include <pilab/base/strbuf.h>
#include <pilab/demo/builder.h>
#include <pilab/git/repository.h>

struct fixture_repository;

/* Group setup and teardown for cmocka: libgit2's start and stop, away from the user's settings. */
int fixture_library_start(void **state);
int fixture_library_stop(void **state);

/* An empty directory of its own, and its removal with all that is in it. */
char *fixture_directory(void);
void fixture_directory_free(char **directory);

/* An empty repository with a work tree. Its first commit will be made by Ada Example at
 * 2025-01-01T00:00:00Z. */
struct fixture_repository *fixture_new(void);
void fixture_free(struct fixture_repository **fixture);

/* One with a values.yaml that v2.0.7 changed, for MB-1, after v2.0.6; open already. */
struct fixture_repository *fixture_two_versions(void);

struct builder *fixture_builder(struct fixture_repository *fixture);
/* Writes a file of the next commit and makes that commit. */
struct object_id fixture_commit(struct fixture_repository *fixture, const char *path,
                                const char *text, const char *message);
/* The work tree, and the .git folder in it. */
const char *fixture_path(const struct fixture_repository *fixture);
const char *fixture_git_path(const struct fixture_repository *fixture);

/* Ends the building (a failed step fails the test) and opens what was built. Belongs to the
 * fixture; a second call opens it anew. */
struct repository *fixture_open(struct fixture_repository *fixture);
/* Resolves a revision in what fixture_open gave. */
struct object_id fixture_resolve(struct fixture_repository *fixture, const char *revision);

/* An object from its raw text, for what no tool of today writes: a commit, a tree, or a tree that
 * holds the given one `times` times, as "d0", "d1", … (at most 10). */
struct object_id fixture_raw_commit(struct fixture_repository *fixture, const char *text,
                                    size_t length);
struct object_id fixture_raw_tree(struct fixture_repository *fixture, const void *bytes,
                                  size_t length);
struct object_id fixture_tree_of(struct fixture_repository *fixture, const struct object_id *tree,
                                 int times);

/* The code is this one, and message and hint hold these words. */
void fixture_assert_error(const struct error *error, enum error_code code, const char *message,
                          const char *hint);

/* The bare repository at `path` has just these references: "v1.0.0 main ", in the order of
 * repository_references. */
void fixture_assert_references(const char *path, const char *expected);

/* Takes a loose object away, or overwrites it with rubbish. */
void fixture_lose_object(struct fixture_repository *fixture, const struct object_id *id);
void fixture_damage_object(struct fixture_repository *fixture, const struct object_id *id);
/* Writes a file below the .git folder, or below the work tree. */
void fixture_write_git_file(struct fixture_repository *fixture, const char *name, const char *text);
void fixture_write_work_file(struct fixture_repository *fixture, const char *name,
                             const char *text);

/* Runs the git binary in the repository and gives its output; `arguments` ends with NULL. Skips the
 * test when there is no git; fails it when git fails. */
void fixture_git(const struct fixture_repository *fixture, struct strbuf *out,
                 const char *const arguments[]);

/* One line for each entry below `directory`: path, size, mode, time of change. For "nothing was
 * written". */
void fixture_listing(const char *directory, struct strbuf *out);

#endif
