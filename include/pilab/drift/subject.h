/*
 * What the first lines of a commit message say, taken apart: the title itself, and the decoration
 * that forges and teams put round it (merge wordings, pull request numbers, tickets, labels,
 * conventional types).
 *
 * Known forms: Conventional Commits 1.0.0, the merge messages of git-merge(1), GitHub, GitLab,
 * Bitbucket, Azure DevOps, Gitea, Gerrit and Bors, and the quoting of git-revert(1). What is not
 * known stays in the title. Of an over-long subject only the beginning is read.
 */
#ifndef PILAB_DRIFT_SUBJECT_H
#define PILAB_DRIFT_SUBJECT_H

#include <stdbool.h>

#include <pilab/base/arena.h>
#include <pilab/drift/ticket_keys.h>
#include <pilab/git/message.h>

struct subject {
    const char *title;   /* without decoration; never "" unless the subject is */
    const char *written; /* the title with its decoration: of the request, where it is one */
    const char *type;    /* of Conventional Commits, lower case: "feat"; NULL: none that we know */
    const char *scope;   /* "auth" in "feat(auth): …", or NULL */
    const char *label;   /* lower case: "bugfix" in "[BUGFIX] …", or NULL */
    bool bang;           /* "!" before the colon: breaking */
    bool draft;          /* "WIP:", "fixup!", "squash!": not meant to be read */
    bool backport;       /* "[release-2.1] …", "Backport: …" */
    const char *request; /* the pull or merge request that it merges or came by: "#12", "!45" */
    bool merge;          /* it is worded as a merge */
    const char *branch;  /* what was merged, without remote and owner, or NULL */
    bool shared_branch;  /* `branch` is one that many work on: main, develop, release/2.1 */
    bool request_title;  /* `title` is the one of the request */
    bool title_below;    /* and stands as the first line of the body */
    const char *same;    /* two subjects that say the same have the same, whatever the case and the
                            request numbers at the end */
};

/* `merge_commit`: the commit has several parents, so that looser wordings are a merge too.
 * Everything lives in `arena`. */
void subject_read(struct arena *arena, const struct commit_message *message, bool merge_commit,
                  const struct ticket_options *tickets, struct subject *out);

/* `subject` as in struct subject's `same`. */
const char *subject_same(struct arena *arena, const char *subject);

/* A title as people would write it: scope kept where `module` does not say it already, the first
 * letter made a capital after a type was taken off, at most 300 bytes. */
const char *subject_title(struct arena *arena, const struct subject *subject, const char *module);

/* The title without the marks of this ticket that it begins with, also behind a scope: "config:
 * wait" of "config: [OPS-46] wait", for it is shown beside its ticket. */
const char *subject_without_ticket(struct arena *arena, const char *title, const char *ticket);

/* The first paragraph of prose of a message, on one line, at most 400 bytes; "" when there is none.
 * Lists, headings, quoted text, code, links and what forges add are no prose. */
const char *message_description(struct arena *arena, const struct commit_message *message,
                                const struct subject *subject);

/* What to do instead of something deprecated: a "Migration:" trailer, or the first paragraph of
 * prose that says "instead"; NULL when there is none. */
const char *message_migration(struct arena *arena, const struct commit_message *message);

#endif
