/*
 * Reports as text, for tests of what is printed.
 */
#ifndef TESTS_UNIT_DRIFT_TEXT_SUPPORT_H
#define TESTS_UNIT_DRIFT_TEXT_SUPPORT_H

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>
#include <pilab/drift/report.h>

/* Without its marks for looks; releases `rich`. */
const char *plain_text(struct arena *arena, struct strbuf *rich);
/* A report as it is printed at that width. */
const char *report_text(struct arena *arena, const struct drift_report *report, size_t width,
                        bool utf8, bool wide);

#endif
