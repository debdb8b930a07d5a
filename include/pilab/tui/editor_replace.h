/*
 * Find and replace in an editor, asked for in boxes over the screen: what to find (the count is
 * shown before anything changes), what to put there, and then all at once or one by one.
 */
#ifndef PILAB_TUI_EDITOR_REPLACE_H
#define PILAB_TUI_EDITOR_REPLACE_H

#include <pilab/tui/editor.h>
#include <pilab/tui/workspace.h>

/* What an owner of an editor keeps for it; zeroed, and released with editor_desk_release after the
 * editor was freed. Owned by the view that the editor stands in, which outlives the questions. */
struct editor_desk {
    struct workspace *workspace;
    struct editor *editor;
    char *find;
    char *with;
    size_t replaced; /* one by one, so far */
};

/* Asks; for `replace` of editor_events. */
void editor_replace_ask(struct editor_desk *desk);
void editor_desk_release(struct editor_desk *desk);

/* For `say` and `taken` of editor_events, whose context is then a desk: toasts, and the clipboard,
 * with what would act where it is pasted shown (clipboard.h). */
void editor_desk_say(void *desk, const char *text);
void editor_desk_taken(void *desk, const char *text, size_t length);
void editor_desk_replace(void *desk);

#endif
