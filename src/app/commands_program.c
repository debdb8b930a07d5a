#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec demo_arguments[] = {
    {"folder", true, false, "where to build it (a folder in the cache)"},
};

static const struct option_spec demo_options[] = {
    {"build-only", 0, NULL, NULL, "build it and say where it is, do not open it" },
    { "again",     0, NULL, NULL, "build it anew, forgetting what was done in it"},
};

static const struct argument_spec help_arguments[] = {
    {"command", true, true, "what you want to know about"},
};

static const struct option_spec help_options[] = {
    {"man", 0, NULL, NULL, "the whole manual page, for man(1)"},
};

static const struct argument_spec completion_arguments[] = {
    {"shell", true, false, "bash"},
};

static const struct command rows[] = {
    { "demo", "Open a project made up for trying things out",
      "Builds six small repositories with weeks of history and a store of their own, in a second, "
      "and opens the full screen over them. Nothing of yours is touched; without a folder it is "
      "kept in the cache.",
      NULL,
      ARGUMENTS(demo_arguments), OPTIONS(demo_options),
      SCOPE_NOTHING, PERMISSION_READ, false, false, app_demo },
    { "help", "Say how to use a command",
      NULL, "pilab help drift",
      ARGUMENTS(help_arguments), OPTIONS(help_options),
      SCOPE_NOTHING, PERMISSION_READ, false, false, app_help },
    { "completion", "Write a completion script for the shell",
      NULL, "pilab completion bash > ~/.local/share/bash-completion/completions/pilab",
      ARGUMENTS(completion_arguments), NONE,
      SCOPE_NOTHING, PERMISSION_READ, false, false, app_completion },
    { "version", "Say which version this is",
      NULL, NULL,
      NONE, NONE,
      SCOPE_NOTHING, PERMISSION_READ, false, false, app_version },
};
/* clang-format on */

const struct command_group program_commands = TITLED_GROUP("This program", rows);
