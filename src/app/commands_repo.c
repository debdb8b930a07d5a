#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec repos_argument[] = {
    { "repository", true, true, "an address, or a module that has it (all of the project)" },
};

static const struct argument_spec repo_argument[] = {
    { "repository", false, false, "an address, or a module that has it" },
};

static const struct command rows[] = {
    { "repo list", "List the project's repositories and how they do",
      "When each was fetched last, from this machine, how long that took, how much room it takes, "
      "and what went wrong since. Folders are read where they are and never fetched.",
      NULL,
      NONE, NONE,
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_repo_list },
    { "repo test", "See whether repositories can be reached",
      "Connects as a comparison would, with the same keys and the same way there, and says what is "
      "there; nothing is fetched. The key of a host that nobody knows yet is shown and asked about "
      "when there is a terminal: compare its fingerprint with what the host's owner tells you.\n\n"
      "ssh is the system's own, with ~/.ssh/config, agents, certificates, security keys and jump "
      "hosts; GIT_SSH_COMMAND and core.sshCommand count. PILAB_SSH=libssh2 takes the one that is "
      "built in, which is also taken where there is no ssh program; it knows no configuration and "
      "no RSA keys. Ends with 1 when one cannot be reached.",
      "pilab repo test ssh://git@git.example/mb/auth.git",
      ARGUMENTS(repos_argument), NONE,
      SCOPE_ANY, PERMISSION_READ, false, false, app_repo_test },
    { "repo fetch", "Bring the mirrors of repositories up to date",
      "A few at once; a network that fails is tried again after a while. Ends with 1 when one "
      "could not be fetched.",
      "pilab repo fetch mb-auth mb-web",
      ARGUMENTS(repos_argument), NONE,
      SCOPE_ANY, PERMISSION_READ, false, false, app_repo_fetch },
    { "repo refs", "List the tags and branches of a repository",
      "Of the mirror as it was fetched last; it is fetched when there is none yet.",
      NULL,
      ARGUMENTS(repo_argument), NONE,
      SCOPE_ANY, PERMISSION_READ, false, false, app_repo_refs },
};
/* clang-format on */

const struct command_group repo_commands = COMMAND_GROUP(rows);
