#include "manifest_json.h"

#include <pilab/base/json.h>

json_t *manifest_deployment_json(const struct store_deployment *deployment)
{
    json_t *object = json_object();

    json_put_integer(object, "number", deployment->number);
    json_put_text(object, "version", deployment->version);
    json_put_text(object, "commit", deployment->commit);
    json_put_text(object, "image", deployment->image);
    json_put_text(object, "release", deployment->release);
    json_put_text(object, "status", deployment_status_name(deployment->status));
    json_put_text(object, "deployed_by", deployment->actor);
    json_put_time(object, "deployed_at", deployment->started_at);
    return object;
}

static json_t *distance_json(const struct manifest_distance *distance)
{
    json_t *object = json_object();

    json_put_integer(object, "commits_behind", (int64_t)distance->behind);
    json_put_integer(object, "commits_ahead", (int64_t)distance->ahead);
    json_put_integer(object, "migrations_behind", (int64_t)distance->migrations_behind);
    json_put_integer(object, "migrations_ahead", (int64_t)distance->migrations_ahead);
    return object;
}

json_t *manifest_cell_json(const struct manifest *manifest, size_t row, size_t column)
{
    const struct manifest_cell *cell = manifest_cell_at(manifest, row, column);
    size_t before = manifest->columns[column].before;
    json_t *object = json_object();

    json_put_text(object, "module", manifest->rows[row].name);
    json_put_text(object, "environment", manifest->columns[column].name);
    json_put_text(object, "version", cell->running != NULL ? cell->running->version : NULL);
    json_put(object, "running",
             cell->running != NULL ? manifest_deployment_json(cell->running) : json_null());
    json_put(object, "later",
             cell->later != NULL ? manifest_deployment_json(cell->later) : json_null());
    json_put_text(object, "standing", manifest_standing_name(cell->standing));
    json_put_text(object, "stage_before",
                  before != MANIFEST_NONE ? manifest->columns[before].name : NULL);
    json_put(object, "distance",
             cell->distance.known ? distance_json(&cell->distance) : json_null());
    return object;
}
