#include <pilab/base/slips.h>

#include <stdbool.h>
#include <string.h>

#define LONGEST    64 /* a name that is looked at */
#define MOST_SLIPS 2

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* How many letters were left out, added, mistaken or swapped with their neighbour. */
static size_t slips_between(const char *a, const char *b)
{
    size_t rows[3][LONGEST + 1], *before = rows[0], *last = rows[1], *now = rows[2];
    size_t length = strlen(a), width = strlen(b);

    if (length > LONGEST || width > LONGEST)
        return LONGEST;
    for (size_t j = 0; j <= width; j++)
        before[j] = last[j] = j;
    for (size_t i = 1; i <= length; i++) {
        size_t *free_row = before;

        now[0] = i;
        for (size_t j = 1; j <= width; j++) {
            bool same = lower(a[i - 1]) == lower(b[j - 1]);
            size_t least = last[j - 1] + !same;

            least = last[j] + 1 < least ? last[j] + 1 : least;
            least = now[j - 1] + 1 < least ? now[j - 1] + 1 : least;
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]) && before[j - 2] + 1 < least)
                least = before[j - 2] + 1;
            now[j] = least;
        }
        before = last;
        last = now;
        now = free_row;
    }
    return last[width];
}

const char *slips_nearest(const char *name, const char *const *names, size_t count)
{
    size_t fewest = strlen(name) < 5 ? 2 : MOST_SLIPS + 1;
    const char *nearest = NULL;

    for (size_t i = 0; i < count; i++) {
        size_t slips = slips_between(name, names[i]);

        if (slips >= fewest)
            continue;
        fewest = slips;
        nearest = names[i];
    }
    return nearest;
}
