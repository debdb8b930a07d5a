/*
 * Reads both sides of a comparison into values for drift_detect: from git repositories, or from
 * configuration files on disk.
 *
 * A comparison owns what it has read; the request's rules, expected differences and fingerprint
 * stay the caller's and must outlive it. What could not be read becomes a source in state `failed`
 * and a problem; the other modules go on. Reading changes nothing outside. The input is the same
 * whatever the number of threads.
 */
#ifndef PILAB_SOURCE_COMPARISON_H
#define PILAB_SOURCE_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/source/line_count.h>
#include <pilab/source/request.h>

struct comparison;

/* False only when it was cancelled (ERROR_CANCELLED), or when no module could be read at all: then
 * the error is why the first could not. `progress` is called from several threads. */
bool comparison_read(const struct comparison_request *request, struct comparison **out,
                     const struct progress *progress, struct error *error);

/* The second half: the lines of a comparison that was read without, which a first answer need not
 * wait for. How many files are to be read for it: those of the two ends, and those of each commit
 * that is no merge; what is kept (request.h) is not read. */
size_t comparison_lines_to_read(const struct comparison *comparison);

/* Counts: what is kept first, then what the listener wants, the files of the two ends, and the
 * commits, the newest first; module after module. `listener` may be NULL; it is called from several
 * threads, one at a time. Afterwards the input has the counts, as if they had been asked for in the
 * request, and one problem more for each module where some are missing. Reports progress in commits
 * and files. False when cancelled, or when a repository cannot be opened any more: then the input
 * must not be used any more. */
bool comparison_count(struct comparison *comparison, const struct line_listener *listener,
                      const struct progress *progress, struct error *error);

/* Two configuration files, or two folders of them, on disk. In folders links are not followed (a
 * warning says so). Of the request's modules only the first one's name is used. False when a path
 * cannot be read, or is a file where the other is a folder, when one of two files cannot be
 * understood, or when it was cancelled. */
bool comparison_read_files(const struct comparison_request *request, const char *previous_path,
                           const char *current_path, struct comparison **out,
                           const struct progress *progress, struct error *error);

/* Borrowed; valid until comparison_free. */
const struct drift_input *comparison_input(const struct comparison *comparison);
void comparison_free(struct comparison **comparison);

#endif
