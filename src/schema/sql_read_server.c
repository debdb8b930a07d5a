/*
 * Statements about the server and not about a database: what is stopped, what is loaded into it,
 * and what a restore needs.
 */
#include <pilab/base/array.h>

#include "sql_cursor.h"

#define LOGS_GO "binary logs are deleted: a restore to a point in time and replicas need them"

/* clang-format off */
static const struct server_words {
    const char *words;
    unsigned marks;
    const char *why;
} server_words[] = {
    { "RESET MASTER", SQL_NO_RESTORE, LOGS_GO },
    { "RESET BINARY LOGS AND GTIDS", SQL_NO_RESTORE, LOGS_GO },
    { "PURGE BINARY LOGS", SQL_NO_RESTORE, LOGS_GO },
    { "PURGE MASTER LOGS", SQL_NO_RESTORE, LOGS_GO },
    { "RESET SLAVE", SQL_HALTS, "a replica forgets where it stands" },
    { "RESET REPLICA", SQL_HALTS, "a replica forgets where it stands" },
    { "STOP SLAVE", SQL_HALTS, "a replica follows no longer" },
    { "STOP ALL SLAVES", SQL_HALTS, "replicas follow no longer" },
    { "STOP REPLICA", SQL_HALTS, "a replica follows no longer" },
    { "STOP ALL REPLICAS", SQL_HALTS, "replicas follow no longer" },
    { "STOP GROUP_REPLICATION", SQL_HALTS, "a member leaves its group" },
    { "START SLAVE", SQL_SERVER, "a replica follows from then on" },
    { "START REPLICA", SQL_SERVER, "a replica follows from then on" },
    { "START GROUP_REPLICATION", SQL_SERVER, "a member joins its group" },
    { "CHANGE MASTER TO", SQL_HALTS, "a replica follows another server from then on" },
    { "CHANGE REPLICATION SOURCE TO", SQL_HALTS, "a replica follows another server from then on" },
    { "CHANGE REPLICATION FILTER", SQL_SERVER, "a replica follows other databases from then on" },
    { "SHUTDOWN", SQL_HALTS, "the server is stopped" },
    { "RESTART", SQL_HALTS, "the server is stopped and started" },
    { "KILL", SQL_HALTS, "somebody's connection is ended" },
    { "CLONE INSTANCE FROM", SQL_LOSES_DATA, "all that the server holds is replaced by what another does" },
    { "INSTALL PLUGIN", SQL_RUNS, "a library is loaded into the server" },
    { "INSTALL SONAME", SQL_RUNS, "a library is loaded into the server" },
    { "INSTALL COMPONENT", SQL_RUNS, "a library is loaded into the server" },
    { "UNINSTALL PLUGIN", SQL_SERVER, "the server loses what a library gave it" },
    { "UNINSTALL SONAME", SQL_SERVER, "the server loses what a library gave it" },
    { "UNINSTALL COMPONENT", SQL_SERVER, "the server loses what a library gave it" },
    { "FLUSH PRIVILEGES", 0, NULL },
    { "DROP PREPARE", 0, NULL },
    { "ALTER INSTANCE", SQL_SERVER, "the server itself changes, for all databases" },
    { "CREATE SPATIAL REFERENCE SYSTEM", SQL_SERVER, "all databases of the server get it" },
    { "CREATE OR REPLACE SPATIAL REFERENCE SYSTEM", SQL_SERVER, "all databases of the server get it" },
    { "DROP SPATIAL REFERENCE SYSTEM", SQL_SERVER | SQL_BREAKS, "all databases of the server lose it" },
    { "SECURITY LABEL", SQL_RIGHTS, "who may do what changes" },
    { "PREPARE", SQL_OPAQUE, "what it prepares cannot be told from its text" },
};
/* clang-format on */

/* LOAD 'library' of PostgreSQL. */
static bool read_library(struct sql_cursor *cursor, struct sql_operation *operation)
{
    if (!sql_at_word(cursor, "LOAD") || sql_peek(cursor, 1)->kind != SQL_STRING)
        return false;
    cursor->at++;
    operation->kind = SQL_OTHER;
    operation->words = "LOAD";
    sql_see(operation, SQL_RUNS, "a library is loaded, and what is in it runs");
    return true;
}

/* All that a role owns: OWNED BY stands behind the first word. */
static bool read_owned(struct sql_cursor *cursor, struct sql_operation *operation)
{
    bool drops = sql_at_word(cursor, "DROP");
    struct sql_cursor ahead = *cursor;

    if (!sql_take_words(&ahead, "DROP OWNED BY") && !sql_take_words(&ahead, "REASSIGN OWNED BY"))
        return false;
    *cursor = ahead;
    operation->kind = drops ? SQL_DROP : SQL_ALTER;
    operation->words = drops ? "DROP OWNED BY" : "REASSIGN OWNED BY";
    operation->object_kind = SQL_ROLE;
    operation->cascade = sql_has_word(cursor, "CASCADE");
    operation->object = sql_take_account(cursor);
    if (drops)
        sql_see(operation, SQL_LOSES_DATA | SQL_BREAKS,
                "all that the role owns is dropped, its tables and their rows among it");
    while (!sql_at_end(cursor) && !sql_take_word(cursor, "TO"))
        sql_skip(cursor);
    if (!drops)
        operation->new_name = sql_take_account(cursor);
    return true;
}

void sql_take_prepare(struct sql_cursor *cursor)
{
    struct sql_cursor ahead = *cursor;

    if (!sql_take_word(&ahead, "PREPARE") || sql_take_part(&ahead) == NULL)
        return;
    if (sql_at_sign(&ahead, "("))
        sql_skip(&ahead);
    if (sql_take_word(&ahead, "AS"))
        *cursor = ahead;
}

bool sql_read_server(struct sql_cursor *cursor, struct sql_operation *operation)
{
    if (read_owned(cursor, operation) || read_library(cursor, operation))
        return true;
    for (size_t i = 0; i < COUNT(server_words); i++) {
        if (!sql_take_words(cursor, server_words[i].words))
            continue;
        operation->kind = SQL_OTHER;
        operation->words = server_words[i].words;
        if (server_words[i].marks != 0)
            sql_see(operation, server_words[i].marks, server_words[i].why);
        return true;
    }
    return false;
}
