/*
 * What reports and their items share. Private to this room.
 */
#ifndef PILAB_SRC_STORE_REPORT_H
#define PILAB_SRC_STORE_REPORT_H

#include <pilab/store/report.h>

/* severity.c: a severity as a number that sorts: 0 INFO … 4 CRITICAL; NULL as SQL's NULL. */
void severity_put(struct statement *statement, const char *severity);
const char *severity_take(struct statement *statement);

/* item.c: adds the items of a run that is not finished, in order. */
bool items_add(struct connection *connection, const struct store_report *report,
               struct store_item *items, size_t count, struct error *error);

#endif
