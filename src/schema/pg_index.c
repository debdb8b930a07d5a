#include <string.h>

#include "pg_constraint.h"
#include "pg_define.h"
#include "pg_users.h"

/* Operator classes that are the ordinary ones of their types: not written. */
static bool is_ordinary_class(const char *name)
{
    static const char *const ordinary[] = {
        "text_ops",     "int2_ops",        "int4_ops",      "int8_ops", "jsonb_ops", "uuid_ops",
        "bool_ops",     "timestamptz_ops", "timestamp_ops", "date_ops", "array_ops", "range_ops",
        "tsvector_ops", "numeric_ops",     "float8_ops",    "enum_ops", "bytea_ops",
    };
    for (size_t i = 0; i < sizeof(ordinary) / sizeof(ordinary[0]); i++)
        if (strcmp(ordinary[i], name) == 0)
            return true;
    return false;
}

/* Those of the extensions that most have; they are in the namespace that the extension went to. */
static bool is_of_extension(const char *name)
{
    return strstr(name, "_trgm_ops") || strncmp(name, "vector_", 7) == 0 ||
           strstr(name, "_bigm_ops") || strncmp(name, "gist_hstore", 11) == 0 ||
           strncmp(name, "gin_hstore", 10) == 0;
}

static void add_class(struct pg_state *state, struct strbuf *out, const struct pg_node *element)
{
    struct pg_name class = pg_list_name(pg_member(element, "opclass"));
    if (!*class.name || is_ordinary_class(class.name))
        return;
    if (!class.namespace && is_of_extension(class.name))
        class.namespace = pg_home(&state->world);
    if (class.namespace && strcmp(class.namespace, "pg_catalog") == 0)
        class.namespace = NULL;
    strbuf_printf(out, " %s", pg_qualified(state->world.arena, class.namespace, class.name));
}

/* What looks like a function stands without parentheses around it. */
static bool is_call(const struct pg_node *expression)
{
    const char *kind;
    const struct pg_node *members = pg_open(expression, &kind);
    if (strcmp(kind, "A_Expr") == 0)
        return pg_is(members, "kind", "AEXPR_NULLIF");
    return strcmp(kind, "FuncCall") == 0 || strcmp(kind, "CoalesceExpr") == 0 ||
           strcmp(kind, "MinMaxExpr") == 0 || strcmp(kind, "SQLValueFunction") == 0;
}

/* A collation that the column has anyway goes without saying. */
static bool is_columns_own(struct pg_state *state, const struct schema_object *table,
                           const struct pg_node *element, const char *collation)
{
    const struct schema_object *column =
        schema_find_part(state->schema, table, SCHEMA_COLUMN, pg_word(element, "name"));
    const char *own = column ? schema_get(column, SCHEMA_COLLATION) : NULL;
    return own && strcmp(own, collation) == 0;
}

static const char *element_text(struct pg_state *state, const struct schema_object *table,
                                struct pg_writer *writer, const struct pg_node *element)
{
    struct strbuf out = STRBUF_INIT;
    const struct pg_node *expression = pg_member(element, "expr");
    const struct pg_node *collation = pg_member(element, "collation");
    if (!expression)
        pg_add_name(&out, pg_word(element, "name"));
    else if (is_call(expression))
        strbuf_add(&out, pg_write(writer, expression).bare);
    else
        strbuf_printf(&out, "(%s)", pg_write(writer, expression).bare);
    const char *name =
        *pg_list_name(collation).name ? pg_collation_name(state->world.arena, collation) : NULL;
    if (name && (expression || !is_columns_own(state, table, element, name)))
        strbuf_printf(&out, " COLLATE %s", name);
    add_class(state, &out, element);
    strbuf_add(&out,
               pg_order_words(pg_word(element, "ordering"), pg_word(element, "nulls_ordering")));
    const char *text = strbuf_to_arena(&out, state->world.arena);
    strbuf_release(&out);
    return text;
}

