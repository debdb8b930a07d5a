#include <pilab/store/variable.h>

#include <string.h>

#include "rows.h"

#define VARIABLE_SELECT                                                                            \
    "SELECT v.id, v.project_id, v.environment_id, v.module_id, e.name, m.name, v.name,"            \
    "       v.description, v.is_secret, v.value, v.sealed, v.fingerprint, v.author, v.rev,"        \
    "       v.created_at, v.updated_at"                                                            \
    " FROM variables v"                                                                            \
    " JOIN environments e ON e.id = v.environment_id"                                              \
    " LEFT JOIN modules m ON m.id = v.module_id"

static const char variable_insert[] =
    "INSERT INTO variables (id, project_id, environment_id, module_id, name, description,"
    " is_secret, value, sealed, fingerprint, author, rev, created_at, updated_at, removed_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 1, ?12, ?12, 0)";

static const char variable_update[] = "UPDATE variables"
                                      " SET description = ?,"
                                      "     is_secret = ?,"
                                      "     value = ?,"
                                      "     sealed = ?,"
                                      "     fingerprint = ?,"
                                      "     author = ?,"
                                      "     updated_at = ?,"
                                      "     removed_at = 0,"
                                      "     rev = rev + 1"
                                      " WHERE id = ?"
                                      "   AND rev = ?";

static const char variable_remove[] = "UPDATE variables"
                                      " SET value = NULL,"
                                      "     sealed = NULL,"
                                      "     fingerprint = '',"
                                      "     author = ?1,"
                                      "     updated_at = ?2,"
                                      "     removed_at = ?2,"
                                      "     rev = rev + 1"
                                      " WHERE id = ?3"
                                      "   AND rev = ?4"
                                      "   AND removed_at = 0";

static const char variable_reseal[] = "UPDATE variables"
                                      " SET sealed = ?,"
                                      "     fingerprint = ?"
                                      " WHERE id = ?"
                                      "   AND rev = ?"
                                      "   AND sealed IS NOT NULL";

static const char revision_insert[] =
    "INSERT INTO variable_revisions (variable_id, rev, action, is_secret, value, fingerprint,"
    " author, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

static const char revision_reprint[] = "UPDATE variable_revisions"
                                       " SET fingerprint = ?"
                                       " WHERE variable_id = ?"
                                       "   AND rev = ?";

static const char variable_by_place[] = VARIABLE_SELECT " WHERE v.environment_id = ?"
                                                        "   AND IFNULL(v.module_id, '') = ?"
                                                        "   AND v.name = ?"
                                                        "   AND v.removed_at = 0";

static const char removed_by_place[] = "SELECT id, rev, created_at"
                                       " FROM variables"
                                       " WHERE environment_id = ?"
                                       "   AND IFNULL(module_id, '') = ?"
                                       "   AND name = ?"
                                       "   AND removed_at <> 0";

static const char variables_in_order[] =
    VARIABLE_SELECT " WHERE v.project_id = ?1"
                    "   AND (?2 IS NULL OR v.environment_id = ?2)"
                    "   AND (?3 IS NULL OR v.module_id = ?3)"
                    "   AND v.removed_at = 0"
                    "   AND e.removed_at = 0"
                    "   AND IFNULL(m.removed_at, 0) = 0"
                    " ORDER BY v.name, IFNULL(m.name, ''), e.position, e.name";

static const char variables_sealed[] = VARIABLE_SELECT " WHERE v.sealed IS NOT NULL"
                                                       " ORDER BY v.id";

static const char revisions_of_place[] = "SELECT r.rev, r.action, r.is_secret, r.value,"
                                         "       r.fingerprint, r.author, r.at"
                                         " FROM variable_revisions r"
                                         " JOIN variables v ON v.id = r.variable_id"
                                         " WHERE v.environment_id = ?"
                                         "   AND IFNULL(v.module_id, '') = ?"
                                         "   AND v.name = ?"
                                         " ORDER BY r.rev DESC";

