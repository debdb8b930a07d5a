#include <pilab/drift/ticket_count.h>

#include <string.h>

#include <pilab/drift/span.h>
#include <pilab/drift/ticket_keys.h>

#include "ascii.h"

enum { KEY_MAX = 15, KEYS_A_MESSAGE = 32 };

/* The length of the capitals before "-123", or 0: what a key looks like, also that of a look-alike.
 */
static size_t key_before_number(struct span text)
{
    size_t length = 0;

    while (length < text.length &&
           (ascii_is_upper(text.at[length]) || (length > 0 && ascii_is_digit(text.at[length]))))
        length++;
    if (length < 2 || length > KEY_MAX || length + 1 >= text.length || text.at[length] != '-' ||
        span_digits(span_from(text, length + 1)) == 0)
        return 0;
    return length;
}

static void count(struct map *counts, struct arena *arena, struct span key, bool suspicious)
{
    struct ticket_count *known = map_get_bytes(counts, key.at, key.length);

    if (known == NULL) {
        known = arena_alloc(arena, sizeof *known);
        known->key = span_to_arena(key, arena);
        known->suspicious = suspicious;
        map_put_bytes(counts, key.at, key.length, known);
    }
    known->count++;
    /* "UTF-8-1" is odd wherever it stands; one good use makes a key of a tracker. */
    known->suspicious = known->suspicious && suspicious;
}

void ticket_count_message(struct map *counts, struct arena *arena, const char *text)
{
    struct span seen[KEYS_A_MESSAGE], rest = span_of(text);
    size_t used = 0;

    for (size_t i = 0; i < rest.length && used < KEYS_A_MESSAGE; i++) {
        struct span here = span_from(rest, i);
        size_t length;
        bool again = false;

        if (i > 0 && (ascii_is_alnum(rest.at[i - 1]) || rest.at[i - 1] == '_'))
            continue;
        length = key_before_number(here);
        for (size_t j = 0; length > 0 && j < used; j++)
            again = again || (seen[j].length == length && memcmp(seen[j].at, here.at, length) == 0);
        if (length == 0 || again)
            continue;
        seen[used] = span_slice(here, 0, length);
        count(counts, arena, seen[used++], ticket_key_length(here, NULL, false) == 0);
    }
}
