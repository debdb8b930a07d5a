/* A script that does not destroy leaves things that are no more on the other side. What cannot be
 * done while they are there waits as a comment, like their drops: a type does not change under a
 * view, no table is made where a view has its name. What stands on what waits, and what it stands
 * on itself, waits with it, so that the rest can be run; and so does what goes for it. What the
 * script before left as it was (`left`) waits for nothing, and nothing for it. */
#include <string.h>

#include "sync_hold.h"

static bool is_view(const struct schema_object *object)
{
    return object->kind == SCHEMA_VIEW || object->kind == SCHEMA_MATERIALIZED_VIEW;
}

static bool is_foreign_key(const struct schema_object *object)
{
    return object && object->kind == SCHEMA_CONSTRAINT &&
           sync_is(object, SCHEMA_SORT, "foreign key");
}

static void add_link(struct holding *holding, struct map *map, const char *name, size_t length,
                     struct group *group)
{
    struct link *first = map_get_bytes(map, name, length);
    if (first && first->group == group)
        return;
    struct link *link = arena_alloc(holding->writer->arena, sizeof(*link));
    *link = (struct link){ group, first };
    map_put_bytes(map, name, length, link);
}

/* --- Who says what ---------------------------------------------------------------------------- */

struct naming {
    struct holding *holding;
    struct group *group;
};

/* "public.t" of "public.t.id". */
static size_t without_column(const char *name, size_t length)
{
    const char *dot = memchr(name, '.', length);
    const char *other = dot ? memchr(dot + 1, '.', length - (size_t)(dot + 1 - name)) : NULL;
    return other ? (size_t)(other - name) : length;
}

static void add_naming(void *data, const char *name, size_t length)
{
    struct naming *naming = data;
    if (memchr(name, '.', length))
        add_link(naming->holding, naming->holding->naming, name, without_column(name, length),
                 naming->group);
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || c == '"' || (c & 0x80);
}

static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
        if ((at == text || !is_name(at[-1])) && !is_name(at[length]))
            return true;
    return false;
}

/* Whether the column cannot stay as it is. */
static bool is_retyped(struct sync_writer *writer, const struct group *group)
{
    const struct schema_change *change = sync_change_of(writer, group->previous);
    if (!group->current || group->previous->owner->kind != SCHEMA_TABLE)
        return false;
    return sync_fresh_type(writer, group->current) ||
           (change &&
            (schema_change_of(change, SCHEMA_TYPE) || schema_change_of(change, SCHEMA_GENERATED) ||
             schema_change_of(change, SCHEMA_COLLATION)));
}

static void add_disturbed(struct holding *holding, struct group *group)
{
    struct sync_writer *writer = holding->writer;
    const struct schema_object *object = group->previous;
    if (!object || group->left)
        return;
    const struct schema_object *named = object->owner ? object->owner : object;
    const char *key = sync_key(writer, named);
    bool goes = false;
    if (object->kind == SCHEMA_COLUMN)
        goes = is_retyped(writer, group);
    else if (is_view(object))
        goes = map_has(writer->dropped_views, sync_name(writer, object));
    else if (object->kind == SCHEMA_FUNCTION)
        goes = map_has(writer->functions, key);
    else if (!object->owner)
        goes = map_has(writer->fresh, key);
    if (goes)
        add_link(holding, holding->disturbed, key, strlen(key), group);
}

static void find_groups(struct holding *holding)
{
    struct sync_writer *writer = holding->writer;
    for (size_t i = 0; i < writer->statements.count; i++) {
        const struct sync_statement *statement = vector_at(&writer->statements, i);
        struct naming naming = { holding, NULL };
        if (!statement->about)
            continue;
        naming.group = sync_hold_group(holding, statement->about);
        sync_visit_names(statement->text, add_naming, &naming);
        if (statement->loses && !naming.group->loses && !naming.group->left) {
            naming.group->loses = true;
            naming.group->stays = !naming.group->current;
            vector_push(&holding->queue, &naming.group);
        }
    }
    for (size_t i = 0; i < map_count(holding->groups); i++)
        add_disturbed(holding, map_value_at(holding->groups, i));
}

