/*
 * Two people changed one text: both changes in one, or what they disagree about.
 *
 * Line by line against the text both began with (diff3). Changes of the same or of neighbouring
 * lines that are not the same change are conflicts: nobody's words are lost without being asked.
 * Pure; any bytes; the texts are borrowed by the merge. libgit2's merge of files answers with a
 * text of markers; a choice needs the sides, and text that looks like a marker must not become one.
 */
#ifndef PILAB_NOTES_MERGE_TEXT_H
#define PILAB_NOTES_MERGE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

enum merge_kind {
    MERGE_SAME,    /* nobody changed it */
    MERGE_MINE,    /* only mine did */
    MERGE_THEIRS,  /* only theirs did */
    MERGE_BOTH,    /* both did the same */
    MERGE_CONFLICT /* both did, and not the same */
};

struct merge_text {
    const char *bytes; /* borrowed */
    size_t length;
};

/* Whole lines of each of the three. */
struct merge_region {
    enum merge_kind kind;
    struct merge_text base;
    struct merge_text mine;
    struct merge_text theirs;
};

struct merge {
    struct vector regions; /* of struct merge_region: in order, all of each text */
    size_t conflicts;
};

void merge_make(struct merge *merge, struct merge_text base, struct merge_text mine,
                struct merge_text theirs);
void merge_release(struct merge *merge);

/* What a conflict becomes in the merged text. */
enum merge_choice {
    MERGE_TAKE_MINE,
    MERGE_TAKE_THEIRS,
    MERGE_TAKE_BOTH, /* mine, then theirs */
    MERGE_MARK       /* both, between lines of <<<<<<<, ======= and >>>>>>>, for an editor */
};

/* Appends the merged text. `choices` holds one for each conflict, in their order; NULL marks all.
 */
void merge_write(const struct merge *merge, const enum merge_choice *choices, struct strbuf *out);

#endif
