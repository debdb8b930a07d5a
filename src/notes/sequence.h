/*
 * Two texts as sequences of pieces (lines, words), and where these differ: what word diff and merge
 * have in common.
 *
 * The comparison is Myers' ("An O(ND) difference algorithm and its variations", 1986) in linear
 * space. Where the sequences have little in common its effort is cut off: what is found then is
 * true, but may not be the shortest there is.
 */
#ifndef PILAB_SRC_NOTES_SEQUENCE_H
#define PILAB_SRC_NOTES_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/vector.h>

/* Pieces of a text, in order and without gaps. */
struct piece {
    size_t offset;
    size_t length;
    uint32_t id; /* equal bytes have equal ids */
};

struct sequence {
    const char *text;     /* borrowed */
    struct vector pieces; /* of struct piece */
};

void sequence_init(struct sequence *sequence, const char *text);
void sequence_release(struct sequence *sequence);
const struct piece *sequence_at(const struct sequence *sequence, size_t index);
/* Where a piece begins, or behind the last one, the text that was cut ends. */
size_t sequence_offset(const struct sequence *sequence, size_t index);

/* Cuts [from, to) of the text: into lines with their ends, or into words, runs of blanks and signs.
 */
void sequence_add_lines(struct sequence *sequence, size_t from, size_t to);
void sequence_add_words(struct sequence *sequence, size_t from, size_t to);

/* Gives the pieces of up to three sequences their ids. */
void sequences_number(struct sequence *const sequences[], size_t count);

/* Pieces [a_from, a_to) of one became [b_from, b_to) of the other; either may be empty. */
struct difference {
    size_t a_from, a_to;
    size_t b_from, b_to;
};

/* Appends the differences (struct difference), in order and never touching each other. */
void sequence_compare(const struct sequence *a, const struct sequence *b,
                      struct vector *differences);

#endif
