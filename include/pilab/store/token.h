/*
 * Tokens for servers of repositories over https: one a host and project. A token is here only
 * sealed (account/secret.h); whether it became another one is told by its fingerprint
 * (store_fingerprint). Conventions of all aggregates: store/page.h.
 */
#ifndef PILAB_STORE_TOKEN_H
#define PILAB_STORE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/store/connection.h>
#include <pilab/store/page.h>

struct store_token {
    char id[UUID_SIZE];
    const char *project_id;
    const char *host;  /* "https://git.example", with its port unless it is the usual one */
    const char *login; /* the name that goes with it */
    const void *sealed;
    size_t sealed_length;
    const char *fingerprint;
    const char *author; /* who gave it */
    int64_t rev;
    int64_t created_at, updated_at;
};

struct store_tokens {
    struct store_token *items;
    size_t count;
};

/* Adds one, or writes over the one of this host: rev 0 says that there is none yet (ERROR_EXISTS
 * when there is), another that it is still the stored one (ERROR_CONFLICT). */
bool store_token_put(struct connection *connection, struct store_token *token, struct error *error);
/* Takes it away for good. ERROR_CONFLICT when it has been changed meanwhile. */
bool store_token_remove(struct connection *connection, const struct store_token *token,
                        struct error *error);
/* *found is false when there is none. */
bool store_token_find(struct connection *connection, const char *project_id, const char *host,
                      struct arena *arena, struct store_token *token, bool *found,
                      struct error *error);
/* By host; `project_id` NULL: of every project, for a change of the key. */
bool store_token_list(struct connection *connection, const char *project_id, struct arena *arena,
                      struct store_tokens *list, struct error *error);
/* The same token sealed anew; rev and author stay. */
bool store_token_reseal(struct connection *connection, const struct store_token *token,
                        struct error *error);

#endif
