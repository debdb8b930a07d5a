#include "pg_constraint.h"

#include <string.h>

#include "pg_define.h"

/* The columns that an expression names, without repetition. */
static void collect_columns(const struct pg_node *node, struct map *found)
{
    const struct pg_node *column = pg_as(node, "ColumnRef");
    if (column)
        map_put(found, pg_list_name(pg_member(column, "fields")).name, found);
    for (size_t i = 0; i < pg_inner_count(node); i++)
        collect_columns(&node->nodes[i], found);
}

static const char *names_joined(struct pg_state *state, const char *const *names, size_t count)
{
    struct strbuf out = STRBUF_INIT;
    for (size_t i = 0; i < count && out.length < PG_NAME_MAX; i++)
        strbuf_printf(&out, "%s%s", i ? "_" : "", names[i]);
    const char *text = strbuf_to_arena(&out, state->world.arena);
    strbuf_release(&out);
    return text;
}

static void set_names(struct pg_state *state, struct schema_object *object,
                      enum schema_property property, const char *const *names, size_t count)
{
    const char **quoted = arena_array(state->world.arena, count + 1, sizeof(*quoted));
    for (size_t i = 0; i < count; i++)
        quoted[i] = pg_quoted(state->world.arena, names[i]);
    schema_set_list(state->schema, object, property, quoted, count);
}

static void set_deferrable(struct pg_state *state, struct schema_object *constraint,
                           const struct pg_node *node)
{
    if (pg_flag(node, "initdeferred"))
        schema_set(state->schema, constraint, SCHEMA_DEFERRABLE, "initially deferred");
    else if (pg_flag(node, "deferrable"))
        schema_set(state->schema, constraint, SCHEMA_DEFERRABLE, "deferrable");
}

/* A constraint takes an index over that is there already. */
static void take_index(struct pg_state *state, struct schema_object *owner,
                       const struct pg_node *node, bool primary)
{
    const char *index_name = pg_text(node, "indexname"), *name = pg_text(node, "conname");
    struct schema_object *index = schema_find_part(state->schema, owner, SCHEMA_INDEX, index_name);
    if (!index) {
        pg_complain(state, "%s has no index %s", schema_object_path(state->world.arena, owner),
                    index_name);
        return;
    }
    schema_remove(state->schema, index);
    struct schema_object *constraint =
        pg_new_constraint(state, owner, name ? name : index_name,
                          primary ? "primary key" : "unique", pg_integer(node, "location"));
    if (!constraint)
        return;
    size_t count;
    const char *const *items = schema_list(index, SCHEMA_COLUMNS, &count);
    schema_set_list(state->schema, constraint, SCHEMA_COLUMNS, items, count);
    items = schema_list(index, SCHEMA_INCLUDE, &count);
    schema_set_list(state->schema, constraint, SCHEMA_INCLUDE, items, count);
    schema_set_flag(state->schema, constraint, SCHEMA_NULLS_NOT_DISTINCT,
                    schema_flag(index, SCHEMA_NULLS_NOT_DISTINCT));
    set_deferrable(state, constraint, node);
    pg_constraint_added(state, constraint);
}

static void add_key(struct pg_state *state, struct schema_object *owner, const struct pg_node *node,
                    const char *column, bool primary)
{
    size_t count, included;
    const char **names = pg_names(state, pg_member(node, "keys"), &count);
    const char **include = pg_names(state, pg_member(node, "including"), &included);
    if (pg_text(node, "indexname")) {
        take_index(state, owner, node, primary);
        return;
    }
    if (column && !count)
        names[count++] = column;
    const char **all = arena_array(state->world.arena, count + included + 1, sizeof(*all));
    for (size_t i = 0; i < count + included; i++)
        all[i] = i < count ? names[i] : include[i - count];
    const char *name = pg_text(node, "conname");
    if (!name)
        name = pg_choose(state, owner->schema, owner->name,
                         primary ? NULL : names_joined(state, all, count + included),
                         primary ? "pkey" : "key", pg_relation_taken);
    struct schema_object *constraint =
        pg_new_constraint(state, owner, name, primary ? "primary key" : "unique",
                          pg_integer(node, "location"));
    if (!constraint)
        return;
    for (size_t i = 0; i < count; i++)
        pg_need_column(state, owner, names[i], false);
    set_names(state, constraint, SCHEMA_COLUMNS, names, count);
    set_names(state, constraint, SCHEMA_INCLUDE, include, included);
    schema_set_flag(state->schema, constraint, SCHEMA_NULLS_NOT_DISTINCT,
                    pg_flag(node, "nulls_not_distinct"));
    set_deferrable(state, constraint, node);
    pg_constraint_added(state, constraint);
}

