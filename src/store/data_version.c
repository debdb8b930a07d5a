#include <pilab/store/connection.h>

bool connection_data_version(struct connection *connection, int64_t *version, struct error *error)
{
    struct statement *statement = statement_open(connection, "PRAGMA data_version", error);
    bool row = false;
    bool ok = statement_step(statement, &row, error);

    if (ok && row)
        *version = statement_take_integer(statement);
    statement_close(&statement);
    return ok && (row || error_set(error, ERROR_INTERNAL, "the store does not tell its version"));
}
