/*
 * Where a value comes from that nobody else shall see: a file, standard input, or whoever is asked;
 * never an argument or the environment, which other users of the machine can read. Private to this
 * folder.
 */
#ifndef PILAB_SRC_APP_SECRET_INPUT_H
#define PILAB_SRC_APP_SECRET_INPUT_H

#include <pilab/app/call.h>

struct secret_source {
    const char *file;     /* a path; "-" is standard input; NULL: ask */
    const char *option;   /* that gives the file: "--value-file" */
    const char *question; /* "The value of DB_PASSWORD in UAT" */
    size_t limit;         /* bytes */
    bool again;           /* ask twice, since nobody sees what they type */
    bool open_to_all;     /* no secret after all: any file will do */
};

/* Appends what was given, without one newline at its end. It must be UTF-8 without NUL bytes. The
 * caller wipes it (secret_wipe), also after a failure. */
bool secret_input(struct call *call, const struct secret_source *source, struct strbuf *out,
                  struct error *error);

#endif
