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

static const struct argument_spec report_diff_arguments[] = {
    {"report", false, false, "a report, by number or id; alone it stands against that before it"},
    { "later", true,  false, "the report to compare it with, by its number or id"},
};

static const struct argument_spec report_history_arguments[] = {
    {"item", false, false, "a difference: its id or the beginning of it, its path or its key"},
};

static const struct option_spec report_history_options[] = {
    {"report", 'r', "REPORT", NULL, "of the two states of this report, which has it"},
};

static const struct command rows[] = {
    { "report list", "List the project's drift reports",
      "--filter takes words and the fields base, target, module, severity, state, run, "
      "differences, blockers, author and at.",
      "pilab report list --filter 'target:SIT severity>=high since:2w'",
      NONE, OPTIONS(report_list_options),
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_report_list },
    { "report show", "Show a drift report",
      "It counts as it did when it was kept. What was decided about its differences since is said "
      "with each of them, and how many they are in its head.", "pilab report show 42 --wide",
      ARGUMENTS(report_argument), OPTIONS(report_show_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_report_show },
    { "report export", "Write a drift report as JSON",
      "The JSON has the schema pilab.drift/1, exactly as it was stored.",
      "pilab report export 42 -o drift.json",
      ARGUMENTS(report_argument), EXPORT_OPTIONS,
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_report_export },
    { "report diff", "Show what is new, gone and changed between two reports",
      "With one report it is compared with the last one before it of the same two states. What a "
      "decision took out of the later one has gone, and what a lapsed one brings back is new. What "
      "could not be read the second time is not known, and not gone.",
      "pilab report diff 42\npilab report diff 40 42 --json",
      ARGUMENTS(report_diff_arguments), NONE,
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_report_diff },
    { "report history", "Show what reports have had of a difference",
      "Newest first: every report of the two states that looked for it, with what it was in each, "
      "and where it was not there. Without --report the id must belong to one difference between "
      "one pair of states.",
      "pilab report history 5f1c02 --report 42\npilab report history SESSION_TIMEOUT -r 42",
      ARGUMENTS(report_history_arguments), OPTIONS(report_history_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_report_history },
};
/* clang-format on */

const struct command_group report_commands = COMMAND_GROUP(rows);
