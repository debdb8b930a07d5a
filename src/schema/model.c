#include <pilab/schema/model.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

struct schema_index {
    struct map *alone; /* by kind, namespace, name, arguments */
    struct map *parts; /* by kind, owner's number, name */
    struct vector problems, gaps;
    struct strbuf key; /* of the last look-up; kept for its memory */
    const char *file;  /* the copy of the last place's */
    unsigned numbers;
};

struct schema *schema_new(enum schema_dialect dialect, const char *name)
{
    struct arena *arena = arena_new();
    struct schema *schema = arena_alloc(arena, sizeof(*schema));
    schema->arena = arena;
    schema->dialect = dialect;
    schema->name = arena_text(arena, name);
    for (size_t i = 0; i < SCHEMA_KINDS; i++)
        schema->covers[i] = true;
    struct schema_index *index = memory_new(sizeof(*index));
    index->alone = map_new();
    index->parts = map_new();
    vector_init(&index->problems, sizeof(struct schema_problem));
    vector_init(&index->gaps, sizeof(struct schema_gap));
    index->key = (struct strbuf)STRBUF_INIT;
    schema->index = index;
    return schema;
}

void schema_free(struct schema **schema)
{
    if (!*schema)
        return;
    struct schema_index *index = (*schema)->index;
    map_free(&index->alone);
    map_free(&index->parts);
    vector_release(&index->problems);
    vector_release(&index->gaps);
    strbuf_release(&index->key);
    free(index);
    struct arena *arena = (*schema)->arena;
    *schema = NULL;
    arena_free(&arena);
}

void schema_set_server(struct schema *schema, const char *version)
{
    schema->server = arena_text(schema->arena, version);
}

bool schema_is_of_mariadb(const struct schema *schema)
{
    return schema->server != NULL && strstr(schema->server, "MariaDB") != NULL;
}

const char *schema_server_word(const struct schema *schema)
{
    return schema_is_of_mariadb(schema) ? "mariadb" : schema_dialect_word(schema->dialect);
}

/* Names hold no NUL, so that it can stand between them. */
static const struct strbuf *alone_key(const struct schema *schema, enum schema_kind kind,
                                      const char *namespace, const char *name,
                                      const char *arguments)
{
    struct strbuf *key = &schema->index->key;
    strbuf_clear(key);
    strbuf_add_char(key, (char)kind);
    strbuf_add_bytes(key, namespace, strlen(namespace) + 1);
    strbuf_add(key, name);
    if (arguments) {
        strbuf_add_char(key, '\0');
        strbuf_add(key, arguments);
    }
    return key;
}

static const struct strbuf *part_key(const struct schema *schema, const struct schema_object *owner,
                                     enum schema_kind kind, const char *name)
{
    struct strbuf *key = &schema->index->key;
    strbuf_clear(key);
    strbuf_add_char(key, (char)kind);
    strbuf_add_bytes(key, &owner->number, sizeof(owner->number));
    strbuf_add(key, name);
    return key;
}

/* Indexes have their names in the namespace, though they are parts. */
static bool named_in_namespace(const struct schema *schema, enum schema_kind kind)
{
    return !schema_kind_is_part(kind) || (kind == SCHEMA_INDEX && schema->dialect != SCHEMA_MYSQL);
}

static void enter(struct schema *schema, struct schema_object *object, struct schema_object *value)
{
    struct schema_index *index = schema->index;
    const struct strbuf *key;
    if (object->owner) {
        key = part_key(schema, object->owner, object->kind, object->name);
        map_put_bytes(index->parts, key->data, key->length, value);
    }
    if (named_in_namespace(schema, object->kind)) {
        key = alone_key(schema, object->kind, object->schema, object->name, object->arguments);
        map_put_bytes(index->alone, key->data, key->length, value);
    }
}

