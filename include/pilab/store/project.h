/*
 * Projects. Conventions of all aggregates: store/page.h.
 */
#ifndef PILAB_STORE_PROJECT_H
#define PILAB_STORE_PROJECT_H

#include <pilab/store/connection.h>
#include <pilab/store/page.h>

/* ACTIVE, ARCHIVED, DELETED; NULL-terminated. A project is never removed, only DELETED. */
extern const char *const store_project_statuses[];

struct store_project {
    char id[UUID_SIZE];
    const char *tenant_id;
    const char *code; /* "MB": unique in the tenant whatever the case of its letters */
    const char *name;
    const char *description; /* NULL writes "" */
    const char *status;      /* NULL writes "ACTIVE" */
    /* JSON object; NULL writes "{}". What pilab.yaml says beyond the tables: tickets, four_eyes,
     * groups, expected_differences, not_examined, rules. */
    const char *settings;
    int64_t rev;
    int64_t created_at, updated_at;
};

struct store_projects {
    struct store_project *items;
    size_t count;
    const char *next;
};

bool store_project_add(struct connection *connection, struct store_project *project,
                       struct error *error);
bool store_project_update(struct connection *connection, struct store_project *project,
                          struct error *error);
bool store_project_get(struct connection *connection, const char *id, struct arena *arena,
                       struct store_project *project, struct error *error);
/* By id, code or name (a name that two projects bear is ERROR_AMBIGUOUS). */
bool store_project_find(struct connection *connection, const char *tenant_id, const char *name,
                        struct arena *arena, struct store_project *project, struct error *error);
/* By code. `status` NULL: ACTIVE and ARCHIVED. */
bool store_project_list(struct connection *connection, const char *tenant_id, const char *status,
                        const struct store_page *page, struct arena *arena,
                        struct store_projects *list, struct error *error);

#endif
