#include <string.h>

#include "sync_parts.h"

static const char *function_name(struct sync_writer *writer, const struct schema_object *function)
{
    return arena_printf(writer->arena, "%s(%s)", sync_name(writer, function),
                        function->arguments ? function->arguments : "");
}

static const char *routine_word(const struct schema_object *function)
{
    return sync_is(function, SCHEMA_SORT, "procedure") ? "PROCEDURE" : "FUNCTION";
}

/* Without the line end, with a ';'. */
static void write_definition(struct sync_writer *writer, enum sync_phase phase,
                             const char *definition)
{
    size_t length = strlen(definition);
    while (length && strchr("\n ;", definition[length - 1]))
        length--;
    sync_add(writer, phase, "%.*s;", (int)length, definition);
}

void sync_function_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *function = schema_change_object(change);
    const char *definition = schema_get(function, SCHEMA_DEFINITION);
    if (change->kind == SCHEMA_REMOVED) {
        sync_destroy(writer, SYNC_DESTROY_REST, "what calls it fails", "DROP %s IF EXISTS %s;",
                     routine_word(function), function_name(writer, function));
        return;
    }
    if (sync_only_comment(change))
        return;
    if (schema_change_of(change, SCHEMA_RETURNS) || schema_change_of(change, SCHEMA_SORT))
        sync_add(writer, SYNC_FUNCTIONS, "DROP %s IF EXISTS %s;", routine_word(change->previous),
                 function_name(writer, change->previous));
    if (definition)
        write_definition(writer, SYNC_FUNCTIONS, definition);
    else
        sync_note(writer, "the function %s has to be made by hand",
                  function_name(writer, function));
}

static void drop_trigger(struct sync_writer *writer, const struct schema_object *trigger)
{
    sync_add(writer, SYNC_DROP_CODE, "DROP TRIGGER IF EXISTS %s ON %s;",
             sync_word(writer, trigger->name), sync_owner(writer, trigger));
}

static void create_trigger(struct sync_writer *writer, const struct schema_object *trigger)
{
    const char *disabled = schema_get(trigger, SCHEMA_DISABLED);
    sync_add(writer, SYNC_CODE, "DROP TRIGGER IF EXISTS %s ON %s;",
             sync_word(writer, trigger->name), sync_owner(writer, trigger));
    write_definition(writer, SYNC_CODE, sync_text(trigger, SCHEMA_DEFINITION));
    if (disabled)
        sync_add(writer, SYNC_CODE, "ALTER TABLE %s %s TRIGGER %s;", sync_owner(writer, trigger),
                 strcmp(disabled, "replica") == 0  ? "ENABLE REPLICA"
                 : strcmp(disabled, "always") == 0 ? "ENABLE ALWAYS"
                                                   : "DISABLE",
                 sync_word(writer, trigger->name));
}

void sync_trigger_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_diff *diff = writer->diff;
    if (sync_only_comment(change))
        return;
    if (change->previous && !sync_is_inherited(writer, diff->previous, change->previous))
        drop_trigger(writer, change->previous);
    if (change->current && !sync_is_inherited(writer, diff->current, change->current))
        create_trigger(writer, change->current);
    if (change->kind == SCHEMA_CHANGED)
        sync_comment_again(writer, change->current);
}

static void drop_policy(struct sync_writer *writer, const struct schema_object *policy)
{
    sync_add(writer, SYNC_DROP_CODE, "DROP POLICY IF EXISTS %s ON %s;",
             sync_word(writer, policy->name), sync_owner(writer, policy));
}

static void create_policy(struct sync_writer *writer, const struct schema_object *policy)
{
    sync_add(writer, SYNC_CODE, "DROP POLICY IF EXISTS %s ON %s;", sync_word(writer, policy->name),
             sync_owner(writer, policy));
    sync_add(writer, SYNC_CODE, "CREATE POLICY %s ON %s %s;", sync_word(writer, policy->name),
             sync_owner(writer, policy), sync_text(policy, SCHEMA_DEFINITION));
}

void sync_policy_change(struct sync_writer *writer, const struct schema_change *change)
{
    if (sync_only_comment(change))
        return;
    if (change->previous)
        drop_policy(writer, change->previous);
    if (change->current)
        create_policy(writer, change->current);
    if (change->kind == SCHEMA_CHANGED)
        sync_comment_again(writer, change->current);
}

