#include <pilab/drift/code_reading.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/crew.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#include "ascii.h"

enum { HEX_DIGITS_MIN = 7 };

/* What is read from each commit by itself. */
struct read_work {
    struct commit_reading *reading;
    const struct ticket_options *tickets;
};

static void read_commit(void *context, struct arena *arena, size_t number)
{
    const struct read_work *work = context;
    const struct commit_reading *reading = work->reading;
    const struct commit *commit = &reading->commits[number];

    subject_read(arena, commit->message, commit->parent_count > 1, work->tickets,
                 &reading->subjects[number]);
    tickets_find(arena, commit->message, &reading->subjects[number], work->tickets,
                 &reading->tickets[number]);
}

void commit_reading_start(struct commit_reading *reading, struct arena *arena,
                          const struct commit *commits, size_t count, bool first_parent,
                          const struct ticket_options *tickets, unsigned threads)
{
    struct read_work work = { reading, tickets };
    size_t i;

    *reading = (struct commit_reading){
        .commits = commits,
        .count = count,
        .subjects = arena_array(arena, count, sizeof *reading->subjects),
        .tickets = arena_array(arena, count, sizeof *reading->tickets),
        .merges = arena_array(arena, count, sizeof *reading->merges),
        .merged_by = arena_array(arena, count, sizeof *reading->merged_by),
        .by_id = map_new(),
        .numbers = arena_array(arena, count, sizeof *reading->numbers),
    };
    for (i = 0; i < count; i++) {
        reading->numbers[i] = i;
        map_put_bytes(reading->by_id, commits[i].id.bytes, sizeof commits[i].id.bytes,
                      &reading->numbers[i]);
        reading->merges[i] = commits[i].parent_count > 1 && !first_parent;
    }
    crew_run(&(struct crew_work){ .count = count,
                                  .chunk = COMMITS_AT_ONCE,
                                  .threads = threads,
                                  .item = read_commit,
                                  .context = &work },
             arena);
    branches_find(reading, reading->merged_by);
}

void commit_reading_end(struct commit_reading *reading)
{
    map_free(&reading->by_id);
}

void code_reading_free(struct code_reading **reading)
{
    if (!*reading)
        return;
    commit_reading_end(&(*reading)->ahead);
    arena_free(&(*reading)->arena);
    free(*reading);
    *reading = NULL;
}

size_t commit_number(const struct commit_reading *reading, const struct object_id *id)
{
    const size_t *number = map_get_bytes(reading->by_id, id->bytes, sizeof id->bytes);

    return number ? *number : NO_COMMIT;
}

bool hex_same_commit(const char *a, const char *b)
{
    size_t length = strlen(a) < strlen(b) ? strlen(a) : strlen(b);

    return length >= HEX_DIGITS_MIN && strncasecmp(a, b, length) == 0;
}

static char digit_of(const struct object_id *id, size_t place)
{
    unsigned digit = id->bytes[place / 2] >> (place % 2 ? 0 : 4) & 15;

    return "0123456789abcdef"[digit];
}

/* hex_same_commit without writing the id out. */
static bool id_begins(const struct object_id *id, struct span hex)
{
    size_t i;

    for (i = 0; i < hex.length && i < OBJECT_ID_HEX_SIZE - 1; i++) {
        if (digit_of(id, i) != ascii_lower(hex.at[i]))
            return false;
    }
    return i >= HEX_DIGITS_MIN;
}

size_t commit_number_of_hex(const struct commit_reading *reading, const char *hex)
{
    struct span text = span_of(hex);
    struct object_id id;
    size_t found = NO_COMMIT;
    size_t i;

    if (object_id_parse(hex, &id))
        return commit_number(reading, &id);
    for (i = 0; i < reading->count; i++) {
        if (!id_begins(&reading->commits[i].id, text))
            continue;
        if (found != NO_COMMIT)
            return NO_COMMIT;
        found = i;
    }
    return found;
}

size_t commit_picked_from(const struct commit_reading *reading, const char *hex)
{
    size_t i, k;

    for (i = reading->count; i-- > 0;) {
        const struct commit_message *message = reading->commits[i].message;

        for (k = 0; k < message->picked_count; k++) {
            if (hex_same_commit(message->picked_from[k], hex))
                return i;
        }
    }
    return NO_COMMIT;
}

bool commit_came_by(const struct commit_reading *reading, size_t commit, size_t merge)
{
    size_t at = reading->merged_by[commit];

    while (at != NO_COMMIT && at != merge)
        at = reading->merged_by[at];
    return at == merge;
}

/* A line of first parents that is being gone through from its oldest commit on. */
struct line {
    size_t begin;  /* of its commits in walk.commits, newest first */
    size_t end;    /* what is left of them */
    size_t parent; /* the next parent of the last of these to follow */
};

struct walk {
    const struct commit_reading *reading;
    size_t *merged_by;
    bool *seen;
    struct vector commits; /* size_t: the lines one behind the other */
    struct vector lines;   /* struct line: the innermost last */
};

static void add_line(struct walk *walk, size_t tip, size_t merge)
{
    struct line *line = vector_add(&walk->lines);
    size_t at = tip;

    line->begin = walk->commits.count;
    while (at != NO_COMMIT && !walk->seen[at]) {
        const struct commit *commit = &walk->reading->commits[at];

        walk->seen[at] = true;
        walk->merged_by[at] = merge;
        vector_push(&walk->commits, &at);
        at = commit->parent_count > 0 ? commit_number(walk->reading, &commit->parents[0])
                                      : NO_COMMIT;
    }
    line->end = walk->commits.count;
    line->parent = 1;
}

static void drop_line(struct walk *walk)
{
    const struct line *line = vector_at(&walk->lines, walk->lines.count - 1);

    while (walk->commits.count > line->begin)
        vector_remove(&walk->commits, walk->commits.count - 1);
    vector_remove(&walk->lines, walk->lines.count - 1);
}

/* Follows the next parent that a merge of the innermost line has; lines that are through go. */
static void walk_step(struct walk *walk)
{
    struct line *line = vector_at(&walk->lines, walk->lines.count - 1);

    while (line->end > line->begin) {
        size_t at = *(size_t *)vector_at(&walk->commits, line->end - 1);
        const struct commit *commit = &walk->reading->commits[at];

        while (line->parent < commit->parent_count) {
            size_t tip = commit_number(walk->reading, &commit->parents[line->parent++]);

            if (tip != NO_COMMIT && !walk->seen[tip]) {
                add_line(walk, tip, at);
                return;
            }
        }
        line->end--;
        line->parent = 1;
    }
    drop_line(walk);
}

void branches_find(const struct commit_reading *reading, size_t *merged_by)
{
    struct walk walk = { .reading = reading, .merged_by = merged_by };
    size_t i;

    walk.seen = memory_array(reading->count, sizeof *walk.seen);
    vector_init(&walk.commits, sizeof(size_t));
    vector_init(&walk.lines, sizeof(struct line));
    for (i = 0; i < reading->count; i++) {
        if (walk.seen[i])
            continue;
        add_line(&walk, i, NO_COMMIT);
        while (walk.lines.count > 0)
            walk_step(&walk);
    }
    vector_release(&walk.commits);
    vector_release(&walk.lines);
    free(walk.seen);
}
