/*
 * Which differences of a report one commit or one ticket changed together: a key of configuration,
 * the migration, the image and the packages that came with it.
 */
#ifndef PILAB_DRIFT_TOGETHER_H
#define PILAB_DRIFT_TOGETHER_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/drift/report.h>

/* The items of several types that one commit, or one ticket, changed. */
struct together_group {
    const char *commit, *ticket;     /* one of them; the other is NULL */
    const struct drift_item **items; /* in the report's order */
    size_t count;
};

struct drift_together {
    struct arena *arena;
    const struct together_group *groups; /* tickets, then the commits that name none, each in the
                                            order in which the items have them */
    size_t count;
    struct map *commits, *tickets; /* id → what is known of it, also of one type */
};

/* Borrows the report. The caller frees it first. */
struct drift_together *drift_together_new(const struct drift_report *report);
void drift_together_free(struct drift_together **together);

struct together_item {
    const struct drift_item *item;
    const char *ticket; /* that both have; NULL: one commit changed both */
};

/* The items of other types that were changed together with one, but for the file that it stands in:
 * first those that are no files of code, and of these and the others first those of its commit;
 * else in the report's order. In `arena`. */
const struct together_item *drift_together_with(const struct drift_together *together,
                                                const struct drift_item *item, struct arena *arena,
                                                size_t *count);
/* The items of all types that a change changed, by its tickets and commits, files of code last. */
const struct together_item *drift_together_of_change(const struct drift_together *together,
                                                     const struct drift_change *change,
                                                     struct arena *arena, size_t *count);

#endif
