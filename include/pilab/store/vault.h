/*
 * The vault: what the key of the store's secrets is made from. One a store; the key itself is never
 * in it. Conventions of all aggregates: store/page.h.
 */
#ifndef PILAB_STORE_VAULT_H
#define PILAB_STORE_VAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/store/connection.h>

/* FILE, PASSPHRASE; NULL-terminated. */
extern const char *const store_vault_kinds[];

struct store_vault {
    const char *kind;      /* of store_vault_kinds */
    const char *key_check; /* tells keys apart without giving one away */
    const void *salt;      /* PASSPHRASE: of Argon2id, with its costs; else NULL */
    size_t salt_length;
    int64_t operations, memory; /* memory in bytes */
    int64_t rev;                /* 0: there is no vault yet */
    int64_t created_at, updated_at;
};

/* *found is false when the store has none yet. */
bool store_vault_get(struct connection *connection, struct arena *arena, struct store_vault *vault,
                     bool *found, struct error *error);
/* Makes the vault when its rev is 0 (ERROR_EXISTS when somebody made it meanwhile), else writes it
 * back as `…_update` does. */
bool store_vault_put(struct connection *connection, struct store_vault *vault, struct error *error);

#endif
