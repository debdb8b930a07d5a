#include "token.h"

struct secret_place token_place(const char *store, const struct store_token *token)
{
    return (
        struct secret_place){ .store = store, .project = token->project_id, .name = token->host };
}

void token_seal(struct call *call, const struct secret_key *key, const char *value, size_t length,
                struct store_token *token)
{
    struct secret_place place = token_place(store_id(call->store), token);
    struct strbuf sealed = STRBUF_INIT;
    char print[STORE_FINGERPRINT_SIZE];

    secret_seal(key, &place, value, length, &sealed);
    token->sealed = arena_bytes(call->arena, sealed.data, sealed.length);
    token->sealed_length = sealed.length;
    token->fingerprint =
        arena_text(call->arena, store_fingerprint(call->store, value, length, print));
    strbuf_release(&sealed);
}

static bool reseal(struct call *call, const struct secret_key *old, const struct secret_key *new,
                   struct store_token *token, struct error *error)
{
    struct secret_place place = token_place(store_id(call->store), token);
    struct strbuf value = STRBUF_INIT;
    bool ok = secret_open(old, &place, token->sealed, token->sealed_length, &value, error);

    if (ok)
        token_seal(call, new, value.data, value.length, token);
    secret_wipe(&value);
    return ok && store_token_reseal(call->connection, token, error);
}

bool tokens_reseal(struct call *call, const struct secret_key *old, const struct secret_key *new,
                   size_t *count, struct error *error)
{
    struct store_tokens list;

    if (!store_token_list(call->connection, NULL, call->arena, &list, error))
        return false;
    *count += list.count;
    for (size_t i = 0; i < list.count; i++)
        if (!reseal(call, old, new, &list.items[i], error))
            return false;
    return true;
}

bool tokens_forget(struct call *call, struct error *error)
{
    struct store_tokens list;

    if (!store_token_list(call->connection, NULL, call->arena, &list, error))
        return false;
    for (size_t i = 0; i < list.count; i++)
        if (!store_token_remove(call->connection, &list.items[i], error))
            return false;
    return true;
}
