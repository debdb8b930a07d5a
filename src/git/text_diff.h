/*
 * What xdiff finds between two texts. libgit2's git_diff_buffers first computes the object id of
 * both, which takes longer than to compare them; of blobs the id is known already. So the texts are
 * given to it as blobs, from a store of objects that holds these two alone.
 */
#ifndef PILAB_GIT_TEXT_DIFF_INTERNAL_H
#define PILAB_GIT_TEXT_DIFF_INTERNAL_H

#include <git2.h>
#include <stddef.h>

#include <pilab/git/repository.h>

struct diff_text {
    struct object_id id; /* that it has as a blob, or any other that only it has */
    const char *data;    /* borrowed */
    size_t size;         /* 0: there is nothing */
};

/* As git_diff_buffers: the texts are compared as text whatever they hold when the options say so,
 * and the callbacks may be NULL. The ids are different. Gives libgit2's result: 0, or below 0. */
int text_diff(struct diff_text old, struct diff_text new, const git_diff_options *options,
              git_diff_hunk_cb hunk, git_diff_line_cb line, void *payload);

#endif
