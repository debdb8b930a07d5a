#include <pilab/store/image_digest.h>

#include "rows.h"

static const char digest_add[] =
    "INSERT INTO image_digests (project_id, name, tag, digest, seen_at)"
    " VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (project_id, name, tag)"
    " DO NOTHING";

static const char digest_list[] = "SELECT name, tag, digest, seen_at"
                                  " FROM image_digests"
                                  " WHERE project_id = ?"
                                  " ORDER BY name, tag";

bool store_image_digest_add(struct connection *connection, const char *project_id,
                            const struct store_image_digest *row, struct error *error)
{
    struct statement *statement = statement_open(connection, digest_add, error);
    bool ok;

    statement_put_text(statement, project_id);
    statement_put_text(statement, row->name);
    statement_put_text(statement, row->tag);
    statement_put_text(statement, row->digest);
    statement_put_integer(statement, row->seen_at);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    return ok;
}

static void read_digest(struct statement *statement, struct arena *arena, void *item)
{
    struct store_image_digest *row = item;

    row->name = statement_take_text(statement, arena);
    row->tag = statement_take_text(statement, arena);
    row->digest = statement_take_text(statement, arena);
    row->seen_at = statement_take_integer(statement);
}

bool store_image_digest_list(struct connection *connection, const char *project_id,
                             struct arena *arena, struct store_image_digest **out, size_t *count,
                             struct error *error)
{
    struct statement *statement = statement_open(connection, digest_list, error);
    struct rows rows;

    statement_put_text(statement, project_id);
    if (!rows_read(&statement, NULL, sizeof **out, read_digest, arena, &rows, error))
        return false;
    *out = rows.items;
    *count = rows.count;
    return true;
}
