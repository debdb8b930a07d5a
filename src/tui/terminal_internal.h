/* What the files of the terminal share; nobody else includes this. */
#ifndef PILAB_TUI_TERMINAL_INTERNAL_H
#define PILAB_TUI_TERMINAL_INTERNAL_H

#define NCURSES_NOMACROS 1
#include <ncurses.h>
#include <stdio.h>
#include <termios.h>

#include <pilab/base/vector.h>
#include <pilab/tui/terminal.h>

/* How ncurses is told to draw a role under an overlay. */
struct ink {
    bool known;
    attr_t attributes;
    int pair;
};

struct terminal {
    SCREEN *screen;
    WINDOW *keyboard; /* a pad: reading from it refreshes nothing */
    FILE *input;
    FILE *output;
    int input_fd;
    int output_fd;
    char *notice;

    enum glyph_set glyphs;
    enum color_depth depth;
    bool default_colors; /* the terminal can return to its own colours */
    const struct theme *theme;
    struct ink inks[ROLE_COUNT][ROLE_COUNT];
    struct vector pairs; /* of struct color_pair */

    struct canvas_cell *shown; /* what the terminal shows, row by row */
    int shown_rows;
    int shown_columns;
    cchar_t *line; /* one row on its way to ncurses */

    bool has_paste;
    bool has_clipboard;
    const char *title_before; /* what goes around a title; NULL: there are none */
    const char *title_after;
    struct strbuf title;
    bool marks_idle;

    struct strbuf paste;
    bool pasting;
    int64_t pasted_at; /* monotonic */
    char pending[4];   /* bytes of a character that has not arrived whole */
    size_t pending_length;

    int signal_read;
    int signal_write;
};

/* terminal_terminfo.c: the entry to use, NULL when the terminal cannot show screens. */
const char *terminfo_choose(struct terminal *terminal, struct error *error);
/* Of the entry in use, once newterm() has run; NULL and false: it has none. */
const char *terminfo_text(const char *name);
bool terminfo_flag(const char *name);
/* Appends a text without its padding marks ("$<5>"), which mean nothing outside of tputs. */
void terminfo_add(struct strbuf *out, const char *name);

/* terminal_ink.c */
void ink_start(struct terminal *terminal, bool no_color);
const struct ink *ink_of(struct terminal *terminal, struct style style);

/* terminal_signal.c: keeps what a signal handler needs to give the terminal back. */
bool signals_open(struct terminal *terminal, struct error *error);
/* Before ncurses installs its own handlers. */
void signals_remember(void);
/* `restore` is what leaves full-screen mode; `modes` the line discipline from before. */
void signals_start(struct terminal *terminal, const char *restore, size_t length,
                   const struct termios *modes);
void signals_stop(struct terminal *terminal);
void signals_stop_process(void);

/* terminal_input.c */
void input_start(struct terminal *terminal);

/* terminal.c: past ncurses, between two refreshes. */
void terminal_write(struct terminal *terminal, const char *bytes, size_t length);

#endif
