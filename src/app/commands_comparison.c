#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
const struct argument_spec comparison_arguments[COMPARISON_ARGUMENT_COUNT] = {
    {"states", true, true,
     "PREVIOUS..CURRENT, or PREVIOUS and CURRENT; PREVIOUS alone is compared with HEAD; "
      "without any, the newest version in the history of HEAD, or on a branch that left it since, "
      "with the one before it"},
};

static const char severities[] = "critical high medium low info";

static const struct option_spec drift_options[] = {
    { "from", 0, "ENV", NULL, "the environment that would be promoted (with --to)" },
    { "to", 0, "ENV", NULL, "the environment that would get it (with --from)" },
    { "as-is", 0, NULL, NULL, "two environments, each with its own configuration: no promotion" },
    { "path", 0, "PATH", NULL, "only this file or folder; may be given several times" },
    { "module", 'm', "MODULE", NULL, "only this module of the project" },
    { "type", 't', "TYPE", "code config database infrastructure image dependency",
      "read only this type; may be given several times" },
    { "counts", 0, NULL, NULL, "count changed lines per commit (slower on long ranges)" },
    { "first-parent", 0, NULL, NULL, "follow only the first parent of merges" },
    { "registries", 0, NULL, NULL, "ask registries what they have of images that differ" },
    { "format", 'f', "FORMAT", "text json", "how to print it" },
    { "wide", 'w', NULL, NULL, "show everything: no list is shortened" },
    { "save", 's', NULL, NULL, "keep the report in the project" },
    { "exit-code", 0, NULL, NULL, "end with status 2 when there are differences, 1 when not everything could be "
      "read" },
    { "fail-on", 0, "SEVERITY", severities, "end with status 2 from this severity on, or when something blocks; 1 when not "
      "everything could be read" },
};

const struct option_spec notes_options[NOTES_OPTION_COUNT + 1] = {
    { "from", 0, "ENV", NULL, "the environment that would be promoted (with --to)" },
    { "to", 0, "ENV", NULL, "the environment that would get it (with --from)" },
    { "path", 0, "PATH", NULL, "only this file or folder; may be given several times" },
    { "module", 'm', "MODULE", NULL, "only this module of the project" },
    { "release", 'r', "NAME", NULL, "the version that the notes are for" },
    { "first-parent", 0, NULL, NULL, "follow only the first parent of merges" },
    { "format", 'f', "FORMAT", "text markdown json",
      "how to print it (text on a terminal, else markdown)" },
    { "template", 0, "FILE", NULL, "Markdown template to use instead of the built-in one" },
    { "wide", 'w', NULL, NULL, "show everything: no list is shortened" },
    { "save", 's', NULL, NULL, "keep the report and a draft of the notes in the project" },
};

static const struct command rows[] = {
    { "drift", "Tell what differs between two states",
      "Compares two versions of the repository you are in, two environments of a project, or two "
      "configuration files, and tells what the second would change in the first: commits and "
      "files, configuration, what is there already, what needs a person.\n\n"
      "A state is a git revision; env:NAME, with @TIME as it was then; observed:NAME, "
      "what really runs there, asked now; release:NAME, which alone is compared with the "
      "environment that it goes to; report:N, what that report saw as the second state; or a path "
      "(beginning with / ./ or ../, or the name of a file here). The first state is what is "
      "there, the second what would replace it. Two environments are therefore a promotion, told with "
      "the configuration files of the first at both versions; --as-is compares the two as they are, "
      "each with its own. Nothing is written unless --save is given.\n\n"
      "In the lists (new) stands before what the last kept report of the same two states had not.",
      "pilab drift v2.0.6..v2.0.7\n"
      "pilab drift --from SIT --to UAT --save\n"
      "pilab drift env:SIT env:UAT --as-is\n"
      "pilab drift release:R2025.03\n"
      "pilab drift ./values-sit.yaml ./values-uat.yaml",
      ARGUMENTS(comparison_arguments), OPTIONS(drift_options),
      SCOPE_ANY, PERMISSION_RUN_DRIFT, false, false, app_drift },
    { "notes", "Write release notes for what differs",
      "Compares as `pilab drift` does and groups what it finds into release notes: one entry for "
      "each change, by ticket where there is one. What the previous state has already, under "
      "another commit, is left out and counted; every commit is accounted for in the balance.",
      "pilab notes v2.0.6..v2.0.7 > NOTES.md\n"
      "pilab notes --from SIT --to UAT --release R2025.03 --save\n"
      "pilab notes release:R2025.03 --save",
      ARGUMENTS(comparison_arguments), OPTIONS(notes_options),
      SCOPE_ANY, PERMISSION_DRAFT_NOTE, false, false, app_notes },
};
/* clang-format on */

const struct command_group comparison_commands = TITLED_GROUP("What would change", rows);
