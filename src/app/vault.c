#include "vault.h"

#include <string.h>

#include <pilab/store/sharing.h>

#include "secret_input.h"

bool vault_find(struct call *call, struct store_vault *vault, struct error *error)
{
    bool found;

    if (!store_vault_get(call->connection, call->arena, vault, &found, error))
        return false;
    if (found)
        return true;
    error_set(error, ERROR_NOT_FOUND, "the store has no key for secrets yet");
    return error_hint(error,
                      "`pilab secrets init` makes one: in a file beside the store, or from a "
                      "passphrase with --kind passphrase");
}

/* Named after its key, so that a change of the key never writes over the one that is in use. */
const char *vault_key_path(struct call *call, const struct store_vault *vault)
{
    return arena_printf(call->arena, "%s.secrets-%.8s", store_path(call->store), vault->key_check);
}

static bool costs_of(const struct store_vault *vault, struct secret_costs *costs,
                     struct error *error)
{
    if (vault->salt_length != sizeof costs->salt)
        return error_set(error, ERROR_CORRUPT, "the salt of the passphrase is damaged");
    memcpy(costs->salt, vault->salt, sizeof costs->salt);
    costs->operations = (uint64_t)vault->operations;
    costs->memory = (uint64_t)vault->memory;
    return true;
}

static struct secret_key *derive(struct call *call, const struct secret_source *source,
                                 const struct secret_costs *costs, size_t least,
                                 struct error *error)
{
    struct strbuf passphrase = STRBUF_INIT;
    struct secret_key *key = NULL;

    if (!secret_input(call, source, &passphrase, error))
        goto out;
    if (passphrase.length < least) {
        error_set(error, ERROR_INVALID, "the passphrase is shorter than %zu characters", least);
        error_hint(error, "Take several words.");
        goto out;
    }
    key = secret_key_derive(passphrase.data, passphrase.length, costs, error);
out:
    secret_wipe(&passphrase);
    return key;
}

/* As the store says now: on a screen it may have been shared since it was opened. */
static bool key_group(struct call *call, gid_t *group, struct error *error)
{
    bool shared;

    if (!store_sharing_get(call->connection, &shared, group, error))
        return false;
    if (!shared)
        *group = SECRET_NO_GROUP;
    return true;
}

static bool is_kind(const struct store_vault *vault, const char *kind)
{
    return strcmp(vault->kind, kind) == 0;
}

static bool check_key(const struct store_vault *vault, const struct secret_key *key,
                      const char *path, struct error *error)
{
    char check[SECRET_CHECK_SIZE];

    if (strcmp(secret_key_check(key, check), vault->key_check) == 0)
        return true;
    if (is_kind(vault, VAULT_PASSPHRASE))
        return error_set(error, ERROR_INVALID, "this is not the passphrase of the secrets");
    error_set(error, ERROR_INVALID, "%s does not hold the key of this store's secrets", path);
    return error_hint(error, "Restore the file that belongs to this store from a backup.");
}

struct secret_key *vault_derive(const struct store_vault *vault, const char *passphrase,
                                size_t length, struct error *error)
{
    struct secret_costs costs;
    struct secret_key *key = NULL;

    if (costs_of(vault, &costs, error))
        key = secret_key_derive(passphrase, length, &costs, error);
    if (key != NULL && !check_key(vault, key, NULL, error))
        secret_key_free(&key);
    return key;
}

struct secret_key *vault_unlock(struct call *call, const struct store_vault *vault,
                                const char *file, struct error *error)
{
    struct secret_source source = { .file = file,
                                    .option = "--passphrase-file",
                                    .question = "The passphrase of the secrets",
                                    .limit = SECRET_PASSPHRASE_LIMIT };
    const char *path = vault_key_path(call, vault);
    struct secret_costs costs;
    struct secret_key *key = NULL;
    gid_t group;

    if (is_kind(vault, VAULT_FILE))
        key = key_group(call, &group, error) ? secret_key_read(path, group, error) : NULL;
    else if (costs_of(vault, &costs, error))
        key = derive(call, &source, &costs, 0, error);
    if (key == NULL && is_kind(vault, VAULT_FILE) && error != NULL &&
        error->code == ERROR_NOT_FOUND)
        error_hint(error, "The secrets are sealed with the key in this file: restore it from a "
                          "backup, or set the secrets anew after `pilab secrets init --again`.");
    if (key != NULL && !check_key(vault, key, path, error))
        secret_key_free(&key);
    return key;
}

