/*
 * A comparison that is kept, from before it starts: its report stands in the store as ANALYZING
 * while it is made, under a lease, so that a run that was killed is seen as FAILED and not waited
 * for.
 */
#ifndef PILAB_APP_KEPT_RUN_H
#define PILAB_APP_KEPT_RUN_H

#include <pilab/app/call.h>
#include <pilab/app/compare_ask.h>
#include <pilab/drift/report.h>
#include <pilab/store/report.h>

struct kept_run {
    struct store_report row; /* its id is empty until it is started */
};

/* Puts the report into the store. Needs PERMISSION_RUN_DRIFT. When the two states are not known yet
 * (the last two versions), nothing is written before the end. */
bool kept_run_start(struct call *call, const struct compare_ask *ask, struct kept_run *run,
                    struct error *error);
/* Keeps what was found, with its items and an audit entry: sets the report's id, number and when
 * each difference was first seen. */
bool kept_run_finish(struct call *call, struct kept_run *run, struct drift_report *report,
                     struct error *error);
/* Records that it came to nothing. What cannot be recorded is logged. */
void kept_run_fail(struct call *call, struct kept_run *run, const struct error *why);

/* The whole of it: compares, and keeps the report when `save`. On failure nothing is given and the
 * run is recorded as FAILED. */
bool kept_run_compare(struct call *call, const struct compare_ask *ask, bool save,
                      struct drift_report **report, struct error *error);

/* Keeps a report in the call's project, with its items and an audit entry: sets id, number and
 * when each difference was first seen. Needs PERMISSION_RUN_DRIFT. */
bool compare_save(struct call *call, struct drift_report *report, struct error *error);

/* Marks as FAILED the runs whose processes are gone; returns how many there were. Quietly does
 * nothing on a store that is open for reading only. */
size_t kept_run_sweep(struct call *call);

#endif
