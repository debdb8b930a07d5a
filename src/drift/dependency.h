/* How differences of packages become items, JSON and text. Inside of the drift room. */
#ifndef PILAB_DRIFT_DEPENDENCY_ROOM_H
#define PILAB_DRIFT_DEPENDENCY_ROOM_H

#include <pilab/base/strbuf.h>
#include <pilab/drift/dependency.h>

#include "kind.h"

extern const struct drift_kind dependency_kind;

const void *dependency_collect(struct report_builder *builder, const struct module_input *module);
void dependency_write(json_t *json, const struct drift_report *report,
                      const struct drift_part *part);
const void *dependency_read(struct json_reader *reader, const json_t *json);
void dependency_detail(struct strbuf *out, const struct drift_report *report,
                       const struct drift_part *part, const struct drift_item *item, size_t width,
                       bool utf8);

/* "direct", "transitive", …: see drift/dependency.h. */
const char *dependency_category(const struct package_state *state);
/* Appends the words that rules look for, separated by blanks. */
void dependency_words(struct strbuf *out, const struct package_change *change);
/* "major upgrade"; "" when there is nothing to say of numbers. */
void dependency_step_words(struct strbuf *out, const struct version_change *step);

#endif
