/* What the detail views are made of. Inside of the drift room. */
#ifndef PILAB_DRIFT_DETAIL_PARTS_H
#define PILAB_DRIFT_DETAIL_PARTS_H

#include <pilab/base/rich.h>
#include <pilab/base/strbuf.h>
#include <pilab/drift/report.h>

/* Where the texts beside labels begin. */
#define DETAIL_LABEL_COLUMN 12

/* An empty line and a heading. */
void detail_heading(struct strbuf *out, const char *title);
/* "label       text": rich text, wrapped beside the label. */
void detail_beside(struct strbuf *out, enum rich_role label_role, const char *label,
                   const char *text, size_t width, bool utf8);
/* The same with a text from outside; nothing when there is none. */
void detail_fact(struct strbuf *out, const char *label, enum rich_role role, const char *text,
                 size_t width, bool utf8);

/* "The same with git" and a command, which can be copied as it stands: on one line, or broken
 * between its words, where a backslash says to the shell that it goes on. */
void detail_command(struct strbuf *out, const char *command, size_t width, bool utf8);

/* What was decided about it, and since when it is there. */
void drift_detail_history(struct strbuf *out, const struct drift_report *report,
                          const struct drift_item *item, size_t width, bool utf8);

/* Of a file: how much of what differs in it is told by other types. */
void drift_detail_told(struct strbuf *out, const struct drift_report *report,
                       const struct drift_item *item, size_t width, bool utf8);
/* What one commit or ticket changed together with it; what a change changed. */
void drift_detail_together(struct strbuf *out, const struct drift_report *report,
                           const struct drift_item *item, size_t width, bool utf8);
void drift_detail_changed(struct strbuf *out, const struct drift_report *report,
                          const struct drift_change *change, size_t width, bool utf8);

#endif
