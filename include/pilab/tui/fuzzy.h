/*
 * Matching as people type it when they know roughly what they want: the query's letters in order,
 * with anything between.
 */
#ifndef PILAB_TUI_FUZZY_H
#define PILAB_TUI_FUZZY_H

#include <stdbool.h>

/* How well `text` fits, higher is better; -1 when it does not. Letters count more at the beginning,
 * after / . - _ : or a blank, at a capital, and next to each other; short texts win a draw. Blanks
 * separate words that may match anywhere. Letters are alike in either case unless the query has a
 * capital. A text that is the query, but for the "v" before a number, comes before all others, then
 * those that begin with it. An empty query fits everything with 0. */
int fuzzy_score(const char *query, const char *text);

#endif
