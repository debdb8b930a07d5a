#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec project_file_argument[] = {
    {"file", true, false, "the file to read (pilab.yaml here)"},
};

static const struct option_spec import_options[] = {
    {"yes", 0, NULL, NULL, "also take away what the file takes away, without asking"},
};

static const struct command rows[] = {
    { "project import", "Take a project from a pilab.yaml",
      "Makes the project, or brings the one with the same code up to date. What the file does not "
      "say stays as it is: each of its parts (groups, environments, modules, repositories, "
      "registries, variables, expected_differences, not_examined, rules), the approvals of an environment, and "
      "the project's description, tickets, four_eyes and transport. A part that it has is the whole of it: what is "
      "missing there is taken away, and so is all of it by an empty list. That is shown and asked "
      "before. Secrets, and what is known about modules and environments, stay in any case.",
      "pilab project import pilab.yaml\n"
      "pilab project import pilab.yaml --yes",
      ARGUMENTS(project_file_argument), OPTIONS(import_options),
      SCOPE_NOTHING, PERMISSION_CONFIGURE_PROJECT, true, false, app_project_import },
    { "project export", "Write the project as a pilab.yaml",
      NULL, "pilab project export -o pilab.yaml",
      NONE, EXPORT_OPTIONS,
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_project_export },
    { "project list", "List the projects",
      NULL, NULL,
      NONE, LISTING_OPTIONS,
      SCOPE_STORE, PERMISSION_READ, false, true, app_project_list },
    { "env list", "List the project's environments",
      NULL, NULL,
      NONE, NONE,
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_environment_list },
};
/* clang-format on */

const struct command_group project_commands = COMMAND_GROUP(rows);