static void make_way(struct sync_writer *writer, const struct schema_object *part,
                     const char *column, struct map *done)
{
    const struct schema_object *before = sync_other(writer->diff->previous, part);
    const char *now = sync_text(part, SCHEMA_DEFINITION);
    bool policy = part->kind == SCHEMA_POLICY;
    if ((!policy && part->kind != SCHEMA_TRIGGER) || !before || !strstr(now, column) ||
        strcmp(sync_text(before, SCHEMA_DEFINITION), now) != 0)
        return; /* what changed is made again anyway */
    if (map_has_bytes(done, &part->number, sizeof(part->number)))
        return;
    map_put_bytes(done, &part->number, sizeof(part->number), done);
    if (policy) {
        drop_policy(writer, before);
        create_policy(writer, part);
    } else {
        drop_trigger(writer, before);
        create_trigger(writer, part);
    }
    sync_comment_again(writer, part);
}

/* Types cannot change under policies and triggers that name the column. */
void sync_in_the_way(struct sync_writer *writer)
{
    const struct schema_diff *diff = writer->diff;
    struct map *done = map_new();
    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_change *change = &diff->changes[i];
        if (change->kind != SCHEMA_CHANGED || change->current->kind != SCHEMA_COLUMN ||
            !schema_change_of(change, SCHEMA_TYPE))
            continue;
        for (const struct schema_object *part = change->current->owner->parts; part;
             part = part->next)
            make_way(writer, part, change->current->name, done);
    }
    map_free(&done);
}

static bool is_view(const struct schema_object *object)
{
    return object->kind == SCHEMA_VIEW || object->kind == SCHEMA_MATERIALIZED_VIEW;
}

static const char *view_word(const struct schema_object *view)
{
    return view->kind == SCHEMA_VIEW ? "VIEW" : "MATERIALIZED VIEW";
}

/* Columns may be added at its end without making it again. */
static bool can_replace(const struct schema_object *previous, const struct schema_object *current)
{
    const struct schema_object *after = current->parts;
    for (const struct schema_object *part = previous->parts; part; part = part->next) {
        if (part->kind != SCHEMA_COLUMN)
            continue;
        if (!after || after->kind != SCHEMA_COLUMN || strcmp(after->name, part->name) != 0 ||
            strcmp(sync_text(after, SCHEMA_TYPE), sync_text(part, SCHEMA_TYPE)) != 0)
            return false;
        after = after->next;
    }
    return previous->kind == SCHEMA_VIEW && current->kind == SCHEMA_VIEW;
}

/* Tables whose change views of them do not survive. */
static void mark_tables(struct sync_writer *writer, struct map *marked)
{
    for (size_t i = 0; i < writer->diff->count; i++) {
        const struct schema_change *change = &writer->diff->changes[i];
        const struct schema_object *object = change->previous;
        bool column =
            object && object->kind == SCHEMA_COLUMN && object->owner->kind == SCHEMA_TABLE;
        bool retyped =
            column && change->kind == SCHEMA_CHANGED &&
            (schema_change_of(change, SCHEMA_TYPE) || schema_change_of(change, SCHEMA_GENERATED));
        if (object && object->kind == SCHEMA_TABLE && change->kind == SCHEMA_REMOVED)
            map_put(marked, schema_object_path(writer->arena, object), writer);
        else if (retyped || (column && change->kind == SCHEMA_REMOVED))
            map_put(marked, schema_object_path(writer->arena, object->owner), writer);
    }
    for (const struct schema_object *table = writer->diff->previous->first;
         table && map_count(writer->fresh); table = table->next)
        for (const struct schema_object *part = table->parts; part; part = part->next)
            if (part->kind == SCHEMA_COLUMN && table->kind == SCHEMA_TABLE &&
                map_has(writer->fresh, sync_text(part, SCHEMA_TYPE)))
                map_put(marked, schema_object_path(writer->arena, table), writer);
}

static bool needs_marked(const struct schema_object *view, const struct map *marked)
{
    size_t count;
    const char *const *needs = schema_list(view, SCHEMA_DEPENDS, &count);
    for (size_t i = 0; i < count; i++)
        if (map_has(marked, needs[i]))
            return true;
    return false;
}

static bool must_go(struct sync_writer *writer, const struct schema_object *view,
                    const struct map *marked)
{
    const struct schema_change *change = sync_change_of(writer, view);
    if (needs_marked(view, marked))
        return true;
    if (!change || change->kind == SCHEMA_ADDED)
        return false;
    return change->kind == SCHEMA_REMOVED ||
           (schema_change_of(change, SCHEMA_DEFINITION) && !can_replace(view, change->current));
}

