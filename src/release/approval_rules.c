#include "approval_rules.h"

#include <string.h>
#include <strings.h>

#include <pilab/base/strbuf.h>

/* Own rules, and at most two that the risk adds; a stage's are at most two. */
#define RISK_ADDS 2
#define STAGE_HAS 2

/* --- Which rules hold ------------------------------------------------------------------------- */

static void add_rule(struct approval_rules *rules, enum project_role role, size_t count)
{
    rules->items[rules->count++] =
        (struct approval_rule){ .role = role, .count = count, .usual = true };
}

static bool one_of(const char *word, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(*words, word) == 0)
            return true;
    }
    return false;
}

/* DEV, SIT: nobody; PROD, DR: two, one of them an ADMIN or OWNER; all others: one. An environment
 * that is no longer there might have been any: as much as any would need. */
static void add_usual(const struct approval_question *question, bool alone,
                      struct approval_rules *rules)
{
    static const char *const free_stages[] = { "DEV", "SIT", NULL };
    static const char *const grave_stages[] = { "PROD", "DR", NULL };
    bool lost = question->environment != NULL && question->stage == NULL;

    if (question->stage != NULL && one_of(question->stage, free_stages))
        return;
    if (!alone && (lost || (question->stage != NULL && one_of(question->stage, grave_stages))))
        add_rule(rules, PROJECT_ADMIN, 1);
    add_rule(rules, PROJECT_NOBODY, 1);
}

static size_t people_asked_for(const struct approval_rules *rules)
{
    size_t total = 0;

    for (size_t i = 0; i < rules->count; i++)
        total += rules->items[i].count;
    return total;
}

static void add_for_risk(enum approval_risk risk, struct approval_rules *rules)
{
    bool owner = false;

    for (size_t i = 0; i < rules->count; i++)
        owner = owner || rules->items[i].role == PROJECT_OWNER;
    if (risk == APPROVAL_RISK_HIGH && people_asked_for(rules) < 2)
        add_rule(rules, PROJECT_NOBODY, 1);
    if (risk != APPROVAL_RISK_CRITICAL)
        return;
    if (!owner)
        add_rule(rules, PROJECT_OWNER, 1);
    if (people_asked_for(rules) < 3)
        add_rule(rules, PROJECT_NOBODY, 3 - people_asked_for(rules));
}

void approval_rules_settle(const struct approval_question *question, struct arena *arena,
                           struct approval_rules *rules)
{
    const char *policy = question->four_eyes != NULL ? question->four_eyes : "auto";
    bool alone = strcmp(policy, "auto") == 0 && question->member_count == 1;
    size_t own = question->own_rules ? question->rule_count : 0;

    rules->count = 0;
    rules->items = arena_array(arena, own + STAGE_HAS + RISK_ADDS, sizeof *rules->items);
    for (size_t i = 0; i < own; i++) {
        const struct approval_settings *given = &question->rules[i];
        struct approval_rule *rule = &rules->items[rules->count++];

        *rule = (struct approval_rule){ .group = given->group, .count = given->count };
        /* A role that is not known asks for the highest: never for less than was meant. */
        if (given->role != NULL && !project_role_parse(given->role, &rule->role, NULL))
            rule->role = PROJECT_OWNER;
    }
    if (!question->own_rules)
        add_usual(question, alone, rules);
    if (!alone)
        add_for_risk(question->risk, rules);
}

/* --- Whom a rule means ------------------------------------------------------------------------ */

bool approval_in_group(const struct approval_question *question, const char *group,
                       const char *login)
{
    for (size_t i = 0; i < question->group_count; i++) {
        if (strcasecmp(question->groups[i].name, group) == 0)
            return group_settings_has(&question->groups[i], login);
    }
    return false;
}

static bool names(const struct approval_question *question, const struct approval_rule *rule,
                  const char *login, enum project_role role)
{
    if (role < PROJECT_CONTRIBUTOR)
        return false;
    if (rule->group != NULL)
        return approval_in_group(question, rule->group, login);
    return rule->role != PROJECT_NOBODY && role >= rule->role;
}