/* --- What waits ------------------------------------------------------------------------------- */

static const char *not_before(const struct group *cause)
{
    return cause->previous ? "is not changed before" : "is not made before";
}

/* A part of what stays is no other thing of that name. */
static bool is_part_of(const struct group *part, const struct group *whole)
{
    const struct schema_object *object = part->previous ? part->previous : part->current;
    return object->owner && object->owner == whole->previous;
}

/* A view that goes and comes again as it was does so on what stays as it was, too. */
static bool is_same_view(const struct holding *holding, const struct group *group)
{
    if (!group->previous || !group->current || !is_view(group->previous))
        return false;
    const struct schema_change *change = sync_change_of(holding->writer, group->previous);
    return !change || sync_only_comment(change);
}

static void hold_one_naming(struct holding *holding, struct group *group, const struct group *cause,
                            const char *why)
{
    if (!is_same_view(holding, group))
        sync_hold(holding, group, cause, why);
}

/* What names it, or has its name: that it is not as wanted. */
static void hold_naming(struct holding *holding, const struct group *cause)
{
    struct sync_writer *writer = holding->writer;
    const struct schema_object *object = cause->previous ? cause->previous : cause->current;
    bool column = object->kind == SCHEMA_COLUMN;
    if ((object->owner && (!column || cause->stays)) || object->kind == SCHEMA_NAMESPACE ||
        object->kind == SCHEMA_EXTENSION || (object->kind == SCHEMA_FUNCTION && cause->stays))
        return;
    const char *key = sync_key(writer, column ? object->owner : object);
    const char *word = column ? sync_word(writer, object->name) : NULL;
    for (size_t i = 0; column && i < writer->statements.count; i++) {
        const struct sync_statement *statement = vector_at(&writer->statements, i);
        if (statement->about && has_word(statement->text, key) && has_word(statement->text, word))
            hold_one_naming(holding, sync_hold_group(holding, statement->about), cause,
                            not_before(cause));
    }
    for (const struct link *link = column ? NULL : map_get(holding->naming, key); link;
         link = link->next)
        if (!cause->stays || !is_part_of(link->group, cause))
            hold_one_naming(holding, link->group, cause,
                            cause->stays ? "is still there" : not_before(cause));
}

struct standing {
    struct holding *holding;
    const struct group *cause;
    const char *text;
};

static void stand_on(void *data, const char *name, size_t length)
{
    struct standing *standing = data;
    struct holding *holding = standing->holding;
    const struct link *link = map_get_bytes(holding->disturbed, name, without_column(name, length));
    for (; link; link = link->next) {
        const struct schema_object *object = link->group->previous;
        if (!object->owner || has_word(standing->text, sync_word(holding->writer, object->name)))
            sync_hold(holding, link->group, standing->cause, "stands on it");
    }
}

static void add_name(void *data, const char *name, size_t length)
{
    strbuf_add_bytes(data, name, length);
    strbuf_add_char(data, '\n');
}

static void add_properties(struct strbuf *out, const struct schema_object *object)
{
    static const enum schema_property rows[] = { SCHEMA_DEFINITION, SCHEMA_TYPE, SCHEMA_DEFAULT,
                                                 SCHEMA_GENERATED };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (schema_get(object, rows[i]))
            strbuf_printf(out, "%s\n", schema_get(object, rows[i]));
}

/* What the object, as it is now, stands on: it cannot change under it. */
static void hold_ground(struct holding *holding, const struct group *cause)
{
    struct sync_writer *writer = holding->writer;
    const struct schema_object *object = cause->previous;
    struct strbuf text = STRBUF_INIT;
    struct standing standing = { .holding = holding, .cause = cause };
    if (!object)
        return;
    sync_visit_needs(object, add_name, &text);
    if (object->owner)
        strbuf_printf(&text, "%s\n", sync_key(writer, object->owner));
    if (object->owner || is_view(object))
        add_properties(&text, object);
    for (const struct schema_object *part = object->parts; part; part = part->next)
        add_properties(&text, part);
    standing.text = text.data;
    sync_visit_names(text.data, stand_on, &standing);
    strbuf_release(&text);
}

