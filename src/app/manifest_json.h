/*
 * How deployments and cells are written as JSON. Private to this folder.
 */
#ifndef PILAB_SRC_APP_MANIFEST_JSON_H
#define PILAB_SRC_APP_MANIFEST_JSON_H

#include <jansson.h>

#include <pilab/release/manifest.h>

/* New references. */
json_t *manifest_deployment_json(const struct store_deployment *deployment);
json_t *manifest_cell_json(const struct manifest *manifest, size_t row, size_t column);

#endif
