/*
 * Where the command line writes: knows whether a person reads it, how wide it is, whether colours
 * and UTF-8 are wanted, and starts a pager the way git does.
 */
#ifndef PILAB_CLI_OUTPUT_H
#define PILAB_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

struct output {
    int descriptor;
    bool terminal;
    bool colour;
    bool utf8;
    size_t width; /* columns; 80 where nobody knows */
    bool whole;   /* no screen, and no width was asked for: nothing need be cut to it */
    bool page;    /* may go through a pager */
};

/* `colour` is "auto", "always" or "never" (NULL: auto): auto means on a terminal, without NO_COLOR
 * and with a TERM that is not "dumb". `width` 0: ask the terminal, then COLUMNS, then 80. */
struct output output_for(int descriptor, const char *colour, size_t width, bool page);

/* Writes rich text, coloured or plain, in ASCII where nothing else is shown, through the pager when
 * it is longer than the screen. A reader that has gone away (EPIPE) is not an error. */
bool output_rich(const struct output *output, const struct strbuf *text, struct error *error);
/* Writes bytes as they are, through no pager. */
bool output_raw(const struct output *output, const char *data, size_t length, struct error *error);
/* Writes a file's content, through no pager: byte by byte to a file or a pipe, and on a terminal
 * with what it would act on shown (base/escape.h). */
bool output_content(const struct output *output, const char *data, size_t length,
                    struct error *error);

#endif
