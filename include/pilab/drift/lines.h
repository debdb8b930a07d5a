/*
 * The changed lines of a report that was made without them: they come one by one, in any order, and
 * at the end the report is judged anew, since some rules look at them.
 *
 * Nothing moves meanwhile: items, commits and their order stay, and whoever points to one still
 * does. The report is changed by one thread, its owner's.
 */
#ifndef PILAB_DRIFT_LINES_H
#define PILAB_DRIFT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/report.h>

struct drift_line_count {
    bool file;    /* of the item `index`; else of a commit */
    size_t code;  /* commits: index into the report's codes */
    size_t index; /* into its items, or into the commits of the code */
    bool known;   /* false: objects are missing or damaged */
    bool binary;
    uint64_t insertions, deletions;
};

/* Whether a code item is a file, which has lines; a module is none. */
bool drift_item_has_lines(const struct drift_item *item);

/* Finds out how far lines are counted: every new report has been through this. */
void drift_lines_measure(struct drift_report *report);

/* From here on they come. Forgets those that are known, so that what is shown is what was counted
 * together. */
void drift_lines_start(struct drift_report *report);
/* One came; what is known already, or leads nowhere, is left as it is. */
void drift_lines_put(struct drift_report *report, const struct drift_line_count *count);
/* No more will come. */
void drift_lines_stop(struct drift_report *report);

/* All of them came: takes the counts, the judgement, the sums and the problems of `settled`, the
 * report of the same input with its lines counted; takes it over and sets it to NULL. Who it is,
 * and since when its items are there, stays. False when it is not of the same input: then nothing
 * is taken. */
bool drift_lines_settle(struct drift_report *report, struct drift_report **settled);

/* "lines counted of 1,200 of 7,960 commits", and when all are, "+54,012 −20,113 lines", or how many
 * are unknown; nothing where nobody asked for them. `brief`: "lines 15 %". Our own words. */
void drift_text_lines(struct strbuf *out, const struct drift_report *report, bool brief, bool utf8);
/* "+12 −3", "binary", "?" for what cannot be counted, nothing while it is not. */
void drift_text_item_lines(struct strbuf *out, const struct drift_item *item, bool utf8);
void drift_text_commit_lines(struct strbuf *out, const struct drift_commit *commit, bool utf8);

#endif
