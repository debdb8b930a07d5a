/*
 * Help, manual page and completion, all made from the command table.
 */
#ifndef PILAB_APP_MANUAL_H
#define PILAB_APP_MANUAL_H

#include <pilab/app/command.h>
#include <pilab/base/strbuf.h>

/* Rich text (base/rich.h). */
void manual_overview(struct strbuf *out, size_t width);
void manual_command(struct strbuf *out, const struct command *command, size_t width);
/* Every verb of a noun ("audit"); false when it is not one, or has only itself. */
bool manual_noun(struct strbuf *out, const char *noun, size_t width);
/* roff for man(1), after man-pages(7). */
void manual_page(struct strbuf *out);
/* A bash completion script. */
void manual_completion_bash(struct strbuf *out);

#endif
