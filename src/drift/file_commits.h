/*
 * Which commits changed which lines of a module's files, so that every difference that is read from
 * a file is tied to them and their tickets. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_FILE_COMMITS_H
#define PILAB_DRIFT_FILE_COMMITS_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/drift/builder.h>

struct file_commits;

/* The module's code must have been collected. Borrows both. */
struct file_commits *file_commits_new(struct report_builder *builder,
                                      const struct module_input *module);
void file_commits_free(struct file_commits **commits);

/* How much of its files a difference is about, from the lines of its provenance on. */
struct file_lines {
    bool whole;           /* all of them */
    size_t previous_last; /* the last line on each side; 0: one line alone */
    size_t current_last;
};

/* A difference while its commits are looked for. */
struct file_tie {
    struct file_commits *commits;
    struct drift_item *item;
    bool by_current; /* a commit of current did it */
};

/* Gives the item the commit, unless it has one, and the commit's tickets. */
void file_tie_add(struct file_tie *tie, const struct file_step *step);
/* Whether the item stands in the file on either side. */
bool file_tie_concerns(const struct file_tie *tie, const char *file);
/* The same for those of `count` steps by lines of one file that wrote its lines, or took them out.
 */
void file_tie_lines(struct file_tie *tie, const struct file_step *steps, size_t count,
                    struct file_lines lines);
/* Where the steps of the file that begin at `first` end. */
size_t file_steps_end(const struct file_step *steps, size_t count, size_t first);

/* Ties an item by the module's file_steps. The item has its provenance. */
void file_commits_tie(struct file_commits *commits, struct drift_item *item,
                      struct file_lines lines);

#endif
