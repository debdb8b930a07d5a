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

/* The variable of the same name and place, or NULL. */
const struct variable_settings *variables_find(const struct project_settings *settings,
                                               const struct variable_settings *place);

/* Whether the wanted ones leave what is a secret now a secret. */
bool variables_check(const struct project_settings *now, const struct project_settings *wanted,
                     struct error *error);

/* Within a transaction: makes the variables of the call's project those of the settings, when these
 * give any (variables_given). A secret keeps the value it has, and one that the settings do not
 * name stays, since nothing could bring its value back. `*changed` counts what was written. */
bool variables_save(struct call *call, const struct project_settings *settings, size_t *changed,
                    struct error *error);

#endif
