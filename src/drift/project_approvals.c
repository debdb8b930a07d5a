#include "project_approvals.h"

#include <pilab/drift/project_file.h>

/* As it stands in the file. */
struct rule_entry {
    const char *group, *role;
    unsigned long long count;
};

/* clang-format off */
#define AT(member) offsetof(struct rule_entry, member)
static const struct field rule_fields[] = {
    { .key = "group", .kind = FIELD_TEXT, .at = AT(group) },
    { .key = "role", .kind = FIELD_TEXT, .at = AT(role), .choices = "OWNER ADMIN CONTRIBUTOR" },
    { .key = "count", .kind = FIELD_NUMBER, .at = AT(count) },
};
#undef AT
/* clang-format on */

#define FIELD_COUNT (sizeof rule_fields / sizeof *rule_fields)

static bool read_rule(struct project_reader *reader, const struct node *node,
                      struct approval_settings *rule)
{
    const struct project_settings *settings = reader->settings;
    struct rule_entry entry = { .count = 1 };

    if (!project_map_read(reader, node, rule_fields, FIELD_COUNT, &entry, "an approval", NULL))
        return false;
    if (entry.count < 1 || entry.count > APPROVAL_COUNT_MAX)
        return project_refuse(reader, node, "count must be between 1 and %d", APPROVAL_COUNT_MAX);
    if (entry.group != NULL && entry.role != NULL) {
        project_refuse(reader, node, "an approval names a group or a role, not both");
        return error_hint(reader->error, "two entries ask for both");
    }
    if (entry.group != NULL &&
        group_settings_find(settings->groups, settings->group_count, entry.group) == NULL) {
        project_refuse(reader, node, "there is no group '%s'", entry.group);
        return error_hint(reader->error, "`groups` says who is in it");
    }
    *rule = (struct approval_settings){ entry.group, entry.role, (size_t)entry.count };
    return true;
}

bool project_approvals_read(struct project_reader *reader, const struct node *list,
                            struct approval_settings **rules, size_t *count)
{
    if (!project_list_check(reader, list, "approvals"))
        return false;
    *count = list->count;
    *rules = arena_array(reader->arena, list->count, sizeof **rules);
    for (size_t i = 0; i < list->count; i++) {
        if (!read_rule(reader, list->children[i], &(*rules)[i]))
            return false;
    }
    return true;
}
