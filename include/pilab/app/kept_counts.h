/*
 * Line counts of commits, kept in the cache: a commit's counts never change, so they are counted
 * once. Modules are read by several threads; the cache serves one at a time.
 */
#ifndef PILAB_APP_KEPT_COUNTS_H
#define PILAB_APP_KEPT_COUNTS_H

#include <pilab/app/settings.h>
#include <pilab/git/history.h>

struct kept_counts;

/* NULL when the cache cannot be opened: then everything is counted afresh. */
struct kept_counts *kept_counts_open(const struct settings *settings);
void kept_counts_close(struct kept_counts **counts);
/* Makes a history keep its counts there. NULL leaves it as it is. */
void kept_counts_use(struct kept_counts *counts, struct history_options *options);

#endif
