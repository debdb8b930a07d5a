/*
 * A patch (unified diff, as git writes it) to read: coloured by what each line does, with keys that
 * go from file to file and from hunk to hunk. Everything else is a text_view.
 */
#ifndef PILAB_TUI_PATCH_VIEW_H
#define PILAB_TUI_PATCH_VIEW_H

#include <stddef.h>

#include <pilab/tui/text_view.h>

struct patch_view;

struct patch_view *patch_view_new(void);
void patch_view_free(struct patch_view **view);
struct pane *patch_view_pane(struct patch_view *view);
/* Copies the patch. */
void patch_view_set_patch(struct patch_view *view, const char *patch, size_t length);

/* Shows a line of the new file, counted from 1, with what is above it; where no hunk holds it, the
 * patch stays where it is. For a patch of one file; the pane has its place already. */
void patch_view_go_to(struct patch_view *view, unsigned line);

#endif
