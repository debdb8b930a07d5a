/*
 * Configuration that names an image. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_CONFIG_IMAGE_H
#define PILAB_DRIFT_CONFIG_IMAGE_H

#include <pilab/drift/input.h>
#include <pilab/drift/report.h>

/* Whether an item of configuration, whose path, key and places are known, is part of the name of an
 * image that differs, so that an item of the module's images tells it. */
bool config_image_tells(const struct module_input *module, const struct drift_item *item);

#endif
