#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
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

static const struct command rows[] = {
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
};
/* clang-format on */

const struct command_group audit_commands = TITLED_GROUP("The record", rows);
