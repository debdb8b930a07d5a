#include <pilab/app/use_cases.h>

#include "command_group.h"

static const char types[] = "code config database infrastructure image dependency";

/* clang-format off */
static const struct option_spec list_options[] = {
    { "type", 't', "TYPE", types, "only those for this type" },
    { "file", 0, "FILE", NULL, "with the rules of this pilab.yaml, or of a file that holds nothing else" },
    { "format", 'f', "FORMAT", "text markdown", "how to print it (markdown: the built-in ones)" },
};

static const struct argument_spec show_arguments[] = {
    { "rule", false, false, "its name, as `pilab rules list` says it" },
};

static const struct option_spec show_options[] = {
    { "file", 0, "FILE", NULL, "with the rules of this pilab.yaml, or of a file that holds nothing else" },
};

static const struct option_spec test_options[] = {
    { "file", 0, "FILE", NULL, "the pilab.yaml whose rules are tried, or a file of `rules:` alone" },
    { "from", 0, "ENV", NULL, "the environment that would be promoted (with --to)" },
    { "to", 0, "ENV", NULL, "the environment that would get it (with --from)" },
    { "path", 0, "PATH", NULL, "only this file or folder; may be given several times" },
    { "module", 'm', "MODULE", NULL, "only this module of the project" },
    { "type", 't', "TYPE", types, "read only this type" },
    { "counts", 0, NULL, NULL, "count changed lines per commit, for rules that look at them" },
    { "exit-code", 0, NULL, NULL, "end with status 2 when a difference is judged otherwise" },
};

static const struct command rows[] = {
    { "rules list", "List the rules that differences are judged by",
      "The built-in rules, with what the project or the pilab.yaml of the repository changes in "
      "them, switches off and adds.",
      "pilab rules list --type config\n"
      "pilab rules list --file pilab.yaml --json",
      NONE, OPTIONS(list_options),
      SCOPE_ANY, PERMISSION_READ, false, true, app_rules_list },
    { "rules show", "Show a rule: what it looks at and what it says",
      NULL, "pilab rules show config.access",
      ARGUMENTS(show_arguments), OPTIONS(show_options),
      SCOPE_ANY, PERMISSION_READ, false, false, app_rules_show },
    { "rules test", "Try rules on what differs between two states",
      "Compares as `pilab drift` does, judges twice, and tells which rules fire how often and what "
      "is judged otherwise: with the rules of --file instead of those that hold now; without it, "
      "with those that hold now instead of the built-in ones. Nothing is written.",
      "pilab rules test --file new-rules.yaml v2.0.6..v2.0.7\n"
      "pilab rules test --from SIT --to UAT",
      ARGUMENTS(comparison_arguments), OPTIONS(test_options),
      SCOPE_ANY, PERMISSION_RUN_DRIFT, false, false, app_rules_test },
};
/* clang-format on */

const struct command_group rules_commands = COMMAND_GROUP(rows);