bool approval_rule_fits(const struct approval_question *question,
                        const struct approval_rules *rules, size_t index, const char *login,
                        enum project_role role)
{
    const struct approval_rule *rule = &rules->items[index];
    bool by_office = role >= PROJECT_ADMIN;

    if (rule->group != NULL || rule->role != PROJECT_NOBODY)
        return names(question, rule, login, role);
    for (size_t i = 0; !by_office && i < rules->count; i++)
        by_office = names(question, &rules->items[i], login, role);
    return by_office;
}

bool approval_rules_fit(const struct approval_question *question,
                        const struct approval_rules *rules, const char *login,
                        enum project_role role)
{
    for (size_t i = 0; i < rules->count; i++) {
        if (approval_rule_fits(question, rules, i, login, role))
            return true;
    }
    return false;
}

/* --- In words --------------------------------------------------------------------------------- */

const char *approval_rule_who(const struct approval_rule *rule, struct arena *arena)
{
    static const char *const roles[PROJECT_ROLE_COUNT] = {
        [PROJECT_NOBODY] = "those who may approve",
        [PROJECT_VIEWER] = "members",
        [PROJECT_CONTRIBUTOR] = "CONTRIBUTOR, ADMIN or OWNER",
        [PROJECT_ADMIN] = "ADMIN or OWNER",
        [PROJECT_OWNER] = "OWNER",
    };

    return rule->group != NULL ? arena_text(arena, rule->group) : roles[rule->role];
}

static void add_names(struct strbuf *out, const char *const *names_of, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_printf(out, "%s%s", i > 0 ? ", " : "", names_of[i]);
}

static void add_waiting(struct strbuf *out, const struct approval_standing *standing)
{
    const char *between = "waits for: ";

    for (size_t i = 0; i < standing->demand_count; i++) {
        const struct approval_demand *demand = &standing->demands[i];

        if (demand->got >= demand->needed)
            continue;
        strbuf_printf(out, "%s%zu of %s (", between, demand->needed - demand->got, demand->who);
        add_names(out, demand->may, demand->may_count);
        strbuf_printf(out, "%s)", demand->may_count == 0 ? "nobody left" : "");
        between = ", ";
    }
}

static bool counts(const struct approval_standing *standing, const char *login)
{
    for (size_t i = 0; i < standing->demand_count; i++) {
        for (size_t k = 0; k < standing->demands[i].got; k++) {
            if (strcmp(standing->demands[i].by[k], login) == 0)
                return true;
        }
    }
    return false;
}

/* In the order in which they decided; a second vote of one person is none. */
static void add_approved(struct strbuf *out, const struct approval_question *question,
                         const struct approval_standing *standing)
{
    const char *between = "approved by ";

    for (size_t i = 0; i < question->vote_count; i++) {
        const struct approval_vote *vote = &question->votes[i];

        if (vote->rejects || vote->lapsed_why != NULL || vote->rev != question->rev ||
            !counts(standing, vote->login))
            continue;
        strbuf_printf(out, "%s%s", between, vote->login);
        between = ", ";
    }
}

const char *approval_sentence(const struct approval_question *question,
                              const struct approval_standing *standing, struct arena *arena)
{
    struct strbuf text = STRBUF_INIT;
    const char *sentence;

    if (standing->rejection != NULL)
        strbuf_printf(&text, "rejected by %s", standing->rejection->login);
    else if (standing->needed == 0)
        strbuf_printf(&text, "nobody has to approve what goes to %s",
                      question->environment != NULL ? question->environment : "nowhere");
    else if (standing->met)
        add_approved(&text, question, standing);
    else
        add_waiting(&text, standing);
    for (size_t i = 0; !standing->met && standing->rejection == NULL && i < standing->barred_count;
         i++)
        strbuf_printf(&text, "%s%s (%s)", i == 0 ? "; barred: " : ", ", standing->barred[i].login,
                      standing->barred[i].why);
    sentence = strbuf_to_arena(&text, arena);
    strbuf_release(&text);
    return sentence;
}
