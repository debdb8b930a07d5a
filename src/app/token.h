/* Tokens for servers over https within the store's secrets. Private to this folder. */
#ifndef PILAB_SRC_APP_TOKEN_H
#define PILAB_SRC_APP_TOKEN_H

#include <pilab/account/secret.h>
#include <pilab/app/call.h>
#include <pilab/store/token.h>

/* A token belongs to a host of a project, and can be opened for no other. */
struct secret_place token_place(const char *store, const struct store_token *token);
/* Seals the value into the token, with its fingerprint; both in the call's arena. */
void token_seal(struct call *call, const struct secret_key *key, const char *value, size_t length,
                struct store_token *token);

/* Of every project, within a transaction that changes the key. Counts them up. */
bool tokens_reseal(struct call *call, const struct secret_key *old, const struct secret_key *new,
                   size_t *count, struct error *error);
/* Those that no key opens any more are taken away. */
bool tokens_forget(struct call *call, struct error *error);

#endif
