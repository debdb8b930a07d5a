#include "rule_rows.h"

#include <string.h>

static const struct rule_rows *const types[] = {
    &rules_of_code,
    &rules_of_config,
    &rules_of_cluster,
    &rules_of_database,
    &rules_of_infrastructure,
    &rules_of_image,
    &rules_of_dependency,
};

const struct rule *rules_builtin_at(size_t index)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (index < types[i]->count)
            return &types[i]->rows[index];
        index -= types[i]->count;
    }
    return NULL;
}

const struct rule *rules_builtin_find(const char *id)
{
    const struct rule *rule;

    for (size_t i = 0; (rule = rules_builtin_at(i)) != NULL; i++) {
        if (strcmp(rule->id, id) == 0)
            return rule;
    }
    return NULL;
}
