#include "pg_object.h"

#include <stdlib.h>
#include <string.h>

#include "pg_constraint.h"
#include "pg_own.h"
#include "pg_rename.h"
#include "pg_table.h"

void pg_create_schema(struct pg_state *state, const struct pg_node *node)
{
    struct schema_place place = pg_place(state, -1);
    const char *name = pg_word(node, "schemaname");
    const struct pg_node *role = pg_member(node, "authrole");
    if (!*name)
        name = pg_word(role, "rolename");
    if (!schema_add(state->schema, SCHEMA_NAMESPACE, "", name, NULL, &place) &&
        !pg_flag(node, "if_not_exists") && strcmp(name, "public") != 0)
        pg_complain(state, "there is a schema %s already", name);
    if (pg_count(pg_member(node, "schemaElts")))
        pg_complain(state,
                    "what CREATE SCHEMA holds is not read: write it as statements of its own");
}

static struct schema_object *find_extension(const struct pg_state *state, const char *name)
{
    for (struct schema_object *object = state->schema->first; object; object = object->next)
        if (object->kind == SCHEMA_EXTENSION && strcmp(object->name, name) == 0)
            return object;
    return NULL;
}

void pg_create_extension(struct pg_state *state, const struct pg_node *node)
{
    const struct pg_node *options = pg_member(node, "options"),
                         *version = pg_option(options, "new_version");
    const struct pg_node *schema = pg_option(options, "schema");
    const char *name = pg_word(node, "extname");
    struct schema_place place = pg_place(state, -1);
    if (find_extension(state, name)) {
        if (!pg_flag(node, "if_not_exists"))
            pg_complain(state, "there is an extension %s already", name);
        return;
    }
    const char *namespace = schema ? pg_option_text(&state->world, schema) : pg_home(&state->world);
    struct schema_object *extension =
        schema_add(state->schema, SCHEMA_EXTENSION, namespace, name, NULL, &place);
    if (extension && version)
        schema_set(state->schema, extension, SCHEMA_VERSION,
                   pg_option_text(&state->world, version));
}

void pg_alter_extension(struct pg_state *state, const struct pg_node *node)
{
    struct schema_object *extension = find_extension(state, pg_word(node, "extname"));
    const struct pg_node *version = pg_option(pg_member(node, "options"), "new_version");
    if (extension && version)
        schema_set(state->schema, extension, SCHEMA_VERSION,
                   pg_option_text(&state->world, version));
    else if (!extension)
        pg_complain(state, "there is no extension %s", pg_word(node, "extname"));
}

static struct schema_object *new_type(struct pg_state *state, enum schema_kind kind,
                                      struct pg_name name)
{
    struct schema_place place = pg_place(state, -1);
    struct schema_object *type =
        schema_add(state->schema, kind, pg_target(state, name), name.name, NULL, &place);
    if (!type)
        pg_complain(state, "there is a type %s already", name.name);
    return type;
}

void pg_create_enum(struct pg_state *state, const struct pg_node *node)
{
    size_t count;
    const char **labels = pg_names(state, pg_member(node, "vals"), &count);
    struct schema_object *type =
        new_type(state, SCHEMA_ENUM, pg_list_name(pg_member(node, "typeName")));
    if (type)
        schema_set_list(state->schema, type, SCHEMA_LABELS, labels, count);
}

static size_t label_at(const char *const *labels, size_t count, const char *label)
{
    size_t at = 0;
    while (at < count && strcmp(labels[at], label) != 0)
        at++;
    return at;
}

void pg_alter_enum(struct pg_state *state, const struct pg_node *node)
{
    struct pg_name name = pg_list_name(pg_member(node, "typeName"));
    struct schema_object *type = pg_lookup(&state->world, SCHEMA_ENUM, name, NULL);
    const char *old = pg_text(node, "oldVal"), *new = pg_word(node, "newVal");
    const char *neighbour = pg_text(node, "newValNeighbor");
    size_t count, at;
    if (!type) {
        pg_complain(state, "there is no enum %s", name.name);
        return;
    }
    const char *const *labels = schema_list(type, SCHEMA_LABELS, &count);
    const char **changed = arena_array(state->world.arena, count + 1, sizeof(*changed));
    if (count)
        memcpy(changed, labels, count * sizeof(*changed));
    if (old) {
        at = label_at(labels, count, old);
        if (at == count)
            pg_complain(state, "%s has no label '%s'", name.name, old);
        else
            changed[at] = new;
        schema_set_list(state->schema, type, SCHEMA_LABELS, changed, count);
        pg_rename_label(state, type, old, new);
        return;
    }
    if (label_at(labels, count, new) < count) {
        if (!pg_flag(node, "skipIfNewValExists"))
            pg_complain(state, "%s has a label '%s' already", name.name, new);
        return;
    }
    at = neighbour ? label_at(labels, count, neighbour) : count;
    if (neighbour && at == count)
        pg_complain(state, "%s has no label '%s'", name.name, neighbour);
    else if (neighbour && pg_flag(node, "newValIsAfter"))
        at++;
    memmove(&changed[at + 1], &changed[at], (count - at) * sizeof(*changed));
    changed[at] = new;
    schema_set_list(state->schema, type, SCHEMA_LABELS, changed, count + 1);
}