/* Foreign keys and the keys that they hang on. */
static void hold_keys(struct holding *holding, const struct group *cause)
{
    struct sync_writer *writer = holding->writer;
    if (cause->stays)
        return;
    for (size_t i = 0; i < map_count(holding->groups); i++) {
        struct group *group = map_value_at(holding->groups, i);
        if (is_foreign_key(cause->previous) && group->previous && sync_is_key(group->previous) &&
            sync_refers_to(writer, cause->previous, group->previous))
            sync_hold(holding, group, cause, "stands on it");
        if (cause->current && sync_is_key(cause->current) && is_foreign_key(group->current) &&
            sync_refers_to(writer, group->current, cause->current))
            sync_hold(holding, group, cause, not_before(cause));
    }
}

/* No column of a primary key may be without a value while that waits, or what comes for it. */
static void hold_key_columns(struct holding *holding, const struct group *cause)
{
    struct sync_writer *writer = holding->writer;
    const struct schema_object *key = cause->previous ? cause->previous : cause->current;
    if (key->kind != SCHEMA_CONSTRAINT || !sync_is(key, SCHEMA_SORT, "primary key"))
        return;
    const struct schema_object *table = sync_other(writer->diff->previous, key->owner), *old = NULL;
    for (const struct schema_object *part = table ? table->parts : NULL; part; part = part->next)
        if (part->kind == SCHEMA_CONSTRAINT && sync_is(part, SCHEMA_SORT, "primary key"))
            old = part;
    for (const struct schema_object *part = old ? table->parts : NULL; part; part = part->next) {
        const struct schema_change *change =
            part->kind == SCHEMA_COLUMN && sync_list_has(old, SCHEMA_COLUMNS, part->name)
                ? sync_change_of(writer, part)
                : NULL;
        if (change && change->kind == SCHEMA_CHANGED && schema_change_of(change, SCHEMA_NOT_NULL))
            sync_hold(holding, sync_hold_group(holding, part), cause, not_before(cause));
    }
}

static bool has_index(const struct schema_object *part)
{
    return part && (sync_is_key(part) || part->kind == SCHEMA_INDEX);
}

static void hold_name(struct holding *holding, const struct group *cause,
                      const struct schema_object *part)
{
    for (size_t i = 0; i < map_count(holding->groups); i++) {
        struct group *group = map_value_at(holding->groups, i);
        const struct schema_object *other = group->previous ? NULL : group->current;
        if (has_index(other) && strcmp(other->name, part->name) == 0 &&
            strcmp(other->owner->schema, part->owner->schema) == 0)
            sync_hold(holding, group, cause, "has its name still");
    }
}

/* Names of keys are the namespace's, as those of indexes are: a key goes with its table, or waits
 * itself. */
static void hold_names(struct holding *holding, const struct group *cause)
{
    if (has_index(cause->previous))
        hold_name(holding, cause, cause->previous);
    if (!cause->stays || cause->previous->kind != SCHEMA_TABLE)
        return;
    for (const struct schema_object *part = cause->previous->parts; part; part = part->next)
        if (sync_is_key(part))
            hold_name(holding, cause, part);
}

/* --- What goes for what is not made yet ---------------------------------------------------------
 */

/* Which parts are made for the same purpose: 0 for what is none of them. */
static int purpose(const struct schema_object *part)
{
    if (part->kind == SCHEMA_POLICY || part->kind == SCHEMA_TRIGGER)
        return (int)part->kind;
    if (part->kind != SCHEMA_INDEX && part->kind != SCHEMA_CONSTRAINT)
        return 0;
    return is_foreign_key(part) ? 1 : sync_is(part, SCHEMA_SORT, "check") ? 2 : 3;
}

static bool names_column(struct sync_writer *writer, const struct schema_object *part,
                         const struct schema_object *column)
{
    size_t count;
    const char *word = sync_word(writer, column->name);
    const char *const *items = schema_list(part, SCHEMA_COLUMNS, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i], column->name) == 0 || has_word(items[i], word))
            return true;
    return !count && has_word(sync_text(part, SCHEMA_DEFINITION), word);
}

