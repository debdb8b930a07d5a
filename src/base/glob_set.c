/*
 * Many patterns at once. Where their programs may be after some characters is a state; the states
 * that texts lead to, and what each ASCII character leads to from there, are kept as they are met:
 * a deterministic automaton that is made as far as it is needed.
 */
#include "glob_internal.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>

#define ASCII_COUNT 128

/* More states than this are not kept: then all are forgotten, and met again. */
#define STATES_MAX 2000

/* The places of all programs one behind the other, and a last word that is 1 at the start of a
 * segment. */
struct state {
    uint64_t *places;
    bool *ends; /* which patterns match a text that ends here; NULL: not asked yet */
    struct state *next[ASCII_COUNT]; /* NULL: not met yet */
};

struct glob_set {
    struct vector globs; /* struct glob * */
    struct map *numbers; /* pattern → a number + 1 */
    char separator;
    bool fold;
    size_t words;       /* of a state's places */
    uint64_t *here;     /* room for a state that is being worked out */
    struct map *states; /* places → struct state */
    struct state *first;
};

struct glob_set *glob_set_new(char separator, bool fold)
{
    struct glob_set *set = memory_new(sizeof *set);

    set->separator = separator;
    set->fold = fold;
    set->numbers = map_new();
    set->states = map_new();
    set->words = 1;
    set->here = memory_array(set->words, sizeof *set->here);
    vector_init(&set->globs, sizeof(struct glob *));
    return set;
}

static void forget_states(struct glob_set *set)
{
    for (size_t i = 0; i < map_count(set->states); i++) {
        struct state *state = map_value_at(set->states, i);

        free(state->places);
        free(state->ends);
        free(state);
    }
    map_free(&set->states);
    set->states = map_new();
    set->first = NULL;
}

void glob_set_free(struct glob_set **set)
{
    if (!set || !*set)
        return;
    forget_states(*set);
    map_free(&(*set)->states);
    map_free(&(*set)->numbers);
    for (size_t i = 0; i < (*set)->globs.count; i++)
        glob_free(vector_at(&(*set)->globs, i));
    vector_release(&(*set)->globs);
    free((*set)->here);
    free(*set);
    *set = NULL;
}

size_t glob_set_add(struct glob_set *set, const char *pattern)
{
    uintptr_t known = (uintptr_t)map_get(set->numbers, pattern);
    struct glob *glob;

    if (known > 0)
        return known - 1;
    forget_states(set);
    glob = glob_new(pattern, set->separator, set->fold);
    vector_push(&set->globs, &glob);
    map_put(set->numbers, pattern, (void *)(uintptr_t)set->globs.count);
    set->words += glob_words(glob);
    set->here = memory_resize(set->here, set->words, sizeof *set->here);
    return set->globs.count - 1;
}

static const struct glob *glob_at(const struct glob_set *set, size_t number)
{
    return *(struct glob *const *)vector_at(&set->globs, number);
}

static bool starts_segment(const struct glob_set *set, const struct state *state)
{
    return state->places[set->words - 1] != 0;
}

/* The state with these places, which are taken over. `forgot`: all others are gone. */
static struct state *find_state(struct glob_set *set, uint64_t *places, bool *forgot)
{
    size_t size = set->words * sizeof *places;
    struct state *state = map_get_bytes(set->states, places, size);

    *forgot = !state && map_count(set->states) >= STATES_MAX;
    if (state) {
        free(places);
        return state;
    }
    if (*forgot)
        forget_states(set);
    state = memory_new(sizeof *state);
    state->places = places;
    map_put_bytes(set->states, places, size, state);
    return state;
}

static struct state *first_state(struct glob_set *set)
{
    uint64_t *places = memory_array(set->words, sizeof *places);
    size_t at = 0;
    bool forgot;

    for (size_t i = 0; i < set->globs.count; i++) {
        places[at] = 1;
        at += glob_words(glob_at(set, i));
    }
    places[at] = 1;
    return find_state(set, places, &forgot);
}

/* What the character `c` leads to. */
static struct state *take(struct glob_set *set, struct state *state, uint32_t c)
{
    const struct glob_place place = { starts_segment(set, state),
                                      c == (unsigned char)set->separator, false };
    uint64_t *places = memory_array(set->words, sizeof *places);
    struct state *next;
    size_t at = 0;
    bool forgot;

    memcpy(set->here, state->places, set->words * sizeof *set->here);
    for (size_t i = 0; i < set->globs.count; i++) {
        glob_step(glob_at(set, i), place, c, set->here + at, places + at);
        at += glob_words(glob_at(set, i));
    }
    places[at] = place.segment_ends;
    next = find_state(set, places, &forgot);
    if (c < ASCII_COUNT && !forgot)
        state->next[c] = next;
    return next;
}

static const bool *ends_of(struct glob_set *set, struct state *state)
{
    size_t at = 0;

    if (state->ends)
        return state->ends;
    state->ends = memory_array(set->globs.count, sizeof *state->ends);
    memcpy(set->here, state->places, set->words * sizeof *set->here);
    for (size_t i = 0; i < set->globs.count; i++) {
        state->ends[i] = glob_ends(glob_at(set, i), starts_segment(set, state), set->here + at);
        at += glob_words(glob_at(set, i));
    }
    return state->ends;
}

const bool *glob_set_test(struct glob_set *set, const char *text)
{
    const char *end = text + strlen(text);
    struct state *state;

    if (!set->first)
        set->first = first_state(set);
    state = set->first;
    while (text < end) {
        unsigned char byte = (unsigned char)*text;
        struct state *next = byte < ASCII_COUNT ? state->next[byte] : NULL;

        if (next)
            text++;
        state = next ? next : take(set, state, glob_character(&text, end));
    }
    return ends_of(set, state);
}
