/*
 * Release notes as rich text (base/rich.h) for people: the command line prints it, the terminal
 * shows it. Everything from outside is escaped.
 */
#ifndef PILAB_NOTES_TEXT_H
#define PILAB_NOTES_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>
#include <pilab/notes/note.h>

struct note_text_options {
    size_t width; /* columns; at least 40 are used */
    bool utf8;    /* the reader's terminal shows UTF-8 */
    bool wide;    /* everything: internal changes, commits, whole values */
};

void note_render_text(struct strbuf *out, const struct note *note,
                      const struct note_text_options *options);

#endif