static struct schema_object *object_new(struct schema *schema, enum schema_kind kind,
                                        const char *namespace, const char *name,
                                        const struct schema_place *place)
{
    struct schema_object *object = arena_alloc(schema->arena, sizeof(*object));
    object->kind = kind;
    object->schema = arena_text(schema->arena, namespace);
    object->name = arena_text(schema->arena, name);
    object->number = ++schema->index->numbers;
    if (place && place->file) {
        struct schema_index *index = schema->index;
        if (!index->file || strcmp(index->file, place->file) != 0)
            index->file = arena_text(schema->arena, place->file);
        object->place.file = index->file;
    }
    if (place)
        object->place.line = place->line;
    schema->counts[kind]++;
    return object;
}

static void append(struct schema_object **first, struct schema_object **last,
                   struct schema_object *object)
{
    object->previous = *last;
    object->next = NULL;
    if (*last)
        (*last)->next = object;
    else
        *first = object;
    *last = object;
}

static void unlink_object(struct schema_object **first, struct schema_object **last,
                          struct schema_object *object)
{
    if (object->previous)
        object->previous->next = object->next;
    else
        *first = object->next;
    if (object->next)
        object->next->previous = object->previous;
    else
        *last = object->previous;
    object->previous = object->next = NULL;
}

struct schema_object *schema_add(struct schema *schema, enum schema_kind kind,
                                 const char *namespace, const char *name, const char *arguments,
                                 const struct schema_place *place)
{
    if (schema_find(schema, kind, namespace, name, arguments))
        return NULL;
    struct schema_object *object = object_new(schema, kind, namespace, name, place);
    object->arguments = arena_text(schema->arena, arguments);
    append(&schema->first, &schema->last, object);
    enter(schema, object, object);
    return object;
}

struct schema_object *schema_add_part(struct schema *schema, struct schema_object *owner,
                                      enum schema_kind kind, const char *name,
                                      const struct schema_place *place)
{
    if (schema_find_part(schema, owner, kind, name))
        return NULL;
    if (kind == SCHEMA_INDEX && named_in_namespace(schema, kind) &&
        schema_find(schema, kind, owner->schema, name, NULL))
        return NULL;
    struct schema_object *object = object_new(schema, kind, owner->schema, name, place);
    object->owner = owner;
    append(&owner->parts, &owner->last, object);
    enter(schema, object, object);
    return object;
}

struct schema_object *schema_find(const struct schema *schema, enum schema_kind kind,
                                  const char *namespace, const char *name, const char *arguments)
{
    const struct strbuf *key = alone_key(schema, kind, namespace, name, arguments);
    return map_get_bytes(schema->index->alone, key->data, key->length);
}

struct schema_object *schema_find_part(const struct schema *schema,
                                       const struct schema_object *owner, enum schema_kind kind,
                                       const char *name)
{
    const struct strbuf *key = part_key(schema, owner, kind, name);
    return map_get_bytes(schema->index->parts, key->data, key->length);
}

struct schema_object *schema_find_relation(const struct schema *schema, const char *namespace,
                                           const char *name)
{
    static const enum schema_kind relations[] = { SCHEMA_TABLE, SCHEMA_VIEW,
                                                  SCHEMA_MATERIALIZED_VIEW, SCHEMA_SEQUENCE };
    for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++) {
        struct schema_object *found = schema_find(schema, relations[i], namespace, name, NULL);
        if (found)
            return found;
    }
    return NULL;
}

static void forget(struct schema *schema, struct schema_object *object)
{
    enter(schema, object, NULL);
    object->removed = true;
    schema->counts[object->kind]--;
}

void schema_remove(struct schema *schema, struct schema_object *object)
{
    if (object->removed)
        return;
    for (struct schema_object *part = object->parts; part; part = part->next)
        forget(schema, part);
    forget(schema, object);
    if (object->owner)
        unlink_object(&object->owner->parts, &object->owner->last, object);
    else
        unlink_object(&schema->first, &schema->last, object);
}

