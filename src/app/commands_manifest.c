#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct option_spec manifest_show_options[] = {
    {"at",                 0, "TIME",   NULL,       "as it was then, or release:NAME, baseline:NAME" },
    { "baseline",          0, "NAME",   NULL,       "as a baseline has it"                           },
    { "differing",         0, NULL,     NULL,       "only modules that are not the same everywhere"  },
    { "behind-production", 0, NULL,     NULL,       "only modules that production has not yet"       },
    { "details",           0, NULL,     NULL,       "a line a cell: commit, who, when, release"      },
    { "format",            0, "FORMAT", "csv json", "another form than the table"                    },
};

static const struct argument_spec manifest_history_arguments[] = {
    {"module",       false, false, "the module"                      },
    { "environment", true,  false, "only what happened there"        },
};

static const struct argument_spec manifest_compare_arguments[] = {
    {"previous", false, false, "what is there: env:UAT[@TIME], baseline:, release:NAME"},
    { "current", false, false, "what would replace it"                              },
};

static const struct argument_spec manifest_baseline_arguments[] = {
    {"name", false, false, "what it is called"},
};

static const struct option_spec manifest_baseline_options[] = {
    {"environment", 'e', "NAME", NULL, "only this environment (all of them)"     },
    { "reason",     'r', "TEXT", NULL, "why this state is the one to measure by" },
    { "at",         0,   "TIME", NULL, "the state as it was then (now)"          },
};

static const struct option_spec manifest_export_options[] = {
    {"format",    0,   "FORMAT", "csv json", "csv (a column an environment) or json (all there is)"},
    { "output",   'o', "FILE",   NULL,       "into this file instead of standard output"           },
    { "at",       0,   "TIME",   NULL,       "as it was then, or release:NAME, baseline:NAME"      },
    { "baseline", 0,   "NAME",   NULL,       "as a baseline has it"                                },
};

static const struct argument_spec manifest_import_arguments[] = {
    {"file", false, false, "a CSV file with a column an environment, or an exported JSON file"},
};

static const struct option_spec manifest_import_options[] = {
    {"dry-run", 'n', NULL, NULL, "only show what would change"},
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
      "Behind a version stands how it differs from the stage before: 12c is 12 commits behind, "
      "2m 2 migrations, 0c another name for the same commits; a question mark is what nobody "
      "knows. A time is a day, a day with its time, or \"3 days ago\".",
      "pilab manifest show --at 2025-01-22T14:30:00Z\n"
      "pilab manifest show --at release:R2025.03\n"
      "pilab manifest show --behind-production",
      NONE, OPTIONS(manifest_show_options),
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_manifest_show },
    { "manifest set", "Record that a version was deployed",
      "Saying again what is recorded already changes nothing, so that a pipeline may repeat "
      "itself.",
      "pilab manifest set mb-auth-service UAT 2.0.7 --release R2025.03",
      ARGUMENTS(manifest_set_arguments), OPTIONS(manifest_set_options),
      SCOPE_PROJECT, PERMISSION_DEPLOY, true, false, app_manifest_set },
    { "manifest history", "Show what was deployed of a module, and what came of it",
      NULL, "pilab manifest history mb-auth-service UAT",
      ARGUMENTS(manifest_history_arguments), LISTING_OPTIONS,
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_manifest_history },
    { "manifest compare", "Show in which versions two states of the manifest differ",
      "One line a module, only what differs. The first state is what is there, the second what "
      "would replace it. A baseline of the whole manifest needs to be told which environment: "
      "baseline:NAME@UAT. Of modules that a release does not have nothing is said: it leaves them "
      "as they are.",
      "pilab manifest compare env:UAT env:SIT\n"
      "pilab manifest compare env:UAT release:R2025.03\n"
      "pilab manifest compare env:PROD@2025-01-01 env:PROD",
      ARGUMENTS(manifest_compare_arguments), NONE,
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_manifest_compare },
    { "manifest baseline", "Designate what runs now as a baseline to measure others by",
      "A baseline never changes. A name that is designated again means the later state from then "
      "on; the earlier one stays in the list.",
      "pilab manifest baseline january --environment PROD --reason \"after the audit\"",
      ARGUMENTS(manifest_baseline_arguments), OPTIONS(manifest_baseline_options),
      SCOPE_PROJECT, PERMISSION_DESIGNATE_BASELINE, true, false, app_manifest_baseline },
    { "manifest baselines", "List the baselines, latest first",
      NULL, NULL,
      NONE, LISTING_OPTIONS,
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_manifest_baselines },
    { "manifest export", "Write what runs where into a file",
      "What was exported can be imported again.",
      "pilab manifest export --output manifest.csv",
      NONE, OPTIONS(manifest_export_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_manifest_export },
    { "manifest import", "Record what runs where from a file",
      "A CSV file has a line a module and a column an environment; commas, semicolons and tabs "
      "are told apart. Or it has the columns module, environment and version (and commit), a line "
      "a deployment. Empty fields say nothing. What is recorded already stays as it is, so that a "
      "file can be imported again; all of it is written, or nothing.",
      "pilab manifest import manifest.csv --dry-run",
      ARGUMENTS(manifest_import_arguments), OPTIONS(manifest_import_options),
      SCOPE_PROJECT, PERMISSION_DEPLOY, true, false, app_manifest_import },
};
/* clang-format on */

const struct command_group manifest_commands = TITLED_GROUP("What runs where", rows);
