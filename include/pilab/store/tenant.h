/*
 * Tenants: who shares users and projects. Conventions of all aggregates: store/page.h.
 */
#ifndef PILAB_STORE_TENANT_H
#define PILAB_STORE_TENANT_H

#include <pilab/store/connection.h>
#include <pilab/store/page.h>

struct store_tenant {
    char id[UUID_SIZE];
    const char *slug; /* unique in the store whatever the case of its letters */
    const char *name;
    const char *settings; /* JSON object; NULL writes "{}" */
    int64_t rev;
    int64_t created_at, updated_at;
};

struct store_tenants {
    struct store_tenant *items;
    size_t count;
    const char *next;
};

bool store_tenant_add(struct connection *connection, struct store_tenant *tenant,
                      struct error *error);
bool store_tenant_update(struct connection *connection, struct store_tenant *tenant,
                         struct error *error);
bool store_tenant_get(struct connection *connection, const char *id, struct arena *arena,
                      struct store_tenant *tenant, struct error *error);
bool store_tenant_find(struct connection *connection, const char *slug, struct arena *arena,
                       struct store_tenant *tenant, struct error *error);
/* By slug. */
bool store_tenant_list(struct connection *connection, const struct store_page *page,
                       struct arena *arena, struct store_tenants *list, struct error *error);

#endif
