/* SQL without a result, waiting for its turn. */
#include "engine.h"

bool engine_execute(struct connection *connection, const char *sql, struct error *error)
{
    int code;

    engine_wait_begin(connection);
    connection->wait.whole = true;
    do {
        code = sqlite3_exec(connection->database, sql, NULL, NULL, NULL);
    } while ((code & 0xff) == SQLITE_BUSY && engine_wait_turn(connection));
    connection->wait.whole = false;
    return code == SQLITE_OK || engine_failure(connection, code, "write to", error);
}
