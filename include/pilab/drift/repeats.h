/*
 * The same change in many places: one image's tag in forty manifests is one line for a person.
 *
 * Only what people read is folded; JSON has every item.
 */
#ifndef PILAB_DRIFT_REPEATS_H
#define PILAB_DRIFT_REPEATS_H

#include <stddef.h>

#include <pilab/drift/report.h>

/* Fewer than this are listed one by one. */
#define DRIFT_REPEATS_FROM 3

struct drift_repeat {
    size_t first;  /* index of the item that stands for all of them; its own for one alone */
    size_t places; /* how many items it stands for; 1 for one alone */
    size_t files;  /* in how many files; 0 when no file is known */
};

/* One for each item of the report, in `arena`. Configuration items of one module are the same when
 * key, change, both values as they are shown and what is said of them are; files that a person
 * should look at when it is for the same reason and because of the same commit. Expected and
 * suppressed items stand alone, and secrets of which nothing is shown. */
struct drift_repeat *drift_repeats(const struct drift_report *report, struct arena *arena);

#endif
