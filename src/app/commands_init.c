#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec init_arguments[] = {
    {"pattern", true, true, "the second word of --gitops"},
};

static const struct option_spec init_options[] = {
    {"from",     0, "FILE.csv",   NULL, "a table: a row a module, a column an environment; or module, environment, version"},
    { "repos",   0, "PATTERN",    NULL, "where the repositories are, a path or URL with {module}"     },
    { "scan",    0, "DIR",        NULL, "look for repositories below this folder"                     },
    { "gitops",  0, "REPOSITORY", NULL, "read versions from it; a path pattern with {env} and {module} follows, unless `repo add --gitops` was given one"},
    { "name",    0, "NAME",       NULL, "what the project is called (after the table or the folder)"  },
    { "code",    0, "CODE",       NULL, "its short name, in capitals (made from its name)"            },
    { "tickets", 0, "KEYS",       NULL, "which keys are tickets: MB,PAY (those seen often)"           },
    { "yes",     0, NULL,         NULL, "write it without asking"                                     },
    { "dry-run", 0, NULL,         NULL, "only show what would be written"                             },
};

static const struct command rows[] = {
    { "init", "Set up a project from what there is, or bring it up to date",
      "Reads tables, repositories and GitOps repositories, in any combination, and shows what it "
      "would write, with what it could not find first. Nothing is written before that was agreed "
      "to. Without any of them it looks for repositories below the current folder; where there are "
      "none, --name begins a project without modules, and `pilab repo add` adds them.\n\n"
      "A table has a line of headings. In one with a column for each environment the cells are "
      "versions; one with the columns module, environment and version may also have date, by, "
      "commit and repository. An empty cell, ? and - mean that nobody knows.\n\n"
      "What environments are for is guessed from their names, and the way versions take through "
      "them from the order of the columns. What modules are, their tags, configuration and "
      "migrations is guessed from what lies in their repositories.\n\n"
      "Said again, it adds what is new and records what changed. It takes nothing away: what was "
      "not found again is named and stays. --repos, --scan, --from and --gitops may be given "
      "several times.",
      "pilab init --from versions.csv --repos 'ssh://git@git.example/mb/{module}.git'\n"
      "pilab init --scan ~/src --name 'Mobile Banking' --code MB\n"
      "pilab init --gitops ssh://git@git.example/mb/gitops.git 'envs/{env}/{module}/values.yaml'\n"
      "pilab init --from versions.csv --yes --json",
      ARGUMENTS(init_arguments), OPTIONS(init_options),
      SCOPE_NOTHING, PERMISSION_CONFIGURE_PROJECT, true, false, app_init },
};
/* clang-format on */

const struct command_group init_commands = TITLED_GROUP("Setting up", rows);
