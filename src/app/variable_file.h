/*
 * Variables between pilab.yaml and the store. Private to this folder.
 */
#ifndef PILAB_SRC_APP_VARIABLE_FILE_H
#define PILAB_SRC_APP_VARIABLE_FILE_H

#include <pilab/app/call.h>
#include <pilab/drift/project_file.h>

/* Puts the variables of the call's project into the settings, secrets without their values. Texts
 * live in the call's arena. */
bool variables_load(struct call *call, struct project_settings *settings, struct error *error);

/* Within a transaction: makes the variables of the call's project those of the settings, when these
 * give any (variables_given). A secret keeps the value it has, and one that the settings do not
 * name stays, since nothing could bring its value back. `*changed` counts what was written. */
bool variables_save(struct call *call, const struct project_settings *settings, size_t *changed,
                    struct error *error);

#endif
