/*
 * Users: people and programs that act. Conventions of all aggregates: store/page.h.
 */
#ifndef PILAB_STORE_USER_H
#define PILAB_STORE_USER_H

#include <pilab/store/connection.h>
#include <pilab/store/page.h>

/* SUPER_ADMIN, ADMIN, USER, NULL-terminated: the names in account/permission.h. */
extern const char *const store_user_roles[];

struct store_user {
    char id[UUID_SIZE];
    const char *tenant_id;
    const char *login; /* unique in the tenant: the local user's name on this machine */
    const char *email; /* unique in the tenant whatever the case of its letters; may be NULL */
    const char *first_name, *last_name; /* NULL writes "" */
    const char *role;                   /* of store_user_roles */
    bool is_active;
    int64_t last_login_at; /* 0: never */
    int64_t rev;
    int64_t created_at, updated_at;
};

struct store_users {
    struct store_user *items;
    size_t count;
    const char *next;
};

bool store_user_add(struct connection *connection, struct store_user *user, struct error *error);
bool store_user_update(struct connection *connection, struct store_user *user, struct error *error);
bool store_user_get(struct connection *connection, const char *id, struct arena *arena,
                    struct store_user *user, struct error *error);
/* By login or e-mail address. */
bool store_user_find(struct connection *connection, const char *tenant_id, const char *name,
                     struct arena *arena, struct store_user *user, struct error *error);
/* By login. */
bool store_user_list(struct connection *connection, const char *tenant_id,
                     const struct store_page *page, struct arena *arena, struct store_users *list,
                     struct error *error);

#endif
