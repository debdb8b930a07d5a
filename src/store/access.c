#include <pilab/store/access.h>

#include "rows.h"

const char *const store_project_roles[] = { "OWNER", "ADMIN", "CONTRIBUTOR", "VIEWER", NULL };

static const char access_set[] = "INSERT INTO project_access"
                                 " (project_id, user_id, role, created_at, updated_at)"
                                 " VALUES (?1, ?2, ?3, ?4, ?4)"
                                 " ON CONFLICT (project_id, user_id)"
                                 " DO UPDATE SET role = excluded.role,"
                                 "               updated_at = excluded.updated_at";

static const char access_remove[] = "DELETE FROM project_access"
                                    " WHERE project_id = ?"
                                    "   AND user_id = ?";

static const char access_role[] = "SELECT role"
                                  " FROM project_access"
                                  " WHERE project_id = ?"
                                  "   AND user_id = ?";

static const char accesses_by_login[] = "SELECT a.project_id, a.user_id, u.login, a.role,"
                                        "       u.is_active, a.created_at, a.updated_at"
                                        " FROM project_access a"
                                        " JOIN users u ON u.id = a.user_id"
                                        " WHERE a.project_id = ?"
                                        "   AND u.login > ?"
                                        " ORDER BY u.login"
                                        " LIMIT ?";

static void read_access(struct statement *statement, struct arena *arena, void *item)
{
    struct store_access *access = item;

    access->project_id = statement_take_text(statement, arena);
    access->user_id = statement_take_text(statement, arena);
    access->login = statement_take_text(statement, arena);
    access->role = statement_take_text(statement, arena);
    access->is_active = statement_take_bool(statement);
    access->created_at = statement_take_integer(statement);
    access->updated_at = statement_take_integer(statement);
}

static void read_role(struct statement *statement, struct arena *arena, void *item)
{
    const char **role = item;

    *role = statement_take_text(statement, arena);
}

bool store_access_set(struct connection *connection, const char *project_id, const char *user_id,
                      const char *role, struct error *error)
{
    struct statement *statement;

    if (!word_check("role", role, store_project_roles, error))
        return false;
    statement = statement_open(connection, access_set, error);
    statement_put_text(statement, project_id);
    statement_put_text(statement, user_id);
    statement_put_text(statement, role);
    statement_put_integer(statement, connection_now(connection));
    return row_add(&statement, "member", user_id, error);
}

bool store_access_remove(struct connection *connection, const char *project_id, const char *user_id,
                         struct error *error)
{
    struct statement *statement = statement_open(connection, access_remove, error);
    size_t removed = 0;
    bool ok;

    statement_put_text(statement, project_id);
    statement_put_text(statement, user_id);
    ok = statement_run(statement, &removed, error);
    statement_close(&statement);
    if (ok && removed == 0)
        return error_set(error, ERROR_NOT_FOUND, "user %s has no role in project %s", user_id,
                         project_id);
    return ok;
}

bool store_access_role(struct connection *connection, const char *project_id, const char *user_id,
                       struct arena *arena, const char **role, struct error *error)
{
    struct statement *statement = statement_open(connection, access_role, error);
    bool found;

    *role = NULL;
    statement_put_text(statement, project_id);
    statement_put_text(statement, user_id);
    return row_read(&statement, read_role, arena, role, &found, error);
}

bool store_access_list(struct connection *connection, const char *project_id,
                       const struct store_page *page, struct arena *arena,
                       struct store_accesses *list, struct error *error)
{
    struct cursor cursor = { .list = "access", .text = "" };
    struct statement *statement;
    struct rows rows;

    if (!cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, accesses_by_login, error);
    statement_put_text(statement, project_id);
    statement_put_text(statement, cursor.text);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_access, arena, &rows, error))
        return false;
    *list = (struct store_accesses){ .items = rows.items, .count = rows.count };
    if (rows.more) {
        cursor.text = list->items[rows.count - 1].login;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}
