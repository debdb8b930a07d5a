/*
 * What is counted and compared, kept in the cache: line counts and patch ids of commits, line
 * counts between two versions of a file, and what lies between two commits. All are kept by ids
 * that name content, so that they never change, in whatever repository they are met. Modules are
 * read by several threads; the cache serves one at a time.
 */
#ifndef PILAB_APP_KEPT_COUNTS_H
#define PILAB_APP_KEPT_COUNTS_H

#include <pilab/app/settings.h>
#include <pilab/source/request.h>

struct kept_counts;

/* NULL when the cache cannot be opened: then everything is counted afresh. Without `make` one that
 * is not there yet is not made. */
struct kept_counts *kept_counts_open(const struct settings *settings, bool make);
void kept_counts_close(struct kept_counts **counts);
/* Makes a comparison keep its own there. NULL leaves it as it is. */
void kept_counts_use(struct kept_counts *counts, struct comparison_request *request);

#endif
