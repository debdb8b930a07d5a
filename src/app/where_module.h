/*
 * One module's part of a question: its commits and its deployments as values for release/where.h.
 * Inside of the app room.
 */
#ifndef PILAB_SRC_APP_WHERE_MODULE_H
#define PILAB_SRC_APP_WHERE_MODULE_H

#include <pilab/drift/project_file.h>
#include <pilab/source/well_known.h>
#include <pilab/store/deployment.h>

#include "where_index.h"
#include "where_question.h"

/* What all modules of one question share. */
struct where_session {
    struct call *call;
    struct arena *arena; /* what the input is made of */
    const struct project_settings *settings;
    const struct well_known *names;
    struct where_question question;
    bool version_seen; /* a repository has a tag of that name */
};

/* The commits (struct object_id) that a module says run or ran somewhere: what its index must know
 * even if no branch leads there. `deployments` are those of the module. */
void where_module_deployed(const struct store_deployment *const *deployments, size_t count,
                           struct vector *commits);

/* Fills the module's input but for its name. `deployments` are those of the module, latest first.
 * False with an error when it could not be read, or was cancelled. */
bool where_module_read(struct where_session *session, const struct module_settings *module,
                       struct where_index *index, const struct store_deployment *const *deployments,
                       size_t count, struct where_module_input *input, struct error *error);

/* Whether the repository has the version that is asked for, by the module's tag pattern or as a
 * tag.
 */
bool where_module_has_version(struct where_session *session, const struct module_settings *module,
                              struct where_index *index);

#endif