static bool taken(const struct schema *schema, const struct schema_object *object,
                  const char *namespace, const char *name, const char *arguments)
{
    const struct schema_object *other = NULL;
    if (named_in_namespace(schema, object->kind))
        other = schema_find(schema, object->kind, namespace, name, arguments);
    if (!other && object->owner)
        other = schema_find_part(schema, object->owner, object->kind, name);
    return other && other != object;
}

bool schema_rename(struct schema *schema, struct schema_object *object, const char *namespace,
                   const char *name, const char *arguments)
{
    if (!namespace)
    namespace = object->schema;
    if (!name)
        name = object->name;
    if (!arguments)
        arguments = object->arguments;
    if (taken(schema, object, namespace, name, arguments))
        return false;
    bool moves = strcmp(namespace, object->schema) != 0;
    enter(schema, object, NULL);
    object->schema = arena_text(schema->arena, namespace);
    object->name = arena_text(schema->arena, name);
    object->arguments = arena_text(schema->arena, arguments);
    enter(schema, object, object);
    for (struct schema_object *part = moves ? object->parts : NULL; part; part = part->next) {
        enter(schema, part, NULL);
        part->schema = object->schema;
        enter(schema, part, part);
    }
    return true;
}

void schema_move_part(struct schema_object *part, struct schema_object *after)
{
    struct schema_object *owner = part->owner;
    if (part == after)
        return;
    unlink_object(&owner->parts, &owner->last, part);
    part->previous = after;
    part->next = after ? after->next : owner->parts;
    if (part->next)
        part->next->previous = part;
    else
        owner->last = part;
    if (after)
        after->next = part;
    else
        owner->parts = part;
}

/* Where the property is, or would be. */
static unsigned value_at(const struct schema_object *object, enum schema_property property)
{
    unsigned at = 0;
    while (at < object->value_count && object->values[at].property < property)
        at++;
    return at;
}

static const struct schema_value *value_find(const struct schema_object *object,
                                             enum schema_property property)
{
    unsigned at = value_at(object, property);
    return at < object->value_count && object->values[at].property == property ? &object->values[at]
                                                                               : NULL;
}

static void value_drop(struct schema_object *object, enum schema_property property)
{
    unsigned at = value_at(object, property);
    if (at == object->value_count || object->values[at].property != property)
        return;
    object->value_count--;
    memmove(&object->values[at], &object->values[at + 1],
            (object->value_count - at) * sizeof(object->values[0]));
}

static struct schema_value *value_put(struct schema *schema, struct schema_object *object,
                                      enum schema_property property)
{
    unsigned at = value_at(object, property);
    if (at < object->value_count && object->values[at].property == property)
        return &object->values[at];
    if (object->value_count == object->value_room) {
        unsigned room = object->value_room ? object->value_room * 2 : 4;
        struct schema_value *values = arena_array(schema->arena, room, sizeof(struct schema_value));
        if (object->value_count)
            memcpy(values, object->values, object->value_count * sizeof(values[0]));
        object->values = values;
        object->value_room = room;
    }
    memmove(&object->values[at + 1], &object->values[at],
            (object->value_count - at) * sizeof(object->values[0]));
    object->value_count++;
    object->values[at] = (struct schema_value){ .property = property };
    return &object->values[at];
}

void schema_set(struct schema *schema, struct schema_object *object, enum schema_property property,
                const char *text)
{
    if (!text) {
        value_drop(object, property);
        return;
    }
    struct schema_value *value = value_put(schema, object, property);
    value->text = arena_text(schema->arena, text);
    value->items = NULL;
    value->item_count = 0;
}

void schema_set_flag(struct schema *schema, struct schema_object *object,
                     enum schema_property property, bool on)
{
    schema_set(schema, object, property, on ? "true" : NULL);
}

