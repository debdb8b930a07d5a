#include <pilab/app/use_cases.h>
#include <pilab/drift/repository_settings.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec repos_argument[] = {
    { "repository", true, true, "an address, or a module that has it (all of the project)" },
};

static const struct argument_spec repo_argument[] = {
    { "repository", false, false, "an address, or a module that has it" },
};

static const struct argument_spec address_argument[] = {
    { "address", false, false, "a URL (https://, ssh://, git@host:path) or a folder" },
};

static const struct option_spec add_options[] = {
    { "module", 'm', "MODULE", NULL, "the module that lies in it, there already or new (by its name)" },
    { "path", 0, "DIR", NULL, "the module's part of it (all)" },
    { "tags", 0, "FORM", NULL, "how versions become tags: v{version} (as its tags are)" },
    { "type", 0, "TYPE", "BACKEND FRONTEND DATABASE INFRASTRUCTURE LIBRARY OTHER", "the module's type (by its files)" },
    { "gitops", 0, "PATTERN", NULL, "it says what runs where: envs/{env}/{module}/values.yaml" },
    { "transport", 0, "WAY", REPOSITORY_TRANSPORTS, "how it is reached over ssh (as the project says)" },
    { "fetch", 0, NULL, NULL, "fetch it at once, and let its files say how the module is set up" },
    { "test", 0, NULL, NULL, "reach it first, as is usual" },
    { "no-test", 0, NULL, NULL, "add it without reaching it" },
    { "yes", 'y', NULL, NULL, "move a module that lies elsewhere, without asking" },
};

static const struct option_spec remove_options[] = {
    { "modules", 0, NULL, NULL, "also take the modules that lie in it out of the project" },
    { "keep-mirror", 0, NULL, NULL, "leave what was fetched of it in the cache" },
    { "yes", 'y', NULL, NULL, "do not ask when modules lie in it" },
};

static const struct option_spec login_options[] = {
    { "user", 'u', "NAME", NULL, "the name that goes with the token (x-access-token)" },
    { "token-file", 0, "FILE", NULL, "read the token from here, - for standard input" },
    { "passphrase-file", 0, "FILE", NULL, "read the passphrase of the secrets from here" },
    { "no-test", 0, NULL, NULL, "keep it without asking the server" },
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
      "hosts; GIT_SSH_COMMAND and core.sshCommand count. `transport: libssh2` in pilab.yaml, of the "
      "project or of a repository, takes the one that is built in, which is also taken where there "
      "is no ssh program; it knows no configuration and no RSA keys. PILAB_SSH=openssh or libssh2 "
      "wins over both for one run. Ends with 1 when one cannot be reached.",
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
    { "repo add", "Add a repository to the project",
      "For a module, which is made when there is none of that name, or with --gitops for the "
      "versions that stand in it. It is reached first, as `repo test` does, so that a slip is found "
      "now: the key of a host that nobody knows yet is shown and asked about in a terminal. What is "
      "so already changes nothing and asks nobody. An address with a password in it is refused; a "
      "token is kept by `repo login`.",
      "pilab repo add ssh://git@git.example/mb/auth.git\n"
      "pilab repo add https://git.example/mb/web.git --module mb-web --fetch\n"
      "pilab repo add git@old.example:mb/gitops.git --gitops 'envs/{env}/{module}/values.yaml'",
      ARGUMENTS(address_argument), OPTIONS(add_options),
      SCOPE_PROJECT, PERMISSION_CONFIGURE_PROJECT, true, false, app_repo_add },
    { "repo remove", "Take a repository out of the project",
      "Modules that lie in it are named and asked about: they stay, without anything to compare, "
      "or go with --modules. What was fetched of it goes from the cache.",
      "pilab repo remove ssh://git@git.example/mb/auth.git\n"
      "pilab repo remove mb-auth --modules --yes",
      ARGUMENTS(repo_argument), OPTIONS(remove_options),
      SCOPE_PROJECT, PERMISSION_CONFIGURE_PROJECT, true, false, app_repo_remove },
    { "repo login", "Keep a token for the host of a repository over https",
      "The token is tried on the repository and then sealed into the secret store, for this host "
      "and this project alone; whoever may read the project reaches the host's repositories with "
      "it. It is asked for without being shown, or read from a file; it cannot be given as an "
      "argument, where others could see it. Without a token git's credential helpers are asked, "
      "as git does (credential.helper), but never through a shell.",
      "pilab repo login https://git.example/mb/auth.git\n"
      "pass show git.example | pilab repo login mb-auth --user carla --token-file -",
      ARGUMENTS(repo_argument), OPTIONS(login_options),
      SCOPE_PROJECT, PERMISSION_CONFIGURE_PROJECT, true, false, app_repo_login },
    { "repo logout", "Take the token for the host of a repository away",
      NULL, "pilab repo logout https://git.example/mb/auth.git",
      ARGUMENTS(repo_argument), NONE,
      SCOPE_PROJECT, PERMISSION_CONFIGURE_PROJECT, true, false, app_repo_logout },
};
/* clang-format on */

const struct command_group repo_commands = COMMAND_GROUP(rows);
