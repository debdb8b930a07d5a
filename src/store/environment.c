#include <pilab/store/environment.h>

#include <string.h>

#include <pilab/base/slips.h>
#include <pilab/base/strbuf.h>

#include "rows.h"

const char *const store_environment_stages[] = { "DEV",      "SIT",  "UAT", "PERF", "SEC",
                                                 "PRE_PROD", "PROD", "DR",  NULL };

#define ENVIRONMENT_COLUMNS                                                                        \
    "id, project_id, name, stage, position, description, is_production, settings, rev,"            \
    " created_at, updated_at, removed_at"

static const char environment_insert[] = "INSERT INTO environments (" ENVIRONMENT_COLUMNS ")"
                                         " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)";

/* Also brings a removed environment back. */
static const char environment_update[] = "UPDATE environments"
                                         " SET name = ?,"
                                         "     stage = ?,"
                                         "     position = ?,"
                                         "     description = ?,"
                                         "     is_production = ?,"
                                         "     settings = ?,"
                                         "     rev = rev + 1,"
                                         "     updated_at = ?,"
                                         "     removed_at = 0"
                                         " WHERE id = ?"
                                         "   AND rev = ?";

static const char environment_remove[] = "UPDATE environments"
                                         " SET rev = rev + 1,"
                                         "     updated_at = ?1,"
                                         "     removed_at = ?1"
                                         " WHERE id = ?2"
                                         "   AND removed_at = 0";

static const char environment_by_id[] = "SELECT " ENVIRONMENT_COLUMNS " FROM environments"
                                        " WHERE id = ?";

static const char environment_by_name[] = "SELECT " ENVIRONMENT_COLUMNS " FROM environments"
                                          " WHERE project_id = ?"
                                          "   AND name = ?"
                                          "   AND removed_at = 0";

static const char removed_environment_by_name[] = "SELECT id, rev, created_at FROM environments"
                                                  " WHERE project_id = ?"
                                                  "   AND name = ?"
                                                  "   AND removed_at <> 0";

static const char environments_in_order[] =
    "SELECT " ENVIRONMENT_COLUMNS " FROM environments"
    " WHERE project_id = ?1"
    "   AND removed_at = 0"
    "   AND (position > ?2 OR (position = ?2 AND name > ?3))"
    " ORDER BY position, name"
    " LIMIT ?4";

static const char sources_of[] = "SELECT e.name"
                                 " FROM environment_sources s"
                                 " JOIN environments e ON e.id = s.source_id"
                                 " WHERE s.environment_id = ?"
                                 "   AND e.removed_at = 0"
                                 " ORDER BY s.position";

static const char sources_clear[] = "DELETE FROM environment_sources"
                                    " WHERE environment_id = ?";

static const char source_insert[] = "INSERT INTO environment_sources"
                                    " (environment_id, source_id, position)"
                                    " VALUES (?, ?, ?)";

static const char leads_back[] = "WITH RECURSIVE way (id) AS ("
                                 "     SELECT source_id"
                                 "     FROM environment_sources"
                                 "     WHERE environment_id = ?1"
                                 "     UNION"
                                 "     SELECT s.source_id"
                                 "     FROM environment_sources s"
                                 "     JOIN way w ON w.id = s.environment_id"
                                 " )"
                                 " SELECT COUNT(*)"
                                 " FROM way"
                                 " WHERE id = ?1";

static void read_environment(struct statement *statement, struct arena *arena, void *item)
{
    struct store_environment *environment = item;

    id_take(statement, environment->id);
    environment->project_id = statement_take_text(statement, arena);
    environment->name = statement_take_text(statement, arena);
    environment->stage = statement_take_text(statement, arena);
    environment->position = statement_take_integer(statement);
    environment->description = statement_take_text(statement, arena);
    environment->is_production = statement_take_bool(statement);
    environment->settings = statement_take_text(statement, arena);
    environment->rev = statement_take_integer(statement);
    environment->created_at = statement_take_integer(statement);
    environment->updated_at = statement_take_integer(statement);
    environment->removed_at = statement_take_integer(statement);
    environment->from = NULL;
    environment->from_count = 0;
}

