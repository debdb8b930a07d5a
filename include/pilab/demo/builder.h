/*
 * Making a repository commit by commit, without a work tree: for the demo's sample world, and for
 * the tests, which need small histories of every shape.
 *
 * Everything comes from the arguments: the same steps give the same object ids on every machine.
 * The next commit is prepared in an index in memory, and its author and time stay as they were set
 * last (each commit moves the time on by a minute, so that two never share one).
 *
 * Errors stick: after a step that failed the following ones do nothing, and builder_free tells the
 * first failure. Ids returned then are zero.
 */
#ifndef PILAB_DEMO_BUILDER_H
#define PILAB_DEMO_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>
#include <pilab/git/repository.h>

struct builder;

/* Makes an empty repository in `directory`, bare or with an (empty) work tree; HEAD is "main". */
struct builder *builder_new(const char *directory, bool bare, struct error *error);
/* Keeps what is written from here on in memory until builder_free puts it into one pack: an order
 * of magnitude faster than a file for each object. */
void builder_pack(struct builder *builder);
/* Ends the work. False, with the first failure, when a step failed. */
bool builder_free(struct builder **builder, struct error *error);

/* The first failure, or NULL while all went well. */
const struct error *builder_failure(const struct builder *builder);

void builder_author(struct builder *builder, const char *name, const char *email);
/* When the next commit is made, UTC milliseconds (git keeps the seconds). */
void builder_time(struct builder *builder, int64_t at);

/* What the next commit changes. */
void builder_write(struct builder *builder, const char *path, const char *text);
void builder_write_bytes(struct builder *builder, const char *path, const void *bytes,
                         size_t length, uint32_t mode);
void builder_remove(struct builder *builder, const char *path);
void builder_move(struct builder *builder, const char *from, const char *to);
void builder_set_mode(struct builder *builder, const char *path, uint32_t mode);
void builder_link(struct builder *builder, const char *path, const char *target);
void builder_submodule(struct builder *builder, const char *path, const struct object_id *commit);
/* Replaces the first `old` in a file, or appends to its end: a step fails when it is not there. */
void builder_replace(struct builder *builder, const char *path, const char *old, const char *new);
void builder_append(struct builder *builder, const char *path, const char *text);
/* Whether the next commit would have the file; and its content, appended to `out`. */
bool builder_has(struct builder *builder, const char *path);
void builder_read(struct builder *builder, const char *path, struct strbuf *out);

/* All four commit on the current branch and return the commit. */
struct object_id builder_commit(struct builder *builder, const char *message);
/* Merges another branch with a merge commit, as `git merge --no-ff`. */
struct object_id builder_merge(struct builder *builder, const char *branch, const char *message);
/* Applies what a commit changed; with `trailer`, as `git cherry-pick -x`. The author stays. */
struct object_id builder_pick(struct builder *builder, const struct object_id *commit,
                              bool trailer);
/* Takes a commit back, with git's message. */
struct object_id builder_revert(struct builder *builder, const struct object_id *commit);
/* All of another branch's changes as one commit, as a "squash and merge" button does. */
struct object_id builder_squash(struct builder *builder, const char *branch, const char *message);

/* Branches: a new one begins where the current one is. What was not committed is forgotten. */
void builder_branch(struct builder *builder, const char *name);
void builder_switch(struct builder *builder, const char *name);
void builder_delete_branch(struct builder *builder, const char *name);
struct object_id builder_head(struct builder *builder);

void builder_tag(struct builder *builder, const char *name);
void builder_annotated_tag(struct builder *builder, const char *name, const char *message);
/* Any reference by its full name, also a hostile one. */
void builder_reference(struct builder *builder, const char *name, const struct object_id *id);
/* The tree that the next commit would have. */
struct object_id builder_tree(struct builder *builder);

#endif
