/* The parts of image drift. Inside of the drift room. */
#ifndef PILAB_SRC_DRIFT_IMAGE_H
#define PILAB_SRC_DRIFT_IMAGE_H

#include <pilab/drift/image.h>

#include "kind.h"

extern const struct drift_kind drift_image_kind;

const void *drift_image_collect(struct report_builder *builder, const struct module_input *module);
void drift_image_write(json_t *json, const struct drift_report *report,
                       const struct drift_part *part);
const void *drift_image_read(struct json_reader *reader, const json_t *json);
void drift_image_detail(struct strbuf *out, const struct drift_report *report,
                        const struct drift_part *part, const struct drift_item *item, size_t width,
                        bool utf8);
/* What is to be said of the step from one tag to another, as marks (drift/rules.h): MARK_BACK,
 * MARK_DATA. Either tag may be NULL, and be no version. */
unsigned image_step_marks(const char *repository, const char *previous, const char *current);

#endif
