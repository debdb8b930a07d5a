/*
 * What a decision (drift/decision.h) does to the item that it is about.
 */
#ifndef PILAB_DRIFT_DECIDING_H
#define PILAB_DRIFT_DECIDING_H

#include <pilab/drift/input.h>
#include <pilab/drift/report.h>

/* What an item says of both sides, as 16 hex digits: the same as long as the difference is the
 * same one. Secrets come in by the fingerprints in their signs, or in the item's substance; an item
 * whose secret has none is the same whatever the secret is. */
#define ITEM_STATE_SIZE 17
const char *drift_item_state(const struct drift_item *item, char out[ITEM_STATE_SIZE]);

/* What was decided, and whether it holds for the item as it is now. */
const struct drift_decision *drift_decision_of(const struct decided_difference *decided,
                                               const struct drift_item *item, int64_t now,
                                               struct arena *arena);

/* Makes the decision count for the item, which borrows it: one that holds takes it out of what is
 * counted and needs a person, and takes the place of one before it. The report's sums are left as
 * they are. */
void drift_item_decide(struct drift_item *item, const struct drift_decision *decision);
/* The same for an item of a whole report, and sums up again. */
void drift_report_decide(struct drift_report *report, struct drift_item *item,
                         const struct drift_decision *decision);
/* Makes a whole report what it is with all that stands between its two states now; whatever else it
 * had is taken back. A report that was kept counts as it did, and its items only get marks of what
 * was decided since, and lose them. False: nothing has changed. */
bool drift_report_decide_anew(struct drift_report *report, const struct decided_difference *decided,
                              size_t count, int64_t now);

/* Whether it still counts, and was decided about after its report was kept. */
bool drift_item_is_marked(const struct drift_item *item);
/* Marks one of a kept report, whose counts stay, but for report->marked. */
void drift_report_mark(struct drift_report *report, struct drift_item *item,
                       const struct drift_decision *decision);

#endif
