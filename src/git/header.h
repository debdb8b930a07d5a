/*
 * The header lines of commits (gitformat-commit), and what walking needs of them.
 */
#ifndef PILAB_GIT_HEADER_INTERNAL_H
#define PILAB_GIT_HEADER_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/git/repository.h>

/* "Name <email> 1700000000 +0100": the parts, read from the end as a name may hold anything. They
 * point into the text; the time is in UTC milliseconds, 0 when it is not readable. */
struct signature {
    const char *name, *email;
    size_t name_length, email_length;
    int64_t time;
};

struct signature signature_parse(const char *text, const char *end);

/* Whether the line begins with the word and its blank: "author ". */
bool header_is(const char *line, const char *end, const char *word);
/* The header after the one at `line` and its continuation lines (a signature, a merged tag); `end`
 * after the last. */
const char *header_next(const char *line, const char *end);

/* What walking needs of a commit. */
struct commit_links {
    struct object_id tree;
    const char *parents; /* "parent <40 digits>\n", parent_count times; points into the text */
    size_t parent_count;
    int64_t time; /* the committer's */
};

/* False when the text is not a commit's. */
bool commit_links_parse(const char *text, size_t length, struct commit_links *out);
/* The index-th parent of parsed links; false when its digits are none. */
bool commit_links_parent(const struct commit_links *links, size_t index, struct object_id *out);

/* A commit's tree. ERROR_CORRUPT naming the commit when it cannot be read. */
bool commit_tree(struct repository *repository, const struct object_id *commit,
                 struct object_id *tree, struct error *error);
/* The same, and how many parents it has and the tree of the first (zero without one). */
bool commit_trees(struct repository *repository, const struct object_id *commit,
                  struct object_id *tree, struct object_id *parent_tree, size_t *parent_count,
                  struct error *error);

#endif