static void read_name(struct statement *statement, struct arena *arena, void *item)
{
    const char **name = item;

    *name = statement_take_text(statement, arena);
}

static bool read_sources(struct connection *connection, struct arena *arena,
                         struct store_environment *environment, struct error *error)
{
    struct statement *statement = statement_open(connection, sources_of, error);
    struct rows rows;

    statement_put_text(statement, environment->id);
    if (!rows_read(&statement, NULL, sizeof *environment->from, read_name, arena, &rows, error))
        return false;
    environment->from = rows.items;
    environment->from_count = rows.count;
    return true;
}

/* The columns that a person can change, in the order of both statements. */
static void put_values(struct statement *statement, const struct store_environment *environment)
{
    statement_put_text(statement, environment->name);
    statement_put_text(statement, environment->stage);
    statement_put_integer(statement, environment->position);
    statement_put_text(statement, text_or(environment->description, ""));
    statement_put_integer(statement, environment->is_production);
    statement_put_text(statement, text_or(environment->settings, "{}"));
}

static bool check_values(const struct store_environment *environment, struct error *error)
{
    return word_check("stage", environment->stage, store_environment_stages, error) &&
           json_check("the environment's settings", environment->settings, error);
}

/* An environment that was removed is the same one when its name comes back. */
static bool adopt_removed(struct connection *connection, struct store_environment *environment,
                          bool *adopted, struct error *error)
{
    struct statement *statement = statement_open(connection, removed_environment_by_name, error);
    struct row_past past;

    if (!row_removed(&statement, environment->project_id, environment->name, &past, adopted, error))
        return false;
    if (*adopted) {
        memcpy(environment->id, past.id, UUID_SIZE);
        environment->rev = past.rev;
        environment->created_at = past.created_at;
        environment->removed_at = 0;
    }
    return true;
}

bool store_environment_add(struct connection *connection, struct store_environment *environment,
                           struct error *error)
{
    struct statement *statement;
    bool adopted;

    if (!check_values(environment, error) ||
        !adopt_removed(connection, environment, &adopted, error))
        return false;
    if (adopted)
        return store_environment_update(connection, environment, error);
    if (!id_settle(connection, environment->id, error))
        return false;
    environment->rev = 1;
    environment->created_at = environment->updated_at = connection_now(connection);
    statement = statement_open(connection, environment_insert, error);
    statement_put_text(statement, environment->id);
    statement_put_text(statement, environment->project_id);
    put_values(statement, environment);
    statement_put_integer(statement, environment->rev);
    statement_put_integer(statement, environment->created_at);
    statement_put_integer(statement, environment->updated_at);
    return row_add(&statement, "environment", environment->name, error);
}

bool store_environment_update(struct connection *connection, struct store_environment *environment,
                              struct error *error)
{
    int64_t now = connection_now(connection);
    struct statement *statement;

    if (!check_values(environment, error))
        return false;
    statement = statement_open(connection, environment_update, error);
    put_values(statement, environment);
    statement_put_integer(statement, now);
    statement_put_text(statement, environment->id);
    statement_put_integer(statement, environment->rev);
    if (!row_change(&statement, "environment", environment->name, error))
        return false;
    environment->rev++;
    environment->updated_at = now;
    return true;
}

bool store_environment_remove(struct connection *connection, const char *id, struct error *error)
{
    struct statement *statement = statement_open(connection, environment_remove, error);

    statement_put_integer(statement, connection_now(connection));
    statement_put_text(statement, id);
    return row_change(&statement, "environment", id, error);
}

static bool add_source(struct connection *connection, const struct store_environment *target,
                       const char *name, int64_t position, struct arena *arena, struct error *error)
{
    struct store_environment source;
    struct statement *statement;

    if (!store_environment_find(connection, target->project_id, name, arena, &source, error))
        return false;
    if (strcmp(source.id, target->id) == 0)
        return error_set(error, ERROR_INVALID, "%s cannot be promoted into itself", target->name);
    statement = statement_open(connection, source_insert, error);
    statement_put_text(statement, target->id);
    statement_put_text(statement, source.id);
    statement_put_integer(statement, position);
    return row_add(&statement, "promotion path from", name, error);
}

