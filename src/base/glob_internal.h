/*
 * A pattern is translated into a small program whose jumps only lead forward (glob.c); the text is
 * then read once, and the set of places where the program may be is carried along (K. Thompson,
 * "Regular expression search algorithm", 1968; glob_run.c). That is one pass over the program for
 * each character. Where many texts are tried, the sets that they lead to are kept (glob_set.c).
 */
#ifndef PILAB_SRC_BASE_GLOB_INTERNAL_H
#define PILAB_SRC_BASE_GLOB_INTERNAL_H

#include <pilab/base/glob.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/utf8.h>
#include <pilab/base/vector.h>

enum operation {
    MATCH_ONE,     /* the character `character` */
    MATCH_ANY,     /* one character of a segment */
    MATCH_CLASS,   /* one character of the class */
    LOOP_SEGMENT,  /* any run within a segment, then on */
    LOOP_DEEP,     /* any run at all, then on at the end of a segment */
    GO,            /* to the target */
    FORK,          /* on, and to the target where there is one */
    FORK_AT_START, /* on, and to the target at the start of a segment */
    FORK_AT_END    /* on, and to the target at the end of the text */
};

#define NO_TARGET SIZE_MAX

struct instruction {
    enum operation operation;
    uint32_t character;
    size_t target;
    const char *class_start, *class_end; /* between the brackets */
};

struct glob {
    char *pattern;
    struct vector program; /* of struct instruction; running past its end is the match */
    uint32_t separator;
    bool fold;
};

/* The next character of a text. An invalid byte is one of its own, above all that Unicode has. */
static inline uint32_t glob_character(const char **cursor, const char *end)
{
    unsigned char first = (unsigned char)**cursor;
    int32_t c;

    if (first < 0x80) {
        (*cursor)++;
        return first;
    }
    c = utf8_decode(cursor, end);
    return c < 0 ? 0x110000u + first : (uint32_t)c;
}

/* A set of places in the program, a bit each: so many words hold it. The last place is the end. */
#define PLACES_A_WORD 64

size_t glob_words(const struct glob *glob);

/* What surrounds the place in the text that has been reached. */
struct glob_place {
    bool segment_starts, segment_ends, text_ends;
};

/* Takes the character `c` that stands at `place`, or the end of the text: completes the set `here`
 * by what can be reached without taking a character, and adds to `next`, which must be empty, where
 * `c` leads; false: nowhere. */
bool glob_step(const struct glob *glob, struct glob_place place, uint32_t c, uint64_t *here,
               uint64_t *next);

/* Whether the text may end at the places `here`; completes them for that. */
bool glob_ends(const struct glob *glob, bool segment_starts, uint64_t *here);

#endif
