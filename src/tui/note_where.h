/* `gw` on notes; nobody but their screens includes this. */
#ifndef PILAB_TUI_NOTE_WHERE_H
#define PILAB_TUI_NOTE_WHERE_H

#include <pilab/notes/note.h>
#include <pilab/tui/studio_parts.h>
#include <pilab/tui/text_view.h>

/* Asks where the tickets of the note are that stand on the screen. */
void note_where(struct studio *studio, const struct note *note, struct text_view *text);

#endif
