/*
 * Projects as settings: between pilab.yaml and the store.
 */
#ifndef PILAB_APP_PROJECT_H
#define PILAB_APP_PROJECT_H

#include <pilab/app/call.h>
#include <pilab/drift/project_file.h>
#include <pilab/store/environment.h>
#include <pilab/store/module.h>

/* The call's project as it stands in the store. Texts live in the call's arena. */
bool project_load(struct call *call, struct project_settings *settings, struct error *error);

/* Makes the project, or brings the one with the same code up to date, and makes the call's project
 * of it. A new project belongs to whoever makes it. One transaction, one audit entry; `*created`
 * says which it was. */
bool project_save(struct call *call, const struct project_settings *settings, bool *created,
                  struct error *error);

/* The same, for what only adds to a project. */
struct project_addition {
    bool keep;  /* modules and environments that the settings do not name stay */
    bool fresh; /* the project must be a new one: ERROR_EXISTS when its code is taken */
    /* Writes what belongs with it, within the transaction; may be NULL. */
    bool (*write)(void *context, struct call *call, struct error *error);
    void *context;
};

bool project_save_with(struct call *call, const struct project_settings *settings,
                       const struct project_addition *addition, bool *created, struct error *error);

#endif
