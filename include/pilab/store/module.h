/*
 * Modules: what a project is built of, and where each lives. Conventions: store/page.h.
 *
 * A removed module keeps its row, since deployments and reports speak of it; adding a module with
 * its name brings the same one back.
 */
#ifndef PILAB_STORE_MODULE_H
#define PILAB_STORE_MODULE_H

#include <pilab/store/connection.h>
#include <pilab/store/page.h>

/* BACKEND, FRONTEND, DATABASE, INFRASTRUCTURE, LIBRARY, OTHER; NULL-terminated. */
extern const char *const store_module_types[];

struct store_module {
    char id[UUID_SIZE];
    const char *project_id;
    const char *repository_id; /* may be NULL */
    const char *repository;    /* its URL, on reading */
    const char *name;          /* unique in the project */
    const char *type;          /* of store_module_types; NULL writes "OTHER" */
    const char *description;   /* NULL writes "" */
    int64_t position;          /* order in lists */
    const char *path;          /* its part of a monorepo; NULL writes "." */
    const char *tags;          /* "v{version}"; NULL writes "" : by the usual forms */
    const char *config;        /* JSON array of patterns, later wins; NULL writes "[]" */
    const char *migrations;    /* JSON object {path, dialect}, or NULL */
    const char *dependencies;  /* JSON ("auto" with its quotes, or a list), or NULL */
    const char *image;         /* or NULL */
    const char *settings;      /* JSON object; NULL writes "{}" */
    int64_t rev;
    int64_t created_at, updated_at;
    int64_t removed_at; /* 0: it is there */
};

struct store_modules {
    struct store_module *items;
    size_t count;
    const char *next;
};

bool store_module_add(struct connection *connection, struct store_module *module,
                      struct error *error);
bool store_module_update(struct connection *connection, struct store_module *module,
                         struct error *error);
bool store_module_remove(struct connection *connection, const char *id, struct error *error);
/* Also a removed one. */
bool store_module_get(struct connection *connection, const char *id, struct arena *arena,
                      struct store_module *module, struct error *error);
bool store_module_find(struct connection *connection, const char *project_id, const char *name,
                       struct arena *arena, struct store_module *module, struct error *error);
/* By position, then name; without the removed ones. */
bool store_module_list(struct connection *connection, const char *project_id,
                       const struct store_page *page, struct arena *arena,
                       struct store_modules *list, struct error *error);

#endif
