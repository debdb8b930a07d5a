/*
 * The table of evidence (category_rules.h), made ready for looking things up. Inside of the drift
 * room.
 */
#ifndef PILAB_SRC_DRIFT_CATEGORY_BOOK_H
#define PILAB_SRC_DRIFT_CATEGORY_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include <pilab/drift/category.h>
#include <pilab/drift/category_rules.h>
#include <pilab/drift/span.h>

/* A pattern, or the words that one begins with. */
struct phrase {
    struct span text;
    uint32_t hash;
    bool goes_on;                                      /* some pattern is this, a blank, and more */
    const struct category_rule *rules[EVIDENCE_COUNT]; /* which have it as a pattern; or NULL */
};

/* NULL: no pattern is or begins so. */
const struct phrase *category_book_find(const struct category_book *book, struct span text);

#endif
