/* What the screens of releases share; nobody else includes this. */
#ifndef PILAB_TUI_RELEASE_PARTS_H
#define PILAB_TUI_RELEASE_PARTS_H

#include <pilab/app/release.h>
#include <pilab/base/vector.h>
#include <pilab/tui/studio_parts.h>
#include <pilab/tui/surface.h>

/* release_ask.c: what lasts is asked for by name first, and then done as the command that says the
 * same. */
void release_make_notes(struct studio *studio, const struct release_detail *detail);
/* `modules` (const char *): those meant; none: whatever moved. */
void release_ask_update(struct studio *studio, const struct release_detail *detail,
                        const struct vector *modules);
void release_ask_close(struct studio *studio, const struct release_detail *detail);
void release_ask_cancel(struct studio *studio, const struct release_detail *detail);

/* What shows the same in a shell; `module` NULL: all of them. */
void release_command(struct strbuf *out, const struct call *call,
                     const struct store_release *release, const char *module);
/* What recomputes the digest of its list. */
void release_check_command(struct strbuf *out, const struct call *call,
                           const struct store_release *release);

#endif
