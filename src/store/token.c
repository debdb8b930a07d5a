#include <pilab/store/token.h>

#include "rows.h"

#define TOKEN_SELECT                                                                               \
    "SELECT id, project_id, host, login, sealed, fingerprint, author, rev, created_at, updated_at" \
    " FROM repository_tokens"

static const char token_insert[] =
    "INSERT INTO repository_tokens (id, project_id, host, login, sealed, fingerprint, author, rev,"
    " created_at, updated_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?8)";

static const char token_update[] = "UPDATE repository_tokens"
                                   " SET login = ?,"
                                   "     sealed = ?,"
                                   "     fingerprint = ?,"
                                   "     author = ?,"
                                   "     updated_at = ?,"
                                   "     rev = rev + 1"
                                   " WHERE id = ?"
                                   "   AND rev = ?";

static const char token_reseal[] = "UPDATE repository_tokens"
                                   " SET sealed = ?,"
                                   "     fingerprint = ?"
                                   " WHERE id = ?"
                                   "   AND rev = ?";

static const char token_remove[] = "DELETE FROM repository_tokens"
                                   " WHERE id = ?"
                                   "   AND rev = ?";

static const char token_by_host[] = TOKEN_SELECT " WHERE project_id = ?"
                                                 "   AND host = ?";

static const char tokens_in_order[] = TOKEN_SELECT " WHERE ?1 IS NULL OR project_id = ?1"
                                                   " ORDER BY host, id";

static void read_token(struct statement *statement, struct arena *arena, void *item)
{
    struct store_token *token = item;
    const void *sealed;

    id_take(statement, token->id);
    token->project_id = statement_take_text(statement, arena);
    token->host = statement_take_text(statement, arena);
    token->login = statement_take_text(statement, arena);
    sealed = statement_view_blob(statement, &token->sealed_length);
    token->sealed = sealed != NULL ? arena_bytes(arena, sealed, token->sealed_length) : NULL;
    token->fingerprint = statement_take_text(statement, arena);
    token->author = statement_take_text(statement, arena);
    token->rev = statement_take_integer(statement);
    token->created_at = statement_take_integer(statement);
    token->updated_at = statement_take_integer(statement);
}

static void put_values(struct statement *statement, const struct store_token *token)
{
    statement_put_text(statement, token->login);
    statement_put_blob(statement, token->sealed, token->sealed_length);
    statement_put_text(statement, text_or(token->fingerprint, ""));
    statement_put_text(statement, token->author);
    statement_put_integer(statement, token->updated_at);
}

static bool insert(struct connection *connection, struct store_token *token, struct error *error)
{
    struct statement *statement;

    if (!id_settle(connection, token->id, error))
        return false;
    statement = statement_open(connection, token_insert, error);
    statement_put_text(statement, token->id);
    statement_put_text(statement, token->project_id);
    statement_put_text(statement, token->host);
    put_values(statement, token);
    token->created_at = token->updated_at;
    return row_add(&statement, "token for", token->host, error);
}

static bool update(struct connection *connection, const struct store_token *token,
                   struct error *error)
{
    struct statement *statement = statement_open(connection, token_update, error);

    put_values(statement, token);
    statement_put_text(statement, token->id);
    statement_put_integer(statement, token->rev);
    return row_change(&statement, "token for", token->host, error);
}

bool store_token_put(struct connection *connection, struct store_token *token, struct error *error)
{
    token->updated_at = connection_now(connection);
    if (token->rev == 0 ? !insert(connection, token, error) : !update(connection, token, error))
        return false;
    token->rev++;
    return true;
}

bool store_token_remove(struct connection *connection, const struct store_token *token,
                        struct error *error)
{
    struct statement *statement = statement_open(connection, token_remove, error);

    statement_put_text(statement, token->id);
    statement_put_integer(statement, token->rev);
    return row_change(&statement, "token for", token->host, error);
}

bool store_token_find(struct connection *connection, const char *project_id, const char *host,
                      struct arena *arena, struct store_token *token, bool *found,
                      struct error *error)
{
    struct statement *statement = statement_open(connection, token_by_host, error);

    statement_put_text(statement, project_id);
    statement_put_text(statement, host);
    return row_read(&statement, read_token, arena, token, found, error);
}

bool store_token_list(struct connection *connection, const char *project_id, struct arena *arena,
                      struct store_tokens *list, struct error *error)
{
    struct statement *statement = statement_open(connection, tokens_in_order, error);
    struct rows rows;

    statement_put_text(statement, project_id);
    if (!rows_read(&statement, NULL, sizeof *list->items, read_token, arena, &rows, error))
        return false;
    *list = (struct store_tokens){ rows.items, rows.count };
    return true;
}

bool store_token_reseal(struct connection *connection, const struct store_token *token,
                        struct error *error)
{
    struct statement *statement = statement_open(connection, token_reseal, error);

    statement_put_blob(statement, token->sealed, token->sealed_length);
    statement_put_text(statement, text_or(token->fingerprint, ""));
    statement_put_text(statement, token->id);
    statement_put_integer(statement, token->rev);
    return row_change(&statement, "token for", token->host, error);
}
