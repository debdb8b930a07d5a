#include <pilab/app/command.h>
#include <pilab/app/use_cases.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct argument_spec comparison_arguments[] = {
    {"states", true, true,
     "PREVIOUS..CURRENT, or PREVIOUS and CURRENT; PREVIOUS alone is compared with HEAD; "
      "without any, the newest version in the history of HEAD with the one before it there"},
};

static const char severities[] = "critical high medium low info";

/* clang-format off */
static const struct option_spec drift_options[] = {
    { "from", 0, "ENV", NULL, "the environment that would be promoted (with --to)" },
    { "to", 0, "ENV", NULL, "the environment that would get it (with --from)" },
    { "path", 0, "DIR", NULL, "only what lies below this folder of the repository" },
    { "module", 'm', "MODULE", NULL, "only this module of the project" },
    { "type", 't', "TYPE", "code config", "read only this type" },
    { "counts", 0, NULL, NULL, "count changed lines per commit (slower on long ranges)" },
    { "first-parent", 0, NULL, NULL, "follow only the first parent of merges" },
    { "format", 'f', "FORMAT", "text json", "how to print it" },
    { "wide", 'w', NULL, NULL, "show everything: no list is shortened" },
    { "save", 's', NULL, NULL, "keep the report in the project" },
    { "exit-code", 0, NULL, NULL, "end with status 2 when there are differences" },
    { "fail-on", 0, "SEVERITY", severities, "end with status 2 from this severity on" },
};

static const struct option_spec notes_options[] = {
    { "from", 0, "ENV", NULL, "the environment that would be promoted (with --to)" },
    { "to", 0, "ENV", NULL, "the environment that would get it (with --from)" },
    { "path", 0, "DIR", NULL, "only what lies below this folder of the repository" },
    { "module", 'm', "MODULE", NULL, "only this module of the project" },
    { "release", 'r', "NAME", NULL, "the version that the notes are for" },
    { "first-parent", 0, NULL, NULL, "follow only the first parent of merges" },
    { "format", 'f', "FORMAT", "text markdown json",
      "how to print it (text on a terminal, else markdown)" },
    { "template", 0, "FILE", NULL, "Markdown template to use instead of the built-in one" },
    { "wide", 'w', NULL, NULL, "show everything: no list is shortened" },
    { "save", 's', NULL, NULL, "keep the report and a draft of the notes in the project" },
};
/* clang-format on */

static const struct argument_spec report_argument[] = {
    {"report", false, false, "the number or id of a report"},
};
static const struct argument_spec note_argument[] = {
    {"note", false, false, "the number or id of a note"},
};
static const struct option_spec list_options[] = {
    {"limit",  'n', "N",      NULL, "rows at most (50)"                                },
    { "after", 0,   "CURSOR", NULL, "go on behind the page that ended with this cursor"},
};
static const struct option_spec report_show_options[] = {
    {"format", 'f', "FORMAT", "text json", "how to print it"                      },
    { "wide",  'w', NULL,     NULL,        "show everything: no list is shortened"},
};
static const struct option_spec export_options[] = {
    {"output", 'o', "FILE", NULL, "write to this file instead of the screen"},
};
static const struct option_spec note_show_options[] = {
    {"format", 'f', "FORMAT", "text markdown json",
     "how to print it (text on a terminal, else markdown)"                                 },
    { "rev",   0,   "N",      NULL,                 "this revision instead of the newest"  },
    { "wide",  'w', NULL,     NULL,                 "show everything: no list is shortened"},
};
static const struct argument_spec project_file_argument[] = {
    {"file", true, false, "the file to read (pilab.yaml here)"},
};
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
static const struct option_spec audit_list_options[] = {
    {"limit",   'n', "N",      NULL, "rows at most (50)"                                        },
    { "after",  0,   "CURSOR", NULL, "go on behind the page that ended with this cursor"        },
    { "actor",  0,   "NAME",   NULL, "only what this person did"                                },
    { "action", 0,   "NAME",   NULL, "only this action (note.generate), or all of a kind (note)"},
    { "object", 0,   "OBJECT", NULL, "only what was done to this: report:3, note:1, project:MB" },
    { "since",  0,   "TIME",   NULL, "only from this time on"                                   },
    { "until",  0,   "TIME",   NULL, "only before this time"                                    },
};
static const struct argument_spec audit_verify_arguments[] = {
    {"bundle", true, false,
     "a folder that `audit export` wrote; without it the store is checked"},
};
static const struct option_spec audit_verify_options[] = {
    {"checkpoint", 0, "FILE", NULL, "a checkpoint kept elsewhere that must still hold"},
};
static const struct argument_spec audit_export_arguments[] = {
    {"folder", false, false, "the folder to make"},
};
static const struct option_spec audit_export_options[] = {
    {"bodies", 0, NULL, NULL, "with what was done in full, not only its digest"},
};
static const struct argument_spec demo_arguments[] = {
    {"folder", true, false, "where to build it (a folder in the cache)"},
};
static const struct option_spec demo_options[] = {
    {"build-only", 0, NULL, NULL, "build it and say where it is, do not open it" },
    { "again",     0, NULL, NULL, "build it anew, forgetting what was done in it"},
};
static const struct argument_spec help_arguments[] = {
    {"command", true, true, "what you want to know about"},
};
static const struct option_spec help_options[] = {
    {"man", 0, NULL, NULL, "the whole manual page, for man(1)"},
};
static const struct argument_spec completion_arguments[] = {
    {"shell", true, false, "bash"},
};

