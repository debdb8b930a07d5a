#include "sequence.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#define EFFORT_LEAST 256 /* differences that are followed up in a box before it is cut anyway */

/* ---- cutting ---- */

void sequence_init(struct sequence *sequence, const char *text)
{
    sequence->text = text;
    vector_init(&sequence->pieces, sizeof(struct piece));
}

void sequence_release(struct sequence *sequence)
{
    vector_release(&sequence->pieces);
}

const struct piece *sequence_at(const struct sequence *sequence, size_t index)
{
    return vector_at(&sequence->pieces, index);
}

size_t sequence_offset(const struct sequence *sequence, size_t index)
{
    const struct piece *last;

    if (index < sequence->pieces.count)
        return sequence_at(sequence, index)->offset;
    if (sequence->pieces.count == 0)
        return 0;
    last = sequence_at(sequence, sequence->pieces.count - 1);
    return last->offset + last->length;
}

static void add_piece(struct sequence *sequence, size_t from, size_t to)
{
    struct piece *piece = vector_add(&sequence->pieces);

    piece->offset = from;
    piece->length = to - from;
}

void sequence_add_lines(struct sequence *sequence, size_t from, size_t to)
{
    while (from < to) {
        const char *newline = memchr(sequence->text + from, '\n', to - from);
        size_t end = newline == NULL ? to : (size_t)(newline - sequence->text) + 1;

        add_piece(sequence, from, end);
        from = end;
    }
}

/* Bytes of one kind make a word: letters and digits of any script, or blanks. Every other sign and
 * every line's end stands for itself. */
enum kind { KIND_SIGN, KIND_BLANK, KIND_WORD };

static enum kind kind_of(char c)
{
    if (c == ' ' || c == '\t')
        return KIND_BLANK;
    return (unsigned char)c >= 0x80 || isalnum((unsigned char)c) || c == '_' ? KIND_WORD
                                                                             : KIND_SIGN;
}

void sequence_add_words(struct sequence *sequence, size_t from, size_t to)
{
    const char *text = sequence->text;

    while (from < to) {
        enum kind kind = kind_of(text[from]);
        size_t end = from + 1;

        if (text[from] == '\r' && end < to && text[end] == '\n')
            end++;
        while (kind != KIND_SIGN && end < to && kind_of(text[end]) == kind)
            end++;
        add_piece(sequence, from, end);
        from = end;
    }
}

/* ---- numbering ---- */

struct slot {
    const char *bytes; /* NULL: free */
    size_t length;
    uint32_t id;
};

struct numbers {
    struct slot *slots;
    size_t mask;
    uint32_t next;
};

/* FNV-1a. */
static size_t hash(const char *bytes, size_t length)
{
    uint64_t value = 14695981039346656037u;

    for (size_t i = 0; i < length; i++)
        value = (value ^ (unsigned char)bytes[i]) * 1099511628211u;
    return (size_t)(value ^ value >> 32);
}

static uint32_t number(struct numbers *numbers, const char *bytes, size_t length)
{
    size_t at = hash(bytes, length) & numbers->mask;
    struct slot *slot = &numbers->slots[at];

    while (slot->bytes != NULL &&
           (slot->length != length || memcmp(slot->bytes, bytes, length) != 0)) {
        at = (at + 1) & numbers->mask;
        slot = &numbers->slots[at];
    }
    if (slot->bytes == NULL)
        *slot = (struct slot){ bytes, length, numbers->next++ };
    return slot->id;
}

void sequences_number(struct sequence *const sequences[], size_t count)
{
    struct numbers numbers = { 0 };
    size_t pieces = 0, slots = 16;

    for (size_t i = 0; i < count; i++)
        pieces += sequences[i]->pieces.count;
    while (slots < pieces * 2)
        slots *= 2;
    numbers.slots = memory_array(slots, sizeof *numbers.slots);
    numbers.mask = slots - 1;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < sequences[i]->pieces.count; j++) {
            struct piece *piece = vector_at(&sequences[i]->pieces, j);

            piece->id = number(&numbers, sequences[i]->text + piece->offset, piece->length);
        }
    free(numbers.slots);
}

/* ---- comparing ---- */

