/*
 * The studio: the product's screens in one workspace, over one call.
 */
#ifndef PILAB_TUI_STUDIO_H
#define PILAB_TUI_STUDIO_H

#include <stdbool.h>

#include <pilab/app/settings.h>
#include <pilab/base/error.h>

/* Runs until the person leaves or the terminal goes. False with an error when it could not start;
 * otherwise `*status` is the exit status. */
bool studio_run(const struct settings *settings, int *status, struct error *error);

#endif
