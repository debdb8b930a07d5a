/* In which order objects are made, and go: what needs another behind it, whatever the order of the
 * reader is, which for catalogs and snapshots is that of the alphabet. */
#include <string.h>

#include "sync_parts.h"

#define DEPTH_LIMIT 2000 /* of what needs what needs what */

struct ordering {
    struct sync_writer *writer;
    bool previous;       /* the side */
    struct map *made;    /* by key, and by path: struct schema_change of what is there then */
    struct map *done;    /* by address of the change */
    struct vector found; /* const struct schema_change * */
    int depth;
};

/* --- What making an object needs -------------------------------------------------------------- */

static bool begins_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '"' ||
           (unsigned char)c >= 0x80;
}

static const char *behind_word(const char *text)
{
    if (*text == '"') {
        text += 1;
        while (*text && (*text != '"' || text[1] == '"'))
            text += *text == '"' ? 2 : 1;
        return *text ? text + 1 : text;
    }
    while (begins_name(*text) || (*text >= '0' && *text <= '9') || *text == '$')
        text++;
    return text;
}

void sync_visit_names(const char *text, sync_name_visit *visit, void *data)
{
    while (*text) {
        const char *start = text;
        if (!begins_name(*text)) {
            text++;
            continue;
        }
        text = behind_word(text);
        while (*text == '.' && begins_name(text[1]))
            text = behind_word(text + 1);
        visit(data, start, (size_t)(text - start));
    }
}

struct column_search {
    const char *name; /* quoted */
    bool found;
};

static void find_column(void *data, const char *name, size_t length)
{
    struct column_search *search = data;
    size_t own = strlen(search->name);
    if (length >= own && strncmp(name + length - own, search->name, own) == 0 &&
        (length == own || name[length - own - 1] == '.'))
        search->found = true;
}

bool sync_names_column(struct sync_writer *writer, const char *text,
                       const struct schema_object *column)
{
    struct column_search search = { sync_word(writer, column->name), false };
    sync_visit_names(text, find_column, &search);
    return search.found;
}

static void visit_property(const struct schema_object *object, enum schema_property property,
                           sync_name_visit *visit, void *data)
{
    size_t count;
    const char *const *items = schema_list(object, property, &count);
    for (size_t i = 0; i < count; i++)
        visit(data, items[i], strlen(items[i]));
    if (!items)
        sync_visit_names(sync_text(object, property), visit, data);
}

bool sync_has_sql_body(const struct schema_object *function)
{
    return !strstr(sync_text(function, SCHEMA_DEFINITION), "\nAS ");
}

static void visit_function(const struct schema_object *function, sync_name_visit *visit, void *data)
{
    if (function->arguments)
        sync_visit_names(function->arguments, visit, data);
    visit_property(function, SCHEMA_ARGUMENTS, visit, data);
    visit_property(function, SCHEMA_RETURNS, visit, data);
    /* A body that is a text is read when the function is called. */
    if (sync_has_sql_body(function))
        visit_property(function, SCHEMA_DEFINITION, visit, data);
}

void sync_visit_needs(const struct schema_object *object, sync_name_visit *visit, void *data)
{
    static const enum schema_property own[] = { SCHEMA_DEPENDS, SCHEMA_PARTITION_OF,
                                                SCHEMA_INHERITS, SCHEMA_TYPE, SCHEMA_DEFAULT };
    static const enum schema_property columns[] = { SCHEMA_DEPENDS, SCHEMA_TYPE, SCHEMA_DEFAULT,
                                                    SCHEMA_GENERATED };
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        visit_property(object, own[i], visit, data);
    if (object->kind == SCHEMA_FUNCTION)
        visit_function(object, visit, data);
    for (const struct schema_object *part = object->parts; part; part = part->next) {
        for (size_t i = 0; part->kind == SCHEMA_COLUMN && i < sizeof(columns) / sizeof(columns[0]);
             i++)
            visit_property(part, columns[i], visit, data);
        if (part->kind == SCHEMA_CONSTRAINT && object->kind == SCHEMA_DOMAIN)
            visit_property(part, SCHEMA_DEFINITION, visit, data);
    }
}

/* --- The order -------------------------------------------------------------------------------- */

static const struct schema_object *side(const struct ordering *ordering,
                                        const struct schema_change *change)
{
    return ordering->previous ? change->previous : change->current;
}

static void visit_change(struct ordering *ordering, const struct schema_change *change);

static void visit_need(void *data, const char *name, size_t length)
{
    struct ordering *ordering = data;
    const struct schema_change *change = map_get_bytes(ordering->made, name, length);
    if (change)
        visit_change(ordering, change);
}

static void visit_change(struct ordering *ordering, const struct schema_change *change)
{
    if (map_has_bytes(ordering->done, &change, sizeof(change)))
        return;
    map_put_bytes(ordering->done, &change, sizeof(change), ordering);
    ordering->depth++;
    if (ordering->depth < DEPTH_LIMIT)
        sync_visit_needs(side(ordering, change), visit_need, ordering);
    ordering->depth--;
    vector_push(&ordering->found, &change);
}

static bool takes_part(const struct ordering *ordering, const struct schema_change *change)
{
    return !schema_change_object(change)->owner &&
           (change->kind == SCHEMA_REMOVED) == ordering->previous;
}

