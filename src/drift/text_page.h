/* What the parts of the text report share: the page they write on. Not seen outside the room. */
#ifndef PILAB_DRIFT_TEXT_PAGE_INTERNAL_H
#define PILAB_DRIFT_TEXT_PAGE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/map.h>
#include <pilab/base/rich.h>
#include <pilab/base/strbuf.h>
#include <pilab/drift/repeats.h>

/* Digits of a commit's id that people read. */
#define SHORT_ID 8
/* Where what is said below a line begins. */
#define REMARK_INDENT 12

struct text_page {
    struct strbuf *out;
    const struct drift_report *report;
    size_t width;
    bool utf8, wide;
    bool whole;                         /* lines are not cut to the width */
    const struct drift_repeat *repeats; /* one for each item; NULL: nothing is folded */
    struct map *commits;                /* id → struct drift_commit of the report */
};

/* A line of two ends, cut to the width unless it is to be whole; empties both (`right` may be
 * NULL). */
void drift_page_line(struct text_page *page, struct strbuf *left, struct strbuf *right);
/* What must be seen whole takes as many lines as it needs; empties `text`. */
void drift_page_wrap(struct text_page *page, struct strbuf *text, size_t indent);
/* An empty line and a title; a count of 0 is not shown. */
void drift_page_heading(struct text_page *page, const char *title, size_t count);
/* The module's name, where there are several and it is another than *module. */
void drift_page_module(struct text_page *page, const struct drift_item *item, const char **module);
/* Where a renamed or copied file was, and how much of it stayed: " ← old.c (87%)"; how far a
 * submodule moved: "  3 commits forward". */
void drift_page_file_words(const struct text_page *page, struct strbuf *line,
                           const struct drift_item *item);
/* "… 214 more files: --wide shows all", when some are hidden. */
void drift_page_more(struct text_page *page, size_t hidden, const char *things);
/* How many of `count` rows are shown when `most` are enough. */
size_t drift_page_shown(const struct text_page *page, size_t count, size_t most);

/* --- Parts (text_items.c, text_lost.c) --- */

/* Where it stands: on the current side, else on the previous one (text_item.c). */
const struct drift_provenance *drift_page_place(const struct drift_item *item);
/* Severity and sign, with which a line about it begins; `named`: the module, where there are
 * several. */
void drift_page_begin_item(struct strbuf *left, const struct text_page *page,
                           const struct drift_item *item, bool named);
bool drift_page_counts(const struct drift_item *item, enum drift_type type);
/* What a person should look at, the gravest first, with the reason below. */
void drift_page_attention(struct text_page *page, enum attention attention, const char *title);
/* How many commits each module would lose; that a report goes back. */
void drift_page_losses(struct text_page *page);
void drift_page_goes_back(struct text_page *page);
/* The commits that would be lost (drift_lost_list). */
void drift_page_lost(struct text_page *page);
/* What is in many places once, the rest by module or document. */
void drift_page_config(struct text_page *page);
/* The differences of another type than code and configuration; `things` is what they are called
 * where some are left out. */
void drift_page_type(struct text_page *page, enum drift_type type, const char *things);
/* The line of an item, and, where everything is asked for, since when it is there. `under_file`: it
 * stands below its document's name. */
void drift_page_item(struct text_page *page, const struct drift_item *item, bool named,
                     bool under_file);
/* What it becomes, in brief, or in full where nothing is cut. */
void drift_page_values(const struct text_page *page, struct strbuf *out,
                       const struct drift_item *item);
/* Below an item's line; empties `remark`. */
void drift_page_remark(struct text_page *page, struct strbuf *remark);

/* --- Decisions (text_decided.c) --- */

/* What was decided and holds no more: each with what it was. */
void drift_page_lapsed(struct text_page *page);
/* What is unchanged for long, meant to differ and ignored is only a number unless everything is
 * asked for. */
void drift_page_set_aside(struct text_page *page);

#endif
