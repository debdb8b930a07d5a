/*
 * The text of an editor: bytes, lines, and every step back.
 *
 * A gap buffer with a gapped index of lines: a person types where the last key was, and there a gap
 * costs nothing; a jump moves at most the bytes between (5 MB: under a millisecond), and what is
 * looked at is one run of memory, so that search and layout need no iterator. A piece table would
 * spare that move and ask for a tree to find a line.
 *
 * Invariants: there is always at least one line. A line ends before "\n" or "\r\n", and either is
 * kept. Bytes are kept as they came, NUL and invalid UTF-8 too; nothing here interprets them.
 * Offsets are in bytes and never beyond the length. What is borrowed is valid until the next call
 * that is not a question of one number.
 */
#ifndef PILAB_TUI_EDIT_TEXT_H
#define PILAB_TUI_EDIT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/strbuf.h>

struct edit_text;

struct edit_text *edit_text_new(void);
void edit_text_free(struct edit_text **text);
/* Another text: copied, without a history, and as it is saved. */
void edit_text_set(struct edit_text *text, const char *bytes, size_t length);

size_t edit_text_length(const struct edit_text *text);
size_t edit_text_lines(const struct edit_text *text);
/* Lines count from 0 and are below edit_text_lines. */
size_t edit_text_line_start(const struct edit_text *text, size_t line);
size_t edit_text_line_end(const struct edit_text *text, size_t line);  /* before its "\n" */
size_t edit_text_line_next(const struct edit_text *text, size_t line); /* behind it */
size_t edit_text_line_of(const struct edit_text *text, size_t offset);

/* The byte at an offset below the length. */
char edit_text_byte(const struct edit_text *text, size_t offset);
/* Bytes in one run, borrowed. Moves the gap out of the way, which is no change. */
const char *edit_text_bytes(struct edit_text *text, size_t offset, size_t length);
/* Appends the bytes [from, to). */
void edit_text_copy(const struct edit_text *text, size_t from, size_t to, struct strbuf *out);

/* Puts bytes in place of [from, to). They must not be borrowed from this text. */
void edit_text_replace(struct edit_text *text, size_t from, size_t to, const char *bytes,
                       size_t length);

/*
 * Steps: what is undone at once. Replacements between begin and end are one step; one outside of
 * them is a step of its own. The cursors are what undo and redo give back. Beginning within a step
 * goes on with it. The oldest steps are forgotten when all of them hold more than
 * EDIT_HISTORY_MAXIMUM bytes.
 */
#define EDIT_HISTORY_MAXIMUM ((size_t)64 << 20)
void edit_text_begin(struct edit_text *text, size_t cursor);
void edit_text_end(struct edit_text *text, size_t cursor);
/* False when there is nothing to take back, or to do again. */
bool edit_text_undo(struct edit_text *text, size_t *cursor);
bool edit_text_redo(struct edit_text *text, size_t *cursor);

/* What is there now is saved; undo and redo find back to it. Ends a step. */
void edit_text_mark_saved(struct edit_text *text);
bool edit_text_is_modified(const struct edit_text *text);
/* Grows with every change, those of undo and redo too. */
uint64_t edit_text_revision(const struct edit_text *text);

#endif
