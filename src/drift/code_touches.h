/*
 * Which commits touched a path, and what they say, read once for each commit however many files it
 * touched. Inside of the drift room.
 */
#ifndef PILAB_SRC_DRIFT_CODE_TOUCHES_H
#define PILAB_SRC_DRIFT_CODE_TOUCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/vector.h>

#include "code_collector.h"

/* What a rule may ask of a commit beside its words. */
#define COMMIT_MARKS (MARK_BREAKING | MARK_ADVISORY)

struct touching_commit {
    const struct drift_commit *commit;
    bool behind;
    const size_t *tickets; /* the numbers of its tickets, which are alike where their ids are */
    size_t ticket_count;
    /* What rules look for words in: the titles of the commits of current that touched a file and
     * the advisories they name. Bodies are left out, where such words mostly stand in passing; so
     * are the commits of previous, for what they mended is not mended by putting current in their
     * place, and those that were reverted. A set over the rules' word lists. */
    const uint64_t *said;
    unsigned marks; /* of COMMIT_MARKS */
};

/* A commit that touched a path, and the next older one: first those of current, then those that
 * only previous has. */
struct touch {
    const struct touching_commit *by;
    const struct touch *older;
};

struct touches;

/* Merges touch nothing. The commits must have their dispositions. Lives in the reading's arena, but
 * for what touches_free releases. */
struct touches *touches_new(const struct collector *collector);
void touches_free(struct touches **touches);

/* The newest commit that touched the path; NULL: none of them did. NULL is no path. */
const struct touch *touches_of(const struct touches *touches, const char *path);
/* Adds the tickets' ids of all commits of both, each once, to `ids` (of const char *). */
void touches_list_tickets(struct touches *touches, const struct touch *touch,
                          const struct touch *moved, struct vector *ids);
/* What all commits of both say together: a set that is valid until it is asked for again, and marks
 * that are added. */
const uint64_t *touches_said(struct touches *touches, const struct touch *touch,
                             const struct touch *moved, unsigned *marks);

#endif
