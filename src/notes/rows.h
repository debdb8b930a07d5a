/*
 * The lines in which the items of a section are told: the same change in several places is one
 * line, and a key that several values go by is told with its path, if need be with its file.
 */
#ifndef PILAB_SRC_NOTES_ROWS_H
#define PILAB_SRC_NOTES_ROWS_H

#include <stdbool.h>

#include <pilab/base/arena.h>
#include <pilab/notes/note.h>

struct note_row {
    const struct note_item *item; /* the first, where it stands for several */
    const char *name;             /* its key, of settings but variables its path; told apart by
                                     path and file, where another row would be called the same
                                     and this is not several places */
    size_t places;                /* how many items it stands for */
};

/* In the order of the items, in `arena`; without `fold`, one row for each. */
struct note_row *note_rows(const struct note *note, enum note_section section, bool fold,
                           struct arena *arena, size_t *count);

#endif
