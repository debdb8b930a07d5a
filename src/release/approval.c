#include <pilab/release/approval.h>

#include <string.h>

#include "approval_rules.h"

/* A person who can fill a place: by an own vote, or as somebody who might still give one. */
struct candidate {
    const char *login;
    enum project_role role;
    bool votes;
};

#define NO_ONE SIZE_MAX

/* Places of all rules, one after the other, and who fills them. */
struct seating {
    const struct approval_question *question;
    const struct approval_rules *rules;
    struct candidate *candidates;
    size_t candidate_count;
    size_t *rule_of; /* of each place */
    size_t *taken;   /* the candidate in each place, or NO_ONE */
    size_t place_count;
    bool *seen; /* of each place, while looking for a way */
};

static const struct approval_member *member_of(const struct approval_question *question,
                                               const char *login)
{
    for (size_t i = 0; i < question->member_count; i++) {
        if (strcmp(question->members[i].login, login) == 0)
            return &question->members[i];
    }
    return NULL;
}

static bool is_four_eyes(const struct approval_question *question)
{
    const char *policy = question->four_eyes != NULL ? question->four_eyes : "auto";

    if (strcmp(policy, "auto") == 0)
        return question->member_count != 1;
    return strcmp(policy, "off") != 0;
}

/* Why four eyes bar this person, or NULL. Whoever wrote is told so rather than that they asked. */
static const char *barred_why(const struct approval_question *question, const char *login,
                              struct arena *arena)
{
    for (size_t i = 0; i < question->editor_count; i++) {
        if (strcmp(question->editors[i].login, login) == 0)
            return arena_printf(arena, "edited rev %lld", (long long)question->editors[i].rev);
    }
    if (question->requester != NULL && strcmp(question->requester, login) == 0)
        return "asked for it";
    return NULL;
}

/* --- Who fills which place -------------------------------------------------------------------- */

static bool fits(const struct seating *seating, size_t candidate, size_t place)
{
    const struct candidate *person = &seating->candidates[candidate];

    return approval_rule_fits(seating->question, seating->rules, seating->rule_of[place],
                              person->login, person->role);
}

static bool seat(struct seating *seating, size_t candidate);

/* Gives the candidate a place, moving others where they fit as well (augmenting paths, as for any
 * bipartite matching). */
static bool seat_at(struct seating *seating, size_t candidate, size_t place)
{
    if (seating->seen[place] || !fits(seating, candidate, place))
        return false;
    seating->seen[place] = true;
    if (seating->taken[place] != NO_ONE && !seat(seating, seating->taken[place]))
        return false;
    seating->taken[place] = candidate;
    return true;
}

static bool seat(struct seating *seating, size_t candidate)
{
    for (size_t place = 0; place < seating->place_count; place++) {
        if (seat_at(seating, candidate, place))
            return true;
    }
    return false;
}

static bool seat_anew(struct seating *seating, size_t candidate)
{
    memset(seating->seen, 0, seating->place_count * sizeof *seating->seen);
    return seat(seating, candidate);
}

static void seating_start(struct seating *seating, struct arena *arena)
{
    const struct approval_rules *rules = seating->rules;
    size_t place = 0;

    for (size_t i = 0; i < rules->count; i++)
        seating->place_count += rules->items[i].count;
    seating->rule_of = arena_array(arena, seating->place_count, sizeof *seating->rule_of);
    seating->taken = arena_array(arena, seating->place_count, sizeof *seating->taken);
    seating->seen = arena_array(arena, seating->place_count, sizeof *seating->seen);
    for (size_t i = 0; i < rules->count; i++) {
        for (size_t k = 0; k < rules->items[i].count; k++) {
            seating->rule_of[place] = i;
            seating->taken[place++] = NO_ONE;
        }
    }
}

/* --- Votes ------------------------------------------------------------------------------------ */

static void add_lapsed(struct approval_standing *standing, const char *login, const char *why)
{
    standing->lapsed[standing->lapsed_count++] = (struct approval_person){ login, why };
}

