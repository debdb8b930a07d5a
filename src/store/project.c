#include <pilab/store/project.h>

#include <string.h>

#include "rows.h"

const char *const store_project_statuses[] = { "ACTIVE", "ARCHIVED", "DELETED", NULL };

#define PROJECT_COLUMNS                                                                            \
    "id, tenant_id, code, name, description, status, settings, rev, created_at, updated_at"

static const char project_insert[] = "INSERT INTO projects (" PROJECT_COLUMNS ")"
                                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char project_update[] = "UPDATE projects"
                                     " SET code = ?,"
                                     "     name = ?,"
                                     "     description = ?,"
                                     "     status = ?,"
                                     "     settings = ?,"
                                     "     rev = rev + 1,"
                                     "     updated_at = ?"
                                     " WHERE id = ?"
                                     "   AND rev = ?";

static const char project_by_id[] = "SELECT " PROJECT_COLUMNS " FROM projects"
                                    " WHERE id = ?";

static const char project_by_key[] = "SELECT " PROJECT_COLUMNS " FROM projects"
                                     " WHERE tenant_id = ?1"
                                     "   AND (code = ?2 OR id = ?2)";

static const char projects_by_name[] = "SELECT " PROJECT_COLUMNS " FROM projects"
                                       " WHERE tenant_id = ?"
                                       "   AND name = ?"
                                       "   AND status <> 'DELETED'"
                                       " ORDER BY code"
                                       " LIMIT 2";

static const char projects_by_code[] =
    "SELECT " PROJECT_COLUMNS " FROM projects"
    " WHERE tenant_id = ?1"
    "   AND code > ?2"
    "   AND (status = ?3 OR (?3 IS NULL AND status <> 'DELETED'))"
    " ORDER BY code"
    " LIMIT ?4";

static void read_project(struct statement *statement, struct arena *arena, void *item)
{
    struct store_project *project = item;

    id_take(statement, project->id);
    project->tenant_id = statement_take_text(statement, arena);
    project->code = statement_take_text(statement, arena);
    project->name = statement_take_text(statement, arena);
    project->description = statement_take_text(statement, arena);
    project->status = statement_take_text(statement, arena);
    project->settings = statement_take_text(statement, arena);
    project->rev = statement_take_integer(statement);
    project->created_at = statement_take_integer(statement);
    project->updated_at = statement_take_integer(statement);
}

/* The columns that a person can change, in the order of both statements. */
static void put_values(struct statement *statement, const struct store_project *project)
{
    statement_put_text(statement, project->code);
    statement_put_text(statement, project->name);
    statement_put_text(statement, text_or(project->description, ""));
    statement_put_text(statement, project->status);
    statement_put_text(statement, text_or(project->settings, "{}"));
}

static bool check_values(const struct store_project *project, struct error *error)
{
    return word_check("status", project->status, store_project_statuses, error) &&
           json_check("the project's settings", project->settings, error);
}

bool store_project_add(struct connection *connection, struct store_project *project,
                       struct error *error)
{
    struct statement *statement;

    project->status = text_or(project->status, "ACTIVE");
    if (!check_values(project, error) || !id_settle(connection, project->id, error))
        return false;
    project->rev = 1;
    project->created_at = project->updated_at = connection_now(connection);
    statement = statement_open(connection, project_insert, error);
    statement_put_text(statement, project->id);
    statement_put_text(statement, project->tenant_id);
    put_values(statement, project);
    statement_put_integer(statement, project->rev);
    statement_put_integer(statement, project->created_at);
    statement_put_integer(statement, project->updated_at);
    return row_add(&statement, "project", project->code, error);
}

bool store_project_update(struct connection *connection, struct store_project *project,
                          struct error *error)
{
    int64_t now = connection_now(connection);
    struct statement *statement;

    project->status = text_or(project->status, "ACTIVE");
    if (!check_values(project, error))
        return false;
    statement = statement_open(connection, project_update, error);
    put_values(statement, project);
    statement_put_integer(statement, now);
    statement_put_text(statement, project->id);
    statement_put_integer(statement, project->rev);
    if (!row_change(&statement, "project", project->code, error))
        return false;
    project->rev++;
    project->updated_at = now;
    return true;
}

bool store_project_get(struct connection *connection, const char *id, struct arena *arena,
                       struct store_project *project, struct error *error)
{
    struct statement *statement = statement_open(connection, project_by_id, error);

    statement_put_text(statement, id);
    return row_demand(&statement, read_project, arena, project, "project", id, error);
}

static bool find_by_name(struct connection *connection, const char *tenant_id, const char *name,
                         struct arena *arena, struct store_project *project, struct error *error)
{
    struct statement *statement = statement_open(connection, projects_by_name, error);
    const struct store_project *named;
    struct rows rows;

    statement_put_text(statement, tenant_id);
    statement_put_text(statement, name);
    if (!rows_read(&statement, NULL, sizeof *project, read_project, arena, &rows, error))
        return false;
    if (rows.count == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no project %s", name);
    named = rows.items;
    if (rows.count > 1) {
        error_set(error, ERROR_AMBIGUOUS, "more than one project is called %s: %s, %s", name,
                  named[0].code, named[1].code);
        return error_hint(error, "Give its code.");
    }
    *project = named[0];
    return true;
}

bool store_project_find(struct connection *connection, const char *tenant_id, const char *name,
                        struct arena *arena, struct store_project *project, struct error *error)
{
    struct statement *statement = statement_open(connection, project_by_key, error);
    bool found = false;

    statement_put_text(statement, tenant_id);
    statement_put_text(statement, name);
    if (!row_read(&statement, read_project, arena, project, &found, error))
        return false;
    return found || find_by_name(connection, tenant_id, name, arena, project, error);
}

bool store_project_list(struct connection *connection, const char *tenant_id, const char *status,
                        const struct store_page *page, struct arena *arena,
                        struct store_projects *list, struct error *error)
{
    struct cursor cursor = { .list = "project", .text = "" };
    struct statement *statement;
    struct rows rows;

    if ((status != NULL && !word_check("status", status, store_project_statuses, error)) ||
        !cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, projects_by_code, error);
    statement_put_text(statement, tenant_id);
    statement_put_text(statement, cursor.text);
    statement_put_text(statement, status);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_project, arena, &rows, error))
        return false;
    *list = (struct store_projects){ .items = rows.items, .count = rows.count };
    if (rows.more) {
        cursor.text = list->items[rows.count - 1].code;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}
