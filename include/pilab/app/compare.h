/*
 * From what a person asked to compare to a drift report.
 */
#ifndef PILAB_APP_COMPARE_H
#define PILAB_APP_COMPARE_H

#include <stdbool.h>

#include <pilab/app/call.h>
#include <pilab/app/compare_ask.h>
#include <pilab/base/strbuf.h>
#include <pilab/drift/report.h>

/* Opens the store and chooses the project when what is asked needs them; otherwise neither is
 * touched. The caller frees the report. */
bool compare_run(struct call *call, const struct compare_ask *ask, struct drift_report **report,
                 struct error *error);

/* Whether a report is of the call's project. One of the repository we are in is not, even where a
 * project is open that has a module of the same name. */
bool compare_is_of_project(const struct call *call, const struct drift_report *report);

/* Appends the patch of a code item, secrets masked, as `git diff` would show it. `of_project`: its
 * module is one of the call's project, whose mirror is read as it is; else it is the repository we
 * are in. Nothing is fetched that is here. */
bool compare_patch(struct call *call, bool of_project, const struct drift_item *item,
                   struct strbuf *out, struct error *error);

#endif
