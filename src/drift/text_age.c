/* What people decided, and how long differences are there, in the text report and in detail. */
#include "text_page.h"

#include <inttypes.h>

#include <pilab/base/clock.h>
#include <pilab/drift/history.h>
#include <pilab/drift/text.h>

#include "detail_parts.h"

void drift_text_age(struct strbuf *out, const struct drift_report *report,
                    const struct drift_item *item)
{
    char whole[SPAN_WORDS_SIZE], same[SPAN_WORDS_SIZE];

    if (item->drifting_since == 0)
        return;
    if (item->novelty == NOVELTY_NEW)
        strbuf_printf(out, "new since report %" PRId64, report->since.number);
    else if (item->novelty == NOVELTY_UNKNOWN)
        strbuf_add(out, "in no earlier report");
    else if (item->unchanged_since == item->drifting_since)
        strbuf_printf(out, "unchanged for %s",
                      span_words(report->created_at - item->unchanged_since, whole));
    else if (item->novelty == NOVELTY_CHANGED)
        strbuf_printf(out, "for %s, changed since report %" PRId64,
                      span_words(report->created_at - item->drifting_since, whole),
                      report->since.number);
    else
        strbuf_printf(out, "for %s, as it is for %s",
                      span_words(report->created_at - item->drifting_since, whole),
                      span_words(report->created_at - item->unchanged_since, same));
}
