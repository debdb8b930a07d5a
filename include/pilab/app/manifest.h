/*
 * Recording what runs where.
 */
#ifndef PILAB_APP_MANIFEST_H
#define PILAB_APP_MANIFEST_H

#include <pilab/app/call.h>
#include <pilab/store/deployment.h>

struct manifest_entry {
    const char *module, *environment, *version;
    const char *commit, *image, *release; /* may be NULL */
    const char *actor;                    /* NULL: who calls */
    const char *reason;                   /* may be NULL */
    enum deployment_status status;
    int64_t at; /* 0: now */
};

/* Records a deployment and its audit entry; `*changed` is false, and nothing is written, when that
 * version is what runs there already. */
bool manifest_record(struct call *call, const struct manifest_entry *entry, bool *changed,
                     struct store_deployment *deployment, struct error *error);

#endif
