/*
 * The values within a map or a list, on the page of a difference. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_CONFIG_DETAIL_H
#define PILAB_DRIFT_CONFIG_DETAIL_H

#include <pilab/base/strbuf.h>
#include <pilab/drift/report.h>

/* Whether a side's value is a map or a list that is too long for a line: config_detail lists what
 * is in it. */
bool config_detail_lists(const struct drift_item *item, const struct drift_value *value);

/* A heading and one line for each value; of two maps, or two lists, what differs. Nothing where the
 * values are plain, or short. What is masked in the item is masked here. */
void config_detail(struct strbuf *out, const struct drift_item *item, size_t width, bool utf8);

#endif
