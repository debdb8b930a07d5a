/*
 * What it takes until something may go out, and who may still give it (design: release.md,
 * "Approvals"). Pure: it is given the rules, the people and what they decided so far, and says how
 * things stand. Whoever writes asks again within the transaction.
 *
 * Each rule asks for a number of people. All rules must hold, each by itself, and a person counts
 * once: whoever is of `security` and an ADMIN fills one place, not two. Which place is chosen so
 * that as many as possible are filled.
 *
 * A group's rule is filled by its members who are CONTRIBUTOR or higher, a role's by whoever has
 * that role or a higher one, and a rule that names nobody by an ADMIN, an OWNER or whoever another
 * of the rules names. Four eyes: whoever asked for it and whoever wrote a part of the text is
 * barred, whatever their role.
 *
 * Nothing is copied: texts of the result are those of the question, or live in the given arena.
 */
#ifndef PILAB_RELEASE_APPROVAL_H
#define PILAB_RELEASE_APPROVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/account/permission.h>
#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/drift/approval_settings.h>
#include <pilab/drift/group_settings.h>

enum approval_risk {
    APPROVAL_RISK_UNKNOWN, /* nobody has judged it: nothing is added */
    APPROVAL_RISK_LOW,
    APPROVAL_RISK_MODERATE,
    APPROVAL_RISK_HIGH,    /* one more, up to two */
    APPROVAL_RISK_CRITICAL /* three, one of them an OWNER */
};

struct approval_member {
    const char *login;
    enum project_role role;
};

/* Somebody who wrote a part of the text that is to be approved. */
struct approval_editor {
    const char *login;
    int64_t rev; /* the last of their revisions */
};

struct approval_vote {
    const char *login;
    int64_t rev;
    bool rejects;
    bool self_approved;     /* given while four eyes were off */
    const char *lapsed_why; /* NULL: it is live, and for the very text of this revision */
};

struct approval_question {
    const char *environment; /* what it is called, or NULL: it is for none */
    const char *stage; /* of the environment; NULL with an environment: it is no longer there */
    const struct approval_settings *rules; /* the environment's own */
    size_t rule_count;
    bool own_rules; /* false: what is usual for the stage */
    enum approval_risk risk;
    const char *four_eyes; /* "auto", "on", "off"; NULL: auto */
    const struct approval_member *members;
    size_t member_count;
    const struct group_settings *groups;
    size_t group_count;
    int64_t rev;
    const char *requester;
    const struct approval_editor *editors;
    size_t editor_count;
    const struct approval_vote *votes; /* in the order they were given */
    size_t vote_count;
};

/* One rule, and how far it is filled. */
struct approval_demand {
    const char *group; /* or NULL */
    const char *role;  /* "ADMIN": that one or a higher; or NULL */
    bool usual;        /* not the environment's own: by stage or risk */
    const char *who;   /* "security", "ADMIN or OWNER", "those who may approve" */
    size_t needed, got;
    const char **by;  /* who filled it: `got` logins */
    const char **may; /* who could fill what is missing, by login */
    size_t may_count;
};

struct approval_person {
    const char *login;
    const char *why; /* "edited rev 3", "asked for it" */
};

struct approval_standing {
    bool met;           /* every rule is filled and nobody rejected it */
    bool four_eyes;     /* whoever wrote it is barred */
    size_t needed, got; /* over all rules */
    struct approval_demand *demands;
    size_t demand_count;
    struct approval_person *barred; /* those who could approve otherwise */
    size_t barred_count;
    struct approval_person *lapsed; /* votes that do not count (any more), with why */
    size_t lapsed_count;
    const struct approval_vote *rejection; /* the live one of this revision, or NULL */
    /* "waits for: 1 of security (carla, dan)   barred: alice (edited rev 3)"; "approved by carla";
     * "nobody has to approve what goes to SIT"; "rejected by dan: …" */
    const char *sentence;
};

void approval_judge(const struct approval_question *question, struct arena *arena,
                    struct approval_standing *standing);

/* Whether this person's approval would count; ERROR_DENIED with why not: barred, named by no rule,
 * or given already (ERROR_CONFLICT). `role` is theirs in the project. *self_approved tells that
 * they approve their own text, because four eyes are off. */
bool approval_may(const struct approval_question *question,
                  const struct approval_standing *standing, const char *login, bool *self_approved,
                  struct error *error);

/* Whether a rule names them, so that a CONTRIBUTOR may approve. */
bool approval_names(const struct approval_question *question,
                    const struct approval_standing *standing, const char *login);

#endif