/* Views that go before the rest begins: of what is marked, and of those views again. New ones that
 * stand on them are there when the script is run once more. */
static void mark_views(struct sync_writer *writer, struct map *marked)
{
    const struct schema *sides[] = { writer->diff->previous, writer->diff->current };
    bool more = true;
    while (more) {
        more = false;
        for (size_t side = 0; side < 2; side++) {
            for (const struct schema_object *view = sides[side]->first; view; view = view->next) {
                const char *path = is_view(view) ? schema_object_path(writer->arena, view) : NULL;
                bool known = side == 1 && path && sync_other(sides[0], view);
                if (!path || known || map_has(marked, path) || !must_go(writer, view, marked))
                    continue;
                map_put(marked, path, writer);
                map_put(writer->dropped_views, sync_name(writer, view), (void *)(size_t)view);
                more = true;
            }
        }
    }
}

/* Those that need others first. */
static void visit_drop(struct sync_writer *writer, const struct schema_object *view,
                       struct map *done, int depth)
{
    const char *path = schema_object_path(writer->arena, view);
    if (map_has(done, path) || depth > 200)
        return;
    map_put(done, path, writer);
    for (size_t i = 0; i < map_count(writer->dropped_views); i++) {
        const char *key = map_key_at(writer->dropped_views, i);
        const struct schema_object *other = map_get(writer->dropped_views, key);
        struct map *one = map_new();
        map_put(one, path, writer);
        if (needs_marked(other, one))
            visit_drop(writer, other, done, depth + 1);
        map_free(&one);
    }
    const struct schema_object *current = sync_other(writer->diff->current, view);
    if (current)
        sync_add(writer, SYNC_DROP_CODE, "DROP %s IF EXISTS %s;", view_word(view),
                 sync_name(writer, view));
    else
        sync_destroy(writer, SYNC_DROP_CODE, "what reads it fails", "DROP %s IF EXISTS %s;",
                     view_word(view), sync_name(writer, view));
}

static void create_view(struct sync_writer *writer, const struct schema_object *view, bool replace)
{
    const char *definition = sync_text(view, SCHEMA_DEFINITION);
    const char *options = schema_get(view, SCHEMA_OPTIONS), *check = schema_get(view, SCHEMA_CHECK);
    size_t length = strlen(definition);
    while (length && strchr("\n ;", definition[length - 1]))
        length--;
    sync_add(writer, SYNC_VIEWS, "CREATE %s%s %s%s%s%s%s AS\n%.*s%s%s%s;",
             replace ? "OR REPLACE " : "", view_word(view),
             view->kind == SCHEMA_VIEW ? "" : "IF NOT EXISTS ", sync_name(writer, view),
             options ? " WITH (" : "", options ? options : "", options ? ")" : "", (int)length,
             definition, check ? "\n WITH " : "",
             !check          ? ""
             : *check == 'l' ? "LOCAL"
                             : "CASCADED",
             check ? " CHECK OPTION" : "");
    for (const struct schema_object *part = view->parts; part; part = part->next) {
        if (part->kind == SCHEMA_INDEX)
            sync_add_index(writer, part, true);
        else if (part->kind == SCHEMA_TRIGGER)
            create_trigger(writer, part);
    }
}

static void write_comments(struct sync_writer *writer, const struct schema_object *view)
{
    struct schema_change change = { .kind = SCHEMA_ADDED, .current = view };
    sync_comment_change(writer, &change);
    for (const struct schema_object *part = view->parts; part; part = part->next) {
        change.current = part;
        sync_comment_change(writer, &change);
    }
}

/* What it needs first. */
static void visit_create(struct sync_writer *writer, const struct schema_object *view,
                         struct map *done, int depth)
{
    const char *path = schema_object_path(writer->arena, view);
    size_t count;
    const char *const *needs = schema_list(view, SCHEMA_DEPENDS, &count);
    if (map_has(done, path) || depth > 200)
        return;
    map_put(done, path, writer);
    for (const struct schema_object *other = count ? writer->diff->current->first : NULL; other;
         other = other->next) {
        const char *name = is_view(other) ? schema_object_path(writer->arena, other) : NULL;
        for (size_t i = 0; name && i < count; i++)
            if (strcmp(needs[i], name) == 0)
                visit_create(writer, other, done, depth + 1);
    }
    const struct schema_change *change = sync_change_of(writer, view);
    bool dropped = map_has(writer->dropped_views, sync_name(writer, view));
    bool added = change && change->kind == SCHEMA_ADDED;
    bool replaced =
        change && !added && !dropped &&
        (schema_change_of(change, SCHEMA_DEFINITION) || schema_change_of(change, SCHEMA_OPTIONS) ||
         schema_change_of(change, SCHEMA_CHECK));
    if (!dropped && !added && !replaced)
        return;
    create_view(writer, view, view->kind == SCHEMA_VIEW);
    if (dropped || added)
        write_comments(writer, view);
}

