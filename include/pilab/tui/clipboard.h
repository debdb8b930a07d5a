/*
 * Taking things with you: the menu of `y` and where a copy goes.
 *
 * Inside tmux a copy goes to tmux's buffer (`tmux load-buffer`, which by default lets no program
 * reach the outer clipboard by itself), elsewhere to the terminal's clipboard (OSC 52).
 */
#ifndef PILAB_TUI_CLIPBOARD_H
#define PILAB_TUI_CLIPBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

struct terminal;

/* Text from outside, as it may be copied: what would act where it is pasted, or hide there, is
 * shown as escape_terminal shows it. Pasted into a shell, a raw text could end the bracketed paste
 * that it stands in and press Return. */

/* Appends a line, after the end of the one before it: its own line ends are shown, too. */
void copy_add_line(struct strbuf *out, const char *line);
/* Appends a text of several lines, whose line ends and tabs stay what they are. */
void copy_add_text(struct strbuf *out, const char *text, size_t length);

struct copy_menu;
/* `key` chooses, `label` says what it is ("command"), `text` is what is copied, shown beside it: it
 * goes out as it is given. */
void copy_menu_add(struct copy_menu *menu, int32_t key, const char *label, const char *text);

/* Copies and returns where it went ("the tmux buffer"); NULL with what to do instead when it went
 * nowhere. Waits for tmux a second at most. */
const char *clipboard_copy(struct terminal *terminal, const char *text, size_t length,
                           struct error *error);

/* The entries, for the workspace. */
struct copy_entry {
    int32_t key;
    const char *label;
    const char *text;
};
struct copy_menu *copy_menu_new(void);
void copy_menu_free(struct copy_menu **menu);
size_t copy_menu_count(const struct copy_menu *menu);
const struct copy_entry *copy_menu_at(const struct copy_menu *menu, size_t index);

#endif
