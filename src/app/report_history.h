/* What earlier reports of the same two states tell of a new one. Private to this folder. */
#ifndef PILAB_SRC_APP_REPORT_HISTORY_H
#define PILAB_SRC_APP_REPORT_HISTORY_H

#include <pilab/app/call.h>
#include <pilab/drift/report.h>

/* Fills what is known by earlier reports of the call's project (drift/history.h), those with a
 * smaller number than `before`. `now` is when the report was made. Only reads. */
bool report_history_tell(struct call *call, struct drift_report *report, int64_t before,
                         int64_t now, struct error *error);

/* The same for a report that is not kept; nothing when it is of no project of the store. */
bool report_history_look(struct call *call, struct drift_report *report, struct error *error);

#endif
