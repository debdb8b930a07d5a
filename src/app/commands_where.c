#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec where_arguments[] = {
    {"question", false, false,
     "a ticket, a commit, a CVE, a configuration key, a migration or a version"},
};

static const struct option_spec where_options[] = {
    {"kind", 0, "KIND", "ticket commit advisory key migration version",
     "take it for this, whatever it looks like"},
    {"fail-unless-in", 0, "ENVIRONMENT", NULL,
     "exit with 2 unless all of it is in this environment"},
    {"fetch", 0, NULL, NULL, "bring all mirrors up to date first"},
    {"wide", 'w', NULL, NULL, "show every environment, every commit and full ids"},
};

static const struct command rows[] = {
    { "where", "Show which environments have a ticket or commit",
      "For every module that has something of it, each environment is said: in, as another commit "
      "(the same patch, or a verified cherry-pick), probably (another commit says the same: check), "
      "partly, reverted, not in, or not known; since when, by which deployment and release, and "
      "where it goes next.\n\n"
      "What is asked for is recognised by its form and said in the answer; --kind says it. A "
      "configuration key is its whole path or one name of it; the answer is about the commits that "
      "changed it in the layers of the modules' configuration, not about its value.\n\n"
      "Mirrors are used as they are, so that the answer comes at once; --fetch brings them up to "
      "date. With --fail-unless-in the exit status is 2 when a change is missing there, reverted, "
      "only probably there or not known, in any module, or when nothing was found.",
      "pilab where MB-234\n"
      "pilab where 9f8e7d6 --json\n"
      "pilab where CVE-2024-3094 --fail-unless-in PROD\n"
      "pilab where SESSION_TIMEOUT --kind key",
      ARGUMENTS(where_arguments), OPTIONS(where_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_where },
};
/* clang-format on */

const struct command_group where_commands = COMMAND_GROUP(rows);