static const char *action_name(const char *letter)
{
    switch (*letter) {
    case 'r':
        return "RESTRICT";
    case 'c':
        return "CASCADE";
    case 'n':
        return "SET NULL";
    case 'd':
        return "SET DEFAULT";
    default:
        return NULL;
    }
}

/* Those of the primary key, when none are named. */
static void set_referenced(struct pg_state *state, struct schema_object *constraint,
                           const struct schema_object *table, const struct pg_node *node)
{
    size_t count;
    const char **names = pg_names(state, pg_member(node, "pk_attrs"), &count);
    if (count)
        set_names(state, constraint, SCHEMA_REFERENCED_COLUMNS, names, count);
    for (const struct schema_object *part = table && !count ? table->parts : NULL; part;
         part = part->next) {
        const char *sort = part->kind == SCHEMA_CONSTRAINT ? schema_get(part, SCHEMA_SORT) : NULL;
        if (!sort || strcmp(sort, "primary key") != 0)
            continue;
        const char *const *keys = schema_list(part, SCHEMA_COLUMNS, &count);
        schema_set_list(state->schema, constraint, SCHEMA_REFERENCED_COLUMNS, keys, count);
    }
}

static void add_foreign_key(struct pg_state *state, struct schema_object *owner,
                            const struct pg_node *node, const char *column)
{
    size_t count, some;
    const char **names = pg_names(state, pg_member(node, "fk_attrs"), &count);
    if (column && !count)
        names[count++] = column;
    const char *name = pg_text(node, "conname");
    if (!name)
        name = pg_choose(state, owner->schema, owner->name, names_joined(state, names, count),
                         "fkey", pg_constraint_taken);
    const struct pg_node *range = pg_member(node, "pktable");
    const struct schema_object *table = pg_need_relation(state, range, false);
    struct schema_object *constraint =
        pg_new_constraint(state, owner, name, "foreign key", pg_integer(node, "location"));
    if (!constraint)
        return;
    struct pg_name target = pg_range_name(range);
    struct arena *arena = state->world.arena;
    set_names(state, constraint, SCHEMA_COLUMNS, names, count);
    schema_set(state->schema, constraint, SCHEMA_REFERENCES,
               table ? pg_object_name(arena, table)
                     : pg_qualified(arena,
                                    target.namespace ? target.namespace : pg_home(&state->world),
                                    target.name));
    set_referenced(state, constraint, table, node);
    const char *on_delete = action_name(pg_word(node, "fk_del_action"));
    const char **set = pg_names(state, pg_member(node, "fk_del_set_cols"), &some);
    if (some)
        on_delete = arena_printf(arena, "%s (%s)", on_delete, pg_joined(arena, set, some));
    schema_set(state->schema, constraint, SCHEMA_ON_DELETE, on_delete);
    schema_set(state->schema, constraint, SCHEMA_ON_UPDATE,
               action_name(pg_word(node, "fk_upd_action")));
    schema_set(state->schema, constraint, SCHEMA_METHOD,
               pg_is(node, "fk_matchtype", "f") ? "FULL" : NULL);
    schema_set_flag(state->schema, constraint, SCHEMA_NOT_VALID, pg_flag(node, "skip_validation"));
    set_deferrable(state, constraint, node);
    pg_constraint_added(state, constraint);
}

static const char *check_name(struct pg_state *state, const struct schema_object *owner,
                              const struct pg_node *expression)
{
    struct map *columns = map_new();
    collect_columns(expression, columns);
    const char *column = owner->kind == SCHEMA_TABLE && map_count(columns) == 1
                             ? arena_text(state->world.arena, map_key_at(columns, 0))
                             : NULL;
    map_free(&columns);
    return pg_choose(state, owner->schema, owner->name, column, "check", pg_constraint_taken);
}

