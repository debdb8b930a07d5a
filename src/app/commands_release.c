#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec cut_arguments[] = {
    { "name",    false, false, "what it is called, for example R2025.03" },
    { "modules", true,  true,  "only these modules (all that the environment has)" },
};

static const struct argument_spec update_arguments[] = {
    { "release", false, false, "its name or number" },
    { "modules", true,  true,  "only these modules (those that moved)" },
};

static const struct argument_spec release_argument[] = {
    { "release", false, false, "its name or number" },
};

static const struct option_spec cut_options[] = {
    { "from", 0, "ENV", NULL, "freeze what this environment has (the only one that fills --to)" },
    { "to", 0, "ENV", NULL, "the environment that it goes to" },
    { "exclude", 0, "MODULES", NULL, "leave out these modules, separated by commas" },
    { "description", 0, "TEXT", NULL, "what it is about" },
    { "planned", 0, "TIME", NULL, "when it is to be deployed" },
    { "dry-run", 'n', NULL, NULL, "only show what would be frozen" },
    { "expect", 0, "MARK", NULL, "refuse when it is not what the dry run with this mark showed" },
    { "yes", 'y', NULL, NULL, "cut it even when the environment has all of it already" },
};

static const struct option_spec show_options[] = {
    { "frozen", 0, NULL, NULL, "print only what its digest is over, as canonical JSON" },
};

static const struct option_spec list_options[] = {
    { "all", 'a', NULL, NULL, "also closed and cancelled ones" },
    { "limit", 'n', "N", NULL, "rows at most (50)" },
    { "after", 0, "CURSOR", NULL, "go on behind the page that ended with this cursor" },
};

static const struct option_spec update_options[] = {
    { "keep", 0, NULL, NULL, "stay with what was frozen" },
    { "take", 0, NULL, NULL, "freeze what the environment has now" },
    { "drop", 0, NULL, NULL, "take the modules out of the release" },
};

static const struct option_spec close_options[] = {
    { "outcome", 0, "TEXT", NULL, "what there is to say about it besides the facts" },
    { "force", 0, NULL, NULL, "close it though modules are missing" },
    { "reason", 0, "TEXT", NULL, "why, for --force" },
};

static const struct option_spec cancel_options[] = {
    { "reason", 0, "TEXT", NULL, "why it is given up" },
};

static const struct command rows[] = {
    { "release list", "List the releases with their next steps",
      NULL, "pilab release list --all",
      NONE, OPTIONS(list_options),
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_release_list },
    { "release cut", "Freeze what goes out together",
      "Freezes a list of modules, each with version, commit, image, configuration and the "
      "migrations that are new to where it goes. Drift and notes take it as release:NAME. What "
      "happens in the environment afterwards does not change it; `pilab release show` tells when "
      "that moved on.\n\n"
      "A module whose version is not known there, or whose last deployment failed, must be left "
      "out by name.\n\n"
      "What --dry-run shows has a mark; with --expect MARK that is cut and nothing else, whatever "
      "was deployed meanwhile.",
      "pilab release cut R2025.03 --from SIT --to UAT\n"
      "pilab release cut R2025.03 --from SIT --to UAT --dry-run\n"
      "pilab release cut R2025.04 --to UAT --exclude mb-web --planned 2025-04-02T18:00:00Z",
      ARGUMENTS(cut_arguments), OPTIONS(cut_options),
      SCOPE_PROJECT, PERMISSION_CUT_RELEASE, true, false, app_release_cut },
    { "release show", "Show a release, what moved since, and its next step",
      "With --frozen it prints exactly the bytes whose SHA-256 is the release's digest.",
      "pilab release show R2025.03\n"
      "pilab release show R2025.03 --frozen | sha256sum",
      ARGUMENTS(release_argument), OPTIONS(show_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_release_show },
    { "release update", "Keep or take what moved since a release was cut",
      "Makes a new revision of its list; the old ones are kept. When the list changes, notes that "
      "were made for it speak of the list as it was: they are named.",
      "pilab release update R2025.03 --take mb-web\n"
      "pilab release update R2025.03 --keep",
      ARGUMENTS(update_arguments), OPTIONS(update_options),
      SCOPE_PROJECT, PERMISSION_CUT_RELEASE, true, false, app_release_update },
    { "release close", "Close a release with what came of it",
      "Writes down how many modules were deployed and rolled back, by whom and when, as the "
      "deployments tell it. A closed release never changes.",
      "pilab release close R2025.03 --outcome 'as planned'",
      ARGUMENTS(release_argument), OPTIONS(close_options),
      SCOPE_PROJECT, PERMISSION_END_RELEASE, true, false, app_release_close },
    { "release cancel", "Give up a release",
      "It stays in the list of all releases, and its name is not given again.",
      "pilab release cancel R2025.03 --reason 'goes out with R2025.04'",
      ARGUMENTS(release_argument), OPTIONS(cancel_options),
      SCOPE_PROJECT, PERMISSION_END_RELEASE, true, false, app_release_cancel },
};
/* clang-format on */

const struct command_group release_commands = TITLED_GROUP("Releases and notes", rows);
