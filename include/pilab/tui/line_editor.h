/*
 * A line of text being typed: cursor, editing keys, history.
 *
 * The text is UTF-8; control characters never get in (pasted newlines and tabs become blanks). The
 * cursor stands between characters, never inside one. What was typed is wiped from memory when it
 * changes and at the end, whether it is known to be a secret or not.
 */
#ifndef PILAB_TUI_LINE_EDITOR_H
#define PILAB_TUI_LINE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/tui/surface.h>

/* Lines typed before, the newest last; several editors may share one. */
struct line_history;
struct line_history *line_history_new(size_t maximum);
void line_history_free(struct line_history **history);
/* Empty lines and a repetition of the newest are left out. What may hold a secret is not to be
 * added; what is forgotten is wiped all the same. */
void line_history_add(struct line_history *history, const char *line);
size_t line_history_count(const struct line_history *history);
const char *line_history_at(const struct line_history *history, size_t index);

struct line_editor;

/* `history` is borrowed and may be NULL. */
struct line_editor *line_editor_new(const char *initial, struct line_history *history);
void line_editor_free(struct line_editor **editor);
/* Shows a sign for each character instead of the text. A secret is at most 4096 bytes. To be set
 * before anything is typed. */
void line_editor_set_secret(struct line_editor *editor, bool secret);

/* Selects all of the text, as fits one that is only proposed: the first character that is typed or
 * pasted takes its place, any key that moves or deletes keeps it for editing. */
void line_editor_select(struct line_editor *editor);

const char *line_editor_text(const struct line_editor *editor);
size_t line_editor_cursor(const struct line_editor *editor);        /* in bytes */
void line_editor_set(struct line_editor *editor, const char *text); /* cursor to the end */
/* Replaces the bytes [from, to) and puts the cursor behind. */
void line_editor_replace(struct line_editor *editor, size_t from, size_t to, const char *text);
void line_editor_insert(struct line_editor *editor, const char *text, size_t length);

/* False when the key edits nothing (Enter, Esc, Tab and whatever else is the caller's). */
bool line_editor_key(struct line_editor *editor, int32_t key);

/* Draws the text, scrolled so that the cursor is seen, and sets the cursor. */
void line_editor_draw(const struct line_editor *editor, const struct surface *surface, int row,
                      int column, int columns);

#endif
