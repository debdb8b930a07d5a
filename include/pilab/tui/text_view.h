/*
 * A text to read: wrapped, or cut at the right and moved sideways; with find.
 *
 * Only what is visible is laid out, whatever the length of text or lines: a line is taken in pieces
 * of at most TEXT_PIECE bytes, so that a line of 10 MB scrolls like any other. Text is as it came
 * (any bytes); it is escaped while it is laid out.
 */
#ifndef PILAB_TUI_TEXT_VIEW_H
#define PILAB_TUI_TEXT_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/tui/pane.h>
#include <pilab/tui/text_layout.h>

struct text_view;

/* Columns to leave free at the left of a text on a screen that wide: as much as a list has there,
 * where there is room. */
int text_margin(int columns);

struct text_view *text_view_new(void);
void text_view_free(struct text_view **view);
struct pane *text_view_pane(struct text_view *view);

/* Copies the text and goes to its top. */
void text_view_set_text(struct text_view *view, const char *text, size_t length);
/* The same with looks. */
void text_view_set_spans(struct text_view *view, const char *text, size_t length,
                         const struct text_span *spans, size_t count);
/* Looks by line instead of by spans: `role_of` sees the beginning of each line (at most TEXT_PIECE
 * bytes, without the newline). Its table or context must outlive the view. */
void text_view_set_line_roles(struct text_view *view,
                              enum role (*role_of)(void *context, const char *line, size_t length),
                              void *context);
void text_view_set_wrap(struct text_view *view, bool wrap);
/* What stands there when the text is empty. Copied. */
void text_view_set_empty(struct text_view *view, const char *text);

/* Lines of the text, and the one at the top of the screen, counted from 0. */
size_t text_view_lines(const struct text_view *view);
size_t text_view_top(const struct text_view *view);
void text_view_go_to(struct text_view *view, size_t line);
/* The bytes of a line without its newline; borrowed. */
const char *text_view_line(const struct text_view *view, size_t line, size_t *length);

#endif
