/*
 * The key of the store's secrets, from its file or from a passphrase. Private to this folder.
 */
#ifndef PILAB_SRC_APP_VAULT_H
#define PILAB_SRC_APP_VAULT_H

#include <pilab/account/secret.h>
#include <pilab/app/call.h>
#include <pilab/store/variable.h>
#include <pilab/store/vault.h>

#define VAULT_FILE       "FILE"
#define VAULT_PASSPHRASE "PASSPHRASE"

/* ERROR_NOT_FOUND, with how to make one, when the store has none yet. */
bool vault_find(struct call *call, struct store_vault *vault, struct error *error);
/* The file that the vault's key lies in; in the call's arena. */
const char *vault_key_path(struct call *call, const struct store_vault *vault);

/* The vault's key; the caller frees it. `file` gives a passphrase ("-": standard input; NULL: ask);
 * it is not looked at when the key lies in a file. ERROR_INVALID for a wrong passphrase or key. */
struct secret_key *vault_unlock(struct call *call, const struct store_vault *vault,
                                const char *file, struct error *error);
/* Finds the vault and its key, also while somebody else changes it from one key file to another. */
struct secret_key *vault_open(struct call *call, const char *file, struct store_vault *vault,
                              struct error *error);
/* Within a transaction: that the vault still has this key. ERROR_CONFLICT when somebody changed it
 * meanwhile. */
bool vault_still(struct call *call, const struct store_vault *vault, struct error *error);

/* A new vault of this kind in `vault` (its rev stays), and its key. A key file is written. `file`:
 * where a new passphrase comes from. */
struct secret_key *vault_renew(struct call *call, const char *kind, const char *file,
                               const char *option, struct store_vault *vault, struct error *error);

/* The key that a passphrase gives; the caller frees it. ERROR_INVALID for a wrong one. Needs no
 * store, and may be called on any thread. */
struct secret_key *vault_derive(const struct store_vault *vault, const char *passphrase,
                                size_t length, struct error *error);

struct secret_place vault_place(const struct call *call, const struct store_variable *variable);
/* Seals the value into the variable, with its fingerprint; texts in the call's arena. */
void vault_seal(struct call *call, const struct secret_key *key, const char *value, size_t length,
                struct store_variable *variable);

#endif
