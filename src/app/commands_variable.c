#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
#define ENVIRONMENT_OPTION \
    { "environment", 'e', "ENV", NULL, "the environment" }
#define MODULE_OPTION \
    { "module", 'm', "MODULE", NULL, "the module whose own it is (none: of the whole environment)" }

static const struct option_spec list_options[] = {
    { "environment", 'e', "ENV", NULL, "this one alone, with who changed what when" },
    { "module", 'm', "MODULE", NULL, "what is this module's own" },
};

static const struct argument_spec set_arguments[] = {
    { "name", false, false, "the variable" },
    { "value", true, false, "its value, unless it is a secret; - reads standard input" },
};

static const struct option_spec set_options[] = {
    ENVIRONMENT_OPTION,
    MODULE_OPTION,
    { "value-file", 0, "FILE", NULL, "read the value from here, - for standard input" },
    { "secret", 0, NULL, NULL, "seal it, and never show it" },
    { "plain", 0, NULL, NULL, "it is no secret, though it looks like one" },
    { "description", 0, "TEXT", NULL, "what it is for" },
    { "passphrase-file", 0, "FILE", NULL, "read the passphrase of the secrets from here" },
};

static const struct argument_spec name_argument[] = {
    { "name", false, false, "the variable" },
};

static const struct option_spec place_options[] = {
    ENVIRONMENT_OPTION,
    MODULE_OPTION,
};

static const struct argument_spec compare_arguments[] = {
    { "previous", false, false, "the environment to compare with" },
    { "current", false, false, "the environment to compare" },
};

static const struct option_spec compare_options[] = {
    { "exit-code", 0, NULL, NULL, "end with status 2 when there are differences" },
};

static const struct command rows[] = {
    { "variable list", "List the configuration variables of the environments",
      "One line a variable, one column an environment, and whether its values are the same. "
      "Secrets are never shown; whether they are the same is told by a fingerprint that only this "
      "store can make.",
      "pilab variable list\n"
      "pilab variable list --environment UAT",
      NONE, OPTIONS(list_options),
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_variable_list },
    { "variable set", "Set a configuration variable",
      "A secret's value is read from a file that only you can read, from standard input, or asked "
      "for without being shown; as an argument it is refused, since others on the machine could see "
      "it. What is a secret stays one until it is unset. Saying again what is set already changes "
      "nothing.",
      "pilab variable set LOG_LEVEL info --environment UAT\n"
      "pilab variable set DB_PASSWORD --secret --environment UAT --value-file password.txt\n"
      "pass show uat/db | pilab variable set DB_PASSWORD - --secret -e UAT -m mb-auth-service",
      ARGUMENTS(set_arguments), OPTIONS(set_options),
      SCOPE_PROJECT, PERMISSION_CONFIGURE_PROJECT, true, false, app_variable_set },
    { "variable unset", "Take a configuration variable away",
      "A secret's value is gone for good; who had set it when stays in the history.",
      "pilab variable unset LOG_LEVEL --environment UAT",
      ARGUMENTS(name_argument), OPTIONS(place_options),
      SCOPE_PROJECT, PERMISSION_CONFIGURE_PROJECT, true, false, app_variable_unset },
    { "variable show", "Show a configuration variable",
      NULL, "pilab variable show LOG_LEVEL --environment UAT",
      ARGUMENTS(name_argument), OPTIONS(place_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_variable_show },
    { "variable history", "Show who set a configuration variable when",
      "Also of one that was unset. Of a secret it says that it was set, not to what.",
      "pilab variable history LOG_LEVEL --environment UAT",
      ARGUMENTS(name_argument), OPTIONS(place_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_variable_history },
    { "variable compare", "Compare the configuration variables of two environments",
      "Added is what only the second environment has.",
      "pilab variable compare UAT SIT",
      ARGUMENTS(compare_arguments), OPTIONS(compare_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_variable_compare },
};
/* clang-format on */

const struct command_group variable_commands = COMMAND_GROUP(rows);
