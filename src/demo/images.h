/*
 * What the registry of the sample world has: OCI layouts on disk, so that images can be compared
 * without a network. Only descriptions are there, for nobody looks into layers. Inside of the demo
 * room.
 */
#ifndef PILAB_DEMO_IMAGES_H
#define PILAB_DEMO_IMAGES_H

#include <stdbool.h>

#include <pilab/base/error.h>

#include "story.h"

#define DEMO_REGISTRY "registry.example.org"

/* One image for each tag of a module that has images, below `folder` ("FOLDER/mb/auth"), which is
 * made. Nothing for other modules. */
bool images_of_module(const char *folder, const char *module, const struct story_outcome *story,
                      struct error *error);

#endif
