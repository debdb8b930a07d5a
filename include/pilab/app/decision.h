/*
 * Decisions about differences: made, withdrawn, and read for a comparison (drift/decision.h). A
 * decision is about one difference between two states of the call's project, and about what it was.
 */
#ifndef PILAB_APP_DECISION_H
#define PILAB_APP_DECISION_H

#include <jansson.h>

#include <pilab/app/call.h>
#include <pilab/drift/input.h>
#include <pilab/store/decision.h>

struct decision_ask {
    enum decision_kind kind;
    const char *reason;
    int64_t until; /* UTC milliseconds; 0: without end */
};

/* What it is about: an item, and the two states of its report (decision_pair). */
struct decision_subject {
    const char *pair;
    const struct drift_item *item;
};

/* The two states of a report, in the call's arena: the same for every report of them. */
const char *decision_pair(struct call *call, const struct drift_report *report);

/* Decides about all of them or none. What stood for one of them is withdrawn for it. The reason
 * must say something, and an end lie ahead. Needs PERMISSION_IGNORE_DRIFT. `*made` gets them in the
 * order of the subjects, in the call's arena; its texts are borrowed from the items. */
bool decision_make(struct call *call, const struct decision_ask *ask,
                   const struct decision_subject *subjects, size_t count,
                   struct store_decisions *made, struct error *error);

/* Takes all of these back or none; `why` may be NULL. ERROR_NOT_FOUND, ERROR_CONFLICT when one is
 * taken back already. Needs PERMISSION_IGNORE_DRIFT. `*withdrawn` gets them in the order of the
 * numbers, in the call's arena. */
bool decision_withdraw(struct call *call, const int64_t *numbers, size_t count, const char *why,
                       struct store_decisions *withdrawn, struct error *error);

/* "30d", "30 days", "4 weeks", "6 months", "1 year", which end with the day in UTC that many days
 * ahead; "2026-12-31", which is the last day; a time in RFC 3339. ERROR_INVALID also when that is
 * over already. */
bool decision_until_parse(const char *text, int64_t now, int64_t *until, struct error *error);

/* Those that stand between the two states of a report, in the call's arena. */
bool decisions_load(struct call *call, const char *pair, struct decided_difference **decided,
                    size_t *count, struct error *error);

/* Marks what of a kept report was decided since (drift_report_decide_anew), and brings one that is
 * not kept up to date. `*changed` may be NULL. */
bool decisions_take(struct call *call, struct drift_report *report, bool *changed,
                    struct error *error);

/* What has become of a decision: "in_force", "ended", "withdrawn", "changed" (the newest report of
 * the two states has another difference there), "gone" (it has none). */
bool decision_standing(struct call *call, const struct store_decision *decision,
                       const char **standing, struct error *error);
/* All of the call's project, or only those that stand, the newest first: an array of what
 * `difference list` has. New reference; NULL with an error. */
json_t *decisions_list(struct call *call, bool standing, struct error *error);
json_t *decision_to_json(const struct store_decision *decision, const char *standing);
/* As it is for an item of a report that was made before; lives in `arena`. */
const struct drift_decision *decision_of_row(const struct store_decision *decision,
                                             struct arena *arena);

#endif