static void order_side(struct ordering *ordering)
{
    const struct schema_diff *diff = ordering->writer->diff;
    struct arena *arena = ordering->writer->arena;
    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_change *change = &diff->changes[i];
        if (!takes_part(ordering, change))
            continue;
        const struct schema_object *object = side(ordering, change);
        map_put(ordering->made, sync_key(ordering->writer, object), (void *)(size_t)change);
        map_put(ordering->made, schema_object_path(arena, object), (void *)(size_t)change);
    }
    /* What nothing asks for comes by its kind. */
    for (int kind = 0; kind < SCHEMA_COLUMN; kind++)
        for (size_t i = 0; i < diff->count; i++)
            if (takes_part(ordering, &diff->changes[i]) &&
                (int)schema_change_object(&diff->changes[i])->kind == kind)
                visit_change(ordering, &diff->changes[i]);
}

static void ordering_start(struct ordering *ordering, struct sync_writer *writer, bool previous)
{
    *ordering = (struct ordering){ .writer = writer, .previous = previous };
    ordering->made = map_new();
    ordering->done = map_new();
    vector_init(&ordering->found, sizeof(const struct schema_change *));
    order_side(ordering);
}

static void ordering_end(struct ordering *ordering)
{
    map_free(&ordering->made);
    map_free(&ordering->done);
    vector_release(&ordering->found);
}

const struct schema_change *const *sync_order(struct sync_writer *writer)
{
    const struct schema_diff *diff = writer->diff;
    const struct schema_change **order =
        arena_array(writer->arena, diff->count + 1, sizeof(*order));
    struct ordering made, gone;
    size_t count = 0;
    ordering_start(&made, writer, false);
    ordering_start(&gone, writer, true);
    for (size_t i = 0; i < made.found.count; i++)
        order[count++] = *(const struct schema_change **)vector_at(&made.found, i);
    for (size_t i = gone.found.count; i > 0; i--)
        order[count++] = *(const struct schema_change **)vector_at(&gone.found, i - 1);
    for (size_t i = 0; i < diff->count; i++)
        if (schema_change_object(&diff->changes[i])->owner)
            order[count++] = &diff->changes[i];
    ordering_end(&made);
    ordering_end(&gone);
    return order;
}

/* --- When a function is made, and goes
 * ------------------------------------------------------------------ */

struct timing {
    struct sync_writer *writer;
    const struct schema_object *function;
    enum sync_phase phase;
};

static void wait_for(void *data, const char *name, size_t length)
{
    struct timing *timing = data;
    const struct schema_object *late = map_get_bytes(timing->writer->late, name, length);
    if (!late || late == timing->function)
        return;
    if (late->kind == SCHEMA_FUNCTION) {
        /* One body calls another: those that the server reads do not call each other. */
        enum sync_phase phase = sync_has_sql_body(timing->function)
                                    ? sync_function_phase(timing->writer, late)
                                    : SYNC_OBJECTS;
        timing->phase = phase > timing->phase ? phase : timing->phase;
    } else if (late->kind != SCHEMA_TABLE)
        timing->phase = SYNC_VIEW_FUNCTIONS;
    else if (timing->phase == SYNC_OBJECTS && sync_has_sql_body(timing->function))
        timing->phase = SYNC_LATE_FUNCTIONS;
}

enum sync_phase sync_function_phase(struct sync_writer *writer,
                                    const struct schema_object *function)
{
    struct timing timing = { writer, function, SYNC_OBJECTS };
    sync_visit_needs(function, wait_for, &timing);
    return timing.phase;
}

static void find_dropped(void *data, const char *name, size_t length)
{
    struct timing *timing = data;
    if (map_get_bytes(timing->writer->dropped_views, name, length))
        timing->phase = SYNC_DROP_CALLERS;
}

enum sync_phase sync_function_end(struct sync_writer *writer, const struct schema_object *function)
{
    struct timing timing = { writer, function,
                             sync_has_sql_body(function) ? SYNC_DESTROY_CALLERS
                                                         : SYNC_DESTROY_REST };
    sync_visit_needs(function, find_dropped, &timing);
    return timing.phase;
}

static void add_late(struct sync_writer *writer, const struct schema_object *object)
{
    map_put(writer->late, sync_key(writer, object), (void *)(size_t)object);
    map_put(writer->late, schema_object_path(writer->arena, object), (void *)(size_t)object);
}

void sync_find_late(struct sync_writer *writer)
{
    const struct schema_diff *diff = writer->diff;
    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_change *change = &diff->changes[i];
        const struct schema_object *object = change->current;
        if (!object)
            continue;
        bool view = object->kind == SCHEMA_VIEW || object->kind == SCHEMA_MATERIALIZED_VIEW;
        if (view && change->kind == SCHEMA_ADDED)
            add_late(writer, object);
        else if (object->kind == SCHEMA_COLUMN && !change->within &&
                 object->owner->kind == SCHEMA_TABLE)
            add_late(writer, object->owner);
    }
    for (size_t i = 0; i < map_count(writer->dropped_views); i++)
        add_late(writer, map_value_at(writer->dropped_views, i));
    for (size_t i = 0; i < map_count(writer->bodies); i++) {
        const struct schema_object *function =
            sync_other(diff->current, map_value_at(writer->bodies, i));
        if (function)
            add_late(writer, function);
    }
}
