/*
 * Which values of a list are secrets by the names of the columns that they go into.
 */
#include "mask_sql_state.h"

#include <pilab/drift/rules.h>

#include "secrets.h"

#define COLUMNS_MAX 64 /* bits of secret_columns */

bool sql_mask_is_one_of(const struct sql_token *token, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (sql_token_is(token, words[i]))
            return true;
    }
    return false;
}

bool sql_mask_names_secret(const struct sql_mask *mask, const struct sql_token *token)
{
    struct strbuf name = STRBUF_INIT;
    bool secret;

    if (token->kind != SQL_WORD && token->kind != SQL_QUOTED && token->kind != SQL_PARAMETER)
        return false;
    sql_token_name(&name, token, mask->dialect);
    secret = secret_key(name.data);
    strbuf_release(&name);
    return secret;
}

bool sql_mask_names(const struct sql_mask *mask, const struct sql_token *token,
                    bool (*judge)(const char *key))
{
    struct strbuf name = STRBUF_INIT;
    bool is;

    sql_token_name(&name, token, mask->dialect);
    is = judge(name.data);
    strbuf_release(&name);
    return is;
}

bool sql_mask_is_in_row(const struct sql_mask *mask)
{
    return mask->insert >= INSERT_VALUES && mask->depth == mask->insert_depth + 1;
}

bool sql_mask_is_column(const struct sql_mask *mask, uint64_t columns)
{
    return mask->insert >= INSERT_VALUES && mask->column < COLUMNS_MAX &&
           ((columns >> mask->column) & 1) != 0;
}

/* A query that gives the values: one within VALUES gives no more than one of them. */
static void follow_select(struct sql_mask *mask)
{
    if (mask->insert != INSERT_LISTED)
        return;
    mask->insert = INSERT_SELECT;
    mask->insert_depth = mask->depth - 1;
    mask->column = 0;
    mask->pairs.named = false;
}

static void take_column(struct sql_mask *mask, const struct sql_token *token)
{
    uint64_t bit = mask->column < COLUMNS_MAX ? (uint64_t)1 << mask->column : 0;
    struct strbuf name = STRBUF_INIT;

    sql_token_name(&name, token, mask->dialect);
    sql_pairs_column(&mask->pairs, mask->column, name.data);
    strbuf_release(&name);
    if (!sql_mask_names_secret(mask, token))
        return;
    mask->secret_columns |= bit;
    mask->password_columns |= sql_mask_names(mask, token, secret_password) ? bit : 0;
    mask->key_columns |= sql_mask_names(mask, token, secret_clear) ? bit : 0;
}

void sql_mask_follow_columns(struct sql_mask *mask, const struct sql_token *token,
                             const struct sql_token *next)
{
    static const char *const ends[] = { "ON", "RETURNING" };
    static const char *const sources[] = { "FROM", "WHERE", "UNION" };
    bool columns =
        (sql_token_is(token, "INSERT") || (sql_token_is(token, "SET") && mask->updates)) &&
        sql_token_is_sign(next, "(");

    if (sql_token_is(token, "INTO") || columns) {
        mask->insert = INSERT_INTO;
        mask->secret_columns = mask->password_columns = mask->key_columns = 0;
        mask->pairs = (struct sql_pairs){ .listed = false };
    } else if (mask->insert != INSERT_NONE && sql_token_is(token, "VALUES")) {
        mask->insert = INSERT_VALUES;
        mask->insert_depth = mask->depth;
    } else if (sql_token_is(token, "SELECT")) {
        follow_select(mask);
    } else if (mask->insert != INSERT_NONE && mask->depth <= mask->insert_depth + 1 &&
               IS_ONE_OF(token, ends)) {
        mask->insert = INSERT_NONE;
    } else if (mask->insert == INSERT_SELECT && mask->depth == mask->insert_depth + 1 &&
               IS_ONE_OF(token, sources)) {
        mask->insert = INSERT_LISTED;
    } else if (mask->insert == INSERT_COLUMNS &&
               (token->kind == SQL_WORD || token->kind == SQL_QUOTED)) {
        take_column(mask, token);
    }
}