static void add_check(struct pg_state *state, struct schema_object *owner,
                      const struct pg_node *node)
{
    const struct pg_node *expression = pg_member(node, "raw_expr");
    struct pg_source source = pg_source_of(&state->world, owner, NULL);
    struct pg_scope scope = { .sources = &source, .count = 1 };
    if (owner->kind == SCHEMA_DOMAIN)
        scope.value = pg_type_base(&state->world, pg_type_parse(state->world.arena,
                                                                schema_get(owner, SCHEMA_TYPE)));
    struct pg_writer writer = pg_writer_in(state, &scope);
    const char *text = pg_write_condition(&writer, expression);
    pg_wrote(state, &writer, "checks");
    const char *name = pg_text(node, "conname");
    struct schema_object *constraint =
        pg_new_constraint(state, owner, name ? name : check_name(state, owner, expression), "check",
                          pg_integer(node, "location"));
    if (!constraint)
        return;
    schema_set(state->schema, constraint, SCHEMA_EXPRESSION, text);
    schema_set_flag(state->schema, constraint, SCHEMA_NO_INHERIT, pg_flag(node, "is_no_inherit"));
    schema_set_flag(state->schema, constraint, SCHEMA_NOT_VALID, pg_flag(node, "skip_validation"));
    pg_constraint_added(state, constraint);
}

static void add_exclusion(struct pg_state *state, struct schema_object *owner,
                          const struct pg_node *node)
{
    const struct pg_node *list = pg_member(node, "exclusions");
    size_t count = pg_count(list);
    struct arena *arena = state->world.arena;
    const char **items = arena_array(arena, count + 1, sizeof(*items));
    const char **names = arena_array(arena, count + 1, sizeof(*names));
    struct pg_source source = pg_source_of(&state->world, owner, NULL);
    struct pg_scope scope = { .sources = &source, .count = 1 };
    struct pg_writer writer = pg_writer_in(state, &scope);
    for (size_t i = 0; i < count; i++) {
        const struct pg_node *element = pg_as(pg_at(pg_at(list, i), 0), "IndexElem");
        const struct pg_node *expression = pg_member(element, "expr");
        const char *with = pg_list_name(pg_at(pg_at(list, i), 1)).name;
        const char *figured = expression ? pg_figure_name(expression) : pg_word(element, "name");
        names[i] = figured ? figured : "expr";
        const char *what = expression ? pg_write(&writer, expression).bare
                                      : pg_quoted(arena, pg_word(element, "name"));
        const char *opclass = pg_list_name(pg_member(element, "opclass")).name;
        items[i] = arena_printf(arena, "%s%s%s WITH %s", what, *opclass ? " " : "", opclass, with);
    }
    const char *name = pg_text(node, "conname");
    if (!name)
        name = pg_choose(state, owner->schema, owner->name, names_joined(state, names, count),
                         "excl", pg_relation_taken);
    struct schema_object *constraint =
        pg_new_constraint(state, owner, name, "exclusion", pg_integer(node, "location"));
    if (!constraint)
        return;
    schema_set(state->schema, constraint, SCHEMA_METHOD,
               pg_text(node, "access_method") ? pg_word(node, "access_method") : "gist");
    schema_set_list(state->schema, constraint, SCHEMA_COLUMNS, items, count);
    if (pg_member(node, "where_clause"))
        schema_set(state->schema, constraint, SCHEMA_WHERE,
                   pg_write_condition(&writer, pg_member(node, "where_clause")));
    pg_wrote(state, &writer, "exclusion constraints");
    set_deferrable(state, constraint, node);
    pg_constraint_added(state, constraint);
}

void pg_add_constraint(struct pg_state *state, struct schema_object *owner,
                       const struct pg_node *node, const char *column)
{
    const char *kind = pg_word(node, "contype");
    if (strcmp(kind, "CONSTR_PRIMARY") == 0 || strcmp(kind, "CONSTR_UNIQUE") == 0)
        add_key(state, owner, node, column, strcmp(kind, "CONSTR_PRIMARY") == 0);
    else if (strcmp(kind, "CONSTR_FOREIGN") == 0)
        add_foreign_key(state, owner, node, column);
    else if (strcmp(kind, "CONSTR_CHECK") == 0)
        add_check(state, owner, node);
    else if (strcmp(kind, "CONSTR_EXCLUSION") == 0)
        add_exclusion(state, owner, node);
    else
        pg_complain(state, "a constraint of a kind that is not known here: %s", kind);
}
