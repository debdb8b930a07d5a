#include "pg_rename.h"

#include <stdlib.h>
#include <string.h>

#include "pg_define.h"
#include "pg_own.h"
#include "pg_users.h"

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || c == '"' || (c & 0x80);
}

/* Which occurrences of a name mean the object. */
enum meaning {
    QUALIFIED, /* "public.orders", also in quotes: 'public.orders'::regclass */
    COLUMN,    /* a word alone: no function, no type, nothing behind a dot, not in quotes */
    PREFIX     /* "orders." */
};

static bool means(const char *text, size_t at, size_t length, enum meaning meaning)
{
    char before = at ? text[at - 1] : ' ', behind = text[at + length];
    if (is_word(before) || before == '.' || is_word(behind))
        return false;
    if (meaning == QUALIFIED)
        return true;
    if (meaning == PREFIX)
        return behind == '.';
    return before != ':' && behind != '(' && behind != '.';
}

/* The text with the new name, or NULL when the old one is not in it. */
static char *replaced(const char *text, const char *old, const char *new, enum meaning meaning)
{
    struct strbuf out = STRBUF_INIT;
    size_t length = strlen(old), copied = 0;
    bool quoted = false;
    for (size_t i = 0; text[i]; i++) {
        if (text[i] == '\'')
            quoted = !quoted;
        if ((quoted && meaning != QUALIFIED) || strncmp(text + i, old, length) != 0 ||
            !means(text, i, length, meaning))
            continue;
        strbuf_add_bytes(&out, text + copied, i - copied);
        strbuf_add(&out, new);
        copied = i + length;
        i = copied - 1;
    }
    if (!copied) {
        strbuf_release(&out);
        return NULL;
    }
    strbuf_add(&out, text + copied);
    return strbuf_steal(&out);
}

bool pg_mentions(const char *text, const char *column)
{
    char *other = text ? replaced(text, column, column, COLUMN) : NULL;
    free(other);
    return other != NULL;
}

bool pg_mentions_whole(const char *text, const char *name)
{
    char *other = text ? replaced(text, name, name, QUALIFIED) : NULL;
    free(other);
    return other != NULL;
}

static bool holds_code(enum schema_property property)
{
    return property != SCHEMA_COMMENT && property != SCHEMA_LABELS && property != SCHEMA_OPTIONS &&
           property != SCHEMA_BODY;
}

static void replace_value(struct schema *schema, struct schema_object *object,
                          const struct schema_value *value, const char *old, const char *new,
                          enum meaning meaning)
{
    if (!value->items) {
        char *text = replaced(value->text, old, new, meaning);
        if (text)
            schema_set(schema, object, value->property, text);
        free(text);
        return;
    }
    const char **items = arena_array(schema->arena, value->item_count, sizeof(*items));
    bool changed = false;
    for (size_t i = 0; i < value->item_count; i++) {
        char *text = replaced(value->items[i], old, new, meaning);
        items[i] = text ? arena_text(schema->arena, text) : value->items[i];
        changed = changed || text;
        free(text);
    }
    if (changed)
        schema_set_list(schema, object, value->property, items, value->item_count);
}

static void replace_in(struct schema *schema, struct schema_object *object, const char *old,
                       const char *new, enum meaning meaning)
{
    for (unsigned i = 0; i < object->value_count; i++)
        if (holds_code(object->values[i].property))
            replace_value(schema, object, &object->values[i], old, new, meaning);
}

static void replace_everywhere(struct schema *schema, const char *old, const char *new)
{
    for (struct schema_object *object = schema->first; object; object = object->next) {
        replace_in(schema, object, old, new, QUALIFIED);
        for (struct schema_object *part = object->parts; part; part = part->next)
            replace_in(schema, part, old, new, QUALIFIED);
    }
}

/* Views and policies name the columns of a relation that has no alias by the relation's own name.
 */
static void replace_prefixes(struct schema *schema, struct arena *arena, const char *old,
                             const char *new)
{
    for (struct schema_object *object = schema->first; object; object = object->next) {
        if (object->kind == SCHEMA_VIEW || object->kind == SCHEMA_MATERIALIZED_VIEW)
            replace_in(schema, object, old, new, PREFIX);
        for (struct schema_object *part = object->parts; part; part = part->next)
            if (part->kind == SCHEMA_POLICY) {
                replace_in(schema, part, old, new, PREFIX);
                pg_define(schema, arena, part);
            }
    }
}

static void define_parts(struct pg_state *state, struct schema_object *object)
{
    pg_define(state->schema, state->world.arena, object);
    for (struct schema_object *part = object->parts; part; part = part->next)
        pg_define(state->schema, state->world.arena, part);
}

