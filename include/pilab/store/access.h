/*
 * Access: which role a user has in a project. What a role allows is the account room's
 * (account/permission.h). Conventions of all aggregates: store/page.h.
 */
#ifndef PILAB_STORE_ACCESS_H
#define PILAB_STORE_ACCESS_H

#include <pilab/store/connection.h>
#include <pilab/store/page.h>

/* OWNER, ADMIN, CONTRIBUTOR, VIEWER; NULL-terminated: the names in account/permission.h. */
extern const char *const store_project_roles[];

struct store_access {
    const char *project_id, *user_id;
    const char *login; /* the user's, on reading */
    const char *role;  /* of store_project_roles */
    bool is_active;    /* the user may still get in, on reading */
    int64_t created_at, updated_at;
};

struct store_accesses {
    struct store_access *items;
    size_t count;
    const char *next;
};

/* Gives the user this role in the project, whatever it was before. */
bool store_access_set(struct connection *connection, const char *project_id, const char *user_id,
                      const char *role, struct error *error);
/* ERROR_NOT_FOUND when there was none. */
bool store_access_remove(struct connection *connection, const char *project_id, const char *user_id,
                         struct error *error);
/* The user's role in the project, or NULL in *role when there is none. */
bool store_access_role(struct connection *connection, const char *project_id, const char *user_id,
                       struct arena *arena, const char **role, struct error *error);
/* The project's members by login. */
bool store_access_list(struct connection *connection, const char *project_id,
                       const struct store_page *page, struct arena *arena,
                       struct store_accesses *list, struct error *error);

#endif
