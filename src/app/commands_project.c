#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec project_file_argument[] = {
    {"file", true, false, "the file to read (pilab.yaml here)"},
};

static const struct command rows[] = {
    { "project import", "Take a project from a pilab.yaml",
      "Makes the project, or brings the one with the same code up to date. Modules and "
      "environments that the file no longer names are removed from the lists; what is known about "
      "them stays.",
      "pilab project import pilab.yaml",
      ARGUMENTS(project_file_argument), NONE,
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
