#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec verify_arguments[] = {
    {"subject", false, false, "env:NAME, release:NAME or baseline:NAME: what should run"},
};

static const struct option_spec verify_options[] = {
    {"in",      0, "ENVIRONMENT", NULL, "where to look (where the subject is, or goes)"},
    { "record", 0, NULL,          NULL, "bring the manifest to what was seen"          },
};

static const struct command rows[] = {
    { "verify", "Verify that what runs is what should",
      "Asks whoever knows what really runs in the environment, which `observe` in the project's "
      "pilab.yaml says: GitOps repositories, Kubernetes clusters, web addresses, commands over ssh, "
      "files. Each module of the manifest or of the release is then the same, differs, could not "
      "be asked, or is not observed, with who said so and when.\n\n"
      "Exit status 0: every module was seen and is the same; 2: some differ; 1: none differs, and "
      "some could not be asked or nobody looks at them. An observer that fails keeps no other from "
      "answering.\n\n"
      "With --record what was seen is recorded as running, where all who look see the same version "
      "and no rollout is under way. It needs the right to deploy.",
      "pilab verify env:UAT\n"
      "pilab verify release:R2025.03 --in PROD --json\n"
      "pilab verify env:UAT --record\n"
      "pilab drift env:UAT observed:UAT",
      ARGUMENTS(verify_arguments), OPTIONS(verify_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_verify },
};
/* clang-format on */

const struct command_group verify_commands = COMMAND_GROUP(rows);