static void read_variable(struct statement *statement, struct arena *arena, void *item)
{
    struct store_variable *variable = item;
    const void *sealed;

    id_take(statement, variable->id);
    variable->project_id = statement_take_text(statement, arena);
    variable->environment_id = statement_take_text(statement, arena);
    variable->module_id = statement_take_text(statement, arena);
    variable->environment = statement_take_text(statement, arena);
    variable->module = statement_take_text(statement, arena);
    variable->name = statement_take_text(statement, arena);
    variable->description = statement_take_text(statement, arena);
    variable->is_secret = statement_take_bool(statement);
    variable->value = statement_take_text(statement, arena);
    sealed = statement_view_blob(statement, &variable->sealed_length);
    variable->sealed = sealed != NULL ? arena_bytes(arena, sealed, variable->sealed_length) : NULL;
    variable->fingerprint = statement_take_text(statement, arena);
    variable->author = statement_take_text(statement, arena);
    variable->rev = statement_take_integer(statement);
    variable->created_at = statement_take_integer(statement);
    variable->updated_at = statement_take_integer(statement);
}

static void read_revision(struct statement *statement, struct arena *arena, void *item)
{
    struct store_variable_revision *revision = item;

    revision->rev = statement_take_integer(statement);
    revision->action = statement_take_text(statement, arena);
    revision->is_secret = statement_take_bool(statement);
    revision->value = statement_take_text(statement, arena);
    revision->fingerprint = statement_take_text(statement, arena);
    revision->author = statement_take_text(statement, arena);
    revision->at = statement_take_integer(statement);
}

static void put_place(struct statement *statement, const char *environment_id,
                      const char *module_id, const char *name)
{
    statement_put_text(statement, environment_id);
    statement_put_text(statement, text_or(module_id, ""));
    statement_put_text(statement, name);
}

static void put_sealed(struct statement *statement, const struct store_variable *variable)
{
    if (variable->sealed != NULL)
        statement_put_blob(statement, variable->sealed, variable->sealed_length);
    else
        statement_put_null(statement);
}

static void put_values(struct statement *statement, const struct store_variable *variable)
{
    statement_put_text(statement, text_or(variable->description, ""));
    statement_put_integer(statement, variable->is_secret);
    statement_put_text(statement, variable->value);
    put_sealed(statement, variable);
    statement_put_text(statement, text_or(variable->fingerprint, ""));
    statement_put_text(statement, variable->author);
}

static bool add_revision(struct connection *connection, const struct store_variable *variable,
                         const char *action, const char *author, int64_t at, struct error *error)
{
    bool set = strcmp(action, "SET") == 0;
    struct statement *statement = statement_open(connection, revision_insert, error);

    statement_put_text(statement, variable->id);
    statement_put_integer(statement, variable->rev);
    statement_put_text(statement, action);
    statement_put_integer(statement, variable->is_secret);
    statement_put_text(statement, set ? variable->value : NULL);
    statement_put_text(statement, set ? text_or(variable->fingerprint, "") : "");
    statement_put_text(statement, author);
    statement_put_integer(statement, at);
    return row_add(&statement, "revision of", variable->name, error);
}

/* A place whose variable was removed gives its id and goes on counting. */
static bool adopt_removed(struct connection *connection, struct store_variable *variable,
                          struct error *error)
{
    struct statement *statement = statement_open(connection, removed_by_place, error);
    bool row = false, ok;

    put_place(statement, variable->environment_id, variable->module_id, variable->name);
    ok = statement_step(statement, &row, error);
    if (ok && row) {
        id_take(statement, variable->id);
        variable->rev = statement_take_integer(statement);
        variable->created_at = statement_take_integer(statement);
    }
    statement_close(&statement);
    return ok;
}

static bool insert(struct connection *connection, struct store_variable *variable,
                   struct error *error)
{
    struct statement *statement;

    if (!id_settle(connection, variable->id, error))
        return false;
    statement = statement_open(connection, variable_insert, error);
    statement_put_text(statement, variable->id);
    statement_put_text(statement, variable->project_id);
    statement_put_text(statement, variable->environment_id);
    statement_put_text(statement, variable->module_id);
    statement_put_text(statement, variable->name);
    put_values(statement, variable);
    statement_put_integer(statement, variable->updated_at);
    variable->created_at = variable->updated_at;
    return row_add(&statement, "variable", variable->name, error);
}

