#include <pilab/store/repository.h>

#include "rows.h"

const char *const store_repository_providers[] = { "GIT", "GITHUB", "GITLAB", "BITBUCKET", NULL };

#define REPOSITORY_COLUMNS                                                                         \
    "id, project_id, url, provider, default_branch, is_private, last_fetched_at, settings, rev,"   \
    " created_at, updated_at"

static const char repository_insert[] = "INSERT INTO repositories (" REPOSITORY_COLUMNS ")"
                                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char repository_update[] = "UPDATE repositories"
                                        " SET url = ?,"
                                        "     provider = ?,"
                                        "     default_branch = ?,"
                                        "     is_private = ?,"
                                        "     last_fetched_at = ?,"
                                        "     settings = ?,"
                                        "     rev = rev + 1,"
                                        "     updated_at = ?"
                                        " WHERE id = ?"
                                        "   AND rev = ?";

static const char repository_fetched[] = "UPDATE repositories"
                                         " SET last_fetched_at = ?"
                                         " WHERE id = ?";

static const char repository_by_id[] = "SELECT " REPOSITORY_COLUMNS " FROM repositories"
                                       " WHERE id = ?";

static const char repository_by_url[] = "SELECT " REPOSITORY_COLUMNS " FROM repositories"
                                        " WHERE project_id = ?"
                                        "   AND url = ?";

static const char repositories_by_url[] = "SELECT " REPOSITORY_COLUMNS " FROM repositories"
                                          " WHERE project_id = ?"
                                          "   AND url > ?"
                                          " ORDER BY url"
                                          " LIMIT ?";

static void read_repository(struct statement *statement, struct arena *arena, void *item)
{
    struct store_repository *repository = item;

    id_take(statement, repository->id);
    repository->project_id = statement_take_text(statement, arena);
    repository->url = statement_take_text(statement, arena);
    repository->provider = statement_take_text(statement, arena);
    repository->default_branch = statement_take_text(statement, arena);
    repository->is_private = statement_take_bool(statement);
    repository->last_fetched_at = statement_take_integer(statement);
    repository->settings = statement_take_text(statement, arena);
    repository->rev = statement_take_integer(statement);
    repository->created_at = statement_take_integer(statement);
    repository->updated_at = statement_take_integer(statement);
}

/* The columns that a person can change, in the order of both statements. */
static void put_values(struct statement *statement, const struct store_repository *repository)
{
    statement_put_text(statement, repository->url);
    statement_put_text(statement, repository->provider);
    statement_put_text(statement, text_or(repository->default_branch, ""));
    statement_put_integer(statement, repository->is_private);
    statement_put_integer(statement, repository->last_fetched_at);
    statement_put_text(statement, text_or(repository->settings, "{}"));
}

static bool check_values(const struct store_repository *repository, struct error *error)
{
    return word_check("provider", repository->provider, store_repository_providers, error) &&
           json_check("the repository's settings", repository->settings, error);
}

bool store_repository_add(struct connection *connection, struct store_repository *repository,
                          struct error *error)
{
    struct statement *statement;

    repository->provider = text_or(repository->provider, "GIT");
    if (!check_values(repository, error) || !id_settle(connection, repository->id, error))
        return false;
    repository->rev = 1;
    repository->created_at = repository->updated_at = connection_now(connection);
    statement = statement_open(connection, repository_insert, error);
    statement_put_text(statement, repository->id);
    statement_put_text(statement, repository->project_id);
    put_values(statement, repository);
    statement_put_integer(statement, repository->rev);
    statement_put_integer(statement, repository->created_at);
    statement_put_integer(statement, repository->updated_at);
    return row_add(&statement, "repository", repository->url, error);
}

bool store_repository_update(struct connection *connection, struct store_repository *repository,
                             struct error *error)
{
    int64_t now = connection_now(connection);
    struct statement *statement;

    repository->provider = text_or(repository->provider, "GIT");
    if (!check_values(repository, error))
        return false;
    statement = statement_open(connection, repository_update, error);
    put_values(statement, repository);
    statement_put_integer(statement, now);
    statement_put_text(statement, repository->id);
    statement_put_integer(statement, repository->rev);
    if (!row_change(&statement, "repository", repository->url, error))
        return false;
    repository->rev++;
    repository->updated_at = now;
    return true;
}

bool store_repository_fetched(struct connection *connection, const char *id, int64_t at,
                              struct error *error)
{
    struct statement *statement = statement_open(connection, repository_fetched, error);

    statement_put_integer(statement, at);
    statement_put_text(statement, id);
    return row_change(&statement, "repository", id, error);
}

bool store_repository_get(struct connection *connection, const char *id, struct arena *arena,
                          struct store_repository *repository, struct error *error)
{
    struct statement *statement = statement_open(connection, repository_by_id, error);

    statement_put_text(statement, id);
    return row_demand(&statement, read_repository, arena, repository, "repository", id, error);
}

bool store_repository_find(struct connection *connection, const char *project_id, const char *url,
                           struct arena *arena, struct store_repository *repository,
                           struct error *error)
{
    struct statement *statement = statement_open(connection, repository_by_url, error);

    statement_put_text(statement, project_id);
    statement_put_text(statement, url);
    return row_demand(&statement, read_repository, arena, repository, "repository", url, error);
}

bool store_repository_list(struct connection *connection, const char *project_id,
                           const struct store_page *page, struct arena *arena,
                           struct store_repositories *list, struct error *error)
{
    struct cursor cursor = { .list = "repository", .text = "" };
    struct statement *statement;
    struct rows rows;

    if (!cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, repositories_by_url, error);
    statement_put_text(statement, project_id);
    statement_put_text(statement, cursor.text);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_repository, arena, &rows, error))
        return false;
    *list = (struct store_repositories){ .items = rows.items, .count = rows.count };
    if (rows.more) {
        cursor.text = list->items[rows.count - 1].url;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}
