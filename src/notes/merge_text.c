#include <string.h>

#include <pilab/notes/merge_text.h>

#include "sequence.h"

struct sides {
    struct sequence base;
    struct sequence mine;
    struct sequence theirs;
    struct vector my_differences; /* of struct difference, a: base */
    struct vector their_differences;
};

/* Lines [from, to) of each. */
struct lines {
    size_t from;
    size_t to;
};

struct chunk {
    struct lines base;
    struct lines mine;
    struct lines theirs;
};

static bool same_lines(const struct sequence *a, struct lines in_a, const struct sequence *b,
                       struct lines in_b)
{
    if (in_a.to - in_a.from != in_b.to - in_b.from)
        return false;
    for (size_t i = 0; i < in_a.to - in_a.from; i++)
        if (sequence_at(a, in_a.from + i)->id != sequence_at(b, in_b.from + i)->id)
            return false;
    return true;
}

static struct merge_text text_of(const struct sequence *sequence, struct lines lines)
{
    size_t from = sequence_offset(sequence, lines.from);

    return (struct merge_text){ sequence->text + from, sequence_offset(sequence, lines.to) - from };
}

static bool is_empty(const struct chunk *chunk)
{
    return chunk->base.from == chunk->base.to && chunk->mine.from == chunk->mine.to &&
           chunk->theirs.from == chunk->theirs.to;
}

static void add_region(struct merge *merge, const struct sides *sides, enum merge_kind kind,
                       const struct chunk *chunk)
{
    struct merge_region *region;

    if (is_empty(chunk))
        return;
    region = vector_add(&merge->regions);
    region->kind = kind;
    region->base = text_of(&sides->base, chunk->base);
    region->mine = text_of(&sides->mine, chunk->mine);
    region->theirs = text_of(&sides->theirs, chunk->theirs);
    merge->conflicts += kind == MERGE_CONFLICT;
}

/* Both changed these lines. What they agree about at the beginning and at the end is no conflict;
 * the lines of the base go with what is left. */
static void add_conflict(struct merge *merge, const struct sides *sides, struct chunk chunk)
{
    struct chunk head = chunk, tail;

    while (chunk.mine.from < chunk.mine.to && chunk.theirs.from < chunk.theirs.to &&
           sequence_at(&sides->mine, chunk.mine.from)->id ==
               sequence_at(&sides->theirs, chunk.theirs.from)->id) {
        chunk.mine.from++;
        chunk.theirs.from++;
    }
    head.mine.to = chunk.mine.from;
    head.theirs.to = chunk.theirs.from;
    head.base.to = head.base.from;
    tail = chunk;
    while (chunk.mine.from < chunk.mine.to && chunk.theirs.from < chunk.theirs.to &&
           sequence_at(&sides->mine, chunk.mine.to - 1)->id ==
               sequence_at(&sides->theirs, chunk.theirs.to - 1)->id) {
        chunk.mine.to--;
        chunk.theirs.to--;
    }
    tail.mine.from = chunk.mine.to;
    tail.theirs.from = chunk.theirs.to;
    tail.base.from = tail.base.to;
    add_region(merge, sides, MERGE_BOTH, &head);
    add_region(merge, sides, MERGE_CONFLICT, &chunk);
    add_region(merge, sides, MERGE_BOTH, &tail);
}

static void add_change(struct merge *merge, const struct sides *sides, const struct chunk *chunk)
{
    bool mine = !same_lines(&sides->base, chunk->base, &sides->mine, chunk->mine);
    bool theirs = !same_lines(&sides->base, chunk->base, &sides->theirs, chunk->theirs);

    if (mine && theirs && !same_lines(&sides->mine, chunk->mine, &sides->theirs, chunk->theirs))
        add_conflict(merge, sides, *chunk);
    else
        add_region(merge, sides,
                   mine && theirs ? MERGE_BOTH
                   : mine         ? MERGE_MINE
                   : theirs       ? MERGE_THEIRS
                                  : MERGE_SAME,
                   chunk);
}

/* The walk through the differences of one side. */
struct walk {
    const struct vector *differences;
    size_t next;
    size_t passed_base;  /* behind the last one taken */
    size_t passed_other; /* the same place in the changed text */
};

static const struct difference *peek(const struct walk *walk)
{
    return walk->next < walk->differences->count ? vector_at(walk->differences, walk->next) : NULL;
}

/* Takes the next difference when it begins at or before the end of the chunk; the chunk grows. */
static bool take(struct walk *walk, struct lines *base)
{
    const struct difference *difference = peek(walk);

    if (difference == NULL || difference->a_from > base->to)
        return false;
    if (difference->a_to > base->to)
        base->to = difference->a_to;
    walk->passed_base = difference->a_to;
    walk->passed_other = difference->b_to;
    walk->next++;
    return true;
}

