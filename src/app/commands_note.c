#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec note_argument[] = {
    {"note", false, false, "the number or id of a note"},
};

static const struct argument_spec diff_arguments[] = {
    { "note", false, false, "the number or id of a note" },
    { "old", true, false, "a revision (the one before the newest)" },
    { "new", true, false, "a later revision (the newest)" },
};

static const char statuses[] =
    "draft generated reviewed approved publishing published withdrawn";

static const struct option_spec list_options[] = {
    { "limit", 'n', "N", NULL, "rows at most (50)" },
    { "after", 0, "CURSOR", NULL, "go on behind the page that ended with this cursor" },
    { "status", 0, "STATUS", statuses, "only those in this state" },
    { "filter", 0, "FILTER", NULL, "only those that pass, as f on the screen" },
    { "waiting-for-me", 0, NULL, NULL, "only those that wait for something that you can do" },
};

static const struct option_spec note_show_options[] = {
    {"format", 'f', "FORMAT", "text markdown json",
     "how to print it (text on a terminal, else markdown)"                                 },
    { "rev",   0,   "N",      NULL,                 "this revision instead of the newest"  },
    { "wide",  'w', NULL,     NULL,                 "show everything: no list is shortened"},
    { "approvals", 0, NULL, NULL,
      "show how it stands instead: state, rules, who is waited for, receipts" },
};

static const struct option_spec edit_options[] = {
    { "file", 0, "FILE", NULL, "the new Markdown; - is standard input" },
    { "message", 'm', "TEXT", NULL, "what was changed and why" },
    { "base", 0, "REV", NULL, "the revision that the text began from (the newest)" },
    { "merge", 0, NULL, NULL, "put it together with what was changed since the base" },
};

static const struct option_spec decide_options[] = {
    { "rev", 0, "REV", NULL, "only if this is still the newest revision" },
    { "reason", 0, "TEXT", NULL, "what others should know about it" },
};

static const struct option_spec reason_option[] = {
    { "reason", 0, "TEXT", NULL, "why; others read it" },
};

static const struct option_spec publish_options[] = {
    { "to", 0, "DIR", NULL, "the folder; without it, where this revision was to go before" },
    { "format", 'f', "LIST", NULL, "of markdown,html,json,csv (all of them)" },
    { "rev", 0, "REV", NULL, "only if this is still the newest revision" },
};

static const struct option_spec export_note_options[] = {
    { "format", 'f', "FORMAT", "markdown html json csv", "which form (markdown)" },
    { "rev", 0, "REV", NULL, "this revision instead of the newest" },
    { "output", 'o', "FILE", NULL, "write to this file instead of the screen" },
};

static const struct command rows[] = {
    { "note list", "List the project's release notes",
      "--filter takes words and the fields state, release, for, module, author, rev and at.",
      "pilab note list --waiting-for-me\n"
      "pilab note list --filter 'state:published module:mb-auth since:4w'",
      NONE, OPTIONS(list_options),
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_note_list },
    { "note show", "Show release notes",
      "With --approvals it shows how they stand: which rules hold, who approved which revision, "
      "who is waited for, who is barred and why, and where they were published to.",
      "pilab note show 3 --format markdown\n"
      "pilab note show 3 --approvals",
      ARGUMENTS(note_argument), OPTIONS(note_show_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_note_show },
    { "note generate", "Write release notes and keep them",
      "Compares and writes as `pilab notes --save` does: the report and the notes are kept in the "
      "project.",
      "pilab note generate --from SIT --to UAT --release R2025.03",
      ARGUMENTS(comparison_arguments), notes_options, NOTES_OPTION_COUNT,
      SCOPE_PROJECT, PERMISSION_DRAFT_NOTE, true, false, app_note_generate },
    { "note edit", "Give release notes another text",
      "The text becomes a new revision, the notes are a DRAFT again, and what was approved lapses. "
      "When somebody else has edited them since the base, nothing is written unless --merge is "
      "given and both changes fit together.",
      "pilab note show 3 --format markdown > R2025.03.md\n"
      "pilab note edit 3 --file R2025.03.md --base 1 --message \"say how to migrate\"",
      ARGUMENTS(note_argument), OPTIONS(edit_options),
      SCOPE_PROJECT, PERMISSION_DRAFT_NOTE, true, false, app_note_edit },
    { "note review", "Say that release notes have been read",
      "Reviewed notes can be approved. Where nobody has to approve, they are APPROVED at once.",
      "pilab note review 3",
      ARGUMENTS(note_argument), OPTIONS(decide_options),
      SCOPE_PROJECT, PERMISSION_REVIEW_NOTE, true, false, app_note_review },
    { "note approve", "Approve release notes",
      "The approval is for the newest revision, byte for byte, and lapses with the next. The last "
      "one that is needed makes the notes APPROVED.",
      "pilab note approve 3 --rev 2",
      ARGUMENTS(note_argument), OPTIONS(decide_options),
      SCOPE_PROJECT, PERMISSION_APPROVE_NOTE, true, false, app_note_approve },
    { "note reject", "Reject release notes",
      "They are a DRAFT again, and have to be edited before they can be reviewed.",
      "pilab note reject 3 --reason \"the migration guide is missing\"",
      ARGUMENTS(note_argument), OPTIONS(decide_options),
      SCOPE_PROJECT, PERMISSION_REVIEW_NOTE, true, false, app_note_reject },
    { "note publish", "Publish approved release notes as files",
      "Writes the approved bytes into a folder, each file whole or not at all: the Markdown, a web "
      "page, the JSON, and the changes as CSV. What is there already with the same bytes is left "
      "alone; other files are never replaced. When something goes wrong, the same command does the "
      "rest.",
      "pilab note publish 3 --to /srv/notes\n"
      "pilab note publish 3 --to . --format markdown,html",
      ARGUMENTS(note_argument), OPTIONS(publish_options),
      SCOPE_PROJECT, PERMISSION_PUBLISH_NOTE, true, false, app_note_publish },
    { "note withdraw", "Say that published release notes do not hold",
      "What was published stays where it is.",
      "pilab note withdraw 3 --reason \"the release was rolled back\"",
      ARGUMENTS(note_argument), OPTIONS(reason_option),
      SCOPE_PROJECT, PERMISSION_PUBLISH_NOTE, true, false, app_note_withdraw },
    { "note correct", "Begin new notes that correct published ones",
      "The new notes begin with the published text, go the whole way again, and supersede the old "
      "ones.",
      "pilab note correct 3 --reason \"wrong ticket\"",
      ARGUMENTS(note_argument), OPTIONS(reason_option),
      SCOPE_PROJECT, PERMISSION_DRAFT_NOTE, true, false, app_note_correct },
    { "note diff", "Show what changed between two revisions, word by word",
      NULL, "pilab note diff 3\npilab note diff 3 1 4",
      ARGUMENTS(diff_arguments), NONE,
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_note_diff },
    { "note revisions", "List the revisions of release notes",
      NULL, "pilab note revisions 3",
      ARGUMENTS(note_argument), NONE,
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_note_revisions },
    { "note export", "Write release notes in one form, as they would be published",
      NULL, "pilab note export 3 --format html -o R2025.03.html",
      ARGUMENTS(note_argument), OPTIONS(export_note_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_note_export },
};
/* clang-format on */

const struct command_group note_commands = COMMAND_GROUP(rows);
