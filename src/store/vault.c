#include <pilab/store/vault.h>

#include <string.h>

#include "rows.h"

const char *const store_vault_kinds[] = { "FILE", "PASSPHRASE", NULL };

static const char vault_select[] = "SELECT kind, key_check, salt, operations, memory, rev,"
                                   "       created_at, updated_at"
                                   " FROM secret_vault";

static const char vault_insert[] = "INSERT INTO secret_vault"
                                   " (only, kind, key_check, salt, operations, memory, rev,"
                                   "  created_at, updated_at)"
                                   " VALUES (1, ?1, ?2, ?3, ?4, ?5, 1, ?6, ?6)";

static const char vault_update[] = "UPDATE secret_vault"
                                   " SET kind = ?,"
                                   "     key_check = ?,"
                                   "     salt = ?,"
                                   "     operations = ?,"
                                   "     memory = ?,"
                                   "     updated_at = ?,"
                                   "     rev = rev + 1"
                                   " WHERE rev = ?";

static void read_vault(struct statement *statement, struct arena *arena, void *item)
{
    struct store_vault *vault = item;
    const void *salt;

    vault->kind = statement_take_text(statement, arena);
    vault->key_check = statement_take_text(statement, arena);
    salt = statement_view_blob(statement, &vault->salt_length);
    vault->salt = salt != NULL ? arena_bytes(arena, salt, vault->salt_length) : NULL;
    vault->operations = statement_take_integer(statement);
    vault->memory = statement_take_integer(statement);
    vault->rev = statement_take_integer(statement);
    vault->created_at = statement_take_integer(statement);
    vault->updated_at = statement_take_integer(statement);
}

bool store_vault_get(struct connection *connection, struct arena *arena, struct store_vault *vault,
                     bool *found, struct error *error)
{
    struct statement *statement = statement_open(connection, vault_select, error);

    *vault = (struct store_vault){ 0 };
    *found = false;
    return row_read(&statement, read_vault, arena, vault, found, error);
}

bool store_vault_put(struct connection *connection, struct store_vault *vault, struct error *error)
{
    int64_t now = connection_now(connection);
    struct statement *statement;
    bool ok;

    if (!word_check("kind of key", vault->kind, store_vault_kinds, error))
        return false;
    statement = statement_open(connection, vault->rev == 0 ? vault_insert : vault_update, error);
    statement_put_text(statement, vault->kind);
    statement_put_text(statement, vault->key_check);
    if (vault->salt != NULL)
        statement_put_blob(statement, vault->salt, vault->salt_length);
    else
        statement_put_null(statement);
    statement_put_integer(statement, vault->operations);
    statement_put_integer(statement, vault->memory);
    statement_put_integer(statement, now);
    if (vault->rev > 0)
        statement_put_integer(statement, vault->rev);
    ok = vault->rev == 0 ? row_add(&statement, "key of", "secrets", error)
                         : row_change(&statement, "key of", "secrets", error);
    if (!ok)
        return false;
    vault->rev++;
    vault->updated_at = now;
    if (vault->created_at == 0)
        vault->created_at = now;
    return true;
}