#define ARGUMENTS(array) array, COUNT(array)
#define OPTIONS(array)   array, COUNT(array)
#define NONE             NULL, 0

/* clang-format off */
static const struct command commands[] = {
    { "drift", "Tell what differs between two states",
      "Compares two versions of the repository you are in, two environments of a project, or two "
      "configuration files, and tells what the second would change in the first: commits and "
      "files, configuration, what is there already, what needs a person.\n\n"
      "A state is a git revision; env:NAME, with @TIME as it was then; report:N, what "
      "that report saw as the second state; or a path "
      "(beginning with / ./ or ../, or the name of a file here). The first state is what is "
      "there, the second what would replace it. Nothing is written unless --save is given.",
      "pilab drift v2.0.6..v2.0.7\n"
      "pilab drift --from SIT --to UAT --save\n"
      "pilab drift ./values-sit.yaml ./values-uat.yaml",
      ARGUMENTS(comparison_arguments), OPTIONS(drift_options),
      SCOPE_ANY, PERMISSION_RUN_DRIFT, false, false, app_drift },
    { "notes", "Write release notes for what differs",
      "Compares as `pilab drift` does and groups what it finds into release notes: one entry for "
      "each change, by ticket where there is one. What the previous state has already, under "
      "another commit, is left out and counted; every commit is accounted for in the balance.",
      "pilab notes v2.0.6..v2.0.7 > NOTES.md\n"
      "pilab notes --from SIT --to UAT --release R2025.03 --save",
      ARGUMENTS(comparison_arguments), OPTIONS(notes_options),
      SCOPE_ANY, PERMISSION_DRAFT_NOTE, false, false, app_notes },
    { "report list", "List the project's drift reports",
      NULL, NULL,
      NONE, OPTIONS(list_options),
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_report_list },
    { "report show", "Show a drift report",
      NULL, "pilab report show 42 --wide",
      ARGUMENTS(report_argument), OPTIONS(report_show_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_report_show },
    { "report export", "Write a drift report as JSON",
      "The JSON has the schema pilab.drift/1, exactly as it was stored.",
      "pilab report export 42 -o drift.json",
      ARGUMENTS(report_argument), OPTIONS(export_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_report_export },
    { "note list", "List the project's release notes",
      NULL, NULL,
      NONE, OPTIONS(list_options),
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_note_list },
    { "note show", "Show release notes",
      NULL, "pilab note show 3 --format markdown",
      ARGUMENTS(note_argument), OPTIONS(note_show_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_note_show },
    { "project import", "Take a project from a pilab.yaml",
      "Makes the project, or brings the one with the same code up to date. Modules and "
      "environments that the file no longer names are removed from the lists; what is known about "
      "them stays.",
      "pilab project import pilab.yaml",
      ARGUMENTS(project_file_argument), NONE,
      SCOPE_NOTHING, PERMISSION_CONFIGURE_PROJECT, true, false, app_project_import },
    { "project export", "Write the project as a pilab.yaml",
      NULL, "pilab project export -o pilab.yaml",
      NONE, OPTIONS(export_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_project_export },
    { "project list", "List the projects",
      NULL, NULL,
      NONE, OPTIONS(list_options),
      SCOPE_STORE, PERMISSION_READ, false, true, app_project_list },
    { "env list", "List the project's environments",
      NULL, NULL,
      NONE, NONE,
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_environment_list },
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
    { "audit list", "List who did what",
      NULL, "pilab audit list --action note. --since 2025-01-01",
      NONE, OPTIONS(audit_list_options),
      SCOPE_STORE, PERMISSION_READ, false, true, app_audit_list },
    { "audit verify", "Check that nothing in the audit was changed",
      "Checks every entry against the one before it. That the end was cut off only shows against a "
      "checkpoint that was kept elsewhere.",
      "pilab audit verify --checkpoint checkpoint",
      ARGUMENTS(audit_verify_arguments), OPTIONS(audit_verify_options),
      SCOPE_NOTHING, PERMISSION_READ, false, false, app_audit_verify },
    { "audit export", "Write the audit as a bundle that anybody can check",
      "The folder holds verify.sh, which needs sh, sha256sum and jq and not this program.",
      "pilab audit export audit-2025-01",
      ARGUMENTS(audit_export_arguments), OPTIONS(audit_export_options),
      SCOPE_STORE, PERMISSION_READ, false, false, app_audit_export },
    { "demo", "Open a project made up for trying things out",
      "Builds six small repositories with weeks of history and a store of their own, in a second, "
      "and opens the full screen over them. Nothing of yours is touched; without a folder it is "
      "kept in the cache.",
      NULL,
      ARGUMENTS(demo_arguments), OPTIONS(demo_options),
      SCOPE_NOTHING, PERMISSION_READ, false, false, app_demo },
    { "help", "Say how to use a command",
      NULL, "pilab help drift",
      ARGUMENTS(help_arguments), OPTIONS(help_options),
      SCOPE_NOTHING, PERMISSION_READ, false, false, app_help },
    { "completion", "Write a completion script for the shell",
      NULL, "pilab completion bash > ~/.local/share/bash-completion/completions/pilab",
      ARGUMENTS(completion_arguments), NONE,
      SCOPE_NOTHING, PERMISSION_READ, false, false, app_completion },
    { "version", "Say which version this is",
      NULL, NULL,
      NONE, NONE,
      SCOPE_NOTHING, PERMISSION_READ, false, false, app_version },
};

static const struct option_spec common_options[] = {
    { "project", 'p', "PROJECT", NULL, "the project, by code or name (PILAB_PROJECT)" },
    { "store", 0, "FILE", NULL, "the store (PILAB_STORE)" },
    { "json", 0, NULL, NULL, "print JSON" },
    { "color", 0, "WHEN", "auto always never",
      "use colours (auto: on a terminal; NO_COLOR is kept)" },
    { "width", 0, "COLUMNS", NULL, "draw for this width instead of the terminal's" },
    { "no-pager", 0, NULL, NULL, "do not start a pager" },
    { "offline", 0, NULL, NULL, "use the mirrors as they are, fetch nothing" },
    { "help", 'h', NULL, NULL, "say how to use it" },
};
/* clang-format on */

static const struct option_spec screen_options[] = {
    {"theme",   0, "NAME", NULL,         "the looks: dark, light, mono, or a file (PILAB_THEME)"},
    { "glyphs", 0, "SET",  "auto ascii", "draw with ASCII only (auto: as the locale says)"      },
};

const struct option_spec *command_screen_options(size_t *count)
{
    *count = COUNT(screen_options);
    return screen_options;
}

const struct command *command_table(size_t *count)
{
    *count = COUNT(commands);
    return commands;
}

const struct option_spec *command_common_options(size_t *count)
{
    *count = COUNT(common_options);
    return common_options;
}
