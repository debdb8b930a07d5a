#include "config_commits.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>

/* What a commit changed in a file, and where: JSON pointers with named steps (tree_change_pointer).
 */
struct step_places {
    struct tree_diff *diff; /* NULL: not asked for so far */
    const char **pointers;
};

struct config_commits {
    struct report_builder *builder;
    const struct module_input *module;
    struct arena *arena;
    struct step_places *places; /* of each step, found when first asked for */
    struct map *commits;        /* id → struct drift_commit; NULL: not needed so far */
};

struct config_commits *config_commits_new(struct report_builder *builder,
                                          const struct module_input *module)
{
    struct config_commits *commits = memory_new(sizeof *commits);

    commits->builder = builder;
    commits->module = module;
    commits->arena = arena_new();
    commits->places =
        arena_array(commits->arena, module->config_step_count, sizeof *commits->places);
    return commits;
}

void config_commits_free(struct config_commits **commits)
{
    map_free(&(*commits)->commits);
    for (size_t i = 0; i < (*commits)->module->config_step_count; i++)
        tree_diff_free(&(*commits)->places[i].diff);
    arena_free(&(*commits)->arena);
    free(*commits);
    *commits = NULL;
}

static const char *pointer_of(struct arena *arena, const struct tree_change *change)
{
    struct strbuf pointer = STRBUF_INIT;
    const char *text;

    tree_change_pointer(&pointer, change);
    text = arena_bytes(arena, pointer.data, pointer.length);
    strbuf_release(&pointer);
    return text;
}

static const struct step_places *places_of(struct config_commits *commits, size_t number)
{
    const struct config_step *step = &commits->module->config_steps[number];
    struct step_places *places = &commits->places[number];

    if (places->diff != NULL)
        return places;
    places->diff = tree_diff_documents(step->before, step->after, NULL);
    places->pointers = arena_array(commits->arena, places->diff->count, sizeof *places->pointers);
    for (size_t i = 0; i < places->diff->count; i++)
        places->pointers[i] = pointer_of(commits->arena, &places->diff->changes[i]);
    return places;
}

/* Whether one is the other, or lies within it. */
static bool overlap(const char *a, const char *b)
{
    size_t length = strlen(a);
    const char *outer = a, *inner = b;

    if (strlen(b) < length) {
        length = strlen(b);
        outer = b;
        inner = a;
    }
    return strncmp(outer, inner, length) == 0 && (inner[length] == '\0' || inner[length] == '/');
}

static const struct node *item_of(const struct tree_change *change)
{
    return change->current != NULL ? change->current : change->previous;
}

/* Entries without a name have the place of their list: what they are tells them apart. */
static bool is_same_place(const struct tree_change *a, const char *pointer_a,
                          const struct tree_change *b, const char *pointer_b)
{
    if (a->list_item && b->list_item && strcmp(pointer_a, pointer_b) == 0)
        return node_equal(item_of(a), item_of(b));
    return overlap(pointer_a, pointer_b);
}

static bool changed_there(struct config_commits *commits, size_t number,
                          const struct tree_change *change, const char *pointer)
{
    const struct step_places *places = places_of(commits, number);

    for (size_t i = 0; i < places->diff->count; i++) {
        if (is_same_place(&places->diff->changes[i], places->pointers[i], change, pointer))
            return true;
    }
    return false;
}

static void add_commits(struct map *map, const struct drift_commit *commits, size_t count)
{
    for (size_t i = 0; i < count; i++)
        map_put(map, commits[i].id, (void *)(uintptr_t)&commits[i]);
}

static const struct drift_commit *commit_of(struct config_commits *commits,
                                            const struct object_id *id)
{
    const struct vector *codes = &commits->builder->codes;
    char hex[OBJECT_ID_HEX_SIZE];

    if (commits->commits == NULL) {
        commits->commits = map_new();
        for (size_t i = 0; i < codes->count; i++) {
            const struct drift_code *code = vector_at(codes, i);

            if (strcmp(code->module, commits->module->name) != 0)
                continue;
            add_commits(commits->commits, code->commits, code->commit_count);
            add_commits(commits->commits, code->behind, code->behind_count);
        }
    }
    return map_get(commits->commits, object_id_hex(id, hex));
}

static bool is_listed(const struct drift_item *item, const char *id)
{
    for (size_t i = 0; i < item->ticket_count; i++) {
        if (strcmp(item->tickets[i], id) == 0)
            return true;
    }
    return false;
}

