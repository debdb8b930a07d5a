#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct command rows[] = {
    { "doctor", "Look at everything around that work depends on",
      "The terminal and its locale, tmux and the clipboard, ssh and its agent, git, the store, the "
      "key of its secrets, the cache and the clock: what is there, and what to do where something is "
      "not as it should be. It writes nothing, needs no store, and takes less than two seconds, "
      "whatever hangs. Ends with status 1 when there is a problem.",
      "pilab doctor\n"
      "pilab doctor --json",
      NONE, NONE,
      SCOPE_NOTHING, PERMISSION_READ, false, false, app_doctor },
};
/* clang-format on */

const struct command_group doctor_commands = COMMAND_GROUP(rows);