/* Why a live vote does not count all the same, or NULL. */
static const char *discounted_why(const struct approval_question *question,
                                  const struct approval_standing *standing,
                                  const struct approval_rules *rules,
                                  const struct approval_vote *vote, struct arena *arena)
{
    const struct approval_member *member = member_of(question, vote->login);

    if (member == NULL)
        return "is no active member any more";
    if (standing->four_eyes && barred_why(question, vote->login, arena) != NULL)
        return vote->self_approved ? "approved their own text, and is not alone any more"
                                   : barred_why(question, vote->login, arena);
    if (!approval_rules_fit(question, rules, member->login, member->role))
        return "is named by no rule any more";
    return NULL;
}

static bool votes_already(const struct seating *seating, const char *login)
{
    for (size_t i = 0; i < seating->candidate_count; i++) {
        if (strcmp(seating->candidates[i].login, login) == 0)
            return true;
    }
    return false;
}

static void count_votes(struct seating *seating, struct approval_standing *standing,
                        struct arena *arena)
{
    const struct approval_question *question = seating->question;

    for (size_t i = 0; i < question->vote_count; i++) {
        const struct approval_vote *vote = &question->votes[i];
        const char *why = vote->lapsed_why;

        if (why == NULL && vote->rev != question->rev)
            why = arena_printf(arena, "for rev %lld", (long long)vote->rev);
        if (why == NULL && vote->rejects)
            standing->rejection = vote;
        else if (why == NULL)
            why = discounted_why(question, standing, seating->rules, vote, arena);
        if (why != NULL && !vote->rejects)
            add_lapsed(standing, vote->login, why);
        if (why != NULL || vote->rejects || votes_already(seating, vote->login))
            continue;
        seating->candidates[seating->candidate_count++] =
            (struct candidate){ vote->login, member_of(question, vote->login)->role, true };
        seat_anew(seating, seating->candidate_count - 1);
    }
}

/* --- What is missing -------------------------------------------------------------------------- */

static bool open_place(const struct seating *seating, size_t rule, size_t *place)
{
    for (*place = 0; *place < seating->place_count; ++*place) {
        if (seating->rule_of[*place] == rule && seating->taken[*place] == NO_ONE)
            return true;
    }
    return false;
}

/* Whether one more vote would fill this very place, straight or because somebody else moves. */
static bool would_fill(struct seating *seating, const struct approval_member *member, size_t place,
                       struct arena *arena)
{
    size_t *before = arena_array(arena, seating->place_count, sizeof *before);
    size_t newcomer = seating->candidate_count;
    bool fills;

    memcpy(before, seating->taken, seating->place_count * sizeof *before);
    for (size_t i = 0; i < seating->place_count; i++) {
        if (i != place && seating->taken[i] == NO_ONE)
            seating->taken[i] = NO_ONE - 1; /* not another open one */
    }
    seating->candidates[newcomer] = (struct candidate){ member->login, member->role, false };
    memset(seating->seen, 0, seating->place_count * sizeof *seating->seen);
    for (size_t i = 0; i < seating->place_count; i++)
        seating->seen[i] = seating->taken[i] == NO_ONE - 1;
    fills = seat(seating, newcomer);
    memcpy(seating->taken, before, seating->place_count * sizeof *before);
    return fills;
}

static bool may_still(const struct seating *seating, const struct approval_standing *standing,
                      const struct approval_member *member, struct arena *arena)
{
    const struct approval_question *question = seating->question;
    bool rejected =
        standing->rejection != NULL && strcmp(standing->rejection->login, member->login) == 0;

    return !rejected && !votes_already(seating, member->login) &&
           !(standing->four_eyes && barred_why(question, member->login, arena) != NULL);
}

static void describe_demand(struct seating *seating, const struct approval_standing *standing,
                            size_t index, struct approval_demand *demand, struct arena *arena)
{
    const struct approval_question *question = seating->question;
    const struct approval_rule *rule = &seating->rules->items[index];
    size_t place;

    *demand = (struct approval_demand){ .group = rule->group,
                                        .role = rule->role != PROJECT_NOBODY
                                                    ? project_role_name(rule->role)
                                                    : NULL,
                                        .usual = rule->usual,
                                        .who = approval_rule_who(rule, arena),
                                        .needed = rule->count };
    demand->by = arena_array(arena, rule->count, sizeof *demand->by);
    demand->may = arena_array(arena, question->member_count, sizeof *demand->may);
    for (size_t i = 0; i < seating->place_count; i++) {
        if (seating->rule_of[i] == index && seating->taken[i] != NO_ONE)
            demand->by[demand->got++] = seating->candidates[seating->taken[i]].login;
    }
    if (!open_place(seating, index, &place))
        return;
    for (size_t i = 0; i < question->member_count; i++) {
        const struct approval_member *member = &question->members[i];

        if (may_still(seating, standing, member, arena) &&
            would_fill(seating, member, place, arena))
            demand->may[demand->may_count++] = member->login;
    }
}

