/*
 * Commit messages: subject, body, trailers, and what they say about other commits.
 * Pure text; the forms are those of git-commit(1), git-interpret-trailers(1), git-revert(1) and
 * git-cherry-pick(1).
 */
#ifndef PILAB_GIT_MESSAGE_H
#define PILAB_GIT_MESSAGE_H

#include <stddef.h>

#include <pilab/base/arena.h>

struct trailer {
    const char *key; /* as written: "Fixes", "Signed-off-by", "BREAKING CHANGE" */
    const char *value;
};

struct commit_message {
    const char *subject; /* the first paragraph joined into one line */
    const char *body;    /* what follows, trailers left out; "" when there is none */
    struct trailer *trailers;
    size_t trailer_count;
    /* From "(cherry picked from commit <id>)" lines, last first; 40 hex digits each, or shorter
     * when written so. */
    const char **picked_from;
    size_t picked_count;
    /* From "This reverts commit <id>" lines. */
    const char **reverts;
    size_t revert_count;
    /* 'Revert "…"' nests: 1 for a revert, 2 for a revert of a revert, …; 0 for none. The innermost
     * quoted subject is `reverted_subject` (NULL when 0). */
    unsigned revert_depth;
    const char *reverted_subject;
};

/* Everything is copied into `arena`. Invalid UTF-8 stays as it is. */
struct commit_message *commit_message_parse(struct arena *arena, const char *text, size_t length);

#endif