static void add_tickets(struct config_commits *commits, struct drift_item *item,
                        const struct drift_commit *commit)
{
    const char **tickets = arena_array(commits->builder->arena,
                                       item->ticket_count + commit->ticket_count, sizeof *tickets);

    if (item->ticket_count > 0)
        memcpy(tickets, item->tickets, item->ticket_count * sizeof *tickets);
    item->tickets = tickets;
    for (size_t i = 0; i < commit->ticket_count; i++) {
        if (!is_listed(item, commit->tickets[i].id))
            item->tickets[item->ticket_count++] = commit->tickets[i].id;
    }
}

/* A difference and where it is looked for. */
struct tie {
    struct config_commits *commits;
    struct drift_item *item;
    const struct tree_change *change;
    const char *pointer; /* NULL: not needed so far */
    bool by_current;     /* a commit of current did it */
};

static void tie_commit(struct tie *tie, const struct config_step *step)
{
    const struct drift_commit *commit = commit_of(tie->commits, &step->commit);

    if (commit == NULL)
        return;
    if (tie->item->commit == NULL)
        tie->item->commit = commit->id;
    add_tickets(tie->commits, tie->item, commit);
    tie->by_current = tie->by_current || !step->behind;
}

static bool is_in(const struct drift_provenance *at, const char *file)
{
    return at->file != NULL && strcmp(at->file, file) == 0;
}

static void tie_documents(struct tie *tie, size_t number)
{
    const struct config_step *step = &tie->commits->module->config_steps[number];

    /* What only previous has is asked when nothing of current did it. */
    if (step->behind && tie->by_current)
        return;
    if (step->before != NULL && tie->pointer == NULL)
        tie->pointer = pointer_of(tie->commits->arena, tie->change);
    if (step->before == NULL || changed_there(tie->commits, number, tie->change, tie->pointer))
        tie_commit(tie, step);
}

/* The step of [first, end), newest first, that wrote a line of its newest version; `end`: none did,
 * and *line is where it stood before them all. */
static size_t written_by(const struct config_step *steps, size_t first, size_t end, size_t *line)
{
    for (size_t i = first; i < end; i++) {
        size_t older = hunks_old_line(steps[i].lines, *line);

        if (older == 0)
            return i;
        *line = older;
    }
    return end;
}

/* The step that took out or changed a line of the oldest version; `end`: none did. */
static size_t taken_by(const struct config_step *steps, size_t first, size_t end, size_t line)
{
    for (size_t i = end; i > first; i--) {
        line = hunks_new_line(steps[i - 1].lines, line);
        if (line == 0)
            return i - 1;
    }
    return end;
}

/* The steps of a file by lines stand together: those of current, then those that only previous has.
 * What current has was written by one of its own, or is as it was before both, and previous wrote
 * what is there instead. What current has not, previous alone has written, or current took out. */
static void tie_lines(struct tie *tie, size_t first, size_t end)
{
    const struct config_step *steps = tie->commits->module->config_steps;
    const struct drift_provenance *now = &tie->item->current_at, *was = &tie->item->previous_at;
    size_t middle = first, line, by = end;

    while (middle < end && !steps[middle].behind)
        middle++;
    if (is_in(now, steps[first].file)) {
        line = now->line;
        by = written_by(steps, first, middle, &line);
        if (by < middle) {
            tie_commit(tie, &steps[by]);
            return;
        }
    }
    if (!is_in(was, steps[first].file))
        return;
    line = was->line;
    by = written_by(steps, middle, end, &line);
    if (by == end && !is_in(now, steps[first].file)) {
        by = taken_by(steps, first, middle, line);
        if (by == middle)
            return;
    }
    if (by < end)
        tie_commit(tie, &steps[by]);
}

void config_commits_tie(struct config_commits *commits, struct drift_item *item,
                        const struct tree_change *change)
{
    const struct module_input *module = commits->module;
    struct tie tie = { .commits = commits, .item = item, .change = change };

    for (size_t i = 0, end; i < module->config_step_count; i = end) {
        const struct config_step *step = &module->config_steps[i];

        for (end = i + 1; end < module->config_step_count; end++) {
            if (strcmp(module->config_steps[end].file, step->file) != 0)
                break;
        }
        if (!is_in(&item->current_at, step->file) && !is_in(&item->previous_at, step->file))
            continue;
        if (step->lines != NULL) {
            tie_lines(&tie, i, end);
            continue;
        }
        for (size_t k = i; k < end; k++)
            tie_documents(&tie, k);
    }
}
