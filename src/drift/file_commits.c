#include "file_commits.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>

/* So many lines of one difference are followed: of a longer one the first. */
#define LINES_MOST 200

struct file_commits {
    struct report_builder *builder;
    const struct module_input *module;
    struct map *commits; /* id → struct drift_commit; NULL: not needed so far */
    struct map *files;   /* path → first of its file_steps; NULL: not needed so far */
};

struct file_commits *file_commits_new(struct report_builder *builder,
                                      const struct module_input *module)
{
    struct file_commits *commits = memory_new(sizeof *commits);

    commits->builder = builder;
    commits->module = module;
    return commits;
}

void file_commits_free(struct file_commits **commits)
{
    map_free(&(*commits)->commits);
    map_free(&(*commits)->files);
    free(*commits);
    *commits = NULL;
}

static void add_commits(struct map *map, const struct drift_commit *commits, size_t count)
{
    for (size_t i = 0; i < count; i++)
        map_put(map, commits[i].id, (void *)(uintptr_t)&commits[i]);
}

static const struct drift_commit *commit_of(struct file_commits *commits,
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

/* --- One commit ------------------------------------------------------------------------------- */

static bool is_listed(const struct drift_item *item, const char *id)
{
    for (size_t i = 0; i < item->ticket_count; i++) {
        if (strcmp(item->tickets[i], id) == 0)
            return true;
    }
    return false;
}

static void add_tickets(struct arena *arena, struct drift_item *item,
                        const struct drift_commit *commit)
{
    const char **tickets =
        arena_array(arena, item->ticket_count + commit->ticket_count, sizeof *tickets);

    if (item->ticket_count > 0)
        memcpy(tickets, item->tickets, item->ticket_count * sizeof *tickets);
    item->tickets = tickets;
    for (size_t i = 0; i < commit->ticket_count; i++) {
        if (!is_listed(item, commit->tickets[i].id))
            item->tickets[item->ticket_count++] = commit->tickets[i].id;
    }
}

void file_tie_add(struct file_tie *tie, const struct file_step *step)
{
    const struct drift_commit *commit = commit_of(tie->commits, &step->commit);

    if (commit == NULL)
        return;
    if (tie->item->commit == NULL)
        tie->item->commit = commit->id;
    add_tickets(tie->commits->builder->arena, tie->item, commit);
    tie->by_current = tie->by_current || !step->behind;
}

/* --- Lines ------------------------------------------------------------------------------------ */

static bool is_in(const struct drift_provenance *at, const char *file)
{
    return at->file != NULL && strcmp(at->file, file) == 0;
}

bool file_tie_concerns(const struct file_tie *tie, const char *file)
{
    return is_in(&tie->item->current_at, file) || is_in(&tie->item->previous_at, file);
}

/* The step of [first, end), newest first, that wrote a line of what its side has; `end`: none did,
 * and *line is where it stood before them all, where they follow each other, or 0: it may have been
 * one that is not known. */
static size_t written_by(const struct file_step *steps, size_t first, size_t end, size_t *line)
{
    for (size_t i = first; i < end; i++) {
        size_t here, older;

        if (steps[i].unread) {
            *line = 0;
            return end;
        }
        here = steps[i].to_end != NULL ? hunks_old_line(steps[i].to_end, *line) : *line;
        older = here > 0 ? hunks_old_line(steps[i].lines, here) : *line;
        if (older == 0)
            return i;
        if (steps[i].to_end == NULL)
            *line = older;
    }
    return end;
}

/* The step of [first, end) that took out or changed a line of the oldest version, or of previous
 * where they do not follow each other; `end`: none did. */
static size_t taken_by(const struct file_step *steps, size_t first, size_t end, size_t line)
{
    for (size_t i = end; i > first; i--) {
        const struct file_step *step = &steps[i - 1];
        size_t here, newer;

        if (step->unread)
            return end;
        here = step->from_previous != NULL ? hunks_new_line(step->from_previous, line) : line;
        newer = here > 0 ? hunks_new_line(step->lines, here) : line;
        if (newer == 0)
            return i - 1;
        if (step->from_previous == NULL)
            line = newer;
    }
    return end;
}

/* What of a file's steps is asked about, and which of them did it. */
struct line_search {
    const struct file_step *steps; /* those of current, then those that only previous has */
    size_t middle, end;
    bool *did;
};

/* False: nothing of current did it, as far as all of it is known. */
static bool ask_current(const struct line_search *search, size_t first, size_t last)
{
    bool found = false;

    for (size_t at = first; at <= last; at++) {
        size_t line = at;
        size_t by = written_by(search->steps, 0, search->middle, &line);

        if (by < search->middle)
            search->did[by] = true;
        found = found || by < search->middle || line == 0;
    }
    return found;
}

/* `gone`: current has not what these lines say. */
static void ask_previous(const struct line_search *search, size_t first, size_t last, bool gone)
{
    for (size_t at = first; at <= last; at++) {
        size_t line = at;
        size_t by = written_by(search->steps, search->middle, search->end, &line);

        if (by == search->end && line == 0)
            continue;
        if (by == search->end && gone) {
            by = taken_by(search->steps, 0, search->middle, line);
            if (by == search->middle)
                continue;
        }
        if (by < search->end)
            search->did[by] = true;
    }
}

static size_t last_of(size_t first, size_t last)
{
    if (last < first)
        return first;
    return last - first < LINES_MOST ? last : first + LINES_MOST - 1;
}

/* What current has was written by one of its own, or is as it was before both, and previous wrote
 * what is there instead. What current has not, previous alone has written, or current took out. */
void file_tie_lines(struct file_tie *tie, const struct file_step *steps, size_t count,
                    struct file_lines lines)
{
    const struct drift_provenance *now = &tie->item->current_at, *was = &tie->item->previous_at;
    struct line_search search = { steps, 0, count, memory_array(count, sizeof(bool)) };
    bool here = is_in(now, steps[0].file), found = false;

    while (search.middle < count && !steps[search.middle].behind)
        search.middle++;
    if (here)
        found = ask_current(&search, now->line, last_of(now->line, lines.current_last));
    if (!found && is_in(was, steps[0].file))
        ask_previous(&search, was->line, last_of(was->line, lines.previous_last), !here);
    for (size_t i = 0; i < count; i++) {
        if (search.did[i])
            file_tie_add(tie, &steps[i]);
    }
    free(search.did);
}

/* --- By file ---------------------------------------------------------------------------------- */

size_t file_steps_end(const struct file_step *steps, size_t count, size_t first)
{
    size_t end = first + 1;

    while (end < count && strcmp(steps[end].file, steps[first].file) == 0)
        end++;
    return end;
}

static const struct file_step *steps_of(struct file_commits *commits, const char *file)
{
    const struct module_input *module = commits->module;

    if (commits->files == NULL) {
        commits->files = map_new();
        for (size_t i = 0; i < module->file_step_count;
             i = file_steps_end(module->file_steps, module->file_step_count, i))
            map_put(commits->files, module->file_steps[i].file,
                    (void *)(uintptr_t)&module->file_steps[i]);
    }
    return file != NULL ? map_get(commits->files, file) : NULL;
}

/* What only previous has is asked when nothing of current did it. */
static void tie_all(struct file_tie *tie, const struct file_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!steps[i].behind || !tie->by_current)
            file_tie_add(tie, &steps[i]);
    }
}

static void tie_file(struct file_tie *tie, const char *file, struct file_lines lines)
{
    const struct module_input *module = tie->commits->module;
    const struct file_step *steps = steps_of(tie->commits, file);
    size_t count;

    if (steps == NULL)
        return;
    count = file_steps_end(module->file_steps, module->file_step_count,
                           (size_t)(steps - module->file_steps)) -
            (size_t)(steps - module->file_steps);
    if (lines.whole || count == 1)
        tie_all(tie, steps, count);
    else if (steps[0].lines != NULL)
        file_tie_lines(tie, steps, count, lines);
}

void file_commits_tie(struct file_commits *commits, struct drift_item *item,
                      struct file_lines lines)
{
    const char *now = item->current_at.file, *was = item->previous_at.file;
    struct file_tie tie = { .commits = commits, .item = item };

    tie_file(&tie, now, lines);
    /* It may have moved from one file to another. */
    if (was != NULL && (now == NULL || strcmp(now, was) != 0) && !tie.by_current)
        tie_file(&tie, was, lines);
}