void pg_create_domain(struct pg_state *state, const struct pg_node *node)
{
    const struct pg_node *list = pg_member(node, "constraints"),
                         *collation = pg_member(node, "collClause");
    struct schema_object *domain =
        new_type(state, SCHEMA_DOMAIN, pg_list_name(pg_member(node, "domainname")));
    if (!domain)
        return;
    schema_set(state->schema, domain, SCHEMA_TYPE,
               pg_type_of(&state->world, pg_member(node, "typeName")).full);
    if (collation)
        schema_set(state->schema, domain, SCHEMA_COLLATION,
                   pg_collation_name(state->world.arena, pg_member(collation, "collname")));
    for (size_t i = 0; i < pg_count(list); i++) {
        const struct pg_node *constraint = pg_as(pg_at(list, i), "Constraint");
        const char *kind = pg_word(constraint, "contype");
        if (strcmp(kind, "CONSTR_NOTNULL") == 0)
            schema_set_flag(state->schema, domain, SCHEMA_NOT_NULL, true);
        else if (strcmp(kind, "CONSTR_DEFAULT") == 0)
            pg_set_default(state, domain, pg_member(constraint, "raw_expr"));
        else if (strcmp(kind, "CONSTR_NULL") != 0)
            pg_add_constraint(state, domain, constraint, NULL);
    }
}

void pg_create_composite(struct pg_state *state, const struct pg_node *node)
{
    const struct pg_node *list = pg_member(node, "coldeflist");
    struct schema_object *type =
        new_type(state, SCHEMA_COMPOSITE, pg_range_name(pg_member(node, "typevar")));
    for (size_t i = 0; type && i < pg_count(list); i++) {
        const struct pg_node *field = pg_as(pg_at(list, i), "ColumnDef");
        struct schema_place place = pg_place(state, pg_integer(field, "location"));
        struct schema_object *column =
            schema_add_part(state->schema, type, SCHEMA_COLUMN, pg_word(field, "colname"), &place);
        if (column)
            pg_set_field(state, column, field);
    }
}

void pg_set_field(struct pg_state *state, struct schema_object *field,
                  const struct pg_node *definition)
{
    const struct pg_node *collation = pg_member(definition, "collClause");
    const char *name = pg_list_name(pg_member(collation, "collname")).name;
    schema_set(state->schema, field, SCHEMA_TYPE,
               pg_type_of(&state->world, pg_member(definition, "typeName")).full);
    schema_set(state->schema, field, SCHEMA_COLLATION,
               collation && strcmp(name, "default") != 0
                   ? pg_collation_name(state->world.arena, pg_member(collation, "collname"))
                   : NULL);
}

void pg_create_range(struct pg_state *state, const struct pg_node *node)
{
    const struct pg_node *subtype = pg_option(pg_member(node, "params"), "subtype");
    struct schema_object *type =
        new_type(state, SCHEMA_COMPOSITE, pg_list_name(pg_member(node, "typeName")));
    if (!type)
        return;
    schema_set(state->schema, type, SCHEMA_SORT, "range");
    if (subtype)
        schema_set(state->schema, type, SCHEMA_TYPE,
                   pg_type_of(&state->world, pg_as(pg_member(subtype, "arg"), "TypeName")).full);
}

/* What a query reads: tables, views and own functions, "public.orders". */
static void collect_needs(struct pg_state *state, const struct pg_node *node, struct map *found)
{
    const struct pg_node *range = pg_as(node, "RangeVar"), *call = pg_as(node, "FuncCall");
    const struct schema_object *object = NULL;
    if (range)
        object = pg_lookup_relation(&state->world, pg_range_name(range));
    else if (call)
        object = pg_lookup_function(&state->world, pg_list_name(pg_member(call, "funcname")));
    if (object)
        map_put(found, schema_object_path(state->world.arena, object), found);
    for (size_t i = 0; i < pg_inner_count(node); i++)
        collect_needs(state, &node->nodes[i], found);
}

