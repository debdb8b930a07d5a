/*
 * Environments: where a project runs, and from where each is filled. Conventions: store/page.h.
 *
 * A removed environment keeps its row, since deployments and reports speak of it; adding one with
 * its name brings the same one back.
 */
#ifndef PILAB_STORE_ENVIRONMENT_H
#define PILAB_STORE_ENVIRONMENT_H

#include <pilab/store/connection.h>
#include <pilab/store/page.h>

/* DEV, SIT, UAT, PERF, SEC, PRE_PROD, PROD, DR; NULL-terminated. */
extern const char *const store_environment_stages[];

struct store_environment {
    char id[UUID_SIZE];
    const char *project_id;
    const char *name;        /* unique in the project whatever the case of its letters */
    const char *stage;       /* of store_environment_stages */
    int64_t position;        /* order of the columns */
    const char *description; /* NULL writes "" */
    bool is_production;
    const char *settings; /* JSON object; NULL writes "{}" */
    const char **from;    /* names of the environments that are promoted into this one, on reading;
                             written by store_environment_set_sources */
    size_t from_count;
    int64_t rev;
    int64_t created_at, updated_at;
    int64_t removed_at; /* 0: it is there */
};

struct store_environments {
    struct store_environment *items;
    size_t count;
    const char *next;
};

bool store_environment_add(struct connection *connection, struct store_environment *environment,
                           struct error *error);
bool store_environment_update(struct connection *connection, struct store_environment *environment,
                              struct error *error);
bool store_environment_remove(struct connection *connection, const char *id, struct error *error);
/* Replaces the environments that promote into `id`. A path that leads back to `id` is refused
 * (ERROR_INVALID); so is a name that the project does not have (ERROR_NOT_FOUND). */
bool store_environment_set_sources(struct connection *connection, const char *id,
                                   const char *const *names, size_t count, struct error *error);
/* Also a removed one. */
bool store_environment_get(struct connection *connection, const char *id, struct arena *arena,
                           struct store_environment *environment, struct error *error);
/* By name. The error lists the names that there are. */
bool store_environment_find(struct connection *connection, const char *project_id, const char *name,
                            struct arena *arena, struct store_environment *environment,
                            struct error *error);
/* By position, then name; without the removed ones. */
bool store_environment_list(struct connection *connection, const char *project_id,
                            const struct store_page *page, struct arena *arena,
                            struct store_environments *list, struct error *error);

#endif
