/*
 * Characters of an editor's text, as a person counts them: where a cursor may stand.
 *
 * A character is what escape_terminal (base/escape.h) shows as one: a base with up to four marks
 * that combine with it, one code point that is shown as <U+200D> or ^[, one byte that is no UTF-8,
 * or the end of a line, "\n" or "\r\n". All functions look at a bounded number of bytes around an
 * offset, however long the line is.
 */
#ifndef PILAB_TUI_EDIT_CHARACTER_H
#define PILAB_TUI_EDIT_CHARACTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/tui/edit_text.h>

/* Bytes of the first character of a run that is not empty. */
size_t character_length(const char *bytes, size_t length);

/* Where the character at an offset ends; at the end of the text, there. */
size_t character_next(struct edit_text *text, size_t offset);
/* Where the character before an offset begins; 0 at the beginning. */
size_t character_previous(struct edit_text *text, size_t offset);
/* The beginning of the character that an offset lies in. */
size_t character_align(struct edit_text *text, size_t offset);

/* The code point a character begins with; -1: a byte that is none, or the end of the text. */
int32_t character_at(struct edit_text *text, size_t offset);
bool character_is_line_end(struct edit_text *text, size_t offset);

/* What words are made of: a word is a run of one class. */
enum character_class { CHARACTER_BLANK, CHARACTER_LINE_END, CHARACTER_SIGN, CHARACTER_WORD };
enum character_class character_class_at(struct edit_text *text, size_t offset);
/* Over a run of one class, up to `end`, or back to `start`; at most CHARACTER_REACH bytes of it,
 * for nobody means a word of megabytes. */
#define CHARACTER_REACH ((size_t)256 * 1024)
size_t character_skip(struct edit_text *text, size_t offset, enum character_class class,
                      size_t end);
size_t character_skip_back(struct edit_text *text, size_t offset, enum character_class class,
                           size_t start);

#endif