/* "a_b_lower": what stands in the index, for its name; what is there already gets a number. */
static void add_to_name(struct strbuf *out, struct map *used, struct arena *arena, const char *name)
{
    const char *one = arena_text(arena, name);
    for (unsigned i = 1; map_has(used, one) && i < 100; i++)
        one = arena_printf(arena, "%s%u", name, i);
    map_put(used, one, used);
    if (out->length < PG_NAME_MAX)
        strbuf_printf(out, "%s%s", out->length ? "_" : "", one);
}

static const char *elements_joined(struct pg_state *state, const struct pg_node *params,
                                   const struct pg_node *including)
{
    struct strbuf out = STRBUF_INIT;
    struct map *used = map_new();
    for (size_t i = 0; i < pg_count(params) + pg_count(including); i++) {
        const struct pg_node *node =
            i < pg_count(params) ? pg_at(params, i) : pg_at(including, i - pg_count(params));
        const struct pg_node *element = pg_as(node, "IndexElem");
        const struct pg_node *expression = pg_member(element, "expr");
        const char *name = expression ? pg_figure_name(expression) : pg_word(element, "name");
        add_to_name(&out, used, state->world.arena, name ? name : "expr");
    }
    const char *text = strbuf_to_arena(&out, state->world.arena);
    map_free(&used);
    strbuf_release(&out);
    return text;
}

static void set_elements(struct pg_state *state, struct schema_object *index,
                         const struct pg_node *node)
{
    const struct pg_node *params = pg_member(node, "indexParams");
    const struct pg_node *including = pg_member(node, "indexIncludingParams");
    struct pg_source source = pg_source_of(&state->world, index->owner, NULL);
    struct pg_scope scope = { .sources = &source, .count = 1 };
    struct pg_writer writer = pg_writer_in(state, &scope);
    size_t count = pg_count(params), included = pg_count(including);
    const char **items = arena_array(state->world.arena, count + included + 1, sizeof(*items));
    for (size_t i = 0; i < count; i++) {
        const struct pg_node *element = pg_as(pg_at(params, i), "IndexElem");
        if (pg_text(element, "name") && source.count)
            pg_need_column(state, index->owner, pg_word(element, "name"), false);
        items[i] = element_text(state, index->owner, &writer, element);
    }
    for (size_t i = 0; i < included; i++)
        items[count + i] =
            element_text(state, index->owner, &writer, pg_as(pg_at(including, i), "IndexElem"));
    schema_set_list(state->schema, index, SCHEMA_COLUMNS, items, count);
    schema_set_list(state->schema, index, SCHEMA_INCLUDE, items + count, included);
    if (pg_member(node, "whereClause"))
        schema_set(state->schema, index, SCHEMA_WHERE,
                   pg_write_condition(&writer, pg_member(node, "whereClause")));
    pg_wrote(state, &writer, "indexes");
}

void pg_create_index(struct pg_state *state, const struct pg_node *node)
{
    const struct pg_node *range = pg_member(node, "relation");
    struct schema_object *table = pg_need_relation(state, range, false);
    if (!table)
        return;
    const char *name = pg_text(node, "idxname");
    if (name && pg_relation_taken(state, table->schema, name)) {
        if (!pg_flag(node, "if_not_exists"))
            pg_complain(state, "there is a relation %s already", name);
        return;
    }
    if (!name)
        name = pg_choose(state, table->schema, table->name,
                         elements_joined(state, pg_member(node, "indexParams"),
                                         pg_member(node, "indexIncludingParams")),
                         "idx", pg_relation_taken);
    struct schema_place place = pg_place(state, -1);
    struct schema_object *index = schema_add_part(state->schema, table, SCHEMA_INDEX, name, &place);
    schema_set(state->schema, index, SCHEMA_METHOD,
               pg_text(node, "accessMethod") ? pg_word(node, "accessMethod") : "btree");
    schema_set_flag(state->schema, index, SCHEMA_UNIQUE, pg_flag(node, "unique"));
    schema_set_flag(state->schema, index, SCHEMA_NULLS_NOT_DISTINCT,
                    pg_flag(node, "nulls_not_distinct"));
    schema_set(state->schema, index, SCHEMA_TABLESPACE, pg_text(node, "tableSpace"));
    set_elements(state, index, node);
    pg_set_options(state, index, pg_member(node, "options"));
    pg_define(state->schema, state->world.arena, index);
    if (pg_flag(range, "inh")) /* not ON ONLY */
        pg_each_partition(state, index, pg_clone_index);
}