static void set_needs(struct pg_state *state, struct schema_object *view,
                      const struct pg_node *query)
{
    struct map *found = map_new();
    collect_needs(state, query, found);
    size_t count = map_count(found);
    const char **items = arena_array(state->world.arena, count + 1, sizeof(*items));
    for (size_t i = 0; i < count; i++)
        items[i] = map_key_at(found, i);
    schema_set_list(state->schema, view, SCHEMA_DEPENDS, items, count);
    map_free(&found);
}

static void set_columns(struct pg_state *state, struct schema_object *relation,
                        const struct pg_selected *selected, const struct pg_node *aliases)
{
    struct schema_place place = pg_place(state, -1);
    for (size_t i = 0; i < selected->count; i++) {
        const char *alias = pg_string(pg_at(aliases, i));
        struct schema_object *column =
            schema_add_part(state->schema, relation, SCHEMA_COLUMN,
                            alias ? alias : selected->columns[i].name, &place);
        const char *type = selected->columns[i].type.full;
        if (column && type && type != pg_unknown)
            schema_set(state->schema, column, SCHEMA_TYPE, type);
    }
}

/* The query with the names that the view gives its columns. */
static const struct pg_node *with_aliases(struct arena *arena, const struct pg_node *select,
                                          const struct pg_node *aliases)
{
    const struct pg_node *targets = pg_member(select, "targetList");
    size_t count = pg_count(targets);
    if (!count || !pg_count(aliases))
        return select;
    struct pg_node *nodes = arena_array(arena, count, sizeof(*nodes));
    memcpy(nodes, targets->nodes, count * sizeof(*nodes));
    for (size_t i = 0; i < pg_count(aliases) && i < count; i++) {
        struct pg_node name = { .name = "name", .kind = PG_TEXT };
        name.text = pg_string(pg_at(aliases, i));
        nodes[i].nodes = pg_tree_with(arena, pg_as(&nodes[i], "ResTarget"), &name);
    }
    struct pg_node list = *targets;
    list.nodes = nodes;
    return pg_tree_with(arena, select, &list);
}

static void fill_view(struct pg_state *state, struct schema_object *view,
                      const struct pg_node *query, const struct pg_node *aliases)
{
    const struct pg_node *select = pg_as(query, "SelectStmt");
    const struct pg_node *named = with_aliases(state->world.arena, select, aliases);
    struct pg_writer writer = pg_writer_in(state, NULL);
    struct pg_selected selected = pg_write_query(&writer, named);
    const char *own =
        writer.unsure ? pg_own_query(&state->world, view->name, query, aliases) : NULL;
    if (writer.unsure && !own)
        pg_complain(state, "the query of %s is not read: it holds %s", view->name, writer.unsure);
    schema_set(state->schema, view, SCHEMA_DEFINITION,
               arena_printf(state->world.arena, "%s;", own ? own : selected.text));
    set_columns(state, view, &selected, aliases);
    set_needs(state, view, query);
    pg_wrote(state, &writer, "views");
}

/* Of its two ways of being said, as an option and behind the query, its check has one. */
static void set_view_options(struct pg_state *state, struct schema_object *view,
                             const struct pg_node *node)
{
    const char *check = pg_word(node, "withCheckOption"), *said = NULL;
    const struct pg_node *options = pg_member(node, "options"),
                         *option = pg_option(options, "check_option");
    size_t count, kept = 0;
    pg_set_options(state, view, options);
    const char *const *items = schema_list(view, SCHEMA_OPTIONS, &count);
    const char **others = arena_array(state->world.arena, count + 1, sizeof(*others));
    for (size_t i = 0; i < count; i++)
        if (strncmp(items[i], "check_option=", strlen("check_option=")) != 0)
            others[kept++] = items[i];
    schema_set_list(state->schema, view, SCHEMA_OPTIONS, others, kept);
    if (strcmp(check, "LOCAL_CHECK_OPTION") == 0 || strcmp(check, "CASCADED_CHECK_OPTION") == 0)
        said = *check == 'L' ? "local" : "cascaded";
    else if (option)
        said = pg_option_text(&state->world, option);
    schema_set(state->schema, view, SCHEMA_CHECK, said);
}

void pg_create_view(struct pg_state *state, const struct pg_node *node)
{
    const struct pg_node *range = pg_member(node, "view");
    struct pg_name name = pg_range_name(range);
    const char *namespace = pg_target(state, name);
    struct schema_place place = pg_place(state, -1);
    if (pg_is(range, "relpersistence", "t"))
        return;
    struct schema_object *view =
        schema_find(state->schema, SCHEMA_VIEW, namespace, name.name, NULL);
    if (view && pg_flag(node, "replace")) {
        while (view->parts && view->parts->kind == SCHEMA_COLUMN)
            schema_remove(state->schema, view->parts);
        view->place.line = place.line;
    } else if (pg_relation_taken(state, namespace, name.name)) {
        pg_complain(state, "there is a relation %s.%s already", namespace, name.name);
        return;
    } else {
        view = schema_add(state->schema, SCHEMA_VIEW, namespace, name.name, NULL, &place);
    }
    fill_view(state, view, pg_member(node, "query"), pg_member(node, "aliases"));
    set_view_options(state, view, node);
}

