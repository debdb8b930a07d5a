/*
 * What changed between two revisions of a note, word by word.
 *
 * Texts are compared by lines, and what changed of these by words. Pure: values in, values out; any
 * bytes. Why not libgit2: it compares lines, and its words would have to be made here all the same;
 * so notes need no git.
 */
#ifndef PILAB_NOTES_WORD_DIFF_H
#define PILAB_NOTES_WORD_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

enum word_change { WORD_SAME, WORD_REMOVED, WORD_ADDED };

/* Bytes of the old text (same, removed) or the new one (added). What is the same and removed, put
 * together, is the old text; what is the same and added the new one. */
struct word_span {
    enum word_change change;
    size_t offset;
    size_t length;
};

struct word_diff {
    struct vector spans; /* of struct word_span; neighbours differ in their change */
    size_t removed;      /* words, blanks not counted */
    size_t added;
    /* Some lines are too long or too many to be compared by words: they are shown as whole lines
     * that went and came. Whoever shows the diff says so. */
    bool coarse;
};

/* The texts are not kept. */
void word_diff_make(struct word_diff *diff, const char *old_text, size_t old_length,
                    const char *new_text, size_t new_length);
void word_diff_release(struct word_diff *diff);

/* Appends the diff as rich text (base/rich.h): [-removed-]{+added+}, as `git diff --word-diff`
 * writes it, so that it is read without colour too. `context` lines are shown around what changed,
 * and how many were left out between; SIZE_MAX shows all. Nothing when both are the same. `utf8`
 * says whether more than ASCII can be shown. */
void word_diff_render(const struct word_diff *diff, const char *old_text, const char *new_text,
                      size_t context, bool utf8, struct strbuf *out);

#endif
