#include "meta.h"

bool meta_get(struct connection *connection, const char *name, struct strbuf *value,
              struct error *error)
{
    struct statement *statement = statement_open(connection,
                                                 "SELECT value"
                                                 " FROM meta"
                                                 " WHERE name = ?",
                                                 error);
    bool row = false;
    bool ok;

    strbuf_clear(value);
    statement_put_text(statement, name);
    ok = statement_step(statement, &row, error);
    if (ok && row)
        strbuf_add(value, statement_view_text(statement, NULL));
    statement_close(&statement);
    return ok;
}

bool meta_put(struct connection *connection, const char *name, const char *value, bool replace,
              struct error *error)
{
    struct statement *statement = statement_open(connection,
                                                 replace ? "INSERT INTO meta (name, value)"
                                                           " VALUES (?, ?)"
                                                           " ON CONFLICT (name)"
                                                           " DO UPDATE SET value = excluded.value"
                                                         : "INSERT INTO meta (name, value)"
                                                           " VALUES (?, ?)"
                                                           " ON CONFLICT (name) DO NOTHING",
                                                 error);
    bool ok;

    statement_put_text(statement, name);
    statement_put_text(statement, value);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    return ok;
}

bool meta_remove(struct connection *connection, const char *name, struct error *error)
{
    struct statement *statement =
        statement_open(connection, "DELETE FROM meta WHERE name = ?", error);
    bool ok;

    statement_put_text(statement, name);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    return ok;
}
