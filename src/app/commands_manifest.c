#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct option_spec manifest_show_options[] = {
    {"at", 0, "TIME", NULL, "as it was at this time (RFC 3339)"},
};

static const struct argument_spec manifest_set_arguments[] = {
    {"module",       false, false, "the module"                 },
    { "environment", false, false, "the environment"            },
    { "version",     false, false, "the version that runs there"},
};

static const struct option_spec manifest_set_options[] = {
    {"commit",   0, "ID",     NULL,              "the commit of that version" },
    { "image",   0, "DIGEST", NULL,              "the image that was deployed"},
    { "release", 0, "NAME",   NULL,              "the release it belongs to"  },
    { "status",  0, "STATUS", "deployed failed", "what came of it (deployed)" },
    { "at",      0, "TIME",   NULL,              "when it was deployed (now)" },
    { "by",      0, "NAME",   NULL,              "who deployed it (you)"      },
    { "reason",  0, "TEXT",   NULL,              "why, for the history"       },
};

static const struct command rows[] = {
    { "manifest show", "Show which version runs where",
      NULL, "pilab manifest show --at 2025-01-22T14:30:00Z",
      NONE, OPTIONS(manifest_show_options),
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_manifest_show },
    { "manifest set", "Record that a version was deployed",
      "Saying again what is recorded already changes nothing, so that a pipeline may repeat "
      "itself.",
      "pilab manifest set mb-auth-service UAT 2.0.7 --release R2025.03",
      ARGUMENTS(manifest_set_arguments), OPTIONS(manifest_set_options),
      SCOPE_PROJECT, PERMISSION_DEPLOY, true, false, app_manifest_set },
};
/* clang-format on */

const struct command_group manifest_commands = COMMAND_GROUP(rows);
