/*
 * Repositories of a project. Several modules may live in one. Conventions: store/page.h.
 */
#ifndef PILAB_STORE_REPOSITORY_H
#define PILAB_STORE_REPOSITORY_H

#include <pilab/store/connection.h>
#include <pilab/store/page.h>

/* GIT (plain), GITHUB, GITLAB, BITBUCKET; NULL-terminated. */
extern const char *const store_repository_providers[];

struct store_repository {
    char id[UUID_SIZE];
    const char *project_id;
    const char *url;            /* as the person wrote it, unique in the project; no credentials */
    const char *provider;       /* NULL writes "GIT" */
    const char *default_branch; /* NULL writes "": ask the repository */
    bool is_private;
    int64_t last_fetched_at; /* 0: never */
    const char *settings;    /* JSON object; NULL writes "{}" */
    int64_t rev;
    int64_t created_at, updated_at;
};

struct store_repositories {
    struct store_repository *items;
    size_t count;
    const char *next;
};

bool store_repository_add(struct connection *connection, struct store_repository *repository,
                          struct error *error);
bool store_repository_update(struct connection *connection, struct store_repository *repository,
                             struct error *error);
bool store_repository_get(struct connection *connection, const char *id, struct arena *arena,
                          struct store_repository *repository, struct error *error);
bool store_repository_find(struct connection *connection, const char *project_id, const char *url,
                           struct arena *arena, struct store_repository *repository,
                           struct error *error);
/* By URL. */
bool store_repository_list(struct connection *connection, const char *project_id,
                           const struct store_page *page, struct arena *arena,
                           struct store_repositories *list, struct error *error);
/* Notes that it was fetched, without counting `rev` up. */
bool store_repository_fetched(struct connection *connection, const char *id, int64_t at,
                              struct error *error);

#endif
