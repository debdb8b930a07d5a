/*
 * How modules were seen to be configured, against what their versions should be configured as.
 * Private to this folder.
 */
#ifndef PILAB_SRC_APP_VERIFY_CONFIG_H
#define PILAB_SRC_APP_VERIFY_CONFIG_H

#include <pilab/app/call.h>
#include <pilab/release/verify.h>

/* Compares, and sets the verdicts of the modules whose configuration was seen. What cannot be
 * compared is a verdict, too. Texts live in the call's arena. False with ERROR_CANCELLED. */
bool verify_compare_configuration(struct call *call, const struct manifest_state *expected,
                                  const struct observer_answer *answers,
                                  struct verification *verification, struct error *error);

#endif
