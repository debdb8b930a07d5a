#include "edit.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

/* What xdiff goes by (xprepare.c and xdiffi.c of git 2.39, unchanged since 2006): */
#define FREQUENT_MOST   1024 /* a line that stands so often is frequent in any text */
#define RUN_WINDOW      100  /* lines looked at on either side of a frequent one */
#define RUN_FACTOR      4    /* how much rarer frequent lines must be than unmatched ones around */
#define GUESSING_BEGINS 256  /* steps from either end that xdiff takes before it starts to guess */

/* Steps from both ends together, and some to be safe. */
#define DISTANCE_LIMIT (2 * GUESSING_BEGINS - 32)

/* Lines of what is compared; above, no tables are built. */
#define LINES_LIMIT ((size_t)1 << 20)

enum worth { UNMATCHED, RARE, FREQUENT };

/* All equal lines of both texts. */
struct line_class {
    const char *data; /* NULL: the slot is free */
    size_t size;
    uint64_t hash;
    uint32_t count[2]; /* how often it stands in each of the whole texts */
};

struct edit {
    const struct edit_text *text[2];
    size_t count[2];    /* lines to compare */
    size_t whole[2];    /* lines of the whole text */
    uint32_t *lines[2]; /* of each line to compare: the slot of its class */
    unsigned char *worth[2];
    struct line_class *slots;
    size_t mask;
};

static uint64_t line_hash(const char *data, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325u ^ size;
    for (; size >= 8; data += 8, size -= 8) {
        uint64_t word;
        memcpy(&word, data, 8);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }
    for (; size > 0; data++, size--)
        hash = (hash ^ (unsigned char)*data) * 0x100000001b3u;
    return hash ^ hash >> 32;
}

/* The line at `at` with its newline; the last may have none. */
static size_t line_size(const char *at, const char *end)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return (size_t)((newline ? newline + 1 : end) - at);
}

static size_t lines_between(const struct edit_text *text, size_t begin, size_t end)
{
    const char *at = text->data + begin, *stop = text->data + end;
    size_t count = 0;
    for (; at < stop; count++)
        at += line_size(at, stop);
    return count;
}

/* The slot of the line's class, or the free one where it would go. */
static struct line_class *slot_of(const struct edit *edit, const char *data, size_t size)
{
    uint64_t hash = line_hash(data, size);
    for (size_t i = (size_t)hash & edit->mask;; i = (i + 1) & edit->mask) {
        struct line_class *slot = &edit->slots[i];
        if (!slot->data)
            slot->hash = hash;
        if (!slot->data ||
            (slot->hash == hash && slot->size == size && memcmp(slot->data, data, size) == 0))
            return slot;
    }
}

/* Puts the lines to compare of one text into their classes; says whether one was there before. */
static bool classify(struct edit *edit, int side)
{
    const struct edit_text *text = edit->text[side];
    const char *at = text->data + text->begin, *end = text->data + text->end;
    bool met = false;
    for (size_t i = 0; i < edit->count[side]; i++) {
        size_t size = line_size(at, end);
        struct line_class *slot = slot_of(edit, at, size);
        if (!slot->data) {
            slot->data = at;
            slot->size = size;
        }
        met = met || slot->count[!side] > 0;
        slot->count[side]++;
        edit->lines[side][i] = (uint32_t)(slot - edit->slots);
        at += size;
    }
    return met;
}

/* Lines that both texts begin or end with count as well for how frequent a line is. */
static void count_common(struct edit *edit, size_t begin, size_t end)
{
    const struct edit_text *text = edit->text[0];
    const char *at = text->data + begin, *stop = text->data + end;
    while (at < stop) {
        size_t size = line_size(at, stop);
        struct line_class *slot = slot_of(edit, at, size);
        if (slot->data) {
            slot->count[0]++;
            slot->count[1]++;
        }
        edit->whole[0]++;
        edit->whole[1]++;
        at += size;
    }
}

/* From so many occurrences on a line is frequent: a power of two near the root. */
static uint32_t frequent_from(size_t lines)
{
    uint32_t root = 1;
    for (; lines > 0; lines >>= 2)
        root *= 2;
    return root < FREQUENT_MOST ? root : FREQUENT_MOST;
}

static void judge_lines(struct edit *edit, int side)
{
    uint32_t frequent = frequent_from(edit->whole[side]);
    for (size_t i = 0; i < edit->count[side]; i++) {
        uint32_t there = edit->slots[edit->lines[side][i]].count[!side];
        edit->worth[side][i] = there == 0 ? UNMATCHED : there >= frequent ? FREQUENT : RARE;
    }
}

