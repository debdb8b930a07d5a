/*
 * What is said of the image registries that a call asks, and which of them it may ask. Private to
 * this folder.
 */
#ifndef PILAB_SRC_APP_REGISTRIES_SAID_H
#define PILAB_SRC_APP_REGISTRIES_SAID_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/drift/registry_settings.h>

/* What is said of them. A file that came with a repository may say where a registry is asked, but
 * not send our passwords there: only what a project in the store says may. */
struct registries_said {
    const struct registry_settings *settings; /* borrowed until registries_close */
    size_t count;
    bool ours;
};

enum registries_reach {
    REGISTRIES_ALL,
    REGISTRIES_HERE /* only those that are folders of this machine */
};

#endif