void pg_rename_object(struct pg_state *state, struct schema_object *object, const char *namespace,
                      const char *name)
{
    struct arena *arena = state->world.arena;
    const char *old = pg_object_name(arena, object);
    const char *old_name = arena_text(arena, pg_quoted(arena, object->name));
    if (!schema_rename(state->schema, object, namespace, name, NULL)) {
        pg_complain(state, "there is %s of that name already", schema_kind_name(object->kind));
        return;
    }
    if (object->owner) {
        define_parts(state, object);
        return;
    }
    replace_everywhere(state->schema, old, pg_object_name(arena, object));
    if (name && (object->kind == SCHEMA_TABLE || object->kind == SCHEMA_VIEW ||
                 object->kind == SCHEMA_MATERIALIZED_VIEW))
        replace_prefixes(state->schema, arena, old_name, pg_quoted(arena, object->name));
    define_parts(state, object);
}

void pg_rename_label(struct pg_state *state, const struct schema_object *type, const char *old,
                     const char *new)
{
    struct arena *arena = state->world.arena;
    const char *name = pg_object_name(arena, type);
    replace_everywhere(state->schema, arena_printf(arena, "%s::%s", pg_literal(arena, old), name),
                       arena_printf(arena, "%s::%s", pg_literal(arena, new), name));
}

/* The rows of before and of now that a trigger's condition compares. */
static void rename_in_trigger(struct pg_state *state, struct schema_object *trigger,
                              const char *old, const char *new)
{
    static const char *const rows[] = { "old", "new" };
    struct arena *arena = state->world.arena;
    for (size_t i = 0; i < 2; i++)
        replace_in(state->schema, trigger, arena_printf(arena, "%s.%s", rows[i], old),
                   arena_printf(arena, "%s.%s", rows[i], new), QUALIFIED);
}

/* What a view calls the table: its own name, or the alias behind "public.orders ". */
static void collect_aliases(struct arena *arena, const struct schema_object *table,
                            const char *text, struct map *aliases)
{
    const char *whole = arena_text(arena, pg_object_name(arena, table)), *at = text;
    size_t length = strlen(whole);
    map_put(aliases, pg_quoted(arena, table->name), aliases);
    while ((at = strstr(at, whole))) {
        at += length;
        if (*at != ' ' || !is_word(at[1]) || (at[1] >= 'A' && at[1] <= 'Z'))
            continue;
        size_t end = 1;
        while (is_word(at[end]))
            end++;
        map_put(aliases, arena_bytes(arena, at + 1, end - 1), aliases);
    }
}

/* A view that is kept as it was written may name the column without its table. */
static void complain_of_own(struct pg_state *state, const struct schema_object *table,
                            const struct schema_object *view, const char *old)
{
    const char *definition = schema_get(view, SCHEMA_DEFINITION);
    if (pg_is_own(definition) && pg_mentions(definition, old) &&
        pg_lists(view, SCHEMA_DEPENDS, schema_object_path(state->world.arena, table)))
        pg_complain(state,
                    "the query of the view %s is kept as it was written, and names a column %s: it "
                    "is not renamed there",
                    view->name, old);
}

/* Whether the text is that of a list of results as far as `at`: the word that began it is SELECT.
 */
static bool in_results(const char *text, size_t at)
{
    static const char *const words[] = { "SELECT", "DISTINCT", "FROM",   "WHERE", "BY",
                                         "HAVING", "VALUES",   "WINDOW", "ON" };
    int depth = 0;
    while (at-- > 0) {
        depth += text[at] == ')' ? 1 : text[at] == '(' ? -1 : 0;
        if (depth < 0)
            return false;
        if (depth > 0 || (at > 0 && is_word(text[at - 1])))
            continue;
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
            if (strncmp(text + at, words[i], strlen(words[i])) == 0 &&
                !is_word(text[at + strlen(words[i])]))
                return i < 2;
    }
    return false;
}

/* Whether what stands before and behind leaves a result that is the column and has no other name.
 */
static bool is_result(const char *text, size_t at, size_t length)
{
    size_t before = at, behind = at + length;
    while (before > 0 && strchr(" \n", text[before - 1]))
        before--;
    behind += strspn(text + behind, " \n");
    bool begins = before > 0 && (text[before - 1] == ',' || is_word(text[before - 1]));
    bool ends = text[behind] == '\0' || strchr(",;)", text[behind]) ||
                strncmp(text + behind, "FROM ", 5) == 0 || strncmp(text + behind, "UNION ", 6) == 0;
    return begins && ends && in_results(text, at);
}

