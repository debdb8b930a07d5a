#include "code_touches.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/drift/merge_wording.h>
#include <pilab/drift/rules.h>

struct touches {
    const struct collector *collector;
    struct map *newest;      /* path → struct touch: the newest */
    struct map *tickets;     /* id → struct numbered_ticket */
    struct ticket_use *uses; /* of each number */
    size_t files;            /* that were asked about so far */
    uint64_t *said;          /* room for touches_said */
    size_t said_size;
};

struct numbered_ticket {
    size_t number;
    const char *id;
};

struct ticket_use {
    const char *id;
    size_t file; /* that listed it last, from 1 on; 0: none did */
};

static const size_t *number_tickets(struct touches *touches, const struct drift_commit *commit)
{
    struct arena *arena = touches->collector->reading->arena;
    size_t *numbers = arena_array(arena, commit->ticket_count, sizeof *numbers);

    for (size_t i = 0; i < commit->ticket_count; i++) {
        const char *id = commit->tickets[i].id;
        struct numbered_ticket *ticket = map_get(touches->tickets, id);

        if (!ticket) {
            ticket = arena_alloc(arena, sizeof *ticket);
            *ticket = (struct numbered_ticket){ map_count(touches->tickets), id };
            map_put(touches->tickets, id, ticket);
        }
        numbers[i] = ticket->number;
    }
    return numbers;
}

static void read_words(struct touches *touches, struct touching_commit *by)
{
    const struct word_lists *lists = rule_set_words(touches->collector->builder->rules);
    const struct drift_commit *commit = by->commit;
    uint64_t *said;

    said = arena_array(touches->collector->reading->arena, touches->said_size, sizeof *said);
    by->said = said;
    if (by->behind || commit->disposition == DISPOSITION_REVERTED)
        return;
    word_lists_find(lists, commit->subject, said);
    for (size_t i = 0; i < commit->ticket_count; i++) {
        if (commit->tickets[i].kind == TICKET_ADVISORY)
            word_lists_find(lists, commit->tickets[i].id, said);
    }
    if (commit->breaking)
        by->marks |= MARK_BREAKING;
    if (merges_private_fork(commit->subject))
        by->marks |= MARK_ADVISORY;
}

static void note_touch(struct touches *touches, const struct touching_commit *by, const char *path)
{
    struct touch *touch = arena_alloc(touches->collector->reading->arena, sizeof *touch);

    touch->by = by;
    touch->older = map_put(touches->newest, path, touch);
}

static void note_commit(struct touches *touches, const struct commit *commit,
                        const struct touching_commit *by)
{
    for (size_t i = 0; i < commit->files.count; i++) {
        const struct file_change *file = &commit->files.changes[i];

        note_touch(touches, by, file->path);
        if (file->old_path)
            note_touch(touches, by, file->old_path);
    }
}

static void note_reading(struct touches *touches, const struct commit_reading *reading, bool behind)
{
    const struct drift_code *code = touches->collector->code;
    const struct drift_commit *commits = behind ? code->behind : code->commits;
    struct touching_commit *by =
        arena_array(touches->collector->reading->arena, reading->count, sizeof *by);

    for (size_t i = reading->count; i-- > 0;) {
        if (reading->merges[i] || !reading->commits[i].files_known ||
            reading->commits[i].files.count == 0)
            continue;
        by[i].commit = &commits[i];
        by[i].behind = behind;
        by[i].tickets = number_tickets(touches, &commits[i]);
        by[i].ticket_count = commits[i].ticket_count;
        read_words(touches, &by[i]);
        note_commit(touches, &reading->commits[i], &by[i]);
    }
}

static void prepare_uses(struct touches *touches)
{
    size_t count = map_count(touches->tickets);

    touches->uses = memory_array(count, sizeof *touches->uses);
    for (size_t i = 0; i < count; i++) {
        const struct numbered_ticket *ticket = map_value_at(touches->tickets, i);

        touches->uses[ticket->number].id = ticket->id;
    }
}

struct touches *touches_new(const struct collector *collector)
{
    struct touches *touches = memory_new(sizeof *touches);

    touches->collector = collector;
    touches->newest = map_new();
    touches->tickets = map_new();
    touches->said_size = word_lists_size(rule_set_words(collector->builder->rules));
    touches->said = memory_array(touches->said_size, sizeof *touches->said);
    note_reading(touches, &collector->behind, true);
    note_reading(touches, &collector->reading->ahead, false);
    prepare_uses(touches);
    return touches;
}

void touches_free(struct touches **touches)
{
    if (!*touches)
        return;
    map_free(&(*touches)->newest);
    map_free(&(*touches)->tickets);
    free((*touches)->uses);
    free((*touches)->said);
    free(*touches);
    *touches = NULL;
}

const struct touch *touches_of(const struct touches *touches, const char *path)
{
    return path ? map_get(touches->newest, path) : NULL;
}

static void list_tickets(struct touches *touches, const struct touch *touch, struct vector *ids)
{
    for (; touch; touch = touch->older) {
        for (size_t i = 0; i < touch->by->ticket_count; i++) {
            struct ticket_use *use = &touches->uses[touch->by->tickets[i]];

            if (use->file != touches->files)
                vector_push(ids, &use->id);
            use->file = touches->files;
        }
    }
}

void touches_list_tickets(struct touches *touches, const struct touch *touch,
                          const struct touch *moved, struct vector *ids)
{
    touches->files++;
    list_tickets(touches, touch, ids);
    list_tickets(touches, moved, ids);
}

static void add_said(struct touches *touches, const struct touch *touch, unsigned *marks)
{
    for (; touch; touch = touch->older) {
        for (size_t i = 0; i < touches->said_size; i++)
            touches->said[i] |= touch->by->said[i];
        *marks |= touch->by->marks;
    }
}

const uint64_t *touches_said(struct touches *touches, const struct touch *touch,
                             const struct touch *moved, unsigned *marks)
{
    memset(touches->said, 0, touches->said_size * sizeof *touches->said);
    add_said(touches, touch, marks);
    add_said(touches, moved, marks);
    return touches->said;
}
