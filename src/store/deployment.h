/*
 * How a deployment is read, for its own statements and the matrix's. Private to this room.
 */
#ifndef PILAB_SRC_STORE_DEPLOYMENT_H
#define PILAB_SRC_STORE_DEPLOYMENT_H

#include <pilab/store/deployment.h>

/* The columns that deployment_read takes, from deployments d, modules m, environments e. */
#define DEPLOYMENT_COLUMNS                                                                         \
    "d.id, d.project_id, d.number, d.module_id, d.environment_id, d.version, d.commit_id,"         \
    " d.image, d.config_revision, d.release, d.rolls_back, d.status, d.actor, d.reason,"           \
    " d.outcome, d.started_at, d.finished_at, d.created_at, m.name, e.name"

/* *item is a struct store_deployment. */
void deployment_read(struct statement *statement, struct arena *arena, void *item);

#endif
