/* Functions whose body the server has read, BEGIN ATOMIC and RETURN: they stand on tables and views
 * as a view does, and go before what they name changes. So does every function that takes or gives
 * rows of a view: a table that changes keeps its type, and a view that is made again does not. */
#include <string.h>

#include "sync_parts.h"

struct search {
    const struct sync_writer *writer;
    const struct map *marked;
    bool found;
};

static void find_marked(void *data, const char *name, size_t length)
{
    struct search *search = data;
    if (map_get_bytes(search->marked, name, length) ||
        map_get_bytes(search->writer->functions, name, length))
        search->found = true;
}

static void find_view(void *data, const char *name, size_t length)
{
    struct search *search = data;
    if (map_get_bytes(search->marked, name, length))
        search->found = true;
}

/* Whether it takes or gives rows of a view that goes. */
static bool has_rows(struct sync_writer *writer, const struct schema_object *function)
{
    struct search search = { writer, writer->dropped_views, false };
    if (function->kind != SCHEMA_FUNCTION || !map_count(writer->dropped_views))
        return false;
    sync_visit_names(function->arguments ? function->arguments : "", find_view, &search);
    sync_visit_names(sync_text(function, SCHEMA_ARGUMENTS), find_view, &search);
    sync_visit_names(sync_text(function, SCHEMA_RETURNS), find_view, &search);
    return search.found;
}

static bool stands_on(struct sync_writer *writer, const struct schema_object *function,
                      const struct map *marked)
{
    struct search search = { writer, marked, false };
    if (function->kind == SCHEMA_FUNCTION && sync_has_sql_body(function) &&
        !sync_is(function, SCHEMA_SORT, "aggregate"))
        sync_visit_needs(function, find_marked, &search);
    return search.found || has_rows(writer, function);
}

bool sync_mark_bodies(struct sync_writer *writer, const struct map *marked)
{
    bool more = false;
    for (const struct schema_object *function = writer->diff->previous->first; function;
         function = function->next) {
        const char *path = schema_object_path(writer->arena, function);
        if (map_has_bytes(writer->bodies, &function, sizeof(function)) ||
            map_has(writer->functions, path) || !stands_on(writer, function, marked))
            continue;
        map_put_bytes(writer->bodies, &function, sizeof(function), (void *)(size_t)function);
        if (sync_other(writer->diff->current, function)) {
            map_put(writer->functions, sync_key(writer, function), (void *)(size_t)function);
            map_put(writer->functions, path, (void *)(size_t)function);
        }
        more = true;
    }
    return more;
}

static void find_caller(void *data, const char *name, size_t length)
{
    struct search *search = data;
    if (map_get_bytes(search->writer->dropped_views, name, length) ||
        map_get_bytes(search->marked, name, length))
        search->found = true;
}

bool sync_is_body(const struct sync_writer *writer, const struct schema_object *function)
{
    return map_has_bytes(writer->bodies, &function, sizeof(function));
}

static void drop(struct sync_writer *writer, const struct schema_object *function, bool calls)
{
    enum sync_phase phase = calls ? SYNC_DROP_CALLERS : SYNC_DROP_FUNCTIONS;
    const char *word = sync_routine_word(function), *name = sync_function_name(writer, function);
    if (sync_other(writer->diff->current, function)) {
        sync_keep(writer, SYNC_KEPT_FUNCTIONS, function);
        sync_add(writer, phase, "DROP %s IF EXISTS %s;", word, name);
    } else {
        sync_destroy(writer, phase, "what calls it fails", "DROP %s IF EXISTS %s;", word, name);
    }
}

static void drop_before_views(struct sync_writer *writer, const struct schema_object *function)
{
    writer->about = function;
    sync_add(writer, SYNC_DROP_CALLERS, "DROP %s IF EXISTS %s;", sync_routine_word(function),
             sync_function_name(writer, function));
}

static bool reads_view(struct sync_writer *writer, const struct schema_object *function)
{
    struct search search = { writer, writer->dropped_views, false };
    if (sync_has_sql_body(function) && !sync_is(function, SCHEMA_SORT, "aggregate"))
        sync_visit_needs(function, find_view, &search);
    return search.found;
}

/* Those that go for what they are called with or give go before the view, too; and new ones, which
 * are there when the script is run once more. */
static void drop_early(struct sync_writer *writer)
{
    for (size_t i = 0; i < map_count(writer->functions); i++) {
        const struct schema_object *function = map_value_at(writer->functions, i);
        const char *path = schema_object_path(writer->arena, function);
        if (!sync_is_body(writer, function) && has_rows(writer, function) &&
            strcmp(map_key_at(writer->functions, i), path) == 0)
            drop_before_views(writer, function);
    }
    for (size_t i = 0; i < writer->diff->count && map_count(writer->dropped_views); i++) {
        const struct schema_change *change = &writer->diff->changes[i];
        if (change->kind == SCHEMA_ADDED && change->current->kind == SCHEMA_FUNCTION &&
            (has_rows(writer, change->current) || reads_view(writer, change->current)))
            drop_before_views(writer, change->current);
    }
}

/* What reads a view goes before it, and what calls that one as well; each was found behind what it
 * calls. */
void sync_drop_bodies(struct sync_writer *writer)
{
    struct map *callers = map_new();
    for (size_t i = 0; i < map_count(writer->bodies); i++) {
        const struct schema_object *function = map_value_at(writer->bodies, i);
        struct search search = { writer, callers, false };
        sync_visit_needs(function, find_caller, &search);
        if (search.found)
            map_put(callers, sync_key(writer, function), (void *)(size_t)function);
        if (search.found)
            map_put(callers, schema_object_path(writer->arena, function), (void *)(size_t)function);
    }
    for (size_t i = map_count(writer->bodies); i > 0; i--) {
        const struct schema_object *function = map_value_at(writer->bodies, i - 1);
        writer->about = function;
        drop(writer, function, map_has(callers, schema_object_path(writer->arena, function)));
    }
    drop_early(writer);
    map_free(&callers);
}
