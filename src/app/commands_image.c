#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec one_image[] = {
    { "image", false, false, "registry.example/team/service:tag, or with @sha256:DIGEST; a short name is one of "
                             "Docker Hub" },
};

static const struct argument_spec two_images[] = {
    { "images", false, true, "PREVIOUS and CURRENT, as registry.example/team/service:tag" },
};

static const struct option_spec platform_options[] = {
    { "platform", 0, "OS/ARCH", NULL, "of several (linux/amd64 when nothing is said)" },
};

static const struct command rows[] = {
    { "image inspect", "Show what a registry has under the name of an image",
      "Digest, platform, size and layers, when and from which commit it was built, and its settings. "
      "Only its description is fetched, no layer.\n\n"
      "Who you are for a registry is the token that `pilab repo login https://REGISTRY` keeps in the "
      "project, else what docker login knows (~/.docker/config.json and its credential helpers).",
      "pilab image inspect registry.example/mb/auth:v2.0.7\n"
      "pilab image inspect nginx --platform linux/arm64 --json",
      ARGUMENTS(one_image), OPTIONS(platform_options),
      SCOPE_ANY, PERMISSION_READ, false, true, app_image_inspect },
    { "image diff", "Tell what differs between two images",
      "Layers that are shared, were added or removed, the difference in size, and what changed in "
      "their settings. Secrets are masked.",
      "pilab image diff registry.example/mb/auth:v2.0.6 registry.example/mb/auth:v2.0.7",
      ARGUMENTS(two_images), OPTIONS(platform_options),
      SCOPE_ANY, PERMISSION_READ, false, false, app_image_diff },
    { "image tags", "List the tags of an image in its registry",
      NULL, "pilab image tags registry.example/mb/auth",
      ARGUMENTS(one_image), NONE,
      SCOPE_ANY, PERMISSION_READ, false, false, app_image_tags },
};
/* clang-format on */

const struct command_group image_commands = COMMAND_GROUP(rows);
