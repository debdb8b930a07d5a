/*
 * Tables of texts and what escaping makes of them.
 */
#ifndef TESTS_UNIT_BASE_ESCAPE_ROWS_H
#define TESTS_UNIT_BASE_ESCAPE_ROWS_H

#include <stddef.h>

#include <pilab/base/strbuf.h>

struct row {
    const char *text, *escaped;
};

#define COUNT(rows) (sizeof rows / sizeof rows[0])

/* Every text becomes what stands beside it, and is appended to what is there. */
void check(void (*escape)(struct strbuf *, const char *, size_t), const struct row *rows,
           size_t count);

#endif