/* Where a line of the base that was not changed stands in the other text. */
static size_t place_of(const struct walk *walk, size_t base)
{
    return walk->passed_other + (base - walk->passed_base);
}

static void merge_lines(struct merge *merge, const struct sides *sides)
{
    struct walk mine = { &sides->my_differences, 0, 0, 0 };
    struct walk theirs = { &sides->their_differences, 0, 0, 0 };
    size_t at = 0;

    for (;;) {
        const struct difference *a = peek(&mine), *b = peek(&theirs);
        size_t end = sides->base.pieces.count;
        struct chunk chunk;

        if (a != NULL && a->a_from < end)
            end = a->a_from;
        if (b != NULL && b->a_from < end)
            end = b->a_from;
        chunk.base = (struct lines){ at, end };
        chunk.mine = (struct lines){ place_of(&mine, at), place_of(&mine, end) };
        chunk.theirs = (struct lines){ place_of(&theirs, at), place_of(&theirs, end) };
        add_region(merge, sides, MERGE_SAME, &chunk);
        if (a == NULL && b == NULL)
            return;
        chunk.base = (struct lines){ end, end };
        chunk.mine.from = chunk.mine.to;
        chunk.theirs.from = chunk.theirs.to;
        while (take(&mine, &chunk.base) || take(&theirs, &chunk.base))
            continue;
        chunk.mine.to = place_of(&mine, chunk.base.to);
        chunk.theirs.to = place_of(&theirs, chunk.base.to);
        add_change(merge, sides, &chunk);
        at = chunk.base.to;
    }
}

void merge_make(struct merge *merge, struct merge_text base, struct merge_text mine,
                struct merge_text theirs)
{
    struct sides sides;
    struct sequence *const all[] = { &sides.base, &sides.mine, &sides.theirs };

    merge->conflicts = 0;
    vector_init(&merge->regions, sizeof(struct merge_region));
    vector_init(&sides.my_differences, sizeof(struct difference));
    vector_init(&sides.their_differences, sizeof(struct difference));
    sequence_init(&sides.base, base.bytes);
    sequence_init(&sides.mine, mine.bytes);
    sequence_init(&sides.theirs, theirs.bytes);
    sequence_add_lines(&sides.base, 0, base.length);
    sequence_add_lines(&sides.mine, 0, mine.length);
    sequence_add_lines(&sides.theirs, 0, theirs.length);
    sequences_number(all, 3);
    sequence_compare(&sides.base, &sides.mine, &sides.my_differences);
    sequence_compare(&sides.base, &sides.theirs, &sides.their_differences);
    merge_lines(merge, &sides);
    sequence_release(&sides.base);
    sequence_release(&sides.mine);
    sequence_release(&sides.theirs);
    vector_release(&sides.my_differences);
    vector_release(&sides.their_differences);
}

void merge_release(struct merge *merge)
{
    vector_release(&merge->regions);
}

static void put(struct strbuf *out, struct merge_text text)
{
    strbuf_add_bytes(out, text.bytes, text.length);
}

/* A last line without an end gets one where something follows it. */
static void end_line(struct strbuf *out)
{
    if (out->length > 0 && out->data[out->length - 1] != '\n')
        strbuf_add_char(out, '\n');
}

static void put_conflict(struct strbuf *out, const struct merge_region *region,
                         enum merge_choice choice)
{
    switch (choice) {
    case MERGE_TAKE_MINE:
        put(out, region->mine);
        break;
    case MERGE_TAKE_THEIRS:
        put(out, region->theirs);
        break;
    case MERGE_TAKE_BOTH:
        put(out, region->mine);
        if (region->theirs.length > 0)
            end_line(out);
        put(out, region->theirs);
        break;
    case MERGE_MARK:
        end_line(out);
        strbuf_add(out, "<<<<<<< mine\n");
        put(out, region->mine);
        end_line(out);
        strbuf_add(out, "=======\n");
        put(out, region->theirs);
        end_line(out);
        strbuf_add(out, ">>>>>>> theirs\n");
        break;
    }
}

void merge_write(const struct merge *merge, const enum merge_choice *choices, struct strbuf *out)
{
    size_t conflict = 0;

    for (size_t i = 0; i < merge->regions.count; i++) {
        const struct merge_region *region = vector_at(&merge->regions, i);

        if (region->kind == MERGE_CONFLICT)
            put_conflict(out, region, choices == NULL ? MERGE_MARK : choices[conflict++]);
        else
            put(out, region->kind == MERGE_THEIRS ? region->theirs : region->mine);
    }
}
