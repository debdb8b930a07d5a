/* Differences by what a person types. Private to this folder. */
#ifndef PILAB_SRC_APP_DIFFERENCE_FIND_H
#define PILAB_SRC_APP_DIFFERENCE_FIND_H

#include <pilab/app/call.h>
#include <pilab/drift/report.h>
#include <pilab/store/report.h>

struct found_difference {
    struct store_report row;
    struct drift_report *report; /* the kept report that has it; the caller frees it */
    const struct drift_item *item;
};

/* An item of a report by its id or the beginning of it, its path, "module:path" or its key.
 * ERROR_AMBIGUOUS lists those that are meant, ERROR_NOT_FOUND says what to try. */
const struct drift_item *difference_in(const struct drift_report *report, const char *name,
                                       struct error *error);

/* In the report `number` names; NULL: by its id alone, in the newest report that has it, which must
 * be the newest of its two states. */
bool difference_find(struct call *call, const char *number, const char *name,
                     struct found_difference *found, struct error *error);

#endif
