#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec list_arguments[] = {
    {"module",       true, false, "only of this module"     },
    { "environment", true, false, "only in this environment"},
};

static const struct argument_spec refresh_arguments[] = {
    {"environment", true, false, "only this one (all that somebody looks at)"},
};

static const struct command rows[] = {
    { "observe list", "List what was seen to run, and when",
      "What observers have seen, module by module, the newest first. A line stands for as long as "
      "the same was seen again and again: since when, and when last. What a module ran before is "
      "the next line of it.",
      "pilab observe list\n"
      "pilab observe list mb-auth-service UAT --json",
      ARGUMENTS(list_arguments), LISTING_OPTIONS,
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_observe_list },
    { "observe refresh", "Ask what really runs, for the manifest",
      "Asks the observers of every environment, or of one, and keeps what they say: the manifest "
      "shows it. It changes nothing of what is recorded as deployed; `pilab verify env:NAME "
      "--record` does that.",
      "pilab observe refresh\n"
      "pilab observe refresh UAT",
      ARGUMENTS(refresh_arguments), NONE,
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_observe_refresh },
};
/* clang-format on */

const struct command_group observe_commands = COMMAND_GROUP(rows);
