/* What the studio's frame needs of the Notes screens. */
#ifndef PILAB_TUI_NOTE_STUDIO_H
#define PILAB_TUI_NOTE_STUDIO_H

#include <pilab/tui/studio_parts.h>

/* Nothing is typed. */
void note_typings_init(struct studio *studio);
/* What is typed and not kept: all of it goes to the recovery table, once no job runs any more. It
 * waits as long as the store lets anybody wait, and tells `progress` that it does; what the store
 * does not take goes into a file. Adds lines that say what was not as it should be. */
void note_typings_finish(struct studio *studio, const struct progress *progress,
                         struct strbuf *said);
/* Tries again what the store did not take. */
void note_typings_again(struct studio *studio);
/* Whether there is any. */
bool note_typings_any(const struct studio *studio);
void note_typings_free(struct studio *studio);

/* `:w`, `:wq` and `:edit` while a note is typed; false: the line is something else. */
bool note_edit_line(struct studio *studio, const char *line);

/* What ended sessions left: offered once, when the program starts. One that is only about to end
 * (its terminal was closed a moment ago) is looked at again for some seconds. */
void note_recovery_offer(struct studio *studio);
void note_recovery_again(struct studio *studio);
void note_recovery_free(struct studio *studio);

/* How many notes wait for the person, in the title line; found out in the background. */
void note_waiting_refresh(struct studio *studio);
/* The same where it is known already: with what Home lists, so that both say the same at once. */
void note_waiting_show(struct studio *studio, size_t waiting);

#endif