/* A part of the comparison: a[a_from, a_to) against b[b_from, b_to). */
struct box {
    ptrdiff_t a_from, a_to;
    ptrdiff_t b_from, b_to;
};

struct comparison {
    const struct piece *a;
    const struct piece *b;
    bool *a_changed;
    bool *b_changed;
    /* The furthest point of each diagonal (a − b), from the start and from the end; both point to
     * diagonal 0. */
    ptrdiff_t *forward;
    ptrdiff_t *backward;
    ptrdiff_t effort;
    struct vector boxes; /* of struct box, still to be looked at */
};

static bool same(const struct comparison *comparison, ptrdiff_t a, ptrdiff_t b)
{
    return comparison->a[a].id == comparison->b[b].id;
}

/* The diagonals that a search has reached. */
struct reach {
    ptrdiff_t low, high;
};

static void widen(struct reach *reach, ptrdiff_t *points, ptrdiff_t low, ptrdiff_t high,
                  ptrdiff_t outside)
{
    if (reach->low > low)
        points[--reach->low - 1] = outside;
    else
        reach->low++;
    if (reach->high < high)
        points[++reach->high + 1] = outside;
    else
        reach->high--;
}

static bool within(const struct reach *reach, ptrdiff_t diagonal)
{
    return reach->low <= diagonal && diagonal <= reach->high;
}

/* One more difference from the start; true when it met the other search, at *a. */
static bool step_forward(struct comparison *comparison, const struct box *box,
                         const struct reach *reach, const struct reach *other, bool meets,
                         ptrdiff_t *a, ptrdiff_t *diagonal)
{
    ptrdiff_t *points = comparison->forward;

    for (ptrdiff_t d = reach->high; d >= reach->low; d -= 2) {
        ptrdiff_t at = points[d - 1] >= points[d + 1] ? points[d - 1] + 1 : points[d + 1];

        while (at < box->a_to && at - d < box->b_to && same(comparison, at, at - d))
            at++;
        points[d] = at;
        if (meets && within(other, d) && comparison->backward[d] <= at) {
            *a = at;
            *diagonal = d;
            return true;
        }
    }
    return false;
}

static bool step_backward(struct comparison *comparison, const struct box *box,
                          const struct reach *reach, const struct reach *other, bool meets,
                          ptrdiff_t *a, ptrdiff_t *diagonal)
{
    ptrdiff_t *points = comparison->backward;

    for (ptrdiff_t d = reach->high; d >= reach->low; d -= 2) {
        ptrdiff_t at = points[d - 1] < points[d + 1] ? points[d - 1] : points[d + 1] - 1;

        while (at > box->a_from && at - d > box->b_from && same(comparison, at - 1, at - d - 1))
            at--;
        points[d] = at;
        if (meets && within(other, d) && at <= comparison->forward[d]) {
            *a = at;
            *diagonal = d;
            return true;
        }
    }
    return false;
}

/* The effort is spent: the point that came furthest from the start. */
static void furthest(const struct comparison *comparison, const struct box *box,
                     const struct reach *reach, ptrdiff_t *a, ptrdiff_t *diagonal)
{
    ptrdiff_t best = -1;

    for (ptrdiff_t d = reach->high; d >= reach->low; d -= 2) {
        ptrdiff_t at = comparison->forward[d];

        at = at < box->a_to ? at : box->a_to;
        at = at - d < box->b_to ? at : box->b_to + d;
        if (at < box->a_from || at - d < box->b_from || at + at - d <= best)
            continue;
        best = at + at - d;
        *a = at;
        *diagonal = d;
    }
}

/* A point that a shortest way through the box passes, or one that is good enough. */
static void split(struct comparison *comparison, const struct box *box, ptrdiff_t *a, ptrdiff_t *b)
{
    ptrdiff_t low = box->a_from - box->b_to, high = box->a_to - box->b_from;
    ptrdiff_t start = box->a_from - box->b_from, end = box->a_to - box->b_to;
    struct reach forward = { start, start }, backward = { end, end };
    bool odd = ((start - end) & 1) != 0;
    ptrdiff_t diagonal = start;

    *a = box->a_from;
    comparison->forward[start] = box->a_from;
    comparison->backward[end] = box->a_to;
    for (ptrdiff_t spent = 1;; spent++) {
        widen(&forward, comparison->forward, low, high, -1);
        if (step_forward(comparison, box, &forward, &backward, odd, a, &diagonal))
            break;
        widen(&backward, comparison->backward, low, high, PTRDIFF_MAX);
        if (step_backward(comparison, box, &backward, &forward, !odd, a, &diagonal))
            break;
        if (spent >= comparison->effort) {
            furthest(comparison, box, &forward, a, &diagonal);
            break;
        }
    }
    *b = *a - diagonal;
}

