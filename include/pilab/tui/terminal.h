/*
 * The terminal: the only room that knows ncurses.
 *
 * terminal_start takes the terminal over and terminal_end gives it back; it is given back too when
 * the program ends by exit(3) or by a fatal signal. Signals arrive through a pipe, so that they are
 * handled in the loop and nowhere else. There is one terminal a process, used by one thread.
 *
 * Measured on ncurses 6.4: newterm() is NULL for an unknown TERM; colour pairs crash on terminals
 * without colour; wgetch() on a terminal that is gone returns ERR for ever; ACS characters show as
 * letters in some UTF-8 terminals. This room keeps all of that to itself.
 */
#ifndef PILAB_TUI_TERMINAL_H
#define PILAB_TUI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>
#include <pilab/tui/canvas.h>
#include <pilab/tui/theme.h>

struct terminal_options {
    bool ascii;    /* --glyphs ascii; a locale that is not UTF-8 does the same */
    bool no_color; /* --color never; the variable NO_COLOR does the same */
};

struct terminal;

/* The caller has called setlocale(LC_ALL, ""). ERROR_UNSUPPORTED when there is no terminal or it
 * cannot move its cursor (TERM=dumb); the message is fit to be the program's last line. */
bool terminal_start(struct terminal **terminal, const struct terminal_options *options,
                    struct error *error);
void terminal_end(struct terminal **terminal);

/* What to tell the person about the start ("TERM=foot is not known here, …"), or NULL. */
const char *terminal_notice(const struct terminal *terminal);

int terminal_rows(const struct terminal *terminal);
int terminal_columns(const struct terminal *terminal);
enum glyph_set terminal_glyphs(const struct terminal *terminal);
enum color_depth terminal_depth(const struct terminal *terminal);

/* Comes before the first terminal_show. The theme is borrowed until the next one is set. */
void terminal_set_theme(struct terminal *terminal, const struct theme *theme);

/* Sends what changed since the last call. The canvas has the terminal's size. */
void terminal_show(struct terminal *terminal, const struct canvas *canvas);
/* Sends everything again at the next terminal_show (^L). */
void terminal_repaint(struct terminal *terminal);
/* Asks the system for the size; true when it changed. */
bool terminal_measure(struct terminal *terminal);

/* The window's title, escaped and shortened; silently nothing where terminfo has no title. */
void terminal_set_title(struct terminal *terminal, const char *title);
void terminal_bell(struct terminal *terminal);
/* Hands text to the terminal's clipboard (OSC 52). False when the terminal is not known to have
 * one or the text is longer than TERMINAL_CLIPBOARD_MAXIMUM bytes. */
#define TERMINAL_CLIPBOARD_MAXIMUM 74994
bool terminal_clipboard(struct terminal *terminal, const char *text, size_t length);

/* For programs that watch the screen: with PILAB_IDLE_MARK set, writes ESC ] 7777 ; idle BEL. */
void terminal_mark_idle(struct terminal *terminal);

/* Leaves full-screen mode, and returns to it; the size may be another one then. */
void terminal_pause(struct terminal *terminal);
void terminal_resume(struct terminal *terminal);
/* Runs a program meanwhile and waits for it; ^C and ^Z are its own. `argv` is NULL-terminated, its
 * first word is looked for in PATH. */
bool terminal_run_program(struct terminal *terminal, const char *const argv[], int *status,
                          struct error *error);
/* ^Z: pauses, stops the process, and comes back when it is continued. */
void terminal_suspend(struct terminal *terminal);

/* Input. The descriptors are for poll(2). */
int terminal_input_fd(const struct terminal *terminal);
int terminal_signal_fd(const struct terminal *terminal);

/* The most that is taken of one paste; a paste of that length may have been cut. */
#define TERMINAL_PASTE_MAXIMUM (8 * 1024 * 1024)

enum input_kind {
    INPUT_NONE, /* nothing more is waiting */
    INPUT_KEY,
    INPUT_PASTE, /* text pasted as one piece (bracketed paste) */
    INPUT_GONE   /* the terminal is gone */
};

struct input {
    enum input_kind kind;
    int32_t key;       /* pilab/tui/key.h */
    const char *paste; /* borrowed until the next call; may hold any byte */
    size_t paste_length;
};

/* `readable` says that poll found something on the descriptor: nothing to read then means that the
 * terminal is gone. */
struct input terminal_read(struct terminal *terminal, bool readable);

/* The next signal that arrived, or 0. */
int terminal_next_signal(struct terminal *terminal);

#endif
