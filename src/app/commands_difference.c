#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec item_arguments[] = {
    { "item", false, true, "its id or the beginning of it; with --report also its path or key" },
};

static const struct argument_spec decision_argument[] = {
    { "decision", false, false, "the number of a decision" },
};

static const struct option_spec ignore_options[] = {
    { "reason", 'm', "TEXT", NULL, "why; whoever meets it later reads it" },
    { "until", 'u', "WHEN", NULL, "30d, 6 weeks, 3 months, a last day (2026-12-31), or a time" },
    { "forever", 0, NULL, NULL, "without end" },
    { "report", 'r', "REPORT", NULL, "a report that has it; without: the newest that has" },
    { "yes", 'y', NULL, NULL, "also what blocks, without asking" },
};

static const struct option_spec accept_options[] = {
    { "reason", 'm', "TEXT", NULL, "why it is meant to differ" },
    { "until", 'u', "WHEN", NULL, "not here: what has an end is ignored (difference ignore --until)" },
    { "report", 'r', "REPORT", NULL, "a report that has it; without: the newest that has" },
    { "yes", 'y', NULL, NULL, "also what blocks, without asking" },
};

static const struct option_spec withdraw_options[] = {
    { "reason", 'm', "TEXT", NULL, "why" },
};

static const struct option_spec list_options[] = {
    { "limit", 'n', "N", NULL, "rows at most (50)" },
    { "after", 0, "CURSOR", NULL, "go on behind the page that ended with this cursor" },
    { "kind", 'k', "KIND", "ignored accepted", "only these" },
    { "standing", 0, NULL, NULL, "leave out what was withdrawn" },
};

static const struct option_spec offers_options[] = {
    { "days", 'd', "DAYS", NULL, "how long unchanged (the project's offer_after; 180)" },
};

static const struct command rows[] = {
    { "difference list", "List what was decided about differences, newest first",
      "State is in_force, ended (its end has come), changed (what differs in the newest report is "
      "another thing than what was decided about), gone (nothing differs there any more) or "
      "withdrawn.",
      "pilab difference list --standing",
      NONE, OPTIONS(list_options),
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_difference_list },
    { "difference ignore", "Ignore differences for a time, while they stay the same",
      "A decision is about what the report shows: between the same two states, with these two "
      "values. When either becomes another, or the end comes, the difference counts again, and the "
      "report says what was decided. Until then reports count it as ignored and list it with "
      "--wide; of a blocker they say so, and it is asked about before. Of the difference between one pair of states nothing is said about another pair. "
      "Deciding again takes the place of what was decided before.",
      "pilab difference ignore 5f1c02 --reason 'OPS-12 mends it' --until 30d\\n"
      "pilab difference ignore SESSION_TIMEOUT -r 42 -m 'by design' --forever",
      ARGUMENTS(item_arguments), OPTIONS(ignore_options),
      SCOPE_PROJECT, PERMISSION_IGNORE_DRIFT, true, false, app_difference_ignore },
    { "difference accept", "Accept differences as meant, while they stay the same",
      "As with what pilab.yaml calls expected_differences, reports count it as meant to differ. But "
      "this is about the two values that there are: when either becomes another the difference "
      "counts again, and the report says so. What may differ whatever it is belongs into "
      "expected_differences.",
      "pilab difference offers\\n"
      "pilab difference accept 5f1c02 --reason 'SIT has a smaller database'",
      ARGUMENTS(item_arguments), OPTIONS(accept_options),
      SCOPE_PROJECT, PERMISSION_IGNORE_DRIFT, true, false, app_difference_accept },
    { "difference withdraw", "Take a decision about a difference back",
      "It stays in the list, as withdrawn, with who did it and when.",
      "pilab difference withdraw 7 --reason 'it was the wrong key'",
      ARGUMENTS(decision_argument), OPTIONS(withdraw_options),
      SCOPE_PROJECT, PERMISSION_IGNORE_DRIFT, true, false, app_difference_withdraw },
    { "difference offers", "List differences that have not changed for long",
      "Those of the newest report of every two environments that the reports have shown with the "
      "same two values for so many days, and that nobody decided about. Code is none of them: what "
      "is not promoted yet is not meant to differ.",
      "pilab difference offers --days 365",
      NONE, OPTIONS(offers_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_difference_offers },
};
/* clang-format on */

const struct command_group difference_commands = COMMAND_GROUP(rows);