static bool update(struct connection *connection, const struct store_variable *variable,
                   struct error *error)
{
    struct statement *statement = statement_open(connection, variable_update, error);

    put_values(statement, variable);
    statement_put_integer(statement, variable->updated_at);
    statement_put_text(statement, variable->id);
    statement_put_integer(statement, variable->rev);
    return row_change(&statement, "variable", variable->name, error);
}

bool store_variable_put(struct connection *connection, struct store_variable *variable,
                        struct error *error)
{
    if (variable->rev == 0 && !adopt_removed(connection, variable, error))
        return false;
    variable->updated_at = connection_now(connection);
    if (variable->rev == 0 ? !insert(connection, variable, error)
                           : !update(connection, variable, error))
        return false;
    variable->rev++;
    return add_revision(connection, variable, "SET", variable->author, variable->updated_at, error);
}

bool store_variable_remove(struct connection *connection, const struct store_variable *variable,
                           const char *author, struct error *error)
{
    int64_t now = connection_now(connection);
    struct statement *statement = statement_open(connection, variable_remove, error);
    struct store_variable removed = *variable;

    statement_put_text(statement, author);
    statement_put_integer(statement, now);
    statement_put_text(statement, variable->id);
    statement_put_integer(statement, variable->rev);
    removed.rev++;
    return row_change(&statement, "variable", variable->name, error) &&
           add_revision(connection, &removed, "UNSET", author, now, error);
}

bool store_variable_find(struct connection *connection, const char *environment_id,
                         const char *module_id, const char *name, struct arena *arena,
                         struct store_variable *variable, bool *found, struct error *error)
{
    struct statement *statement = statement_open(connection, variable_by_place, error);

    *found = false;
    put_place(statement, environment_id, module_id, name);
    return row_read(&statement, read_variable, arena, variable, found, error);
}

bool store_variable_list(struct connection *connection, const char *project_id,
                         const char *environment_id, const char *module_id, struct arena *arena,
                         struct store_variables *list, struct error *error)
{
    struct statement *statement = statement_open(connection, variables_in_order, error);
    struct rows rows;

    statement_put_text(statement, project_id);
    statement_put_text(statement, environment_id);
    statement_put_text(statement, module_id);
    if (!rows_read(&statement, NULL, sizeof *list->items, read_variable, arena, &rows, error))
        return false;
    *list = (struct store_variables){ .items = rows.items, .count = rows.count };
    return true;
}

bool store_variable_history(struct connection *connection, const char *environment_id,
                            const char *module_id, const char *name, struct arena *arena,
                            struct store_variable_revisions *list, struct error *error)
{
    struct statement *statement = statement_open(connection, revisions_of_place, error);
    struct rows rows;

    put_place(statement, environment_id, module_id, name);
    if (!rows_read(&statement, NULL, sizeof *list->items, read_revision, arena, &rows, error))
        return false;
    *list = (struct store_variable_revisions){ .items = rows.items, .count = rows.count };
    return true;
}

bool store_variable_sealed(struct connection *connection, struct arena *arena,
                           struct store_variables *list, struct error *error)
{
    struct statement *statement = statement_open(connection, variables_sealed, error);
    struct rows rows;

    if (!rows_read(&statement, NULL, sizeof *list->items, read_variable, arena, &rows, error))
        return false;
    *list = (struct store_variables){ .items = rows.items, .count = rows.count };
    return true;
}

bool store_variable_reseal(struct connection *connection, const struct store_variable *variable,
                           struct error *error)
{
    struct statement *statement = statement_open(connection, variable_reseal, error);

    put_sealed(statement, variable);
    statement_put_text(statement, text_or(variable->fingerprint, ""));
    statement_put_text(statement, variable->id);
    statement_put_integer(statement, variable->rev);
    if (!row_change(&statement, "variable", variable->name, error))
        return false;
    statement = statement_open(connection, revision_reprint, error);
    statement_put_text(statement, text_or(variable->fingerprint, ""));
    statement_put_text(statement, variable->id);
    statement_put_integer(statement, variable->rev);
    return row_change(&statement, "revision of", variable->name, error);
}