/* Runs from a frequent line in one direction, up to the next rare one. */
static void look_along(const unsigned char *worth, size_t at, size_t steps, int direction,
                       size_t *unmatched, size_t *frequent)
{
    for (size_t i = 1; i <= steps; i++) {
        unsigned char there = direction < 0 ? worth[at - i] : worth[at + i];
        if (there == RARE)
            return;
        *(there == UNMATCHED ? unmatched : frequent) += 1;
    }
}

/* A frequent line among unmatched ones is taken for changed too. */
static bool lost_among_unmatched(const unsigned char *worth, size_t count, size_t at)
{
    size_t before = at < RUN_WINDOW ? at : RUN_WINDOW;
    size_t after = count - 1 - at < RUN_WINDOW ? count - 1 - at : RUN_WINDOW;
    size_t unmatched_before = 0, unmatched_after = 0, frequent = 2; /* itself, once a direction */
    look_along(worth, at, before, -1, &unmatched_before, &frequent);
    if (unmatched_before == 0)
        return false;
    look_along(worth, at, after, 1, &unmatched_after, &frequent);
    return unmatched_after > 0 &&
           frequent * RUN_FACTOR < frequent + unmatched_before + unmatched_after;
}

/* Leaves of the lines those that are compared. */
static size_t keep_worthy(struct edit *edit, int side)
{
    const unsigned char *worth = edit->worth[side];
    size_t kept = 0;
    for (size_t i = 0; i < edit->count[side]; i++) {
        if (worth[i] == UNMATCHED ||
            (worth[i] == FREQUENT && lost_among_unmatched(worth, edit->count[side], i)))
            continue;
        edit->lines[side][kept++] = edit->lines[side][i];
    }
    return kept;
}

/* The shortest edit script's length by Myers' greedy algorithm ("An O(ND) Difference Algorithm and
 * Its Variations", 1986); SIZE_MAX above the limit. reach[d] is how far in `a` diagonal d got. */
static size_t distance(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
    long reach[2 * DISTANCE_LIMIT + 3];
    long *at = reach + DISTANCE_LIMIT + 1;
    long n = (long)a_count, m = (long)b_count;
    at[1] = 0;
    for (long steps = 0; steps <= DISTANCE_LIMIT; steps++) {
        for (long d = -steps; d <= steps; d += 2) {
            bool down = d == -steps || (d != steps && at[d - 1] < at[d + 1]);
            long x = down ? at[d + 1] : at[d - 1] + 1;
            while (x < n && x - d < m && a[x] == b[x - d])
                x++;
            at[d] = x;
            if (d == n - m && x >= n)
                return (size_t)steps;
        }
    }
    return SIZE_MAX;
}

static bool count_kept(struct edit *edit, uint64_t *insertions, uint64_t *deletions)
{
    size_t a = keep_worthy(edit, 0), b = keep_worthy(edit, 1);
    size_t changed = distance(edit->lines[0], a, edit->lines[1], b);
    if (changed == SIZE_MAX)
        return false;
    size_t common = (a + b - changed) / 2;
    *deletions = edit->count[0] - common;
    *insertions = edit->count[1] - common;
    return true;
}

static bool edit_start(struct edit *edit)
{
    size_t slots = 16;
    for (int side = 0; side < 2; side++) {
        const struct edit_text *text = edit->text[side];
        edit->count[side] = edit->whole[side] = lines_between(text, text->begin, text->end);
    }
    size_t lines = edit->count[0] + edit->count[1];
    if (lines > LINES_LIMIT)
        return false;
    while (slots < 2 * lines)
        slots *= 2;
    edit->mask = slots - 1;
    edit->slots = memory_array(slots, sizeof(*edit->slots));
    edit->lines[0] = memory_resize(NULL, lines + 1, sizeof(uint32_t));
    edit->lines[1] = edit->lines[0] + edit->count[0];
    edit->worth[0] = memory_resize(NULL, lines + 1, 1);
    edit->worth[1] = edit->worth[0] + edit->count[0];
    return true;
}

bool edit_count(const struct edit_text *old, const struct edit_text *new, uint64_t *insertions,
                uint64_t *deletions)
{
    struct edit edit = {
        .text = {old, new}
    };
    bool known = edit_start(&edit);
    *deletions = edit.count[0];
    *insertions = edit.count[1];
    if (known && edit.count[0] > 0 && edit.count[1] > 0) {
        classify(&edit, 0);
        if (classify(&edit, 1)) {
            count_common(&edit, 0, old->begin);
            count_common(&edit, old->end, old->size);
            judge_lines(&edit, 0);
            judge_lines(&edit, 1);
            known = count_kept(&edit, insertions, deletions);
        }
    }
    free(edit.slots);
    free(edit.lines[0]);
    free(edit.worth[0]);
    return known;
}
