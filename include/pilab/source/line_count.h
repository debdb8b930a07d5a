/*
 * How many lines a commit changed, or a file that differs between the two ends, and who waits for
 * that.
 */
#ifndef PILAB_SOURCE_LINE_COUNT_H
#define PILAB_SOURCE_LINE_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The lines of a commit, or of a file that differs between the two ends. */
struct line_count {
    size_t module; /* index into the modules of the input */
    bool file;
    size_t index; /* into the module's files, or else into the commits that current has more */
    bool known;   /* false: objects are missing or damaged */
    bool binary;
    uint64_t insertions, deletions;
};

/* Whose lines somebody looks at: indices as above. */
struct line_place {
    size_t module;
    bool file;
    size_t index;
};

struct line_listener {
    void (*counted)(void *context, const struct line_count *count);
    /* What is to be counted before all others, once; false: nothing just now. One that is counted
     * already, or is not there, is passed over. NULL: nobody looks. */
    bool (*wanted)(void *context, struct line_place *place);
    void *context;
};

#endif
