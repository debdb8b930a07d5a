/*
 * A drift report as rich text (base/rich.h) for people: the verdict and the balance first, then
 * what needs a person, then everything by kind. The command line prints it, the terminal shows it.
 */
#ifndef PILAB_DRIFT_TEXT_H
#define PILAB_DRIFT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/rich.h>
#include <pilab/base/strbuf.h>
#include <pilab/drift/report.h>

struct drift_text_options {
    size_t width; /* columns; at least 40 are used */
    bool utf8;    /* the reader's terminal shows UTF-8 */
    bool wide;    /* everything: no list is shortened */
    bool whole;   /* no line is: what is longer than the width goes on; for files and programs */
};

void drift_report_render_text(struct strbuf *out, const struct drift_report *report,
                              const struct drift_text_options *options);

/* The parts that screens show on their own; each is one line without its newline. */
/* "24 differences  +8 ~14 -2   HIGH   1 breaking   31 meant to differ" */
void drift_text_verdict(struct strbuf *out, const struct drift_report *report, bool utf8);
/* Only how many, and how grave: "24 differences  +8 ~14 -2   HIGH". */
void drift_text_counts(struct strbuf *out, const struct drift_report *report, bool utf8);
/* What the counts leave out: "1 breaking · 2 security · 31 meant to differ"; nothing when there is
 * nothing. */
void drift_text_marks(struct strbuf *out, const struct drift_report *report, bool utf8);
/* "2 blockers · 5 need a person · 1 commit would be lost · 1 source could not be read · 16 rest" */
void drift_text_attention(struct strbuf *out, const struct drift_report *report, bool utf8);
/* What is not counted: "31 meant to differ · 2 ignored"; nothing when there is nothing. */
void drift_text_set_aside(struct strbuf *out, const struct drift_report *report, bool utf8);
/* "since report 41 of 2025-01-22: 3 new, 2 gone, 1 changed", "as in report 41 of …"; nothing when
 * there is none of the same two states. In brief without the day. */
void drift_text_since(struct strbuf *out, const struct drift_report *report, bool brief);
/* "unchanged for 14 months", "for 14 months, as it is for 3 days", "new since report 41"; nothing
 * when it is not known. */
void drift_text_age(struct strbuf *out, const struct drift_report *report,
                    const struct drift_item *item);
/* "412 commits = 287 in notes + 64 already in UAT + … · 0 unexplained", in fewer words where that
 * is wider than `width`: "412 commits = 287 in notes + 64 there + 23 other · …" */
void drift_text_balance(struct strbuf *out, const struct drift_report *report, size_t width,
                        bool utf8);
/* "read: code 12/12  config 11/12   not examined: database, images" */
void drift_text_sources(struct strbuf *out, const struct drift_report *report, bool utf8);
/* "v2.0.6 → v2.0.7", "UAT has now → UAT would get, from SIT", or "SIT → UAT, each as it is
 * configured" */
void drift_text_direction(struct strbuf *out, const struct drift_report *report, bool utf8);
/* What the values of either side are called: "has now" and "would get", "before" and "after", or
 * the names of two environments as they are. */
const char *drift_text_before(const struct drift_report *report);
const char *drift_text_after(const struct drift_report *report);
/* "30", "absent", "empty", "••••" ("****" in ASCII) */
void drift_text_value(struct strbuf *out, enum rich_role role, const struct drift_value *value,
                      bool utf8);
/* "30 → 15", "absent → true", "•••• → •••• (different)". For one line: of a checksum 12 digits, and
 * of many versions of a package those that differ first: "2.0 → 2.1 (beside 1.0, 1.1)". What is
 * named the same on both sides is said once, and what differs. */
void drift_text_values(struct strbuf *out, const struct drift_item *item, bool utf8);
/* The same with nothing cut or moved. */
void drift_text_whole_values(struct strbuf *out, const struct drift_item *item, bool utf8);
/* Whether an item is a resource that comes, goes or is made anew as a whole: its values are all
 * that it is, which its attributes tell better. */
bool drift_text_is_whole(const struct drift_item *item);

/* One letter and a role for a change: + ~ -, as in a diff. */
const char *change_type_sign(enum change_type type, bool utf8);
enum rich_role change_type_role(enum change_type type);
/* The same of an item; of what neither comes nor goes, though one side alone has it, "≠". */
const char *drift_item_sign(const struct drift_item *item, bool utf8);
enum rich_role drift_item_role(const struct drift_item *item);
enum rich_role severity_role(enum severity severity);
/* For headings: "New features", "Bug fixes". */
const char *change_category_title(enum change_category category);
/* "Code", "Configuration", … */
const char *drift_type_title(enum drift_type type);

#endif
