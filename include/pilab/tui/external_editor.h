/*
 * A text in the person's own editor, and back.
 *
 * The text goes to a file (0600) in a folder of its own (0700) below $XDG_RUNTIME_DIR, or the cache
 * where there is none; $VISUAL, $EDITOR or what the system has is started on it, never through a
 * shell; what comes back is checked before it is taken. The folder is removed with whatever the
 * editor left there; it is kept, and its path told, when something went wrong and the file holds
 * what nobody else has.
 */
#ifndef PILAB_TUI_EXTERNAL_EDITOR_H
#define PILAB_TUI_EXTERNAL_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

struct workspace;

enum external_result {
    EXTERNAL_CHANGED,   /* `out` got the new text */
    EXTERNAL_UNCHANGED, /* nothing to take */
    EXTERNAL_FAILED     /* nothing was taken: `error` says why, its hint where the file is */
};

/* Who runs a program in the terminal, as workspace_run_program does. */
struct program_runner {
    void *context;
    bool (*run)(void *context, const char *const argv[], int *status, struct error *error);
};

/* False, with what to do instead, where no other program may be started (PILAB_RESTRICTED=1). */
bool external_editor_allowed(struct error *error);

/* Edits a text, which is UTF-8, and waits. `name` says what it is ("R2025.03") and becomes the name
 * of the file, with .md. More than `limit` bytes are not taken back. `out` is only added to when
 * the text was changed; a newline that an editor adds to the end is no change, and neither are
 * \r\n and a byte order mark, which are taken out again where the text had no \r.
 * ERROR_DENIED (restricted), ERROR_NOT_FOUND (no such editor), ERROR_CANCELLED (the editor said no:
 * an exit status other than 0), ERROR_INVALID (no regular file of ours, no UTF-8), ERROR_LIMIT,
 * ERROR_IO. */
enum external_result external_edit(const struct program_runner *runner, const char *name,
                                   const char *text, size_t length, size_t limit,
                                   struct strbuf *out, struct error *error);
/* The same in the terminal of a workspace. */
enum external_result external_edit_in(struct workspace *workspace, const char *name,
                                      const char *text, size_t length, size_t limit,
                                      struct strbuf *out, struct error *error);

/* Splits the value of $EDITOR into words (base/words.h). ERROR_INVALID when a quote does not end,
 * or there is no word. */
bool editor_command_split(const char *value, struct vector *words, struct error *error);

#endif
