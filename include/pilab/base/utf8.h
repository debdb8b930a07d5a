/*
 * UTF-8 (RFC 3629) and how wide text is on a terminal.
 *
 * Width is what ncurses draws: wcwidth(3) of the current locale for each code point, and 0 for
 * combining marks. It is defined for text that went through escape_terminal, where nothing
 * unprintable is left; in other text control characters count 0 and invalid bytes 1. Where the
 * locale's characters are not UTF-8 nothing can be known about most of them: those count 1.
 */
#ifndef PILAB_BASE_UTF8_H
#define PILAB_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one code point at *cursor and moves it on. Returns -1 for an invalid, overlong, surrogate
 * or cut sequence and then moves by one byte. *cursor must be below end. */
int32_t utf8_decode(const char **cursor, const char *end);

/* Encodes into out (at least 4 bytes) and returns the bytes written; 0 for an invalid code point.
 */
size_t utf8_encode(uint32_t codepoint, char out[4]);

bool utf8_valid(const char *text, size_t length);

/* Columns that one code point takes, 1 or 2; 0 for a combining mark, which is drawn on the
 * character before it; -1 for what cannot be printed: controls (C0, DEL, C1), surrogates,
 * noncharacters, and what the locale's tables do not know (new or unassigned characters, which
 * terminals draw in ways that cannot be told). */
int codepoint_columns(uint32_t codepoint);
/* The same, and 0 for what cannot be printed. */
int codepoint_width(uint32_t codepoint);
/* Columns that a text takes. */
size_t text_width(const char *text, size_t length);
/* The bytes of the longest prefix that fits into `columns`, cut between characters (a base and its
 * combining marks stay together). *used, when not NULL, gets its width. */
size_t text_fit(const char *text, size_t length, size_t columns, size_t *used);

/* The bytes of the longest suffix that fits, in the same way. */
size_t text_fit_end(const char *text, size_t length, size_t columns, size_t *used);

/* Characters that can make text read as something else (Unicode TR 36): bidirectional controls,
 * and those that are drawn as nothing, among them U+061C 200B–200F 202A–202E 2060–2064 2066–2069
 * FEFF FFF9–FFFB E0000–E007F, the Hangul fillers, and the separators U+2028 and U+2029. Variation
 * selectors are not: they change the form of a visible character. */
bool codepoint_deceptive(uint32_t codepoint);

#endif
