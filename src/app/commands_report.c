#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec report_argument[] = {
    {"report", false, false, "the number or id of a report"},
};

static const struct option_spec report_list_options[] = {
    { "limit", 'n', "N", NULL, "rows at most (50)" },
    { "after", 0, "CURSOR", NULL, "go on behind the page that ended with this cursor" },
    { "filter", 0, "FILTER", NULL, "only those that pass, as f on the screen" },
};

static const struct option_spec report_show_options[] = {
    {"format", 'f', "FORMAT", "text json", "how to print it"                      },
    { "wide",  'w', NULL,     NULL,        "show everything: no list is shortened"},
};

static const struct command rows[] = {
    { "report list", "List the project's drift reports",
      "--filter takes words and the fields base, target, module, severity, state, run, "
      "differences, blockers, author and at.",
      "pilab report list --filter 'target:SIT severity>=high since:2w'",
      NONE, OPTIONS(report_list_options),
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_report_list },
    { "report show", "Show a drift report",
      NULL, "pilab report show 42 --wide",
      ARGUMENTS(report_argument), OPTIONS(report_show_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_report_show },
    { "report export", "Write a drift report as JSON",
      "The JSON has the schema pilab.drift/1, exactly as it was stored.",
      "pilab report export 42 -o drift.json",
      ARGUMENTS(report_argument), EXPORT_OPTIONS,
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_report_export },
};
/* clang-format on */

const struct command_group report_commands = COMMAND_GROUP(rows);
