/* Views: those that changed, and those that are in the way of what changed. */
#include <string.h>

#include "sync_parts.h"

#define DEPTH_LIMIT 2000 /* of views of views */

static bool is_view(const struct schema_object *object)
{
    return object->kind == SCHEMA_VIEW || object->kind == SCHEMA_MATERIALIZED_VIEW;
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

static void mark(struct sync_writer *writer, struct map *marked, const struct schema_object *object)
{
    map_put(marked, schema_object_path(writer->arena, object), writer);
    map_put(marked, sync_key(writer, object), writer);
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
            mark(writer, marked, object);
        else if (retyped || (column && change->kind == SCHEMA_REMOVED))
            mark(writer, marked, object->owner);
    }
    for (const struct schema_object *table = writer->diff->previous->first;
         table && map_count(writer->fresh); table = table->next)
        for (const struct schema_object *part = table->parts; part; part = part->next)
            if (part->kind == SCHEMA_COLUMN && table->kind == SCHEMA_TABLE &&
                sync_fresh_type(writer, part))
                mark(writer, marked, table);
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
    if (needs_marked(view, marked) || sync_names_gone(writer, sync_text(view, SCHEMA_DEFINITION)))
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
                mark(writer, marked, view);
                map_put(writer->dropped_views, sync_name(writer, view), (void *)(size_t)view);
                more = true;
            }
        }
        more = sync_mark_bodies(writer, marked) || more;
    }
}

/* When the script is run once more, something else has the name already. */
static void drop_gone(struct sync_writer *writer, const struct schema_object *view)
{
    static const enum schema_kind kinds[] = { SCHEMA_TABLE, SCHEMA_VIEW, SCHEMA_MATERIALIZED_VIEW };
    const char *statement = arena_printf(writer->arena, "DROP %s IF EXISTS %s",
                                         sync_view_word(view), sync_name(writer, view));
    bool taken = false;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        taken =
            taken || schema_find(writer->diff->current, kinds[i], view->schema, view->name, NULL);
    if (!taken) {
        sync_destroy(writer, SYNC_DROP_CODE, "what reads it fails", "%s;", statement);
        return;
    }
    const char *gone = arena_printf(writer->arena,
                                    "NOT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = "
                                    "pg_catalog.to_regclass(%s) AND relkind = '%c')",
                                    sync_literal(writer, sync_key(writer, view)),
                                    view->kind == SCHEMA_VIEW ? 'v' : 'm');
    sync_unless_losing(writer, SYNC_DROP_CODE, "what reads it fails", gone, statement);
}

struct user {
    const struct schema_object *view;
    struct user *next;
};

struct visit {
    struct sync_writer *writer;
    struct map *done;  /* by path */
    struct map *known; /* by path: struct user, views that go; or the views of now */
};

static void visit_start(struct visit *visit, struct sync_writer *writer)
{
    *visit = (struct visit){ writer, map_new(), map_new() };
}

static void visit_end(struct visit *visit)
{
    map_free(&visit->done);
    map_free(&visit->known);
}

static void find_users(struct visit *visit)
{
    const struct map *dropped = visit->writer->dropped_views;
    for (size_t i = map_count(dropped); i-- > 0;) {
        const struct schema_object *view = map_value_at(dropped, i);
        size_t count;
        const char *const *needs = schema_list(view, SCHEMA_DEPENDS, &count);
        for (size_t j = 0; j < count; j++) {
            struct user *user = arena_alloc(visit->writer->arena, sizeof(*user));
            *user = (struct user){ view, map_get(visit->known, needs[j]) };
            map_put(visit->known, needs[j], user);
        }
    }
}

/* Those that need others first. */
static void visit_drop(struct visit *visit, const struct schema_object *view, int depth)
{
    struct sync_writer *writer = visit->writer;
    const char *path = schema_object_path(writer->arena, view);
    if (map_has(visit->done, path) || depth > DEPTH_LIMIT)
        return;
    map_put(visit->done, path, writer);
    for (const struct user *user = map_get(visit->known, path); user; user = user->next)
        visit_drop(visit, user->view, depth + 1);
    const struct schema_object *current = sync_other(writer->diff->current, view);
    writer->about = view;
    if (current)
        sync_keep(writer, SYNC_KEPT_RELATIONS, view);
    for (const struct schema_object *part = view->parts; part; part = part->next)
        if (part->kind == SCHEMA_INDEX && sync_other(writer->diff->current, part))
            sync_keep(writer, SYNC_KEPT_MARKS, part);
    if (current || writer->back) /* it holds nothing that could be lost */
        sync_add(writer, SYNC_DROP_CODE, "DROP %s IF EXISTS %s;", sync_view_word(view),
                 sync_name(writer, view));
    else
        drop_gone(writer, view);
}

