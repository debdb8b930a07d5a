#include "migrate.h"

#include <stdlib.h>

#include <pilab/base/memory.h>

#include "engine.h"

static bool check_references(struct connection *connection, const struct migration *migration,
                             struct error *error)
{
    struct statement *statement = statement_open(connection, "PRAGMA foreign_key_check", error);
    bool row = false;
    bool ok = statement_step(statement, &row, error);

    if (ok && row)
        ok = error_set(error, ERROR_CORRUPT,
                       "cannot apply migration %s to %s: a row of %s would refer to nothing",
                       migration->name, connection->path, statement_view_text(statement, NULL));
    statement_close(&statement);
    return ok;
}

static bool back_up(struct connection *connection, const struct migration *migration,
                    struct error *error)
{
    char *path = memory_printf("%s.before-%03d", connection->path, migration->number);
    bool ok = engine_backup(connection, path, error);

    free(path);
    return ok;
}

/* Inside the write lock, so that nothing changes between the copy and the migration, and so that
 * another process that wanted the same finds it done. A store that is being made has nothing to
 * lose yet. */
static bool apply(struct connection *connection, const struct migration *migration, bool new,
                  bool *applied, struct error *error)
{
    struct engine_identity now;
    bool ok = store_begin(connection, NULL, error) && engine_identify(connection, &now, error);

    *applied = ok && now.schema < migration->number;
    if (*applied)
        ok = (new || now.empty || back_up(connection, migration, error)) &&
             engine_execute(connection, migration->sql, error) &&
             check_references(connection, migration, error) && store_commit(connection, error);
    store_rollback(connection);
    if (!ok)
        error_prefix(error, "migration %s", migration->name);
    return ok;
}

bool migrate(struct connection *connection, const struct migration_list *list, size_t *applied,
             struct error *error)
{
    struct engine_identity now;
    bool ok = engine_identify(connection, &now, error);
    bool new = ok &&now.empty;

    *applied = 0;
    if (!ok || now.schema >= (int64_t)list->count)
        return ok;
    /* Tables that are rebuilt are dropped in between; references are checked at the end instead
     * (https://www.sqlite.org/lang_altertable.html, 7). It cannot be switched in a transaction. */
    ok = engine_execute(connection, "PRAGMA foreign_keys = OFF", error);
    for (size_t i = 0; ok && i < list->count; i++) {
        bool did = false;

        ok = apply(connection, &list->items[i], new, &did, error);
        *applied += did;
    }
    return engine_execute(connection, "PRAGMA foreign_keys = ON", ok ? error : NULL) && ok;
}
