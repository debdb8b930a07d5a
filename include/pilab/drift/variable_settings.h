/*
 * Configuration variables as a project file names them. A secret stands there without its value.
 * Texts are borrowed from whoever made the list.
 */
#ifndef PILAB_DRIFT_VARIABLE_SETTINGS_H
#define PILAB_DRIFT_VARIABLE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

struct variable_settings {
    const char *name;
    const char *environment;
    const char *module;      /* NULL: of the whole environment */
    const char *value;       /* NULL: a secret's is not in the file */
    const char *description; /* NULL: none */
    bool secret;
};

/* A letter or underscore first, then letters, digits, underscores, dots and dashes; 128 at most. */
bool variable_name_valid(const char *name);

#endif
