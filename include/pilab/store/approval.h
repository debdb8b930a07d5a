/*
 * Decisions: who reviewed, approved or rejected which revision of what. Who may decide and what it
 * takes is the release room's (release/approval.h). Conventions of all aggregates: store/page.h.
 *
 * A decision is for one revision and for the two digests that it had: the content's and the
 * Markdown's. It never changes but once, when it lapses; then it says why and stays. A person has
 * at most one live vote (APPROVE or REJECT) and one live REVIEW on a revision.
 */
#ifndef PILAB_STORE_APPROVAL_H
#define PILAB_STORE_APPROVAL_H

#include <pilab/base/digest.h>
#include <pilab/store/connection.h>
#include <pilab/store/page.h>

enum decision { DECISION_REVIEW, DECISION_APPROVE, DECISION_REJECT, DECISION_COUNT };

const char *decision_name(enum decision decision); /* "APPROVE" */

/* What can be decided upon. */
#define APPROVAL_OF_NOTE   "note"
#define APPROVAL_OF_CHANGE "change"

struct store_approval {
    char id[UUID_SIZE];
    const char *project_id;
    const char *kind; /* APPROVAL_OF_… */
    const char *object_id;
    int64_t rev;
    char digest[SHA256_HEX_SIZE];
    char markdown_digest[SHA256_HEX_SIZE]; /* "" where there is no Markdown */
    enum decision decision;
    const char *user_id;
    const char *person; /* the login */
    const char *role;   /* the person's in the project, then */
    bool self_approved; /* by somebody whom four eyes would have barred */
    const char *reason; /* never empty for a rejection; may be NULL otherwise */
    int64_t at;         /* made by the store */
    int64_t lapsed_at;  /* 0: it is live */
    const char *lapsed_why;
};

struct store_approvals {
    struct store_approval *items;
    size_t count;
};

/* ERROR_CONFLICT when the person has a live decision of that sort on this revision already. */
bool store_approval_add(struct connection *connection, struct store_approval *approval,
                        struct error *error);
/* Makes every live decision on revisions up to `rev` lapse, except rejections when
 * `keep_rejections`; *count, when not NULL, gets how many. */
bool store_approval_lapse(struct connection *connection, const char *kind, const char *object_id,
                          int64_t rev, bool keep_rejections, const char *why, size_t *count,
                          struct error *error);
/* All decisions on it, live and lapsed, in the order they were made. */
bool store_approval_list(struct connection *connection, const char *kind, const char *object_id,
                         struct arena *arena, struct store_approvals *list, struct error *error);

#endif
