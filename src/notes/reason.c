#include "reason.h"

#include <string.h>

#include <pilab/drift/rules.h>

/* Whether a project wrote the sentence, for its own people: notes go out to others. The built-in
 * one may stand behind what it is about, "securityContext.privileged: ...". */
static bool is_own(const struct drift_rule_hit *hit)
{
    const struct rule *builtin = rules_builtin_find(hit->rule);
    size_t own = strlen(hit->sentence), theirs = builtin != NULL ? strlen(builtin->sentence) : 0;

    return builtin == NULL || own < theirs ||
           strcmp(hit->sentence + own - theirs, builtin->sentence) != 0 ||
           (own > theirs &&
            (own < theirs + 2 || memcmp(hit->sentence + own - theirs - 2, ": ", 2)));
}

static bool is_own_reason(const struct drift_item *item)
{
    for (size_t i = 0; i < item->rule_count; i++) {
        if (strcmp(item->rules[i].sentence, item->attention_reason) == 0 && is_own(&item->rules[i]))
            return true;
    }
    return false;
}

static bool is_of_rule(const struct drift_item *item, const char *reason)
{
    for (size_t i = 0; reason != NULL && i < item->rule_count; i++) {
        if (strcmp(item->rules[i].sentence, reason) == 0)
            return true;
    }
    return false;
}

/* The sentence of the gravest rule that makes it breaking. NULL: none does, or the reason was found
 * besides the rules and stops the target. */
static const char *breaking_reason(const struct drift_item *item)
{
    if (!item->breaking || (item->attention == ATTENTION_BLOCKER && item->attention_reason &&
                            !is_of_rule(item, item->attention_reason)))
        return NULL;
    for (size_t i = 0; i < item->rule_count; i++) {
        const struct rule *builtin = rules_builtin_find(item->rules[i].rule);

        if (builtin != NULL && builtin->breaking && !is_own(&item->rules[i]))
            return item->rules[i].sentence;
    }
    return NULL;
}

const char *note_item_reason(const struct drift_item *item)
{
    const struct drift_rule_hit *gravest = NULL;
    const char *breaks = breaking_reason(item);
    size_t i;

    if (breaks)
        return breaks;
    if (item->attention_reason && !is_own_reason(item))
        return item->attention_reason;
    for (i = 0; i < item->rule_count; i++) {
        if ((!gravest || item->rules[i].severity > gravest->severity) && !is_own(&item->rules[i]))
            gravest = &item->rules[i];
    }
    return gravest ? gravest->sentence : NULL;
}