void schema_set_list(struct schema *schema, struct schema_object *object,
                     enum schema_property property, const char *const *items, size_t count)
{
    if (!count) {
        value_drop(object, property);
        return;
    }
    struct strbuf joined = STRBUF_INIT;
    const char **copies = arena_array(schema->arena, count, sizeof(*copies));
    for (size_t i = 0; i < count; i++) {
        copies[i] = arena_text(schema->arena, items[i]);
        if (i)
            strbuf_add_char(&joined, ',');
        strbuf_add(&joined, items[i]);
    }
    struct schema_value *value = value_put(schema, object, property);
    value->text = strbuf_to_arena(&joined, schema->arena);
    value->items = copies;
    value->item_count = count;
    strbuf_release(&joined);
}

const char *schema_get(const struct schema_object *object, enum schema_property property)
{
    const struct schema_value *value = value_find(object, property);
    return value ? value->text : NULL;
}

bool schema_flag(const struct schema_object *object, enum schema_property property)
{
    return value_find(object, property) != NULL;
}

const char *const *schema_list(const struct schema_object *object, enum schema_property property,
                               size_t *count)
{
    const struct schema_value *value = value_find(object, property);
    *count = value ? value->item_count : 0;
    return value ? value->items : NULL;
}

void schema_add_problem(struct schema *schema, const struct schema_place *place,
                        const char *message, const char *hint)
{
    struct vector *problems = &schema->index->problems;
    struct schema_problem *problem = vector_add(problems);
    if (place) {
        problem->place.file = arena_text(schema->arena, place->file);
        problem->place.line = place->line;
    }
    problem->message = arena_text(schema->arena, message);
    problem->hint = arena_text(schema->arena, hint);
    schema->problems = problems->items;
    schema->problem_count = problems->count;
}

static struct schema_gap *gap_of(struct schema *schema, const char *what, const char *why)
{
    struct vector *gaps = &schema->index->gaps;
    for (size_t i = 0; i < gaps->count; i++) {
        struct schema_gap *gap = vector_at(gaps, i);
        if (strcmp(gap->what, what) == 0)
            return gap;
    }
    struct schema_gap *gap = vector_add(gaps);
    gap->what = arena_text(schema->arena, what);
    gap->why = arena_text(schema->arena, why);
    schema->gaps = gaps->items;
    schema->gap_count = gaps->count;
    return gap;
}

void schema_add_gap(struct schema *schema, const char *what, const char *why)
{
    gap_of(schema, what, why);
}

void schema_leave_out(struct schema *schema, enum schema_kind kind, const char *why)
{
    schema->covers[kind] = false;
    schema_add_gap(schema, schema_kind_name(kind), why);
}

void schema_refuse(struct schema *schema, enum schema_kind kind, const char *why)
{
    schema->covers[kind] = false;
    schema_refuse_gap(schema, schema_kind_name(kind), why);
}

void schema_refuse_gap(struct schema *schema, const char *what, const char *why)
{
    gap_of(schema, what, why)->refused = true;
}

const struct schema_gap *schema_refused(const struct schema *schema)
{
    for (size_t i = 0; i < schema->gap_count; i++) {
        if (schema->gaps[i].refused)
            return &schema->gaps[i];
    }
    return NULL;
}

/* The texts up to the first NULL, one behind the other. */
static const char *join(struct arena *arena, const char *const *texts)
{
    size_t length = 0;
    for (const char *const *text = texts; *text; text++)
        length += strlen(*text);
    char *joined = arena_room(arena, length), *to = joined;
    for (; *texts; texts++)
        to = stpcpy(to, *texts);
    return joined;
}

const char *schema_object_path(struct arena *arena, const struct schema_object *object)
{
    const char *dot = *object->schema ? "." : "";
    if (object->owner)
        return join(arena, (const char *[]){ object->schema, dot, object->owner->name, ".",
                                             object->name, NULL });
    if (object->kind == SCHEMA_NAMESPACE)
        return arena_text(arena, object->name);
    if (object->arguments)
        return join(arena, (const char *[]){ object->schema, dot, object->name, "(",
                                             object->arguments, ")", NULL });
    return join(arena, (const char *[]){ object->schema, dot, object->name, NULL });
}
