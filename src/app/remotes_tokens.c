#include "remotes_tokens.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "token.h"
#include "vault.h"

struct remotes_tokens {
    struct remotes_asker *asker;
    const char *user, *trial; /* the token that is tried out; NULL: those that are kept */
    const char *store;        /* whose tokens they are, and of which project */
    struct store_tokens list;
    struct store_vault vault;
    struct secret_key *key; /* NULL: not opened yet. Read and made with the asker's lock */
    struct error why;       /* why the tokens or the key cannot be read; ERROR_NONE: they can */
};

/* A key that lies in a file is there for whoever may read it; a passphrase waits until a server
 * asks. */
static void read_vault(struct remotes_tokens *tokens, struct call *call)
{
    if (tokens->list.count == 0 || !vault_find(call, &tokens->vault, &tokens->why) ||
        strcmp(tokens->vault.kind, VAULT_FILE) != 0)
        return;
    tokens->key = vault_open(call, NULL, &tokens->vault, &tokens->why);
}

struct remotes_tokens *remotes_tokens_new(const struct call *call, struct remotes_asker *asker,
                                          struct arena *arena, const char *user, const char *token)
{
    struct remotes_tokens *tokens = memory_new(sizeof *tokens);
    struct call reader = *call; /* what is read lives as long as it is needed */

    *tokens = (struct remotes_tokens){ .asker = asker, .user = user, .trial = token };
    if (token != NULL || call->project == NULL || call->connection == NULL)
        return tokens;
    reader.arena = arena;
    tokens->store = arena_text(arena, store_id(call->store));
    if (store_token_list(reader.connection, reader.project->id, arena, &tokens->list, &tokens->why))
        read_vault(tokens, &reader);
    return tokens;
}

void remotes_tokens_free(struct remotes_tokens *tokens)
{
    secret_key_free(&tokens->key);
    free(tokens);
}

static const struct store_token *token_for(const struct remotes_tokens *tokens, const char *host)
{
    for (size_t i = 0; i < tokens->list.count; i++)
        if (strcmp(tokens->list.items[i].host, host) == 0)
            return &tokens->list.items[i];
    return NULL;
}

static bool ask_passphrase(struct remotes_tokens *tokens, const char *host, struct error *error)
{
    const struct remotes_asker *asker = tokens->asker;
    char *text = memory_printf("The passphrase of the secrets, for the token of %s", host);
    const struct call_question question = { .text = text, .option = "a key file", .secret = true };
    struct strbuf answer = STRBUF_INIT;

    strbuf_reserve(&answer, SECRET_PASSPHRASE_LIMIT); /* does not move as it grows */
    if (asker->ask == NULL) {
        error_set(error, ERROR_DENIED,
                  "the token for %s is sealed with a passphrase, and nobody "
                  "can be asked here",
                  host);
        error_hint(error, "pilab secrets rekey --kind file lets this machine open it; or let a "
                          "credential helper of git's know it");
    } else if (asker->ask(asker->context, &question, NULL, &answer, error)) {
        tokens->key = vault_derive(&tokens->vault, answer.data, answer.length, error);
    }
    secret_wipe(&answer);
    free(text);
    return tokens->key != NULL;
}

static bool have_key(struct remotes_tokens *tokens, const char *host, struct error *error)
{
    if (tokens->key != NULL)
        return true;
    if (tokens->why.code == ERROR_NONE)
        return ask_passphrase(tokens, host, error);
    if (error != NULL)
        *error = tokens->why;
    return error_prefix(error, "the token for %s", host);
}

bool remotes_token_find(void *context, const char *host, struct strbuf *user, struct strbuf *token,
                        bool *found, struct error *error)
{
    struct remotes_tokens *tokens = context;
    const struct store_token *kept = token_for(tokens, host);
    struct secret_place place;
    bool ok;

    *found = tokens->trial != NULL || kept != NULL;
    if (tokens->trial != NULL) {
        strbuf_add(user, tokens->user);
        strbuf_add(token, tokens->trial);
        return true;
    }
    if (kept == NULL && tokens->list.count == 0 && tokens->why.code != ERROR_NONE)
        return have_key(tokens, host, error);
    if (kept == NULL)
        return true;
    place = token_place(tokens->store, kept);
    pthread_mutex_lock(&tokens->asker->asking);
    ok = have_key(tokens, host, error);
    pthread_mutex_unlock(&tokens->asker->asking);
    strbuf_add(user, kept->login);
    return ok && secret_open(tokens->key, &place, kept->sealed, kept->sealed_length, token, error);
}
