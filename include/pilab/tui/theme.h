/*
 * Themes: what each role of the screen looks like, on terminals from monochrome to 24 bits.
 *
 * Screens name roles, never colours. A theme maps each role to a look; it is a text file:
 *
 *     theme 1
 *     # role                 = foreground background attributes
 *     severity.critical      = #ff5f5f default bold
 *     severity.critical.16   = red default bold
 *     severity.critical.mono = default default reverse,bold
 *
 * Colours are `default`, a name (red, bright-red, …), a palette number 0–255 or #rrggbb; attributes
 * are a comma list of bold, dim, italic, underline, reverse, or are left out. The suffixes `.256`,
 * `.16`, `.8` and `.mono` say it for that kind of terminal; without one the nearest colour of what
 * the terminal has is taken, and on monochrome the attributes alone. A role that a file leaves out
 * looks as in the built-in theme `dark`. Unknown roles, doubled lines and bad colours are errors
 * with a line number.
 *
 * A theme is constant once it is made and may be read by several threads.
 */
#ifndef PILAB_TUI_THEME_H
#define PILAB_TUI_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/tui/color.h>

enum role {
    ROLE_NORMAL,
    ROLE_DIM,    /* what may be overlooked: times, ids, units */
    ROLE_STRONG, /* what the eye should find first on a line */
    ROLE_ACCENT, /* the one colour for focus */
    /* the frame */
    ROLE_TITLE,
    ROLE_PRODUCTION, /* the title line where a production environment is at stake */
    ROLE_TAB,
    ROLE_TAB_CURRENT,
    ROLE_LINE, /* lines between panes */
    ROLE_HINT,
    ROLE_HINT_KEY,
    ROLE_JOB,
    /* lists */
    ROLE_COLUMN,        /* column headings */
    ROLE_GROUP,         /* headings between rows */
    ROLE_SELECTED,      /* overlay: the row under the cursor, where the keys go */
    ROLE_SELECTED_IDLE, /* overlay: the same in a pane without focus */
    ROLE_MARKED,        /* overlay */
    ROLE_MATCH,         /* overlay: found text */
    /* dialogs and messages */
    ROLE_DIALOG,
    ROLE_DIALOG_TITLE,
    ROLE_INPUT,
    ROLE_INFO,
    ROLE_SUCCESS,
    ROLE_WARNING,
    ROLE_ERROR,
    /* judgements */
    ROLE_SEVERITY_CRITICAL,
    ROLE_SEVERITY_HIGH,
    ROLE_SEVERITY_MEDIUM,
    ROLE_SEVERITY_LOW,
    ROLE_SEVERITY_INFO,
    ROLE_BLOCKER,
    ROLE_REVIEW,
    ROLE_UNKNOWN, /* not read, not known */
    /* changes */
    ROLE_ADDED,
    ROLE_REMOVED,
    ROLE_MODIFIED,
    ROLE_PATCH_FILE,
    ROLE_PATCH_HUNK,
    /* running text */
    ROLE_HEADING,
    ROLE_TICKET,
    ROLE_CODE,
    ROLE_COUNT
};

enum look_attribute {
    LOOK_BOLD = 1,
    LOOK_DIM = 2,
    LOOK_ITALIC = 4,
    LOOK_UNDERLINE = 8,
    LOOK_REVERSE = 16
};

/* A colour ready for one depth: LOOK_DEFAULT, a palette number, or 0xrrggbb for DEPTH_DIRECT. */
#define LOOK_DEFAULT (-1)

struct look {
    int32_t foreground;
    int32_t background;
    unsigned attributes; /* enum look_attribute */
};

struct theme;

/* `name` is what messages call the text. The caller frees with theme_free. */
struct theme *theme_parse(const char *name, const char *text, size_t length, struct error *error);

/* By name from $PILAB_THEMES_DIR, the user's configuration directory, the installed themes and the
 * built-in ones, in this order; or a file, when `name` holds a slash. NULL and "" mean "dark". */
struct theme *theme_load(const char *name, struct error *error);
void theme_free(struct theme **theme);

/* How `role` looks under `overlay` (ROLE_NORMAL: none) at a depth. The overlay's background and
 * attributes come on top; its foreground where the role has none of its own, or where the overlay
 * sets both colours. An overlay that reverses hides the role's colours, so that a selected row is
 * one even bar. */
struct look theme_look(const struct theme *theme, enum role role, enum role overlay,
                       enum color_depth depth);

/* "severity.critical". */
const char *role_name(enum role role);
/* Takes `length` bytes; false when no role has that name. */
bool role_parse(const char *text, size_t length, enum role *role);

/* The built-in themes' names by number, NULL past the last. */
const char *theme_builtin_name(size_t index);

#endif
