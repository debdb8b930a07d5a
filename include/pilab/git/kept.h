/*
 * What lies between two commits never changes: read once, it can be kept as bytes and be had again
 * in a fraction of the time.
 *
 * The bytes end in a checksum of their own: what is damaged, of another form or made up is refused
 * as a whole, and must be read from the repository.
 */
#ifndef PILAB_GIT_KEPT_H
#define PILAB_GIT_KEPT_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/base/strbuf.h>
#include <pilab/git/changes.h>
#include <pilab/git/history.h>
#include <pilab/git/repository.h>

#define KEPT_KEY_SIZE 32

/* Where they are kept, by keys that say what they are. All NULL: nowhere. Called from several
 * threads at once. */
struct kept_store {
    bool (*load)(void *context, const unsigned char key[KEPT_KEY_SIZE], struct strbuf *out);
    void (*save)(void *context, const unsigned char key[KEPT_KEY_SIZE], const struct strbuf *bytes);
    void *context;
};

/* What decides which commits and files there are. */
struct kept_range {
    struct object_id previous, current;
    const char *directory; /* as for history_options; NULL: all */
    bool first_parent;
};

/* Whether what is read in this repository is the same in any other: not where a clone lacks parents
 * or objects stand for others. */
bool kept_possible(struct repository *repository);

/* --- Both sides of a history ------------------------------------------------------------------ */

struct kept_sides {
    struct history *ahead, *behind; /* with their files and raw texts */
    const size_t *twins;            /* of those ahead among those behind, see changes_twins */
    bool counts;                    /* the sums of lines of those ahead are known */
};

void kept_sides_key(const struct kept_range *range, unsigned char key[KEPT_KEY_SIZE]);
/* Appends them. False, and nothing, when a part of them could not be read. */
bool kept_sides_write(const struct kept_sides *sides, struct strbuf *out);
/* Makes two histories again, which the caller frees. Their raw texts lie in `bytes`, which must
 * outlive them; the twins and all paths live in `arena`, for both sides share them. `threads` as
 * for a history. ERROR_INVALID for bytes that are not of kept_sides_write. */
bool kept_sides_read(struct repository *repository, const struct strbuf *bytes, unsigned threads,
                     struct arena *arena, struct kept_sides *out, const struct progress *progress,
                     struct error *error);

/* --- The files of both ends ------------------------------------------------------------------- */

/* `flags` as for changes_between. */
void kept_files_key(const struct kept_range *range, unsigned flags,
                    unsigned char key[KEPT_KEY_SIZE]);
/* Appends them. False, and nothing, when the lines of one could not be read. */
bool kept_files_write(const struct file_change_list *files, struct strbuf *out);
/* The list lives in `arena`. ERROR_INVALID for bytes that are not of kept_files_write. */
bool kept_files_read(const struct strbuf *bytes, struct arena *arena, struct file_change_list *out,
                     struct error *error);

#endif
