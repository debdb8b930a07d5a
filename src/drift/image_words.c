#include "image.h"

#include <string.h>

#include <pilab/drift/mask.h>

size_t drift_image_layers_changed(const struct drift_image *image)
{
    size_t count = 0;

    for (size_t i = 0; i < image->layer_count; i++)
        count += image->layers[i].state == IMAGE_LAYER_ADDED ||
                 image->layers[i].state == IMAGE_LAYER_REMOVED;
    return count;
}

const struct drift_image *drift_image_of(const struct drift_report *report,
                                         const struct drift_item *item)
{
    const struct drift_part *part = drift_report_part(report, DRIFT_IMAGE, item->module);
    const struct drift_images *content = part != NULL ? part->content : NULL;

    for (size_t i = 0; content != NULL && i < content->count; i++)
        if (strcmp(content->images[i].path, item->path) == 0)
            return &content->images[i];
    return NULL;
}

const char *image_answer_name(enum image_answer answer)
{
    static const char *const names[] = { "not_asked", "found", "missing", "unreachable" };

    return names[answer];
}
