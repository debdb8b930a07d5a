/*
 * The lines of a comparison that was read without: what its commits and its files changed. It is
 * part of the second half of a comparison; the first answer does not wait for it.
 */
#ifndef PILAB_SOURCE_COUNT_H
#define PILAB_SOURCE_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/source/comparison.h>

/* The lines of a commit, or of a file that differs between the two ends. */
struct line_count {
    size_t module; /* index into the modules of the input */
    bool file;
    size_t index; /* into the module's files, or else into the commits that current has more */
    bool known;   /* false: objects are missing or damaged */
    bool binary;
    uint64_t insertions, deletions;
};

struct line_listener {
    void (*counted)(void *context, const struct line_count *count);
    void *context;
};

/* How many files are to be read for it: those of the two ends, and those of each commit that is no
 * merge; what is kept (request.h) is not read. */
size_t comparison_lines_to_read(const struct comparison *comparison);

/* Counts: what is kept first, then the files of the two ends, then the commits, the newest first;
 * module after module. `listener` may be NULL; it is called from several threads, one at a time.
 * Afterwards the input has the counts, as if they had been asked for in the request, and one
 * problem more for each module where some are missing. Reports progress in commits and files of the
 * module. False when cancelled, or when a repository cannot be opened any more: then the input must
 * not be used any more. */
bool comparison_count(struct comparison *comparison, const struct line_listener *listener,
                      const struct progress *progress, struct error *error);

#endif