/* Whether one does of the table's rows what the other did, or something like it. */
static bool replaces(struct sync_writer *writer, const struct schema_object *part,
                     const struct schema_object *old)
{
    int what = purpose(part);
    if (!what || strcmp(sync_key(writer, part->owner), sync_key(writer, old->owner)) != 0)
        return false;
    if (strcmp(part->name, old->name) == 0)
        return part->kind == old->kind || (has_index(part) && has_index(old));
    if (what != purpose(old) || part->kind == SCHEMA_POLICY || part->kind == SCHEMA_TRIGGER)
        return what == purpose(old);
    for (const struct schema_object *column = old->owner->parts; column; column = column->next)
        if (column->kind == SCHEMA_COLUMN && names_column(writer, part, column) &&
            names_column(writer, old, column))
            return true;
    return false;
}

/* No key, check or policy goes while what comes in its place waits: there would be none. */
static void hold_replaced(struct holding *holding, const struct group *cause)
{
    struct sync_writer *writer = holding->writer;
    const struct schema_object *part = cause->current;
    if (!part || !part->owner || !sync_change_of(writer, part))
        return;
    for (size_t i = 0; i < map_count(holding->groups); i++) {
        struct group *group = map_value_at(holding->groups, i);
        const struct schema_object *old = group->previous;
        if (old && old->owner && sync_change_of(writer, old) &&
            sync_other(writer->diff->current, old->owner) && replaces(writer, part, old))
            sync_hold(holding, group, cause, not_before(cause));
    }
}

/* What hangs on what is made again is kept for nothing when all of that waits. */
static void hold_keeping(struct holding *holding)
{
    struct sync_writer *writer = holding->writer;
    for (size_t kind = 0; kind < SYNC_KEPT_KINDS; kind++) {
        for (size_t i = 0; writer->kept[kind] && i < map_count(writer->kept[kind]); i++) {
            const struct group *group =
                sync_hold_group(holding, map_value_at(writer->kept[kind], i));
            if (!group->held && !group->loses && !group->left)
                return;
        }
    }
    for (size_t i = 0; i < writer->statements.count; i++) {
        struct sync_statement *statement = vector_at(&writer->statements, i);
        if (statement->phase == SYNC_KEEP || statement->phase == SYNC_RESTORE ||
            statement->phase == SYNC_MARKS)
            statement->waits = "for what destroys";
    }
}

void sync_hold_back(struct sync_writer *writer)
{
    struct holding holding = {
        .writer = writer, .groups = map_new(), .naming = map_new(), .disturbed = map_new()
    };
    vector_init(&holding.queue, sizeof(struct group *));
    find_groups(&holding);
    for (size_t i = 0; i < holding.queue.count; i++) {
        struct group *cause = *(struct group **)vector_at(&holding.queue, i);
        hold_ground(&holding, cause);
        hold_naming(&holding, cause);
        hold_keys(&holding, cause);
        hold_key_columns(&holding, cause);
        hold_names(&holding, cause);
        hold_replaced(&holding, cause);
        sync_hold_bounds(&holding, cause);
    }
    sync_hold_views(&holding);
    for (size_t i = 0; i < writer->statements.count; i++) {
        struct sync_statement *statement = vector_at(&writer->statements, i);
        struct group *group = statement->about ? sync_hold_group(&holding, statement->about) : NULL;
        if (group && statement->about->kind == SCHEMA_COLUMN &&
            (group->held || group->loses || group->left))
            map_put(writer->waiting, sync_group(writer, statement->about), writer);
        if (!group || group->stays || (!group->held && !group->loses))
            continue;
        map_put(writer->held, sync_group(writer, statement->about), writer);
        if (!statement->loses)
            statement->waits = group->held ? group->held : "for what destroys";
    }
    hold_keeping(&holding);
    vector_release(&holding.queue);
    map_free(&holding.groups);
    map_free(&holding.naming);
    map_free(&holding.disturbed);
}
