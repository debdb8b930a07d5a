#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec note_argument[] = {
    {"note", false, false, "the number or id of a note"},
};

static const struct option_spec note_show_options[] = {
    {"format", 'f', "FORMAT", "text markdown json",
     "how to print it (text on a terminal, else markdown)"                                 },
    { "rev",   0,   "N",      NULL,                 "this revision instead of the newest"  },
    { "wide",  'w', NULL,     NULL,                 "show everything: no list is shortened"},
};

static const struct command rows[] = {
    { "note list", "List the project's release notes",
      NULL, NULL,
      NONE, LISTING_OPTIONS,
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_note_list },
    { "note show", "Show release notes",
      NULL, "pilab note show 3 --format markdown",
      ARGUMENTS(note_argument), OPTIONS(note_show_options),
      SCOPE_PROJECT, PERMISSION_READ, false, false, app_note_show },
};
/* clang-format on */

const struct command_group note_commands = COMMAND_GROUP(rows);
