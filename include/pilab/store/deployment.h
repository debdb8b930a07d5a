/*
 * Deployments: the only truth about what runs where. Each is an event that stays; what a cell of
 * the matrix shows is derived from them, never stored.
 *
 * States (release.md): PENDING → DEPLOYING → DEPLOYED | FAILED | UNKNOWN (the worker died); UNKNOWN
 * → DEPLOYED | FAILED by a probe or a person. Taking a version back is an event of its own, with
 * the version that the cell goes back to and `rolls_back` naming what it undoes: ROLLING_BACK →
 * ROLLED_BACK | FAILED | UNKNOWN. DEPLOYED, FAILED and ROLLED_BACK are final. A cell has at most
 * one active event (PENDING, DEPLOYING, ROLLING_BACK).
 *
 * What runs in a cell is the version of its latest DEPLOYED or ROLLED_BACK event, by start time.
 */
#ifndef PILAB_STORE_DEPLOYMENT_H
#define PILAB_STORE_DEPLOYMENT_H

#include <pilab/store/connection.h>
#include <pilab/store/page.h>

enum deployment_status {
    DEPLOYMENT_PENDING,
    DEPLOYMENT_DEPLOYING,
    DEPLOYMENT_DEPLOYED,
    DEPLOYMENT_FAILED,
    DEPLOYMENT_UNKNOWN,
    DEPLOYMENT_ROLLING_BACK,
    DEPLOYMENT_ROLLED_BACK,
    DEPLOYMENT_STATUS_COUNT
};

const char *deployment_status_name(enum deployment_status status); /* "ROLLING_BACK" */
/* In any case; '-' and '_' are alike. ERROR_INVALID listing the names. */
bool deployment_status_parse(const char *name, enum deployment_status *status, struct error *error);
bool deployment_status_final(enum deployment_status status);

struct store_deployment {
    char id[UUID_SIZE];
    const char *project_id;
    int64_t number; /* within the project */
    const char *module_id, *environment_id;
    const char *module, *environment; /* their names, on reading */
    const char *version;
    const char *commit;          /* full id, or NULL */
    const char *image;           /* digest or reference, or NULL */
    const char *config_revision; /* of the configuration, or NULL */
    const char *release;         /* the release it belongs to, or NULL */
    const char *rolls_back;      /* id of the deployment that this takes back, or NULL */
    enum deployment_status status;
    const char *actor;   /* who */
    const char *reason;  /* why, or NULL */
    const char *outcome; /* what came of it, or NULL */
    int64_t started_at;  /* 0 writes now */
    int64_t finished_at; /* of a final status; 0 writes started_at */
    int64_t created_at;
};

struct store_deployments {
    struct store_deployment *items;
    size_t count;
    const char *next;
};

/* Adds an event in any status: recorded afterwards (`manifest set`) it is final at once. The
 * module and the environment must belong to the project. ERROR_CONFLICT, naming the other event,
 * when the cell has an active one already. */
bool store_deployment_add(struct connection *connection, struct store_deployment *deployment,
                          struct error *error);
/* Moves an event from one status to another; ERROR_CONFLICT when it is not in `from` any more,
 * ERROR_INVALID for a move that the states above do not have. `at` is when it finished, for a final
 * status (0: now). `outcome` may be NULL. */
bool store_deployment_move(struct connection *connection, const char *id,
                           enum deployment_status from, enum deployment_status to, int64_t at,
                           const char *outcome, struct error *error);
bool store_deployment_get(struct connection *connection, const char *id, struct arena *arena,
                          struct store_deployment *deployment, struct error *error);
bool store_deployment_find(struct connection *connection, const char *project_id, int64_t number,
                           struct arena *arena, struct store_deployment *deployment,
                           struct error *error);
/* Latest first. `module_id` and `environment_id` may be NULL: any; both given is a cell's history.
 * `before` leaves out what started after it (0: nothing). */
bool store_deployment_list(struct connection *connection, const char *project_id,
                           const char *module_id, const char *environment_id, int64_t before,
                           const struct store_page *page, struct arena *arena,
                           struct store_deployments *list, struct error *error);

/* One cell of the matrix. */
struct store_cell {
    const char *module_id, *module;
    const char *environment_id, *environment;
    const struct store_deployment *running; /* what is there; NULL: nothing known */
    /* A later event that changed nothing (yet): under way, failed or unknown; NULL: none. */
    const struct store_deployment *later;
};

struct store_matrix {
    struct store_cell *cells; /* a row of environments for each module, in their order */
    size_t module_count, environment_count;
};

/* Every module in every environment: as of now (`at` 0), or as it was at a time. For a time gone by
 * `running` is what had finished by then, `later` what had started; the modules and environments
 * are today's. */
bool store_deployment_matrix(struct connection *connection, const char *project_id, int64_t at,
                             struct arena *arena, struct store_matrix *matrix, struct error *error);

/* The cell of a module in an environment; NULL: the project has no such module any more. */
const struct store_cell *store_matrix_cell(const struct store_matrix *matrix, const char *module_id,
                                           const char *environment_id);

#endif