void pg_create_as(struct pg_state *state, const struct pg_node *node)
{
    const struct pg_node *into = pg_member(node, "into"), *range = pg_member(into, "rel");
    bool view = pg_is(node, "objtype", "OBJECT_MATVIEW");
    struct pg_name name = pg_range_name(range);
    const char *namespace = pg_target(state, name);
    struct schema_place place = pg_place(state, -1);
    if (pg_is(range, "relpersistence", "t"))
        return;
    if (pg_relation_taken(state, namespace, name.name)) {
        if (!pg_flag(node, "if_not_exists"))
            pg_complain(state, "there is a relation %s.%s already", namespace, name.name);
        return;
    }
    struct schema_object *relation =
        schema_add(state->schema, view ? SCHEMA_MATERIALIZED_VIEW : SCHEMA_TABLE, namespace,
                   name.name, NULL, &place);
    fill_view(state, relation, pg_member(node, "query"), pg_member(into, "colNames"));
    if (!view) {
        schema_set(state->schema, relation, SCHEMA_DEFINITION, NULL);
        schema_set(state->schema, relation, SCHEMA_DEPENDS, NULL);
    }
    pg_set_options(state, relation, pg_member(into, "options"));
    schema_set(state->schema, relation, SCHEMA_TABLESPACE, pg_text(into, "tableSpaceName"));
}

void pg_comment(struct pg_state *state, const struct pg_node *node)
{
    const char *type = pg_word(node, "objtype"), *text = pg_text(node, "comment");
    if (strcmp(type, "OBJECT_DATABASE") == 0 || strcmp(type, "OBJECT_ROLE") == 0)
        return;
    struct schema_object *object = pg_named_object(state, type, pg_member(node, "object"));
    if (object)
        schema_set(state->schema, object, SCHEMA_COMMENT, text && *text ? text : NULL);
    else if (strcmp(type, "OBJECT_EXTENSION") != 0 && strcmp(type, "OBJECT_INDEX") != 0)
        pg_complain(state, "what the comment is on is not there, or of a kind that is not read");
}

static void set_search_path(struct pg_state *state, const char *const *names, size_t count)
{
    state->world.search_count = 0;
    for (size_t i = 0; i < count && i < PG_SEARCH_MAX; i++)
        if (*names[i] && strcmp(names[i], "$user") != 0 && strcmp(names[i], "pg_catalog") != 0)
            state->world.search[state->world.search_count++] =
                arena_text(state->schema->arena, names[i]);
}

void pg_set_variable(struct pg_state *state, const struct pg_node *node)
{
    const struct pg_node *list = pg_member(node, "args");
    const char *kind = pg_word(node, "kind");
    const char *names[PG_SEARCH_MAX];
    size_t count = 0;
    static const char *const ordinary[] = { "public" };
    if (strcmp(kind, "VAR_RESET_ALL") != 0 && !pg_is(node, "name", "search_path"))
        return;
    if (strcmp(kind, "VAR_SET_VALUE") != 0) {
        set_search_path(state, ordinary, 1);
        return;
    }
    for (size_t i = 0; i < pg_count(list) && count < PG_SEARCH_MAX; i++)
        names[count++] = pg_word(pg_member(pg_as(pg_at(list, i), "A_Const"), "sval"), "sval");
    set_search_path(state, names, count);
}

void pg_select(struct pg_state *state, const struct pg_node *node)
{
    const struct pg_node *target = pg_as(pg_at(pg_member(node, "targetList"), 0), "ResTarget");
    const struct pg_node *call = pg_as(pg_member(target, "val"), "FuncCall");
    const struct pg_node *arguments = pg_member(call, "args");
    struct pg_name name = pg_list_name(pg_member(call, "funcname"));
    if (strcmp(name.name, "set_config") != 0 || pg_count(arguments) < 2)
        return;
    const struct pg_node *variable = pg_member(pg_as(pg_at(arguments, 0), "A_Const"), "sval");
    const struct pg_node *value = pg_member(pg_as(pg_at(arguments, 1), "A_Const"), "sval");
    if (!pg_is(variable, "sval", "search_path"))
        return;
    size_t count;
    const char **names = arena_words(state->world.arena, pg_word(value, "sval"), ", \"", &count);
    set_search_path(state, names, count);
}