static void list_barred(const struct seating *seating, struct approval_standing *standing,
                        struct arena *arena)
{
    const struct approval_question *question = seating->question;

    for (size_t i = 0; standing->four_eyes && i < question->member_count; i++) {
        const struct approval_member *member = &question->members[i];
        const char *why = barred_why(question, member->login, arena);

        if (why != NULL &&
            approval_rules_fit(question, seating->rules, member->login, member->role))
            standing->barred[standing->barred_count++] =
                (struct approval_person){ member->login, why };
    }
}

void approval_judge(const struct approval_question *question, struct arena *arena,
                    struct approval_standing *standing)
{
    bool four_eyes = is_four_eyes(question);
    struct approval_rules rules;
    struct seating seating = { .question = question, .rules = &rules };

    *standing = (struct approval_standing){ .four_eyes = four_eyes };
    approval_rules_settle(question, arena, &rules);
    standing->barred = arena_array(arena, question->member_count, sizeof *standing->barred);
    standing->lapsed = arena_array(arena, question->vote_count, sizeof *standing->lapsed);
    standing->demands = arena_array(arena, rules.count, sizeof *standing->demands);
    standing->demand_count = rules.count;
    /* One more than there are votes: for who is asked whether they would help. */
    seating.candidates = arena_array(arena, question->vote_count + 1, sizeof *seating.candidates);
    seating_start(&seating, arena);
    count_votes(&seating, standing, arena);
    for (size_t i = 0; i < rules.count; i++) {
        describe_demand(&seating, standing, i, &standing->demands[i], arena);
        standing->needed += standing->demands[i].needed;
        standing->got += standing->demands[i].got;
    }
    list_barred(&seating, standing, arena);
    standing->met = standing->got == standing->needed && standing->rejection == NULL;
    standing->sentence = approval_sentence(question, standing, arena);
}

/* --- One person ------------------------------------------------------------------------------- */

static bool has_vote(const struct approval_question *question, const char *login)
{
    for (size_t i = 0; i < question->vote_count; i++) {
        const struct approval_vote *vote = &question->votes[i];

        if (vote->lapsed_why == NULL && vote->rev == question->rev &&
            strcmp(vote->login, login) == 0)
            return true;
    }
    return false;
}

bool approval_names(const struct approval_question *question,
                    const struct approval_standing *standing, const char *login)
{
    const struct approval_member *member = member_of(question, login);

    if (member == NULL || member->role < PROJECT_CONTRIBUTOR)
        return false;
    for (size_t i = 0; i < standing->demand_count; i++) {
        const struct approval_demand *demand = &standing->demands[i];
        enum project_role role;

        if (demand->group != NULL && approval_in_group(question, demand->group, login))
            return true;
        if (demand->role != NULL && project_role_parse(demand->role, &role, NULL) &&
            member->role >= role)
            return true;
    }
    return false;
}

bool approval_may(const struct approval_question *question,
                  const struct approval_standing *standing, const char *login, bool *self_approved,
                  struct error *error)
{
    struct arena *arena = arena_new();
    const struct approval_member *member = member_of(question, login);
    const char *barred = barred_why(question, login, arena);
    bool ok = false;

    *self_approved = barred != NULL && !standing->four_eyes;
    if (has_vote(question, login)) {
        error_set(error, ERROR_CONFLICT, "%s has decided on revision %lld already", login,
                  (long long)question->rev);
    } else if (barred != NULL && standing->four_eyes) {
        error_set(error, ERROR_DENIED, "%s may not approve this: %s, and four eyes are needed",
                  login, barred);
        error_hint(error, "%s", standing->sentence);
    } else if (standing->demand_count > 0 &&
               (member == NULL ||
                !(member->role >= PROJECT_ADMIN || approval_names(question, standing, login)))) {
        error_set(error, ERROR_DENIED, "%s may not approve this: no rule names them", login);
        error_hint(error, "%s", standing->sentence);
    } else {
        ok = true;
    }
    arena_free(&arena);
    return ok;
}
