#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct option_spec init_options[] = {
    { "kind", 0, "KIND", "file passphrase", "where the key comes from (file)" },
    { "passphrase-file", 0, "FILE", NULL, "read the passphrase from here, - for standard input" },
    { "again", 0, NULL, NULL, "start over with a new key; the values of all secrets are lost" },
    { "yes", 'y', NULL, NULL, "do not ask before values are lost" },
};

static const struct option_spec rekey_options[] = {
    { "kind", 0, "KIND", "file passphrase", "where the new key comes from (as before)" },
    { "passphrase-file", 0, "FILE", NULL, "read the present passphrase from here, - for standard input" },
    { "new-passphrase-file", 0, "FILE", NULL, "read the new passphrase from here, - for standard input" },
};

static const struct option_spec check_options[] = {
    { "passphrase-file", 0, "FILE", NULL, "read the passphrase from here, - for standard input" },
};

static const struct command rows[] = {
    { "secrets status", "Say how the store's secrets are sealed",
      NULL, NULL,
      NONE, NONE,
      SCOPE_STORE, PERMISSION_READ, false, true, app_secrets_status },
    { "secrets init", "Make the key that secrets are sealed with",
      "The key is made once for the store: in a file beside it that only you can read (or the group "
      "that shares the store), or derived from a passphrase each time that a secret is set. A "
      "passphrase is asked for without being shown, or read from a file; it cannot be given as an "
      "argument, where others could see it.\n\n"
      "A key file keeps what is in a stolen copy of the store; a passphrase also what is in a "
      "stolen copy of the whole folder.",
      "pilab secrets init\n"
      "pilab secrets init --kind passphrase",
      NONE, OPTIONS(init_options),
      SCOPE_STORE, PERMISSION_MANAGE_SECRETS, true, false, app_secrets_init },
    { "secrets check", "Try the key on every secret, without showing one",
      NULL, "pilab secrets check",
      NONE, OPTIONS(check_options),
      SCOPE_STORE, PERMISSION_MANAGE_SECRETS, false, false, app_secrets_check },
    { "secrets rekey", "Seal all secrets with a new key",
      "From a key file to another, from a file to a passphrase, or back. All secrets are sealed "
      "anew at once or none is; the old key opens none of them afterwards. Copies of the store that "
      "were made before still open with the old key.",
      "pilab secrets rekey\n"
      "pilab secrets rekey --kind passphrase",
      NONE, OPTIONS(rekey_options),
      SCOPE_STORE, PERMISSION_MANAGE_SECRETS, true, false, app_secrets_rekey },
};
/* clang-format on */

const struct command_group secrets_commands = COMMAND_GROUP(rows);
