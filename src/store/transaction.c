/* Transactions: what is written together is kept together. */
#include "engine.h"

static bool refuse_reader(struct connection *connection, struct error *error)
{
    error_set(error, ERROR_IO, "cannot write to %s: %s", connection->path,
              connection->read_only_reason != NULL ? connection->read_only_reason
                                                   : "it is open for reading only");
    return error_hint(error, "Reading works; for writing, use a store that can be written "
                             "(--store PATH).");
}

bool store_begin(struct connection *connection, const struct progress *progress,
                 struct error *error)
{
    if (connection->transaction != ENGINE_NO_TRANSACTION)
        return error_set(error, ERROR_INTERNAL, "a transaction is open already");
    if (connection->read_only)
        return refuse_reader(connection, error);
    connection->progress = progress;
    if (!progress_check(progress, error) || !engine_execute(connection, "BEGIN IMMEDIATE", error)) {
        connection->progress = NULL;
        return false;
    }
    connection->transaction = ENGINE_WRITING;
    return true;
}

bool store_begin_reading(struct connection *connection, struct error *error)
{
    if (connection->transaction != ENGINE_NO_TRANSACTION)
        return error_set(error, ERROR_INTERNAL, "a transaction is open already");
    if (!engine_execute(connection, "BEGIN", error))
        return false;
    connection->transaction = ENGINE_READING;
    return true;
}

bool store_commit(struct connection *connection, struct error *error)
{
    if (connection->transaction == ENGINE_GIVEN_UP)
        return error_set(error, ERROR_IO,
                         "cannot write to %s: the transaction was given up after an earlier error; "
                         "nothing of it was kept",
                         connection->path);
    if (connection->transaction != ENGINE_WRITING)
        return error_set(error, ERROR_INTERNAL, "there is no transaction to commit");
    if (!engine_execute(connection, "COMMIT", error)) {
        store_rollback(connection);
        return false;
    }
    connection->transaction = ENGINE_NO_TRANSACTION;
    connection->progress = NULL;
    return true;
}

void store_rollback(struct connection *connection)
{
    if (connection->transaction == ENGINE_NO_TRANSACTION)
        return;
    /* When SQLite has rolled back by itself, another ROLLBACK would only be an error. */
    if (sqlite3_get_autocommit(connection->database) == 0)
        sqlite3_exec(connection->database, "ROLLBACK", NULL, NULL, NULL);
    connection->transaction = ENGINE_NO_TRANSACTION;
    connection->progress = NULL;
}

bool store_writing(const struct connection *connection)
{
    return connection->transaction == ENGINE_WRITING;
}