static bool refuse_circle(struct connection *connection, const struct store_environment *target,
                          struct error *error)
{
    struct statement *statement = statement_open(connection, leads_back, error);
    int64_t times;

    statement_put_text(statement, target->id);
    if (!row_integer(&statement, &times, error))
        return false;
    if (times == 0)
        return true;
    error_set(error, ERROR_INVALID, "the promotion path of %s leads back to it", target->name);
    return error_hint(error, "A path may branch and join, but not go in a circle.");
}

bool store_environment_set_sources(struct connection *connection, const char *id,
                                   const char *const *names, size_t count, struct error *error)
{
    struct arena *arena = arena_new();
    struct store_environment target;
    struct statement *statement = NULL;
    bool ok = store_environment_get(connection, id, arena, &target, error);

    if (ok) {
        statement = statement_open(connection, sources_clear, error);
        statement_put_text(statement, id);
        ok = statement_run(statement, NULL, error);
        statement_close(&statement);
    }
    for (size_t i = 0; ok && i < count; i++)
        ok = add_source(connection, &target, names[i], (int64_t)i, arena, error);
    ok = ok && refuse_circle(connection, &target, error);
    arena_free(&arena);
    return ok;
}

bool store_environment_get(struct connection *connection, const char *id, struct arena *arena,
                           struct store_environment *environment, struct error *error)
{
    struct statement *statement = statement_open(connection, environment_by_id, error);

    statement_put_text(statement, id);
    return row_demand(&statement, read_environment, arena, environment, "environment", id, error) &&
           read_sources(connection, arena, environment, error);
}

static bool refuse_name(struct connection *connection, const char *project_id, const char *name,
                        struct arena *arena, struct error *error)
{
    struct store_environments there;
    struct strbuf hint = STRBUF_INIT;
    const char **names, *nearest;

    if (!store_environment_list(connection, project_id, NULL, arena, &there, error))
        return false;
    names = arena_array(arena, there.count, sizeof *names);
    for (size_t i = 0; i < there.count; i++)
        names[i] = there.items[i].name;
    nearest = slips_nearest(name, names, there.count);
    if (nearest != NULL)
        strbuf_printf(&hint, "Did you mean %s? ", nearest);
    for (size_t i = 0; i < there.count; i++)
        strbuf_printf(&hint, "%s%s", i > 0 ? ", " : "There are ", names[i]);
    error_set(error, ERROR_NOT_FOUND, "there is no environment %s", name);
    if (there.count > 0)
        error_hint(error, "%s.", hint.data);
    strbuf_release(&hint);
    return false;
}

bool store_environment_find(struct connection *connection, const char *project_id, const char *name,
                            struct arena *arena, struct store_environment *environment,
                            struct error *error)
{
    struct statement *statement = statement_open(connection, environment_by_name, error);
    bool found;

    statement_put_text(statement, project_id);
    statement_put_text(statement, name);
    if (!row_read(&statement, read_environment, arena, environment, &found, error))
        return false;
    if (!found)
        return refuse_name(connection, project_id, name, arena, error);
    return read_sources(connection, arena, environment, error);
}

bool store_environment_list(struct connection *connection, const char *project_id,
                            const struct store_page *page, struct arena *arena,
                            struct store_environments *list, struct error *error)
{
    struct cursor cursor = { .list = "environment", .major = INT64_MIN, .text = "" };
    struct statement *statement;
    struct rows rows;

    if (!cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, environments_in_order, error);
    statement_put_text(statement, project_id);
    statement_put_integer(statement, cursor.major);
    statement_put_text(statement, cursor.text);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_environment, arena, &rows, error))
        return false;
    *list = (struct store_environments){ .items = rows.items, .count = rows.count };
    for (size_t i = 0; i < list->count; i++) {
        if (!read_sources(connection, arena, &list->items[i], error))
            return false;
    }
    if (rows.more) {
        cursor.major = list->items[rows.count - 1].position;
        cursor.text = list->items[rows.count - 1].name;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}
