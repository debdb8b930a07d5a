/*
 * The types that have a row of their own (kind.h): database, infrastructure, image, dependency.
 * Inside of the drift room.
 */
#ifndef PILAB_DRIFT_KINDS_H
#define PILAB_DRIFT_KINDS_H

#include <jansson.h>

#include <pilab/base/strbuf.h>

#include "kind.h"

struct text_page;

/* NULL for code and configuration, which have rooms of their own, and for what is not built in. */
const struct drift_kind *drift_kind(enum drift_type type);

/* All types, each for all modules; adds the parts. */
void drift_kinds_collect(struct report_builder *builder);
/* Appends an object for each part; reads such an object (the report has room for it). */
void drift_kinds_write(json_t *drifts, const struct drift_report *report);
void drift_kinds_read(struct json_reader *reader, const json_t *json, enum drift_type type,
                      struct drift_report *report);
/* What the type of the item adds to its detail view; nothing for code and configuration. */
void drift_kinds_detail(struct strbuf *out, const struct drift_report *report,
                        const struct drift_item *item, size_t width, bool utf8);
/* The sections of the text report: the items of each type, module by module. */
void drift_page_kinds(struct text_page *page);

#endif