/* What a column of an index is called, as it is written there: quoted, a function, an expression.
 */
static const char *written_name(struct arena *arena, const char *item)
{
    struct strbuf out = STRBUF_INIT;
    if (*item == '(') {
        strbuf_add(&out, "expr");
    } else if (*item == '"') {
        for (item++; *item && (*item != '"' || item[1] == '"'); item++) {
            item += *item == '"';
            strbuf_add_char(&out, *item);
        }
    } else {
        const char *end = strchr(item, '('),
                   *dot = end ? memchr(item, '.', (size_t)(end - item)) : NULL;
        for (item = dot ? dot + 1 : item; *item && !strchr(" (", *item); item++)
            strbuf_add_char(&out, (char)(*item >= 'A' && *item <= 'Z' ? *item - 'A' + 'a' : *item));
    }
    const char *name = strbuf_to_arena(&out, arena);
    strbuf_release(&out);
    return name;
}

/* "a_b" of columns as they are written. */
static const char *columns_joined(struct pg_state *state, const struct schema_object *part)
{
    static const enum schema_property lists[] = { SCHEMA_COLUMNS, SCHEMA_INCLUDE };
    struct strbuf out = STRBUF_INIT;
    struct map *used = map_new();
    struct arena *arena = state->world.arena;
    for (size_t list = 0; list < 2; list++) {
        size_t count;
        const char *const *items = schema_list(part, lists[list], &count);
        for (size_t i = 0; i < count; i++)
            add_to_name(&out, used, arena, written_name(arena, items[i]));
    }
    const char *text = strbuf_to_arena(&out, arena);
    map_free(&used);
    strbuf_release(&out);
    return text;
}

/* Whether the partition has the same already: dumps make it first, and attach it. */
static bool has_alike(const struct schema_object *partition, const struct schema_object *part)
{
    const char *columns = schema_get(part, SCHEMA_COLUMNS), *sort = schema_get(part, SCHEMA_SORT);
    const char *where = schema_get(part, SCHEMA_WHERE);
    for (const struct schema_object *own = partition->parts; own; own = own->next) {
        if (own->kind != part->kind || !schema_get(own, SCHEMA_COLUMNS) || !columns)
            continue;
        const char *other = schema_get(own, SCHEMA_WHERE), *kind = schema_get(own, SCHEMA_SORT);
        if (strcmp(schema_get(own, SCHEMA_COLUMNS), columns) == 0 &&
            (kind == sort || (kind && sort && strcmp(kind, sort) == 0)) &&
            (where == other || (where && other && strcmp(where, other) == 0)) &&
            schema_flag(own, SCHEMA_UNIQUE) == schema_flag(part, SCHEMA_UNIQUE))
            return true;
    }
    return false;
}

void pg_clone_index(struct pg_state *state, struct schema_object *partition,
                    const struct schema_object *index)
{
    if (has_alike(partition, index))
        return;
    struct schema_place place = pg_place(state, -1);
    const char *name = pg_choose(state, partition->schema, partition->name,
                                 columns_joined(state, index), "idx", pg_relation_taken);
    struct schema_object *copy =
        schema_add_part(state->schema, partition, SCHEMA_INDEX, name, &place);
    if (!copy)
        return;
    pg_copy_values(state->schema, index, copy);
    pg_define(state->schema, state->world.arena, copy);
    pg_each_partition(state, copy, pg_clone_index);
}

