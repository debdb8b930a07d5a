#include <pilab/store/module.h>

#include <string.h>

#include "rows.h"

const char *const store_module_types[] = { "BACKEND", "FRONTEND", "DATABASE", "INFRASTRUCTURE",
                                           "LIBRARY", "OTHER",    NULL };

#define MODULE_VALUES                                                                              \
    "repository_id, name, type, description, position, path, tags, config, migrations,"            \
    " dependencies, image, settings"

#define MODULE_SELECT                                                                              \
    "SELECT m.id, m.project_id, m.repository_id, m.name, m.type, m.description, m.position,"       \
    "       m.path, m.tags, m.config, m.migrations, m.dependencies, m.image, m.settings, r.url,"   \
    "       m.rev, m.created_at, m.updated_at, m.removed_at"                                       \
    " FROM modules m"                                                                              \
    " LEFT JOIN repositories r ON r.id = m.repository_id"

static const char module_insert[] =
    "INSERT INTO modules"
    " (id, project_id, " MODULE_VALUES ", rev, created_at, updated_at, removed_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)";

/* Also brings a removed module back. */
static const char module_update[] = "UPDATE modules"
                                    " SET repository_id = ?,"
                                    "     name = ?,"
                                    "     type = ?,"
                                    "     description = ?,"
                                    "     position = ?,"
                                    "     path = ?,"
                                    "     tags = ?,"
                                    "     config = ?,"
                                    "     migrations = ?,"
                                    "     dependencies = ?,"
                                    "     image = ?,"
                                    "     settings = ?,"
                                    "     rev = rev + 1,"
                                    "     updated_at = ?,"
                                    "     removed_at = 0"
                                    " WHERE id = ?"
                                    "   AND rev = ?";

static const char module_remove[] = "UPDATE modules"
                                    " SET rev = rev + 1,"
                                    "     updated_at = ?1,"
                                    "     removed_at = ?1"
                                    " WHERE id = ?2"
                                    "   AND removed_at = 0";

static const char module_by_id[] = MODULE_SELECT " WHERE m.id = ?";

static const char module_by_name[] = MODULE_SELECT " WHERE m.project_id = ?"
                                                   "   AND m.name = ?"
                                                   "   AND m.removed_at = 0";

static const char removed_module_by_name[] = "SELECT id, rev, created_at FROM modules"
                                             " WHERE project_id = ?"
                                             "   AND name = ?"
                                             "   AND removed_at <> 0";

static const char modules_in_order[] =
    MODULE_SELECT " WHERE m.project_id = ?1"
                  "   AND m.removed_at = 0"
                  "   AND (m.position > ?2 OR (m.position = ?2 AND m.name > ?3))"
                  " ORDER BY m.position, m.name"
                  " LIMIT ?4";

static void read_module(struct statement *statement, struct arena *arena, void *item)
{
    struct store_module *module = item;

    id_take(statement, module->id);
    module->project_id = statement_take_text(statement, arena);
    module->repository_id = statement_take_text(statement, arena);
    module->name = statement_take_text(statement, arena);
    module->type = statement_take_text(statement, arena);
    module->description = statement_take_text(statement, arena);
    module->position = statement_take_integer(statement);
    module->path = statement_take_text(statement, arena);
    module->tags = statement_take_text(statement, arena);
    module->config = statement_take_text(statement, arena);
    module->migrations = statement_take_text(statement, arena);
    module->dependencies = statement_take_text(statement, arena);
    module->image = statement_take_text(statement, arena);
    module->settings = statement_take_text(statement, arena);
    module->repository = statement_take_text(statement, arena);
    module->rev = statement_take_integer(statement);
    module->created_at = statement_take_integer(statement);
    module->updated_at = statement_take_integer(statement);
    module->removed_at = statement_take_integer(statement);
}

/* The columns that a person can change, in the order of both statements. */
static void put_values(struct statement *statement, const struct store_module *module)
{
    statement_put_text(statement, module->repository_id);
    statement_put_text(statement, module->name);
    statement_put_text(statement, module->type);
    statement_put_text(statement, text_or(module->description, ""));
    statement_put_integer(statement, module->position);
    statement_put_text(statement, text_or(module->path, "."));
    statement_put_text(statement, text_or(module->tags, ""));
    statement_put_text(statement, text_or(module->config, "[]"));
    statement_put_text(statement, module->migrations);
    statement_put_text(statement, module->dependencies);
    statement_put_text(statement, module->image);
    statement_put_text(statement, text_or(module->settings, "{}"));
}