/* "orders.sum" as a result is "orders.sum AS total" from now on. Takes the text. */
static char *with_names(char *text, const char *column, const char *name)
{
    struct strbuf out = STRBUF_INIT;
    size_t length = strlen(column);
    for (size_t i = 0; text[i];) {
        if (strncmp(text + i, column, length) != 0 || !means(text, i, length, QUALIFIED) ||
            !is_result(text, i, length)) {
            strbuf_add_char(&out, text[i++]);
            continue;
        }
        strbuf_printf(&out, "%s AS %s", column, name);
        i += length;
    }
    free(text);
    return strbuf_steal(&out);
}

/* Views keep the name that their column had: "orders.total AS amount" is what comes of it, where
 * nothing else is said. */
static void rename_in_views(struct pg_state *state, const struct schema_object *column,
                            const char *old, const char *new)
{
    struct arena *arena = state->world.arena;
    for (struct schema_object *object = state->schema->first; object; object = object->next) {
        if (object->kind != SCHEMA_VIEW && object->kind != SCHEMA_MATERIALIZED_VIEW)
            continue;
        struct map *aliases = map_new();
        collect_aliases(arena, column->owner, schema_get(object, SCHEMA_DEFINITION), aliases);
        for (size_t i = 0; i < map_count(aliases); i++) {
            const char *from = arena_printf(arena, "%s.%s", map_key_at(aliases, i), old);
            const char *to = arena_printf(arena, "%s.%s", map_key_at(aliases, i), new);
            char *text = replaced(schema_get(object, SCHEMA_DEFINITION), from, to, QUALIFIED);
            if (text)
                text = with_names(text, to, old);
            if (text) {
                schema_set(state->schema, object, SCHEMA_DEFINITION, text);
                schema_add_gap(state->schema, "the exact text of views over renamed columns",
                               "the server writes AS and the name that the column had");
            }
            free(text);
        }
        complain_of_own(state, column->owner, object, old);
        map_free(&aliases);
    }
}

void pg_rename_column(struct pg_state *state, struct schema_object *column, const char *name)
{
    struct arena *arena = state->world.arena;
    struct schema_object *table = column->owner;
    const char *old = arena_text(arena, pg_quoted(arena, column->name));
    const char *new = pg_quoted(arena, name);
    const char *whole = arena_printf(arena, "%s.%s", pg_object_name(arena, table), old);
    if (!schema_rename(state->schema, column, NULL, name, NULL)) {
        pg_complain(state, "%s has a column %s already", schema_object_path(arena, table), name);
        return;
    }
    for (struct schema_object *part = table->parts; part; part = part->next) {
        if (part->kind == SCHEMA_COLUMN && !schema_get(part, SCHEMA_GENERATED))
            continue;
        const char *type = part->kind == SCHEMA_COLUMN ? schema_get(part, SCHEMA_TYPE) : NULL;
        replace_in(state->schema, part, old, new, COLUMN);
        if (part->kind == SCHEMA_TRIGGER)
            rename_in_trigger(state, part, old, new);
        if (type)
            schema_set(state->schema, part, SCHEMA_TYPE, type);
        pg_define(state->schema, arena, part);
    }
    replace_in(state->schema, table, old, new, COLUMN);
    replace_everywhere(state->schema, whole,
                       arena_printf(arena, "%s.%s", pg_object_name(arena, table), new));
    const char *self = pg_object_name(arena, table);
    for (struct schema_object *other = state->schema->first; other; other = other->next)
        for (struct schema_object *part = other->parts; part; part = part->next) {
            const char *to =
                part->kind == SCHEMA_CONSTRAINT ? schema_get(part, SCHEMA_REFERENCES) : NULL;
            if (!to || strcmp(to, self) != 0)
                continue;
            size_t count;
            const char *const *keys = schema_list(part, SCHEMA_REFERENCED_COLUMNS, &count);
            const char **changed = arena_array(arena, count + 1, sizeof(*changed));
            for (size_t i = 0; i < count; i++)
                changed[i] = strcmp(keys[i], old) == 0 ? new : keys[i];
            schema_set_list(state->schema, part, SCHEMA_REFERENCED_COLUMNS, changed, count);
            pg_define(state->schema, arena, part);
        }
    rename_in_views(state, column, old, new);
}

static void rename_constraint(struct pg_state *state, const struct pg_node *node, const char *old,
                              const char *new)
{
    struct schema_object *table = pg_need_relation(state, pg_member(node, "relation"), false);
    struct schema_object *constraint =
        table ? schema_find_part(state->schema, table, SCHEMA_CONSTRAINT, old) : NULL;
    if (!constraint) {
        pg_complain(state, "there is no constraint %s", old);
        return;
    }
    pg_rename_object(state, constraint, NULL, new);
    map_put(state->constraints,
            pg_qualified(state->world.arena, constraint->schema, constraint->name), constraint);
}

