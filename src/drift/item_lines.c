#include "item_lines.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/drift/database.h>
#include <pilab/drift/dependency.h>

/* How many lines the last thing of a file has at most, for nobody says where it ends. */
#define LAST_LINES 8

enum { PREVIOUS, CURRENT };

struct item_lines {
    enum drift_type type;
    struct map *starts[2]; /* by side: file → struct vector of size_t, sorted */
};

static void add_start(struct item_lines *lines, int side, const char *file, size_t line)
{
    struct vector *starts;

    if (file == NULL || line == 0)
        return;
    starts = map_get(lines->starts[side], file);
    if (starts == NULL) {
        starts = memory_new(sizeof *starts);
        vector_init(starts, sizeof(size_t));
        map_put(lines->starts[side], file, starts);
    }
    vector_push(starts, &line);
}

static void add_packages(struct item_lines *lines, int side, const char *file,
                         const struct package_list *list)
{
    for (size_t i = 0; list != NULL && i < list->count; i++)
        add_start(lines, side, file, list->packages[i].line);
}

static void add_dependencies(struct item_lines *lines, const struct dependency_input *input)
{
    for (size_t i = 0; input != NULL && i < input->pair_count; i++) {
        const struct dependency_pair *pair = &input->pairs[i];

        add_packages(lines, PREVIOUS, pair->previous_file, pair->previous);
        add_packages(lines, CURRENT, pair->current_file, pair->current);
    }
}

static void add_migration(struct item_lines *lines, int side, const struct migration *migration)
{
    if (migration == NULL)
        return;
    add_start(lines, side, migration->file, migration->line);
    for (size_t i = 0; i < migration->operation_count; i++)
        add_start(lines, side, migration->file, migration->operations[i].line);
}

static void add_migrations(struct item_lines *lines, const struct database_input *input)
{
    const struct migration_set *const sets[] = { input != NULL ? input->previous : NULL,
                                                 input != NULL ? input->current : NULL };

    for (int side = PREVIOUS; side <= CURRENT; side++) {
        for (size_t i = 0; sets[side] != NULL && i < sets[side]->count; i++)
            add_migration(lines, side, &sets[side]->list[i]);
    }
}

static void add_items(struct item_lines *lines, const struct report_builder *builder, size_t first)
{
    for (size_t i = first; i < builder->items.count; i++) {
        const struct drift_item *item = vector_at(&builder->items, i);

        add_start(lines, PREVIOUS, item->previous_at.file, item->previous_at.line);
        add_start(lines, CURRENT, item->current_at.file, item->current_at.line);
    }
}

static int by_line(const void *a, const void *b)
{
    size_t left = *(const size_t *)a, right = *(const size_t *)b;

    return (left > right) - (left < right);
}

struct item_lines *item_lines_new(const struct report_builder *builder, enum drift_type type,
                                  const struct module_input *module, size_t first)
{
    struct item_lines *lines = memory_new(sizeof *lines);

    lines->type = type;
    for (int side = PREVIOUS; side <= CURRENT; side++)
        lines->starts[side] = map_new();
    if (type == DRIFT_DEPENDENCY)
        add_dependencies(lines, module->dependency);
    else if (type == DRIFT_DATABASE)
        add_migrations(lines, module->database);
    add_items(lines, builder, first);
    for (int side = PREVIOUS; side <= CURRENT; side++) {
        for (size_t i = 0; i < map_count(lines->starts[side]); i++)
            vector_sort(map_value_at(lines->starts[side], i), by_line);
    }
    return lines;
}

void item_lines_free(struct item_lines **lines)
{
    for (int side = PREVIOUS; side <= CURRENT; side++) {
        for (size_t i = 0; i < map_count((*lines)->starts[side]); i++) {
            struct vector *starts = map_value_at((*lines)->starts[side], i);

            vector_release(starts);
            free(starts);
        }
        map_free(&(*lines)->starts[side]);
    }
    free(*lines);
    *lines = NULL;
}

/* The first of the starts that lies behind a line. */
static size_t next_start(const struct vector *starts, size_t line)
{
    size_t low = 0, high = starts->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (*(const size_t *)vector_at(starts, middle) > line)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The line before the next thing that begins; the last one is taken to be as long as the one before
 * it. */
static size_t last_line(const struct item_lines *lines, int side, const struct drift_provenance *at)
{
    const struct vector *starts = at->file != NULL ? map_get(lines->starts[side], at->file) : NULL;
    size_t next, length;

    if (starts == NULL)
        return 0;
    next = next_start(starts, at->line);
    if (next < starts->count)
        return *(const size_t *)vector_at(starts, next) - 1;
    for (next = starts->count; next > 0; next--) {
        length = at->line - *(const size_t *)vector_at(starts, next - 1);
        if (length > 0)
            return at->line + (length < LAST_LINES ? length : LAST_LINES) - 1;
    }
    return at->line + LAST_LINES - 1;
}

static bool is_block(const struct drift_value *value)
{
    return value->kind == NODE_MAP || value->kind == NODE_LIST;
}

/* A migration as such, other than a changeset among others: its file as a whole. */
static bool is_whole(const struct drift_item *item, const struct drift_provenance *at)
{
    return at->line == 0 || (at->file != NULL && strcmp(item->path, at->file) == 0);
}

struct file_lines item_lines_of(const struct item_lines *lines, const struct drift_item *item)
{
    const struct drift_provenance *at =
        item->current_at.file != NULL ? &item->current_at : &item->previous_at;
    struct file_lines result = { .whole = is_whole(item, at) };
    bool blocks = lines->type == DRIFT_DEPENDENCY || lines->type == DRIFT_DATABASE ||
                  (lines->type == DRIFT_INFRASTRUCTURE &&
                   (is_block(&item->previous) || is_block(&item->current)));

    if (blocks) {
        result.previous_last = last_line(lines, PREVIOUS, &item->previous_at);
        result.current_last = last_line(lines, CURRENT, &item->current_at);
    }
    return result;
}