static bool check_values(const struct store_module *module, struct error *error)
{
    return word_check("module type", module->type, store_module_types, error) &&
           json_check("the module's configuration list", module->config, error) &&
           json_check("what the module says about migrations", module->migrations, error) &&
           json_check("what the module says about dependencies", module->dependencies, error) &&
           json_check("the module's settings", module->settings, error);
}

/* A module that was removed is the same module when its name comes back. */
static bool adopt_removed(struct connection *connection, struct store_module *module, bool *adopted,
                          struct error *error)
{
    struct statement *statement = statement_open(connection, removed_module_by_name, error);
    struct row_past past;

    if (!row_removed(&statement, module->project_id, module->name, &past, adopted, error))
        return false;
    if (*adopted) {
        memcpy(module->id, past.id, UUID_SIZE);
        module->rev = past.rev;
        module->created_at = past.created_at;
        module->removed_at = 0;
    }
    return true;
}

bool store_module_add(struct connection *connection, struct store_module *module,
                      struct error *error)
{
    struct statement *statement;
    bool adopted;

    module->type = text_or(module->type, "OTHER");
    if (!check_values(module, error) || !adopt_removed(connection, module, &adopted, error))
        return false;
    if (adopted)
        return store_module_update(connection, module, error);
    if (!id_settle(connection, module->id, error))
        return false;
    module->rev = 1;
    module->created_at = module->updated_at = connection_now(connection);
    statement = statement_open(connection, module_insert, error);
    statement_put_text(statement, module->id);
    statement_put_text(statement, module->project_id);
    put_values(statement, module);
    statement_put_integer(statement, module->rev);
    statement_put_integer(statement, module->created_at);
    statement_put_integer(statement, module->updated_at);
    return row_add(&statement, "module", module->name, error);
}

bool store_module_update(struct connection *connection, struct store_module *module,
                         struct error *error)
{
    int64_t now = connection_now(connection);
    struct statement *statement;

    module->type = text_or(module->type, "OTHER");
    if (!check_values(module, error))
        return false;
    statement = statement_open(connection, module_update, error);
    put_values(statement, module);
    statement_put_integer(statement, now);
    statement_put_text(statement, module->id);
    statement_put_integer(statement, module->rev);
    if (!row_change(&statement, "module", module->name, error))
        return false;
    module->rev++;
    module->updated_at = now;
    return true;
}

bool store_module_remove(struct connection *connection, const char *id, struct error *error)
{
    struct statement *statement = statement_open(connection, module_remove, error);

    statement_put_integer(statement, connection_now(connection));
    statement_put_text(statement, id);
    return row_change(&statement, "module", id, error);
}

bool store_module_get(struct connection *connection, const char *id, struct arena *arena,
                      struct store_module *module, struct error *error)
{
    struct statement *statement = statement_open(connection, module_by_id, error);

    statement_put_text(statement, id);
    return row_demand(&statement, read_module, arena, module, "module", id, error);
}

bool store_module_find(struct connection *connection, const char *project_id, const char *name,
                       struct arena *arena, struct store_module *module, struct error *error)
{
    struct statement *statement = statement_open(connection, module_by_name, error);

    statement_put_text(statement, project_id);
    statement_put_text(statement, name);
    return row_demand(&statement, read_module, arena, module, "module", name, error);
}

bool store_module_list(struct connection *connection, const char *project_id,
                       const struct store_page *page, struct arena *arena,
                       struct store_modules *list, struct error *error)
{
    struct cursor cursor = { .list = "module", .major = INT64_MIN, .text = "" };
    struct statement *statement;
    struct rows rows;

    if (!cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, modules_in_order, error);
    statement_put_text(statement, project_id);
    statement_put_integer(statement, cursor.major);
    statement_put_text(statement, cursor.text);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_module, arena, &rows, error))
        return false;
    *list = (struct store_modules){ .items = rows.items, .count = rows.count };
    if (rows.more) {
        cursor.major = list->items[rows.count - 1].position;
        cursor.text = list->items[rows.count - 1].name;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}
