/*
 * Rules of a project that change nothing to be seen because another one holds the difference where
 * it is. Private to this folder.
 */
#ifndef PILAB_SRC_APP_RULES_HELD_H
#define PILAB_SRC_APP_RULES_HELD_H

#include <pilab/base/json.h>
#include <pilab/base/strbuf.h>
#include <pilab/drift/report.h>
#include <pilab/drift/rules.h>

/* The same differences judged without and with what a project says of rules. */
struct rules_trial {
    const struct drift_report *before, *after;
    const struct rule_set *was, *now; /* the sets they were judged by */
    const struct rule *own;           /* what the project says */
    size_t own_count;
};

/* An array: for each of its rules and each that holds what it would judge otherwise "rule",
 * "wanted", "by", "severity", "attention", "count", "examples", and in "instead" what to say. */
json_t *rules_held(const struct rules_trial *trial);

/* Nothing when there is nothing. */
void rules_held_draw(struct strbuf *out, const json_t *held, size_t width);

#endif
