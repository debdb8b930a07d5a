/* Prepared statements, kept by their text. */
#include "engine.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

struct statement {
    struct connection *connection;
    sqlite3_stmt *handle;
    int parameter; /* the last one that was put */
    int column;    /* the next one to take */
    int bad_value; /* SQLite's code for a value that it did not take */
    bool kept;     /* in the connection's map; otherwise it ends with its closing */
    bool open;
};

static struct statement *statement_prepare(struct connection *connection, const char *sql,
                                           struct error *error)
{
    struct statement *statement = memory_new(sizeof *statement);
    int code = sqlite3_prepare_v3(connection->database, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                  &statement->handle, NULL);

    statement->connection = connection;
    if (code == SQLITE_OK)
        return statement;
    engine_failure(connection, code, "query", error);
    free(statement);
    return NULL;
}

static void statement_destroy(struct statement *statement)
{
    sqlite3_finalize(statement->handle);
    free(statement);
}

struct statement *statement_open(struct connection *connection, const char *sql,
                                 struct error *error)
{
    struct statement *kept = map_get(connection->statements, sql);
    struct statement *statement = kept;

    if (kept == NULL || kept->open)
        statement = statement_prepare(connection, sql, error);
    if (statement == NULL)
        return NULL;
    if (kept == NULL) {
        statement->kept = true;
        map_put(connection->statements, sql, statement);
    }
    statement->open = true;
    return statement;
}

void statement_rewind(struct statement *statement)
{
    if (statement == NULL)
        return;
    sqlite3_reset(statement->handle);
    sqlite3_clear_bindings(statement->handle);
    statement->parameter = 0;
    statement->column = 0;
    statement->bad_value = SQLITE_OK;
}

void statement_close(struct statement **statement)
{
    struct statement *closing = *statement;

    *statement = NULL;
    if (closing == NULL)
        return;
    statement_rewind(closing);
    closing->open = false;
    if (!closing->kept)
        statement_destroy(closing);
}

void engine_forget_statements(struct connection *connection)
{
    for (size_t i = 0; i < map_count(connection->statements); i++)
        statement_destroy(map_value_at(connection->statements, i));
}

static void note_value(struct statement *statement, int code)
{
    if (statement->bad_value == SQLITE_OK)
        statement->bad_value = code;
}

void statement_put_text(struct statement *statement, const char *text)
{
    if (statement == NULL)
        return;
    if (text == NULL) {
        statement_put_null(statement);
        return;
    }
    note_value(statement, sqlite3_bind_text64(statement->handle, ++statement->parameter, text,
                                              strlen(text), SQLITE_STATIC, SQLITE_UTF8));
}

void statement_put_integer(struct statement *statement, int64_t value)
{
    if (statement != NULL)
        note_value(statement, sqlite3_bind_int64(statement->handle, ++statement->parameter, value));
}

void statement_put_blob(struct statement *statement, const void *bytes, size_t length)
{
    if (statement != NULL)
        note_value(statement, sqlite3_bind_blob64(statement->handle, ++statement->parameter, bytes,
                                                  length, SQLITE_STATIC));
}

void statement_put_null(struct statement *statement)
{
    if (statement != NULL)
        note_value(statement, sqlite3_bind_null(statement->handle, ++statement->parameter));
}

static bool may_run(const struct statement *statement, struct error *error)
{
    const struct connection *connection = statement->connection;

    if (connection->transaction == ENGINE_GIVEN_UP)
        return error_set(error, ERROR_IO,
                         "cannot go on with %s: the transaction was given up after an earlier "
                         "error",
                         connection->path);
    if (connection->transaction != ENGINE_WRITING && !sqlite3_stmt_readonly(statement->handle))
        return error_set(error, ERROR_INTERNAL, "cannot write to %s outside of a transaction",
                         connection->path);
    return true;
}

bool statement_step(struct statement *statement, bool *row, struct error *error)
{
    const char *doing;
    int code;

    *row = false;
    if (statement == NULL || !may_run(statement, error))
        return false;
    doing = sqlite3_stmt_readonly(statement->handle) ? "read from" : "write to";
    if (statement->bad_value != SQLITE_OK)
        return engine_failure(statement->connection, statement->bad_value, doing, error);
    code = sqlite3_step(statement->handle);
    statement->column = 0;
    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return true;
    return engine_failure(statement->connection, code, doing, error);
}

bool statement_run(struct statement *statement, size_t *changed, struct error *error)
{
    bool row = true;

    while (row) {
        if (!statement_step(statement, &row, error))
            return false;
    }
    if (changed != NULL)
        *changed = (size_t)sqlite3_changes64(statement->connection->database);
    return true;
}

int64_t statement_take_integer(struct statement *statement)
{
    return statement == NULL ? 0 : sqlite3_column_int64(statement->handle, statement->column++);
}

bool statement_take_bool(struct statement *statement)
{
    return statement_take_integer(statement) != 0;
}

const char *statement_view_text(struct statement *statement, size_t *length)
{
    const char *text;
    int column;

    if (length != NULL)
        *length = 0;
    if (statement == NULL)
        return NULL;
    column = statement->column++;
    text = (const char *)sqlite3_column_text(statement->handle, column);
    if (text != NULL && length != NULL)
        *length = (size_t)sqlite3_column_bytes(statement->handle, column);
    return text;
}

const char *statement_take_text(struct statement *statement, struct arena *arena)
{
    size_t length;
    const char *text = statement_view_text(statement, &length);

    return text == NULL ? NULL : arena_bytes(arena, text, length);
}

const void *statement_view_blob(struct statement *statement, size_t *length)
{
    const void *bytes;
    int column;

    *length = 0;
    if (statement == NULL)
        return NULL;
    column = statement->column++;
    bytes = sqlite3_column_blob(statement->handle, column);
    if (bytes != NULL)
        *length = (size_t)sqlite3_column_bytes(statement->handle, column);
    return bytes;
}

void statement_skip(struct statement *statement)
{
    if (statement != NULL)
        statement->column++;
}
