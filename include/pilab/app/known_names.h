/*
 * What the project has by name, for who completes a word: quick, and without a right to more than
 * reading.
 */
#ifndef PILAB_APP_KNOWN_NAMES_H
#define PILAB_APP_KNOWN_NAMES_H

#include <stddef.h>

#include <pilab/app/call.h>

enum known_kind {
    KNOWN_ENVIRONMENTS,
    KNOWN_MODULES,
    KNOWN_REPOSITORIES, /* their addresses */
    KNOWN_RELEASES,     /* newest first */
    KNOWN_BASELINES,    /* newest first */
    KNOWN_NOTES,        /* their numbers, newest first */
    KNOWN_REPORTS       /* the same */
};

/* Offers them, at most so many; none without a project, or when the store cannot be read. */
void known_names(const struct call *call, enum known_kind kind, size_t most,
                 void (*offer)(void *to, const char *name), void *to);

#endif