static void rename_part(struct pg_state *state, const struct pg_node *node, enum schema_kind kind,
                        const char *old, const char *new)
{
    bool optional = pg_flag(node, "missing_ok");
    struct schema_object *table = pg_need_relation(state, pg_member(node, "relation"), optional);
    struct schema_object *part = table ? schema_find_part(state->schema, table, kind, old) : NULL;
    if (part && kind == SCHEMA_COLUMN)
        pg_rename_column(state, part, new);
    else if (part)
        pg_rename_object(state, part, NULL, new);
    else if (!optional)
        pg_complain(state, "there is no %s %s", schema_kind_name(kind), old);
}

/* Tables, indexes and constraints that are indexes; all are renamed with ALTER TABLE, too. */
static void rename_relation(struct pg_state *state, const struct pg_node *node, const char *new)
{
    struct pg_name name = pg_range_name(pg_member(node, "relation"));
    struct schema_object *object = pg_lookup_relation(&state->world, name);
    if (!object)
        object = pg_lookup_index(&state->world, name);
    if (!object) {
        const char *namespace = name.namespace ? name.namespace : pg_home(&state->world);
        object =
            map_get(state->constraints, pg_qualified(state->world.arena, namespace, name.name));
        object = object && object->removed ? NULL : object;
    }
    if (object)
        pg_rename_object(state, object, NULL, new);
    else if (!pg_flag(node, "missing_ok"))
        pg_complain(state, "there is no relation %s",
                    pg_qualified(state->world.arena, name.namespace, name.name));
}

static void rename_schema(struct pg_state *state, const char *old, const char *new)
{
    struct schema_object *namespace = schema_find(state->schema, SCHEMA_NAMESPACE, "", old, NULL);
    if (!namespace) {
        pg_complain(state, "there is no schema %s", old);
        return;
    }
    schema_rename(state->schema, namespace, NULL, new, NULL);
    for (struct schema_object *object = state->schema->first; object; object = object->next)
        if (strcmp(object->schema, old) == 0)
            pg_rename_object(state, object, new, NULL);
}

void pg_apply_rename(struct pg_state *state, const struct pg_node *node)
{
    const char *type = pg_word(node, "renameType"), *old = pg_word(node, "subname");
    const char *new = pg_word(node, "newname");
    if (strcmp(type, "OBJECT_COLUMN") == 0 || strcmp(type, "OBJECT_ATTRIBUTE") == 0) {
        struct pg_name name = pg_range_name(pg_member(node, "relation"));
        struct schema_object *composite = pg_lookup(&state->world, SCHEMA_COMPOSITE, name, NULL);
        struct schema_object *field =
            composite ? schema_find_part(state->schema, composite, SCHEMA_COLUMN, old) : NULL;
        if (field)
            schema_rename(state->schema, field, NULL, new, NULL);
        else
            rename_part(state, node, SCHEMA_COLUMN, old, new);
    } else if (strcmp(type, "OBJECT_TABCONSTRAINT") == 0) {
        rename_constraint(state, node, old, new);
    } else if (strcmp(type, "OBJECT_TRIGGER") == 0) {
        rename_part(state, node, SCHEMA_TRIGGER, old, new);
    } else if (strcmp(type, "OBJECT_POLICY") == 0) {
        rename_part(state, node, SCHEMA_POLICY, old, new);
    } else if (strcmp(type, "OBJECT_SCHEMA") == 0) {
        rename_schema(state, old, new);
    } else if (pg_member(node, "relation")) {
        rename_relation(state, node, new);
    } else if (strcmp(type, "OBJECT_ROLE") != 0 && strcmp(type, "OBJECT_DATABASE") != 0) {
        struct schema_object *object = pg_named_object(state, type, pg_member(node, "object"));
        if (object)
            pg_rename_object(state, object, NULL, new);
        else
            pg_complain(state,
                        "what is to be called %s is not there, or of a kind that is not read", new);
    }
}

void pg_apply_set_schema(struct pg_state *state, const struct pg_node *node)
{
    const char *namespace = pg_word(node, "newschema");
    struct schema_object *object =
        pg_member(node, "relation")
            ? pg_lookup_relation(&state->world, pg_range_name(pg_member(node, "relation")))
            : pg_named_object(state, pg_word(node, "objectType"), pg_member(node, "object"));
    if (!object && !pg_flag(node, "missing_ok")) {
        pg_complain(state, "what is to go to schema %s is not there, or of a kind that is not read",
                    namespace);
        return;
    }
    if (!object)
        return;
    pg_target(state, (struct pg_name){ namespace, "" });
    if (object->kind != SCHEMA_EXTENSION)
        pg_rename_object(state, object, namespace, NULL);
    else
        schema_rename(state->schema, object, namespace, NULL, NULL);
}
