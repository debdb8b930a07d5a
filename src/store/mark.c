#include <pilab/store/mark.h>

#include "rows.h"

static const char mark_by_name[] = "SELECT at"
                                   " FROM marks"
                                   " WHERE user_id = ?"
                                   "   AND project_id = ?"
                                   "   AND name = ?";

static const char mark_put[] = "INSERT INTO marks (user_id, project_id, name, at)"
                               " VALUES (?, ?, ?, ?)"
                               " ON CONFLICT (user_id, project_id, name)"
                               " DO UPDATE SET at = MAX(at, excluded.at)";

bool store_mark_get(struct connection *connection, const char *user_id, const char *project_id,
                    const char *name, int64_t *at, struct error *error)
{
    struct statement *statement = statement_open(connection, mark_by_name, error);

    statement_put_text(statement, user_id);
    statement_put_text(statement, project_id);
    statement_put_text(statement, name);
    return row_integer(&statement, at, error);
}

bool store_mark_set(struct connection *connection, const char *user_id, const char *project_id,
                    const char *name, int64_t at, struct error *error)
{
    struct statement *statement = statement_open(connection, mark_put, error);
    bool ok;

    statement_put_text(statement, user_id);
    statement_put_text(statement, project_id);
    statement_put_text(statement, name);
    statement_put_integer(statement, at);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    return ok;
}
