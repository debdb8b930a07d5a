/* SQLite's result codes as errors that a person can act upon. */
#include "engine.h"

#include <string.h>

#include <pilab/base/memory.h>

struct reason {
    int code; /* primary or extended */
    enum error_code error;
    const char *why; /* NULL: SQLite's own words */
    const char *hint;
};

#define RESTORE "restore the newest backup (a file of the same name with .before-NNN)"

/* Extended codes stand before the primary code they refine. */
/* clang-format off */
static const struct reason reasons[] = {
    { SQLITE_CONSTRAINT_UNIQUE, ERROR_EXISTS, NULL, NULL },
    { SQLITE_CONSTRAINT_PRIMARYKEY, ERROR_EXISTS, NULL, NULL },
    { SQLITE_CONSTRAINT_FOREIGNKEY, ERROR_NOT_FOUND,
      "it refers to something that is not there", NULL },
    { SQLITE_CONSTRAINT, ERROR_INVALID, NULL, NULL },
    { SQLITE_FULL, ERROR_IO,
      "the disk is full",
      "Nothing of it was kept, and what was there before is whole. Free some space on that disk "
      "and try again." },
    { SQLITE_BUSY, ERROR_BUSY,
      "another process keeps it locked",
      "Try again in a moment. If it stays locked, look for a hanging pilab process (fuser shows "
      "who has the file open)." },
    { SQLITE_LOCKED, ERROR_BUSY,
      "it is locked",
      "Try again in a moment." },
    { SQLITE_READONLY, ERROR_IO,
      "it can only be read",
      "Check the permissions of the file and of its folder, and that the disk is not mounted "
      "read-only." },
    { SQLITE_PERM, ERROR_IO,
      "permission denied",
      "Check the permissions of the file." },
    { SQLITE_CORRUPT, ERROR_CORRUPT,
      "the file is damaged",
      "Keep a copy of it, then " RESTORE ", or save what can be read: sqlite3 FILE .recover" },
    { SQLITE_NOTADB, ERROR_CORRUPT,
      "it is not a database, or its first page is damaged",
      "Check the path. If it is the right file, " RESTORE "." },
    { SQLITE_TOOBIG, ERROR_LIMIT, "a value is too large", NULL },
    { SQLITE_INTERRUPT, ERROR_CANCELLED, "it was cancelled", NULL },
};
/* clang-format on */

static const struct reason *reason_of(int code)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].code == code || reasons[i].code == (code & 0xff))
            return &reasons[i];
    }
    return NULL;
}

/* Codes where the operating system said why. */
static bool system_spoke(int code)
{
    int primary = code & 0xff;

    return primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN;
}

/* Finds out whether SQLite has rolled back by itself. */
static void check_transaction(struct connection *connection)
{
    if (connection->transaction != ENGINE_NO_TRANSACTION &&
        sqlite3_get_autocommit(connection->database) != 0)
        connection->transaction = ENGINE_GIVEN_UP;
}

bool engine_failure(struct connection *connection, int code, const char *doing, struct error *error)
{
    const struct reason *reason = reason_of(code);
    int number = sqlite3_system_errno(connection->database);

    check_transaction(connection);
    if ((code & 0xff) == SQLITE_NOMEM)
        memory_exhausted();
    if (connection->wait.cancelled && (code & 0xff) == SQLITE_BUSY)
        return error_set(error, ERROR_CANCELLED, "cannot %s %s: it was cancelled", doing,
                         connection->path);
    if (reason == NULL && system_spoke(code) && number != 0)
        return error_errno(error, number, "cannot %s %s", doing, connection->path);
    if (reason == NULL)
        return error_set(error, ERROR_IO, "cannot %s %s: %s", doing, connection->path,
                         sqlite3_errmsg(connection->database));
    error_set(error, reason->error, "cannot %s %s: %s", doing, connection->path,
              reason->why != NULL ? reason->why : sqlite3_errmsg(connection->database));
    if (reason->hint != NULL)
        error_hint(error, "%s", reason->hint);
    return false;
}
