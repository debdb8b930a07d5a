/*
 * How git and the forges word a merge: git-merge(1), GitHub, GitLab, Bitbucket (cloud and server),
 * Azure DevOps, Gitea, Gerrit, Bors. Inside of the drift room: others read struct subject.
 */
#ifndef PILAB_DRIFT_MERGE_WORDING_H
#define PILAB_DRIFT_MERGE_WORDING_H

#include <stdbool.h>

#include <pilab/base/arena.h>
#include <pilab/drift/ticket_keys.h>
#include <pilab/git/message.h>

/* Subjects are read this far. */
#define SUBJECT_BYTES_MAX 4096

struct merge_wording {
    const char *request; /* "#12", "!45", or NULL */
    const char *branch;  /* the merged branch without remote and owner, or NULL */
    const char *title;   /* the title of the request, or NULL */
    bool title_below;    /* it is the first line of the body */
};

/* False when the message is not worded as a merge. Wordings that an ordinary commit may have too
 * ("Merge duplicate rows into one") count only for a commit with several parents. */
bool merge_wording_read(struct arena *arena, const struct commit_message *message,
                        bool merge_commit, struct merge_wording *out);

/* "Merge commit from fork": what GitHub calls the merge of a private fork in which an advisory was
 * worked on, whose title and text it keeps to itself
 * (https://docs.github.com/en/code-security/security-advisories). */
bool merges_private_fork(const char *subject);

/* Whether a branch of this name is one that many work on (main, develop, release/2.1), so that what
 * it brings is not one change. A name with a ticket in it is not. */
bool branch_is_shared(const char *branch, const struct ticket_options *tickets);

#endif
