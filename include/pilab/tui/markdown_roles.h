/*
 * How the lines of a Markdown text look while it is written: each line by itself, so that a key
 * never changes how lines far away look.
 */
#ifndef PILAB_TUI_MARKDOWN_ROLES_H
#define PILAB_TUI_MARKDOWN_ROLES_H

#include <stddef.h>

#include <pilab/tui/theme.h>

/* For editor_set_line_roles and text_view_set_line_roles; the context is not used. Headings,
 * quotations, fences of code, and the marks that a merge leaves (notes/merge_text.h). */
enum role markdown_line_role(void *context, const char *line, size_t length);

#endif
