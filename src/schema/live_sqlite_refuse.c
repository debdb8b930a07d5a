#include "live_sqlite.h"

#include <pilab/base/file.h>
#include <pilab/base/strbuf.h>

bool sqlite_refuse(sqlite3 *database, const char *name, struct error *error)
{
    const char *message = sqlite3_errmsg(database);

    switch (sqlite3_errcode(database) & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        error_set(error, ERROR_BUSY, "%s: somebody writes to it: %s", name, message);
        return error_hint(error, "Try again when that is done.");
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return error_set(error, ERROR_CORRUPT, "%s: it is no SQLite database, or damaged: %s", name,
                         message);
    case SQLITE_INTERRUPT:
        return error_set(error, ERROR_CANCELLED, "Stopped before it was done.");
    case SQLITE_CANTOPEN:
        error_set(error, ERROR_IO, "%s: it cannot be opened: %s", name, message);
        return error_hint(error, "Where others write to it in WAL mode, reading needs its -wal and "
                                 "-shm beside it, or a folder that may be written to.");
    default:
        return error_set(error, ERROR_IO, "%s: %s", name, message);
    }
}
