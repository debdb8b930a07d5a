/*
 * What a drift type other than code and configuration does in its own way: one row of the table of
 * kinds (kinds.h). Inside of the drift room.
 */
#ifndef PILAB_DRIFT_KIND_H
#define PILAB_DRIFT_KIND_H

#include <jansson.h>
#include <stdbool.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/builder.h>
#include <pilab/drift/part.h>

#include "json_parts.h"

struct text_page;

struct drift_kind {
    /* Compares the two sides of a module that is on both: adds items, and judges them. Returns the
     * content of the part, in the report's arena; NULL: nothing of the kind was read. */
    const void *(*collect)(struct report_builder *builder, const struct module_input *module);
    /* The members of its object in `drifts` other than type, service, first_item, item_count. */
    void (*write)(json_t *json, const struct drift_report *report, const struct drift_part *part);
    /* What was written; never NULL. What is wrong is told to the reader. */
    const void *(*read)(struct json_reader *reader, const json_t *json);
    /* What the detail view of an item says besides what holds for every item; may be NULL. */
    void (*detail)(struct strbuf *out, const struct drift_report *report,
                   const struct drift_part *part, const struct drift_item *item, size_t width,
                   bool utf8);
    /* What is said of a part below the differences of its type; may be NULL. */
    void (*remarks)(struct text_page *page, const struct drift_part *part);
    const char *things; /* "dependency differences": of lines that are left out */
};

#endif