static void mark(struct comparison *comparison, const struct box *box)
{
    for (ptrdiff_t i = box->a_from; i < box->a_to; i++)
        comparison->a_changed[i] = true;
    for (ptrdiff_t i = box->b_from; i < box->b_to; i++)
        comparison->b_changed[i] = true;
}

static void compare_box(struct comparison *comparison, struct box box)
{
    ptrdiff_t a, b;

    while (box.a_from < box.a_to && box.b_from < box.b_to &&
           same(comparison, box.a_from, box.b_from)) {
        box.a_from++;
        box.b_from++;
    }
    while (box.a_from < box.a_to && box.b_from < box.b_to &&
           same(comparison, box.a_to - 1, box.b_to - 1)) {
        box.a_to--;
        box.b_to--;
    }
    if (box.a_from == box.a_to || box.b_from == box.b_to) {
        mark(comparison, &box);
        return;
    }
    split(comparison, &box, &a, &b);
    if ((a == box.a_from && b == box.b_from) || (a == box.a_to && b == box.b_to)) {
        mark(comparison, &box);
        return;
    }
    vector_push(&comparison->boxes, &(struct box){ a, box.a_to, b, box.b_to });
    vector_push(&comparison->boxes, &(struct box){ box.a_from, a, box.b_from, b });
}

/* What is marked, as differences. */
static void collect(const struct comparison *comparison, size_t a_count, size_t b_count,
                    struct vector *differences)
{
    size_t a = 0, b = 0;

    while (a < a_count || b < b_count) {
        struct difference difference = { a, a, b, b };

        while (a < a_count && comparison->a_changed[a])
            a++;
        while (b < b_count && comparison->b_changed[b])
            b++;
        difference.a_to = a;
        difference.b_to = b;
        if (a > difference.a_from || b > difference.b_from)
            vector_push(differences, &difference);
        while (a < a_count && b < b_count && !comparison->a_changed[a] &&
               !comparison->b_changed[b]) {
            a++;
            b++;
        }
    }
}

static ptrdiff_t square_root(size_t number)
{
    size_t root = 1;

    while (root * root < number)
        root *= 2;
    return (ptrdiff_t)root;
}

void sequence_compare(const struct sequence *a, const struct sequence *b,
                      struct vector *differences)
{
    size_t a_count = a->pieces.count, b_count = b->pieces.count;
    size_t diagonals = a_count + b_count + 5;
    struct comparison comparison = { .a = a->pieces.items, .b = b->pieces.items };
    ptrdiff_t *points = memory_array(diagonals * 2, sizeof *points);
    struct box box = { 0, (ptrdiff_t)a_count, 0, (ptrdiff_t)b_count };

    comparison.a_changed = memory_array(a_count + 1, sizeof(bool));
    comparison.b_changed = memory_array(b_count + 1, sizeof(bool));
    comparison.forward = points + b_count + 2;
    comparison.backward = points + diagonals + b_count + 2;
    comparison.effort = square_root(a_count + b_count);
    if (comparison.effort < EFFORT_LEAST)
        comparison.effort = EFFORT_LEAST;
    vector_init(&comparison.boxes, sizeof(struct box));
    vector_push(&comparison.boxes, &box);
    while (comparison.boxes.count > 0) {
        box = *(struct box *)vector_at(&comparison.boxes, comparison.boxes.count - 1);
        comparison.boxes.count--;
        compare_box(&comparison, box);
    }
    collect(&comparison, a_count, b_count, differences);
    vector_release(&comparison.boxes);
    free(comparison.a_changed);
    free(comparison.b_changed);
    free(points);
}
