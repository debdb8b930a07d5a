/*
 * What the things of a drift report can be filtered by (base/filter.h).
 */
#ifndef PILAB_DRIFT_FIELDS_H
#define PILAB_DRIFT_FIELDS_H

#include <pilab/base/filter.h>
#include <pilab/drift/report.h>

/* One thing of a report: exactly one of the pointers is set, with `code` the module of a commit. */
struct drift_thing {
    const struct drift_report *report;
    const struct drift_item *item;
    const struct drift_change *change;
    const struct drift_problem *problem;
    const struct drift_source *source;
    const struct drift_commit *commit;
    const struct drift_code *code;
};

/* Things are const struct drift_thing *. A field that a kind of thing has not got has no value. */
extern const struct filter_fields drift_fields;

/* Offers what a text or name field holds in a report, each once, in the order of the report. */
void drift_field_values(const struct drift_report *report, size_t field,
                        void (*offer)(void *to, const char *value), void *to);

#endif
