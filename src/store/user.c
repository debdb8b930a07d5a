#include <pilab/store/user.h>

#include "rows.h"

const char *const store_user_roles[] = { "SUPER_ADMIN", "ADMIN", "USER", NULL };

#define USER_COLUMNS                                                                               \
    "id, tenant_id, login, email, first_name, last_name, role, is_active, last_login_at, rev,"     \
    " created_at, updated_at"

static const char user_insert[] = "INSERT INTO users (" USER_COLUMNS ")"
                                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char user_update[] = "UPDATE users"
                                  " SET login = ?,"
                                  "     email = ?,"
                                  "     first_name = ?,"
                                  "     last_name = ?,"
                                  "     role = ?,"
                                  "     is_active = ?,"
                                  "     last_login_at = ?,"
                                  "     rev = rev + 1,"
                                  "     updated_at = ?"
                                  " WHERE id = ?"
                                  "   AND rev = ?";

static const char user_by_id[] = "SELECT " USER_COLUMNS " FROM users"
                                 " WHERE id = ?";

/* A login comes before an address, should one user's login look like another's address. */
static const char user_by_name[] = "SELECT " USER_COLUMNS " FROM users"
                                   " WHERE tenant_id = ?1"
                                   "   AND (login = ?2 OR email = ?2)"
                                   " ORDER BY CASE WHEN login = ?2 THEN 0 ELSE 1 END"
                                   " LIMIT 1";

static const char users_by_login[] = "SELECT " USER_COLUMNS " FROM users"
                                     " WHERE tenant_id = ?"
                                     "   AND login > ?"
                                     " ORDER BY login"
                                     " LIMIT ?";

static void read_user(struct statement *statement, struct arena *arena, void *item)
{
    struct store_user *user = item;

    id_take(statement, user->id);
    user->tenant_id = statement_take_text(statement, arena);
    user->login = statement_take_text(statement, arena);
    user->email = statement_take_text(statement, arena);
    user->first_name = statement_take_text(statement, arena);
    user->last_name = statement_take_text(statement, arena);
    user->role = statement_take_text(statement, arena);
    user->is_active = statement_take_bool(statement);
    user->last_login_at = statement_take_integer(statement);
    user->rev = statement_take_integer(statement);
    user->created_at = statement_take_integer(statement);
    user->updated_at = statement_take_integer(statement);
}

/* The columns that a person can change, in the order of both statements. */
static void put_values(struct statement *statement, const struct store_user *user)
{
    statement_put_text(statement, user->login);
    statement_put_text(statement, user->email);
    statement_put_text(statement, text_or(user->first_name, ""));
    statement_put_text(statement, text_or(user->last_name, ""));
    statement_put_text(statement, user->role);
    statement_put_integer(statement, user->is_active);
    statement_put_integer(statement, user->last_login_at);
}

bool store_user_add(struct connection *connection, struct store_user *user, struct error *error)
{
    struct statement *statement;

    if (!word_check("role", user->role, store_user_roles, error) ||
        !id_settle(connection, user->id, error))
        return false;
    user->rev = 1;
    user->created_at = user->updated_at = connection_now(connection);
    statement = statement_open(connection, user_insert, error);
    statement_put_text(statement, user->id);
    statement_put_text(statement, user->tenant_id);
    put_values(statement, user);
    statement_put_integer(statement, user->rev);
    statement_put_integer(statement, user->created_at);
    statement_put_integer(statement, user->updated_at);
    return row_add(&statement, "user", user->login, error);
}

bool store_user_update(struct connection *connection, struct store_user *user, struct error *error)
{
    int64_t now = connection_now(connection);
    struct statement *statement;

    if (!word_check("role", user->role, store_user_roles, error))
        return false;
    statement = statement_open(connection, user_update, error);
    put_values(statement, user);
    statement_put_integer(statement, now);
    statement_put_text(statement, user->id);
    statement_put_integer(statement, user->rev);
    if (!row_change(&statement, "user", user->login, error))
        return false;
    user->rev++;
    user->updated_at = now;
    return true;
}

bool store_user_get(struct connection *connection, const char *id, struct arena *arena,
                    struct store_user *user, struct error *error)
{
    struct statement *statement = statement_open(connection, user_by_id, error);

    statement_put_text(statement, id);
    return row_demand(&statement, read_user, arena, user, "user", id, error);
}

bool store_user_find(struct connection *connection, const char *tenant_id, const char *name,
                     struct arena *arena, struct store_user *user, struct error *error)
{
    struct statement *statement = statement_open(connection, user_by_name, error);

    statement_put_text(statement, tenant_id);
    statement_put_text(statement, name);
    return row_demand(&statement, read_user, arena, user, "user", name, error);
}

bool store_user_list(struct connection *connection, const char *tenant_id,
                     const struct store_page *page, struct arena *arena, struct store_users *list,
                     struct error *error)
{
    struct cursor cursor = { .list = "user", .text = "" };
    struct statement *statement;
    struct rows rows;

    if (!cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, users_by_login, error);
    statement_put_text(statement, tenant_id);
    statement_put_text(statement, cursor.text);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_user, arena, &rows, error))
        return false;
    *list = (struct store_users){ .items = rows.items, .count = rows.count };
    if (rows.more) {
        cursor.text = list->items[rows.count - 1].login;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}
