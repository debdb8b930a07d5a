/*
 * Which environment variables a program's source reads: process.env.NAME, os.environ["NAME"],
 * System.getenv("NAME") and their like, for the languages that services are written in.
 *
 * It looks for these forms and is no parser: what a program reads by a computed name is not seen,
 * and lines that are comments are left out as far as one line tells.
 */
#ifndef PILAB_DRIFT_ENV_READS_H
#define PILAB_DRIFT_ENV_READS_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/vector.h>

struct env_read {
    const char *name;
    unsigned line;
    bool optional; /* with a value of its own for when it is not there, or asked whether it is */
};

/* Whether sources of this name are looked at. */
bool env_reads_knows(const char *path);
/* Adds every read to `reads` (of struct env_read), in the order of the text; names live in the
 * arena. */
void env_reads_find(const char *path, const char *text, size_t length, struct arena *arena,
                    struct vector *reads);

#endif
