/*
 * How the program of a pattern is run over a text.
 */
#include "glob_internal.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

static uint32_t folded(uint32_t c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static uint32_t class_character(const char **cursor, const char *end)
{
    if (**cursor == '\\' && *cursor + 1 < end)
        (*cursor)++;
    return glob_character(cursor, end);
}

static bool in_range(uint32_t c, uint32_t first, uint32_t last, bool fold)
{
    if (c >= first && c <= last)
        return true;
    if (!fold || folded(c) < 'a' || folded(c) > 'z')
        return false;
    c ^= 'a' ^ 'A'; /* the other case */
    return c >= first && c <= last;
}

static bool in_class(const struct instruction *class, uint32_t c, bool fold)
{
    const char *at = class->class_start, *end = class->class_end;
    bool negated = at < end && (*at == '!' || *at == '^');
    bool found = false;

    if (negated)
        at++;
    while (at < end && !found) {
        uint32_t first = class_character(&at, end), last = first;
        if (at + 1 < end && *at == '-') {
            at++;
            last = class_character(&at, end);
        }
        found = in_range(c, first, last, fold);
    }
    return found != negated;
}

size_t glob_words(const struct glob *glob)
{
    return glob->program.count / PLACES_A_WORD + 1;
}

static void mark(uint64_t *set, size_t index)
{
    set[index / PLACES_A_WORD] |= UINT64_C(1) << index % PLACES_A_WORD;
}

static bool is_marked(const uint64_t *set, size_t index)
{
    return set[index / PLACES_A_WORD] >> index % PLACES_A_WORD & 1;
}

/* The first one from `from` on that is below `end`; else `end`. */
static size_t next_marked(const uint64_t *set, size_t from, size_t end)
{
    if (from >= end)
        return end;
    size_t word = from / PLACES_A_WORD;
    uint64_t bits = set[word] & UINT64_MAX << from % PLACES_A_WORD;
    while (bits == 0) {
        if (++word * PLACES_A_WORD >= end)
            return end;
        bits = set[word];
    }
    size_t index = word * PLACES_A_WORD + (size_t)__builtin_ctzll(bits);
    return index < end ? index : end;
}

/* Where `instruction` leads without taking a character: always to later places in `here`. */
static void follow(const struct instruction *instruction, size_t index, struct glob_place place,
                   uint64_t *here)
{
    bool branch = false;

    switch (instruction->operation) {
    case LOOP_SEGMENT:
        break;
    case LOOP_DEEP:
        if (!place.segment_ends)
            return;
        break;
    case FORK:
        branch = true;
        break;
    case FORK_AT_START:
        branch = place.segment_starts;
        break;
    case FORK_AT_END:
        branch = place.text_ends;
        break;
    case GO:
        mark(here, instruction->target);
        return;
    case MATCH_ONE:
    case MATCH_ANY:
    case MATCH_CLASS:
        return;
    }
    mark(here, index + 1);
    if (branch && instruction->target != NO_TARGET)
        mark(here, instruction->target);
}

/* Marks in `next` where taking the character `c` leads. */
static bool take(const struct glob *glob, const struct instruction *instruction, size_t index,
                 uint32_t c, uint64_t *next)
{
    bool inside = c != glob->separator;
    uint32_t wanted = instruction->character;

    switch (instruction->operation) {
    case MATCH_ONE:
        if (glob->fold ? folded(c) != folded(wanted) : c != wanted)
            return false;
        index++;
        break;
    case MATCH_ANY:
    case MATCH_CLASS:
        if (!inside ||
            (instruction->operation == MATCH_CLASS && !in_class(instruction, c, glob->fold)))
            return false;
        index++;
        break;
    case LOOP_SEGMENT:
        if (!inside)
            return false;
        break;
    case LOOP_DEEP:
        break;
    case GO:
    case FORK:
    case FORK_AT_START:
    case FORK_AT_END:
        return false;
    }
    mark(next, index);
    return true;
}

bool glob_step(const struct glob *glob, struct glob_place place, uint32_t c, uint64_t *here,
               uint64_t *next)
{
    const struct instruction *program = glob->program.items;
    size_t count = glob->program.count;
    bool alive = false;

    /* What is followed to lies ahead, and is met in its turn. */
    for (size_t i = next_marked(here, 0, count); i < count; i = next_marked(here, i + 1, count)) {
        follow(&program[i], i, place, here);
        if (!place.text_ends && take(glob, &program[i], i, c, next))
            alive = true;
    }
    return alive;
}

bool glob_ends(const struct glob *glob, bool segment_starts, uint64_t *here)
{
    const struct glob_place place = { segment_starts, true, true };

    glob_step(glob, place, 0, here, NULL);
    return is_marked(here, glob->program.count);
}

static bool run(const struct glob *glob, const char *text, uint64_t *here, uint64_t *next)
{
    const char *at = text, *end = text + strlen(text);
    struct glob_place place = { .segment_starts = true };

    mark(here, 0);
    while (at < end) {
        uint32_t c = glob_character(&at, end);

        place.segment_ends = c == glob->separator;
        if (!glob_step(glob, place, c, here, next))
            return false;
        place.segment_starts = place.segment_ends;
        memset(here, 0, glob_words(glob) * sizeof *here);
        uint64_t *swap = here;
        here = next;
        next = swap;
    }
    return glob_ends(glob, place.segment_starts, here);
}

bool glob_test(const struct glob *glob, const char *text)
{
    uint64_t small[8] = { 0 };
    size_t words = glob_words(glob);
    uint64_t *sets =
        2 * words <= sizeof small / sizeof *small ? small : memory_array(words, 2 * sizeof *sets);
    bool matches = run(glob, text, sets, sets + words);

    if (sets != small)
        free(sets);
    return matches;
}

static bool match(const char *pattern, const char *text, char separator, bool fold)
{
    struct glob *glob = glob_new(pattern, separator, fold);
    bool matches = glob_test(glob, text);

    glob_free(&glob);
    return matches;
}

bool glob_match(const char *pattern, const char *text, char separator)
{
    return match(pattern, text, separator, false);
}

bool glob_match_fold(const char *pattern, const char *text, char separator)
{
    return match(pattern, text, separator, true);
}
