/*
 * The parts of the row of infrastructure in the table of kinds. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_INFRASTRUCTURE_KIND_H
#define PILAB_DRIFT_INFRASTRUCTURE_KIND_H

#include "kind.h"

extern const struct drift_kind drift_infrastructure_kind;

const void *drift_infrastructure_collect(struct report_builder *builder,
                                         const struct module_input *module);
void drift_infrastructure_write(json_t *json, const struct drift_report *report,
                                const struct drift_part *part);
const void *drift_infrastructure_read(struct json_reader *reader, const json_t *json);
void drift_infrastructure_detail(struct strbuf *out, const struct drift_report *report,
                                 const struct drift_part *part, const struct drift_item *item,
                                 size_t width, bool utf8);

#endif
