/*
 * What the files of the builder share: a repository in the making.
 */
#ifndef PILAB_SRC_DEMO_BUILDER_PARTS_H
#define PILAB_SRC_DEMO_BUILDER_PARTS_H

#include <git2.h>

#include <pilab/base/vector.h>
#include <pilab/demo/builder.h>

struct builder {
    git_repository *git;
    git_index *index; /* what the next commit will hold */
    char *branch;     /* full name */
    char *author_name, *author_email;
    int64_t time;          /* of the next commit, seconds */
    bool packed;           /* objects are in memory until the end */
    struct vector to_pack; /* ids of commits and tags */
    struct error error;
    bool failed;
};

/* True when libgit2's result is good and nothing failed before; else the first failure is kept:
 * "<what> <name>: <why>". */
bool builder_step(struct builder *builder, int result, const char *what, const char *name);
git_oid builder_git_id(const struct object_id *id);
/* A failure of our own. */
void builder_fail(struct builder *builder, const char *what, const char *name);

#endif
