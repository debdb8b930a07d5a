/*
 * Trying a script out: on a copy of what there is, in a database that is made for it and dropped
 * again. Private to this folder.
 */
#ifndef PILAB_SRC_APP_SCHEMA_VERIFY_H
#define PILAB_SRC_APP_SCHEMA_VERIFY_H

#include <jansson.h>

#include <pilab/app/call.h>
#include <pilab/schema/diff.h>

#include "schema_side.h"

/* Makes a copy of diff->previous on the server of `spec`, runs the script with all its drops, and
 * compares with diff->current; then its rollback, and compares with diff->previous. Unless
 * `destructive`, and where something destroys, the script as it is written is run on that, too, and
 * its rollback. NULL with an error when that could not be done or a statement failed; else what is
 * left, as JSON:
 *
 *   {"database": …, "copy": N, "left": N, "left_after_rollback": N, "left_as_written": N,
 *    "left_after_rollback_as_written": N, "differences": […]} */
json_t *schema_verify(struct call *call, const char *spec,
                      const struct schema_side_options *options, const struct schema_diff *diff,
                      bool destructive, struct error *error);

#endif
