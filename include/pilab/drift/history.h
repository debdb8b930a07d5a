/*
 * A report among those of the same two states: what is new since the last one, what has gone, and
 * how long each difference has been there. Pure: the earlier items come from wherever they are
 * kept.
 */
#ifndef PILAB_DRIFT_HISTORY_H
#define PILAB_DRIFT_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include <pilab/drift/report.h>

/* A difference that the last report had; or an earlier one, where the last could not look. */
struct earlier_item {
    const char *id;
    const char *state; /* drift_item_state; NULL: not known (a report of an earlier version) */
    const char *type, *module;
    const char *change_type;        /* with the values what tells, where there is no state */
    const char *previous, *current; /* NULL: absent */
    int64_t drifting_since, unchanged_since; /* 0: since that report, as far as is known */
    bool counts;                             /* neither meant to differ nor ignored */
};

struct drift_earlier {
    int64_t number, at; /* of the last report of the same two states; number 0: there is none */
    const struct earlier_item *items; /* borrowed; of each id one, and none twice */
    size_t count;
};

/* Fills since, and of every item drifting_since, unchanged_since, novelty and offered; sums up
 * again. `now` is when this report was made. A difference that is neither code nor decided about,
 * and has been the same for `offer_after` milliseconds, is offered as one that may well be meant to
 * differ; 0: none is. */
void drift_history_apply(struct drift_report *report, const struct drift_earlier *earlier,
                         int64_t now, int64_t offer_after);

/* Whether a difference that this report has not is known to be none any more: its source was read,
 * or its module is not compared any more. False also where `*outside` (may be NULL) says that the
 * report was not asked for it. */
bool drift_history_looked(const struct drift_report *report, enum drift_type type,
                          const char *module, bool *outside);

/* An item in two reports. */
struct report_pair {
    const struct drift_item *before, *after; /* NULL: not there */
};

enum report_change {
    REPORT_NEW,
    REPORT_AGAIN, /* was meant to differ or ignored, and counts now */
    REPORT_CHANGED,
    REPORT_GONE,
    REPORT_SET_ASIDE, /* counted, and is meant to differ or ignored now */
    REPORT_UNKNOWN,   /* was there, and could not be read the second time */
    REPORT_CHANGES
};

struct report_difference {
    const struct drift_report *before, *after; /* borrowed, as are the items */
    struct report_pair *pairs[REPORT_CHANGES]; /* in the order of the report that they come from */
    size_t counts[REPORT_CHANGES];
    size_t same;
    struct arena *arena;
};

/* The name in JSON: "new", "again", "changed", "gone", "set_aside", "unknown". */
const char *report_change_name(enum report_change change);

/* Of what counts in at least one of the two. The caller frees it before the reports. */
struct report_difference *report_difference_new(const struct drift_report *before,
                                                const struct drift_report *after);
void report_difference_free(struct report_difference **difference);

/* As rich text of `width` columns. */
void report_difference_text(struct strbuf *out, const struct report_difference *difference,
                            size_t width, bool utf8);

/* "14 months", "3 days", "less than an hour"; in `out`, or constant. */
#define SPAN_WORDS_SIZE 32
const char *span_words(int64_t milliseconds, char out[SPAN_WORDS_SIZE]);

#endif