void sync_views(struct sync_writer *writer)
{
    struct map *marked = map_new(), *dropped = map_new(), *created = map_new();
    mark_tables(writer, marked);
    mark_views(writer, marked);
    for (size_t i = 0; i < map_count(writer->dropped_views); i++) {
        const char *key = map_key_at(writer->dropped_views, i);
        const struct schema_object *view = map_get(writer->dropped_views, key);
        visit_drop(writer, view, dropped, 0);
    }
    for (const struct schema_object *view = writer->diff->current->first; view; view = view->next)
        if (is_view(view))
            visit_create(writer, view, created, 0);
    map_free(&marked);
    map_free(&dropped);
    map_free(&created);
}

static const char *comment_target(struct sync_writer *writer, const struct schema_object *object)
{
    const char *name = object->owner ? sync_word(writer, object->name) : sync_name(writer, object);
    const char *owner = object->owner ? sync_owner(writer, object) : NULL;
    switch (object->kind) {
    case SCHEMA_NAMESPACE:
        return arena_printf(writer->arena, "SCHEMA %s", name);
    case SCHEMA_ENUM:
    case SCHEMA_COMPOSITE:
        return arena_printf(writer->arena, "TYPE %s", name);
    case SCHEMA_DOMAIN:
        return arena_printf(writer->arena, "DOMAIN %s", name);
    case SCHEMA_SEQUENCE:
        return arena_printf(writer->arena, "SEQUENCE %s", name);
    case SCHEMA_FUNCTION:
        return arena_printf(writer->arena, "%s %s", routine_word(object),
                            function_name(writer, object));
    case SCHEMA_TABLE:
        return arena_printf(writer->arena, "TABLE %s", name);
    case SCHEMA_VIEW:
    case SCHEMA_MATERIALIZED_VIEW:
        return arena_printf(writer->arena, "%s %s", view_word(object), name);
    case SCHEMA_COLUMN:
        return arena_printf(writer->arena, "COLUMN %s.%s", owner, name);
    case SCHEMA_CONSTRAINT:
        return arena_printf(writer->arena, "CONSTRAINT %s ON %s%s", name,
                            object->owner->kind == SCHEMA_DOMAIN ? "DOMAIN " : "", owner);
    case SCHEMA_INDEX:
        return arena_printf(writer->arena, "INDEX %s.%s", sync_word(writer, object->schema), name);
    case SCHEMA_TRIGGER:
        return arena_printf(writer->arena, "TRIGGER %s ON %s", name, owner);
    case SCHEMA_POLICY:
        return arena_printf(writer->arena, "POLICY %s ON %s", name, owner);
    default:
        return NULL;
    }
}

void sync_comment_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *object = change->current;
    const char *comment = object ? schema_get(object, SCHEMA_COMMENT) : NULL;
    bool said = change->kind == SCHEMA_ADDED ? comment != NULL
                                             : schema_change_of(change, SCHEMA_COMMENT) != NULL;
    const char *target = object && said ? comment_target(writer, object) : NULL;
    if (!target)
        return;
    /* Indexes and keys that are built at the end are not there before. */
    bool late = object->kind == SCHEMA_INDEX || object->kind == SCHEMA_CONSTRAINT;
    sync_add(writer, late ? SYNC_VALIDATE : SYNC_COMMENTS, "COMMENT ON %s IS %s;", target,
             comment ? sync_literal(writer, comment) : "NULL");
}

void sync_comment_again(struct sync_writer *writer, const struct schema_object *part)
{
    const struct schema_change *change = sync_change_of(writer, part);
    const struct schema_change again = { .kind = SCHEMA_ADDED, .current = part };
    if (!change || change->kind != SCHEMA_CHANGED || !schema_change_of(change, SCHEMA_COMMENT))
        sync_comment_change(writer, &again);
}