void pg_clone_constraint(struct pg_state *state, struct schema_object *partition,
                         const struct schema_object *constraint)
{
    const char *sort = schema_get(constraint, SCHEMA_SORT), *name = constraint->name;
    bool primary = strcmp(sort, "primary key") == 0, unique = strcmp(sort, "unique") == 0;
    if ((primary || unique) && has_alike(partition, constraint))
        return;
    if (primary || unique)
        name = pg_choose(state, partition->schema, partition->name,
                         primary ? NULL : columns_joined(state, constraint),
                         primary ? "pkey" : "key", pg_relation_taken);
    if (schema_find_part(state->schema, partition, SCHEMA_CONSTRAINT, name))
        return;
    struct schema_object *copy = pg_new_constraint(state, partition, name, sort, -1);
    if (!copy)
        return;
    pg_copy_values(state->schema, constraint, copy);
    pg_constraint_added(state, copy);
}

void pg_clone_parts(struct pg_state *state, const struct schema_object *table,
                    struct schema_object *partition)
{
    for (const struct schema_object *part = table->parts; part; part = part->next) {
        if (part->kind == SCHEMA_CONSTRAINT)
            pg_clone_constraint(state, partition, part);
        else if (part->kind == SCHEMA_INDEX)
            pg_clone_index(state, partition, part);
    }
}

/* What plain inheritance hands on: columns, and checks unless they say no. */
static bool is_inherited(const struct schema_object *part)
{
    const char *sort = schema_get(part, SCHEMA_SORT);
    if (part->kind == SCHEMA_CONSTRAINT)
        return sort && strcmp(sort, "check") == 0 && !schema_flag(part, SCHEMA_NO_INHERIT);
    return part->kind == SCHEMA_COLUMN;
}

void pg_each_partition(struct pg_state *state, const struct schema_object *part,
                       pg_of_partition *call)
{
    const char *sort = schema_get(part->owner, SCHEMA_SORT);
    bool partitioned = sort && strcmp(sort, "partitioned") == 0;
    if (state->only || state->nesting >= PG_PARTITION_DEPTH ||
        (!partitioned && !(state->inherits && is_inherited(part))))
        return;
    state->nesting++;
    const char *name =
        arena_text(state->world.arena, pg_object_name(state->world.arena, part->owner));
    for (struct schema_object *table = state->schema->first; table; table = table->next) {
        const char *of =
            table->kind == SCHEMA_TABLE ? schema_get(table, SCHEMA_PARTITION_OF) : NULL;
        if (partitioned ? of && strcmp(of, name) == 0
                        : table->kind == SCHEMA_TABLE && pg_lists(table, SCHEMA_INHERITS, name))
            call(state, table, part);
    }
    state->nesting--;
}

/* "id" of what the server writes "id"; names in lists are quoted. */
static struct schema_object *column_quoted(struct pg_state *state, struct schema_object *table,
                                           const char *quoted)
{
    for (struct schema_object *part = table->parts; part; part = part->next)
        if (part->kind == SCHEMA_COLUMN &&
            strcmp(pg_quoted(state->world.arena, part->name), quoted) == 0)
            return part;
    return NULL;
}

void pg_constraint_added(struct pg_state *state, struct schema_object *constraint)
{
    size_t count;
    const char *sort = schema_get(constraint, SCHEMA_SORT);
    const char *const *names = schema_list(constraint, SCHEMA_COLUMNS, &count);
    for (size_t i = 0; i < count && strcmp(sort, "primary key") == 0; i++) {
        struct schema_object *column = column_quoted(state, constraint->owner, names[i]);
        if (column)
            schema_set_flag(state->schema, column, SCHEMA_NOT_NULL, true);
    }
    pg_define(state->schema, state->world.arena, constraint);
    if (constraint->owner->kind == SCHEMA_TABLE)
        pg_each_partition(state, constraint, pg_clone_constraint);
}
