/*
 * The patch of a file as it may be shown. Inside of the app room.
 */
#ifndef PILAB_APP_PATCH_SHOWN_H
#define PILAB_APP_PATCH_SHOWN_H

#include <stdbool.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>
#include <pilab/git/changes.h>

/* Appends a change as a unified diff, its secrets masked as the whole file tells what they are. */
bool patch_shown(struct repository *repository, const struct file_change *change,
                 struct strbuf *out, struct error *error);

#endif
