#include <pilab/terraform/change.h>

#include <string.h>

static const char *const action_names[] = {
    [TERRAFORM_NO_OP] = "no-op",     [TERRAFORM_READ] = "read",
    [TERRAFORM_CREATE] = "create",   [TERRAFORM_UPDATE] = "update",
    [TERRAFORM_REPLACE] = "replace", [TERRAFORM_DELETE] = "delete",
    [TERRAFORM_FORGET] = "forget",   [TERRAFORM_REPLACE_FORGET] = "replace-forget",
    [TERRAFORM_OTHER] = "other",
};

_Static_assert(sizeof action_names / sizeof *action_names == TERRAFORM_ACTION_COUNT,
               "an action without a name");

/* Terraform's resource_changes[].action_reason, and what OpenTofu adds. */
static const struct {
    const char *reason, *words;
} reasons[] = {
  // clang-format off
    {"replace_because_tainted",           "it is marked as damaged (tainted)"},
    {"replace_because_cannot_update",     "an attribute cannot be changed in place"},
    {"replace_by_request",                "it was asked for (-replace)"},
    {"replace_by_triggers",               "something that it follows changes (replace_triggered_by)"},
    {"delete_because_no_resource_config", "it is no longer in the configuration"},
    {"delete_because_no_module",          "its module is no longer in the configuration"},
    {"delete_because_wrong_repetition",   "it uses count or for_each now, or no longer"},
    {"delete_because_count_index",        "its number is beyond count"},
    {"delete_because_each_key",           "its key is no longer in for_each"},
    {"delete_because_no_move_target",     "it was moved to where no resource is"},
    {"delete_because_enabled_false",      "it is switched off (enabled)"},
    {"read_because_config_unknown",       "what it depends on is known only when it is applied"},
    {"read_because_dependency_pending",   "what it depends on changes"},
    {"read_because_check_nested",         "a check reads it"},
  // clang-format on
};

const char *terraform_action_name(enum terraform_action action)
{
    return action_names[action];
}

const char *terraform_reason_words(const char *reason)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (strcmp(reasons[i].reason, reason) == 0)
            return reasons[i].words;
    }
    return reason;
}

void terraform_changes_free(struct terraform_changes **changes)
{
    struct arena *arena;

    if (!*changes)
        return;
    arena = (*changes)->arena;
    *changes = NULL;
    arena_free(&arena);
}