static void create_view(struct sync_writer *writer, const struct schema_object *view, bool replace)
{
    const char *definition = sync_text(view, SCHEMA_DEFINITION);
    const char *options = schema_get(view, SCHEMA_OPTIONS), *check = schema_get(view, SCHEMA_CHECK);
    size_t length = strlen(definition);
    while (length && strchr("\n ;", definition[length - 1]))
        length--;
    sync_add(writer, SYNC_VIEWS, "CREATE %s%s %s%s%s%s%s AS\n%.*s%s%s%s;",
             replace ? "OR REPLACE " : "", sync_view_word(view),
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
            sync_create_trigger(writer, part);
    }
}

/* Behind what is given back: that is the default of before. */
static void write_default(struct sync_writer *writer, const struct schema_object *column)
{
    const char *value = schema_get(column, SCHEMA_DEFAULT);
    sync_add(writer, SYNC_COMMENTS, "ALTER VIEW %s ALTER COLUMN %s %s%s;",
             sync_owner(writer, column), sync_word(writer, column->name),
             value ? "SET DEFAULT " : "DROP DEFAULT", value ? value : "");
}

void sync_view_column_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *column = change->current;
    bool changed = change->kind == SCHEMA_CHANGED && schema_change_of(change, SCHEMA_DEFAULT);
    bool added = change->kind == SCHEMA_ADDED && !change->within;
    if (column && column->owner->kind == SCHEMA_VIEW &&
        (changed || (added && schema_get(column, SCHEMA_DEFAULT))))
        write_default(writer, column);
    sync_leave(writer); /* the rest comes with the view */
}

static void write_defaults(struct sync_writer *writer, const struct schema_object *view)
{
    for (const struct schema_object *part = view->parts; part; part = part->next)
        if (part->kind == SCHEMA_COLUMN && schema_get(part, SCHEMA_DEFAULT))
            write_default(writer, part);
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
static void visit_create(struct visit *visit, const struct schema_object *view, int depth)
{
    struct sync_writer *writer = visit->writer;
    const char *path = schema_object_path(writer->arena, view);
    size_t count;
    const char *const *needs = schema_list(view, SCHEMA_DEPENDS, &count);
    if (map_has(visit->done, path) || depth > DEPTH_LIMIT)
        return;
    map_put(visit->done, path, writer);
    for (size_t i = 0; i < count; i++) {
        const struct schema_object *other = map_get(visit->known, needs[i]);
        if (other)
            visit_create(visit, other, depth + 1);
    }
    const struct schema_change *change = sync_change_of(writer, view);
    bool dropped = map_has(writer->dropped_views, sync_name(writer, view));
    bool added = change && change->kind == SCHEMA_ADDED;
    bool replaced =
        change && !added && !dropped && view->kind == SCHEMA_VIEW &&
        (schema_change_of(change, SCHEMA_DEFINITION) || schema_change_of(change, SCHEMA_OPTIONS) ||
         schema_change_of(change, SCHEMA_CHECK));
    if (!dropped && !added && !replaced)
        return;
    writer->about = view;
    create_view(writer, view, view->kind == SCHEMA_VIEW);
    if (dropped || added)
        write_comments(writer, view);
    if (added && view->kind == SCHEMA_VIEW)
        write_defaults(writer, view);
}

static void write_drops(struct sync_writer *writer)
{
    struct visit visit;
    visit_start(&visit, writer);
    find_users(&visit);
    for (size_t i = 0; i < map_count(writer->dropped_views); i++)
        visit_drop(&visit, map_value_at(writer->dropped_views, i), 0);
    visit_end(&visit);
}

static void write_creates(struct sync_writer *writer)
{
    const struct schema_object *first = writer->diff->current->first;
    struct visit visit;
    visit_start(&visit, writer);
    for (const struct schema_object *view = first; view; view = view->next)
        if (is_view(view))
            map_put(visit.known, schema_object_path(writer->arena, view), (void *)(size_t)view);
    for (const struct schema_object *view = first; view; view = view->next)
        if (is_view(view))
            visit_create(&visit, view, 0);
    visit_end(&visit);
}

void sync_views(struct sync_writer *writer)
{
    struct map *marked = map_new();
    mark_tables(writer, marked);
    mark_views(writer, marked);
    sync_drop_bodies(writer);
    write_drops(writer);
    write_creates(writer);
    map_free(&marked);
}

void sync_view_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *view = schema_change_object(change);
    bool made = change->kind != SCHEMA_CHANGED || schema_change_of(change, SCHEMA_DEFINITION) ||
                map_has(writer->dropped_views, sync_name(writer, view));
    if (!made && view->kind == SCHEMA_MATERIALIZED_VIEW && schema_change_of(change, SCHEMA_OPTIONS))
        sync_change_options(writer, SYNC_VIEWS, "MATERIALIZED VIEW", change);
    else if (made || schema_change_of(change, SCHEMA_OPTIONS) ||
             schema_change_of(change, SCHEMA_CHECK))
        sync_leave(writer); /* sync_views wrote it */
}