struct secret_key *vault_open(struct call *call, const char *file, struct store_vault *vault,
                              struct error *error)
{
    struct error failure = { 0 };
    struct secret_key *key = NULL;
    const char *before = "";

    /* A key file that is not there may have been replaced since the store was asked for its name.
     */
    while (key == NULL && vault_find(call, vault, &failure) &&
           strcmp(vault->key_check, before) != 0) {
        key = vault_unlock(call, vault, file, &failure);
        if (failure.code != ERROR_NOT_FOUND)
            break;
        before = vault->key_check;
    }
    if (key == NULL && error != NULL)
        *error = failure;
    return key;
}

bool vault_still(struct call *call, const struct store_vault *vault, struct error *error)
{
    struct store_vault now;

    if (!vault_find(call, &now, error))
        return false;
    if (now.rev == vault->rev && strcmp(now.key_check, vault->key_check) == 0)
        return true;
    error_set(error, ERROR_CONFLICT, "the key of the secrets has been changed meanwhile");
    return error_hint(error, "Do it again.");
}

static struct secret_key *renew_passphrase(struct call *call, const char *file, const char *option,
                                           struct store_vault *vault, struct error *error)
{
    struct secret_source source = { .file = file,
                                    .option = option,
                                    .question = "The new passphrase of the secrets",
                                    .limit = SECRET_PASSPHRASE_LIMIT,
                                    .again = true };
    struct secret_costs costs;
    struct secret_key *key;

    secret_costs_choose(&costs);
    key = derive(call, &source, &costs, SECRET_PASSPHRASE_LEAST, error);
    vault->salt = arena_bytes(call->arena, costs.salt, sizeof costs.salt);
    vault->salt_length = sizeof costs.salt;
    vault->operations = (int64_t)costs.operations;
    vault->memory = (int64_t)costs.memory;
    return key;
}

struct secret_key *vault_renew(struct call *call, const char *kind, const char *file,
                               const char *option, struct store_vault *vault, struct error *error)
{
    char check[SECRET_CHECK_SIZE];
    struct secret_key *key;
    gid_t group;

    *vault =
        (struct store_vault){ .kind = kind, .rev = vault->rev, .created_at = vault->created_at };
    key = is_kind(vault, VAULT_FILE) ? secret_key_random()
                                     : renew_passphrase(call, file, option, vault, error);
    if (key == NULL)
        return NULL;
    vault->key_check = arena_text(call->arena, secret_key_check(key, check));
    if (is_kind(vault, VAULT_FILE) &&
        (!key_group(call, &group, error) ||
         !secret_key_write(key, vault_key_path(call, vault), group, error)))
        secret_key_free(&key);
    return key;
}

struct secret_place vault_place(const struct call *call, const struct store_variable *variable)
{
    return (struct secret_place){ .store = store_id(call->store),
                                  .project = variable->project_id,
                                  .environment = variable->environment_id,
                                  .module = variable->module_id,
                                  .name = variable->name };
}

void vault_seal(struct call *call, const struct secret_key *key, const char *value, size_t length,
                struct store_variable *variable)
{
    struct secret_place place = vault_place(call, variable);
    struct strbuf sealed = STRBUF_INIT;
    char print[STORE_FINGERPRINT_SIZE];

    secret_seal(key, &place, value, length, &sealed);
    variable->sealed = arena_bytes(call->arena, sealed.data, sealed.length);
    variable->sealed_length = sealed.length;
    variable->fingerprint =
        arena_text(call->arena, store_fingerprint(call->store, value, length, print));
    strbuf_release(&sealed);
}
