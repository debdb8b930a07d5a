#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec share_arguments[] = {
    { "group", false, false, "a group of this machine, by name or number" },
};

static const struct command rows[] = {
    { "store status", "Say where the store is, whose, and who shares it",
      NULL, NULL,
      NONE, NONE,
      SCOPE_STORE, PERMISSION_READ, false, true, app_store_status },
    { "store share", "Share the store with a group of this machine",
      "Everybody of the group can then work with it, each under their own login and with the role "
      "that they have in the project (`pilab member add`). Folder and files go to the group, and "
      "are closed to everybody else; the store keeps that it is shared, and a file that the group "
      "can write and that does not say so is not opened.\n\n"
      "Only who the files belong to can share it. The folder must hold nothing else, and the "
      "group must be able to reach it. Shared already, what went wrong with its modes is set "
      "right.\n\n"
      "People of the group can also write the file with other programs, past all rules: share it "
      "with those only whom you trust with that, and keep what `pilab audit export` writes where "
      "they cannot.",
      "pilab store share release",
      ARGUMENTS(share_arguments), NONE,
      SCOPE_STORE, PERMISSION_SHARE_STORE, true, false, app_store_share },
    { "store unshare", "Close the store to everybody but yourself",
      "What others did stays. Who has the store open keeps it until they end the program.",
      NULL,
      NONE, NONE,
      SCOPE_STORE, PERMISSION_SHARE_STORE, true, false, app_store_unshare },
};
/* clang-format on */

const struct command_group store_commands = COMMAND_GROUP(rows);
