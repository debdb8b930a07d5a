/*
 * The rules that hold for a question: the environment's own, or what is usual for its stage, with
 * what the risk adds. Inside of the release room.
 */
#ifndef PILAB_RELEASE_APPROVAL_RULES_H
#define PILAB_RELEASE_APPROVAL_RULES_H

#include <pilab/release/approval.h>

struct approval_rule {
    const char *group;      /* or NULL */
    enum project_role role; /* PROJECT_NOBODY: no role is asked for */
    size_t count;
    bool usual;
};

struct approval_rules {
    struct approval_rule *items;
    size_t count;
};

void approval_rules_settle(const struct approval_question *question, struct arena *arena,
                           struct approval_rules *rules);
bool approval_in_group(const struct approval_question *question, const char *group,
                       const char *login);
/* Whether a person of this role can fill a place of the rule; four eyes are asked elsewhere. */
bool approval_rule_fits(const struct approval_question *question,
                        const struct approval_rules *rules, size_t index, const char *login,
                        enum project_role role);
/* The same for any of the rules. */
bool approval_rules_fit(const struct approval_question *question,
                        const struct approval_rules *rules, const char *login,
                        enum project_role role);
/* "security", "ADMIN or OWNER", "those who may approve" */
const char *approval_rule_who(const struct approval_rule *rule, struct arena *arena);
const char *approval_sentence(const struct approval_question *question,
                              const struct approval_standing *standing, struct arena *arena);

#endif
