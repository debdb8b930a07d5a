#include <pilab/store/tenant.h>

#include "rows.h"

#define TENANT_COLUMNS "id, slug, name, settings, rev, created_at, updated_at"

static const char tenant_insert[] = "INSERT INTO tenants (" TENANT_COLUMNS ")"
                                    " VALUES (?, ?, ?, ?, ?, ?, ?)";

static const char tenant_update[] = "UPDATE tenants"
                                    " SET slug = ?,"
                                    "     name = ?,"
                                    "     settings = ?,"
                                    "     rev = rev + 1,"
                                    "     updated_at = ?"
                                    " WHERE id = ?"
                                    "   AND rev = ?";

static const char tenant_by_id[] = "SELECT " TENANT_COLUMNS " FROM tenants"
                                   " WHERE id = ?";

static const char tenant_by_slug[] = "SELECT " TENANT_COLUMNS " FROM tenants"
                                     " WHERE slug = ?";

static const char tenants_by_slug[] = "SELECT " TENANT_COLUMNS " FROM tenants"
                                      " WHERE slug > ?"
                                      " ORDER BY slug"
                                      " LIMIT ?";

static void read_tenant(struct statement *statement, struct arena *arena, void *item)
{
    struct store_tenant *tenant = item;

    id_take(statement, tenant->id);
    tenant->slug = statement_take_text(statement, arena);
    tenant->name = statement_take_text(statement, arena);
    tenant->settings = statement_take_text(statement, arena);
    tenant->rev = statement_take_integer(statement);
    tenant->created_at = statement_take_integer(statement);
    tenant->updated_at = statement_take_integer(statement);
}

bool store_tenant_add(struct connection *connection, struct store_tenant *tenant,
                      struct error *error)
{
    struct statement *statement;

    if (!json_check("the tenant's settings", tenant->settings, error) ||
        !id_settle(connection, tenant->id, error))
        return false;
    tenant->settings = text_or(tenant->settings, "{}");
    tenant->rev = 1;
    tenant->created_at = tenant->updated_at = connection_now(connection);
    statement = statement_open(connection, tenant_insert, error);
    statement_put_text(statement, tenant->id);
    statement_put_text(statement, tenant->slug);
    statement_put_text(statement, tenant->name);
    statement_put_text(statement, tenant->settings);
    statement_put_integer(statement, tenant->rev);
    statement_put_integer(statement, tenant->created_at);
    statement_put_integer(statement, tenant->updated_at);
    return row_add(&statement, "tenant", tenant->slug, error);
}

bool store_tenant_update(struct connection *connection, struct store_tenant *tenant,
                         struct error *error)
{
    int64_t now = connection_now(connection);
    struct statement *statement;

    if (!json_check("the tenant's settings", tenant->settings, error))
        return false;
    statement = statement_open(connection, tenant_update, error);
    statement_put_text(statement, tenant->slug);
    statement_put_text(statement, tenant->name);
    statement_put_text(statement, text_or(tenant->settings, "{}"));
    statement_put_integer(statement, now);
    statement_put_text(statement, tenant->id);
    statement_put_integer(statement, tenant->rev);
    if (!row_change(&statement, "tenant", tenant->slug, error))
        return false;
    tenant->rev++;
    tenant->updated_at = now;
    return true;
}

bool store_tenant_get(struct connection *connection, const char *id, struct arena *arena,
                      struct store_tenant *tenant, struct error *error)
{
    struct statement *statement = statement_open(connection, tenant_by_id, error);

    statement_put_text(statement, id);
    return row_demand(&statement, read_tenant, arena, tenant, "tenant", id, error);
}

bool store_tenant_find(struct connection *connection, const char *slug, struct arena *arena,
                       struct store_tenant *tenant, struct error *error)
{
    struct statement *statement = statement_open(connection, tenant_by_slug, error);

    statement_put_text(statement, slug);
    return row_demand(&statement, read_tenant, arena, tenant, "tenant", slug, error);
}

bool store_tenant_list(struct connection *connection, const struct store_page *page,
                       struct arena *arena, struct store_tenants *list, struct error *error)
{
    struct cursor cursor = { .list = "tenant", .text = "" };
    struct statement *statement;
    struct rows rows;

    if (!cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, tenants_by_slug, error);
    statement_put_text(statement, cursor.text);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_tenant, arena, &rows, error))
        return false;
    *list = (struct store_tenants){ .items = rows.items, .count = rows.count };
    if (rows.more) {
        cursor.text = list->items[rows.count - 1].slug;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}
