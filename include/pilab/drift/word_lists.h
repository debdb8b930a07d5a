/*
 * Lists of words that are looked for in a text together, in one pass. Inside of the drift room.
 *
 * Whole words, ASCII letters alike in either case; words of a list are separated by blanks, a `*`
 * at the end of a word stands for any rest. A word of a text is what stands between blanks and
 * punctuation; letters that are joined by - _ / . or @ to others are one word, so that
 * "spring-security" is not "security". The scope of a conventional commit ("fix(security): …") is
 * passed over. What is found in a text is what is found in its lines.
 */
#ifndef PILAB_DRIFT_WORD_LISTS_H
#define PILAB_DRIFT_WORD_LISTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct word_lists;

struct word_lists *word_lists_new(void);
void word_lists_free(struct word_lists **lists);
/* Returns the list's number; the same words keep theirs. Borrows the text. */
size_t word_lists_add(struct word_lists *lists, const char *words);

/* Sets of lists, a bit for each number, in so many words of 64 bits. */
size_t word_lists_size(const struct word_lists *lists);
/* Adds to `found` every list that a word of the text stands in. */
void word_lists_find(const struct word_lists *lists, const char *text, uint64_t *found);
bool word_lists_found(const uint64_t *found, size_t number);

#endif
