#include "pg_aggregate.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "pg_rename.h"
#include "pg_routine.h"

/* An aggregate while it is read. Its text is that which is made of the catalog of a live server
 * (live_postgresql_query.c): in that order, and without what is ordinary. */
struct aggregate {
    struct pg_state *state;
    const struct pg_node *options;
    struct strbuf out;
    const char *needs[8]; /* paths of own functions that it calls */
    size_t need_count;
};

/* What is read of its options; every other one is a gap. */
enum word_kind { FUNCTION, FLAG, TEXT, LEVEL };

static const struct option_row {
    const char *name, *older, *word;
    enum word_kind kind;
} option_rows[] = {
    {"sfunc",            "sfunc1",    "SFUNC",           FUNCTION},
    { "finalfunc",       "finalfunc", "FINALFUNC",       FUNCTION},
    { "finalfunc_extra", NULL,        "FINALFUNC_EXTRA", FLAG    },
    { "combinefunc",     NULL,        "COMBINEFUNC",     FUNCTION},
    { "serialfunc",      NULL,        "SERIALFUNC",      FUNCTION},
    { "deserialfunc",    NULL,        "DESERIALFUNC",    FUNCTION},
    { "initcond",        "initcond1", "INITCOND",        TEXT    },
    { "parallel",        NULL,        "PARALLEL",        LEVEL   },
};

static const struct pg_node *option_of(const struct aggregate *aggregate, const char *name,
                                       const char *older)
{
    const struct pg_node *found = pg_option(aggregate->options, name);
    return found || !older ? found : pg_option(aggregate->options, older);
}

/* As the server writes a function: its own without a schema. */
static const char *function_name(struct aggregate *aggregate, const struct pg_node *option)
{
    const struct pg_world *world = &aggregate->state->world;
    const struct pg_node *argument = pg_member(option, "arg"), *type = pg_as(argument, "TypeName");
    struct pg_name name = { NULL, "" };
    if (type)
        name = pg_list_name(pg_member(type, "names"));
    else if (pg_string(argument))
        name.name = pg_string(argument);
    const struct schema_object *own = pg_lookup_function(world, name);
    if (own) {
        if (aggregate->need_count < sizeof(aggregate->needs) / sizeof(aggregate->needs[0]))
            aggregate->needs[aggregate->need_count++] = schema_object_path(world->arena, own);
        return pg_object_name(world->arena, own);
    }
    bool ours = name.namespace && strcmp(name.namespace, "pg_catalog") != 0;
    return pg_qualified(world->arena, ours ? name.namespace : NULL, name.name);
}

static void add_level(struct aggregate *aggregate, const struct pg_node *option)
{
    const char *level = pg_option_text(&aggregate->state->world, option);
    if (strcasecmp(level, "safe") == 0 || strcasecmp(level, "restricted") == 0)
        strbuf_printf(&aggregate->out, ", PARALLEL = %s",
                      *level == 's' || *level == 'S' ? "SAFE" : "RESTRICTED");
}

static void add_option(struct aggregate *aggregate, const struct option_row *row,
                       const struct pg_node *option)
{
    struct pg_world *world = &aggregate->state->world;
    const char *between = strcmp(row->name, "sfunc") == 0 ? "" : ", ";
    switch (row->kind) {
    case FUNCTION:
        strbuf_printf(&aggregate->out, "%s%s = %s", between, row->word,
                      function_name(aggregate, option));
        break;
    case FLAG:
        if (strcmp(pg_option_text(world, option), "false") != 0)
            strbuf_printf(&aggregate->out, ", %s", row->word);
        break;
    case TEXT:
        strbuf_printf(&aggregate->out, ", %s = %s", row->word,
                      pg_literal(world->arena, pg_option_text(world, option)));
        break;
    case LEVEL:
        add_level(aggregate, option);
        break;
    }
}

static bool is_known(const char *name)
{
    static const char *const others[] = { "basetype", "stype", "stype1" };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strcmp(others[i], name) == 0)
            return true;
    for (size_t i = 0; i < sizeof(option_rows) / sizeof(option_rows[0]); i++)
        if (strcmp(option_rows[i].name, name) == 0 ||
            (option_rows[i].older && strcmp(option_rows[i].older, name) == 0))
            return true;
    return false;
}

static void look_for_others(const struct aggregate *aggregate)
{
    for (size_t i = 0; i < pg_count(aggregate->options); i++)
        if (!is_known(pg_word(pg_as(pg_at(aggregate->options, i), "DefElem"), "defname")))
            schema_add_gap(aggregate->state->schema, "rare options of aggregates",
                           "the way of moving aggregates, SORTOP, SSPACE, HYPOTHETICAL and the "
                           "like "
                           "are not compared");
}

static const char *type_of(struct aggregate *aggregate, const struct pg_node *option)
{
    const struct pg_node *type = pg_as(pg_member(option, "arg"), "TypeName");
    return type ? pg_type_of(&aggregate->state->world, type).name
                : pg_option_text(&aggregate->state->world, option);
}

/* Before 8.2 the type stood among the options; "ANY" is that of no argument. */
static const char *older_argument(struct aggregate *aggregate)
{
    const struct pg_node *base = pg_option(aggregate->options, "basetype");
    const char *type = base ? type_of(aggregate, base) : "";
    return strcasecmp(type, "any") == 0 || strcasecmp(type, "\"any\"") == 0 ? "" : type;
}

static void define(struct aggregate *aggregate, struct schema_object *object)
{
    const struct pg_node *state_type = option_of(aggregate, "stype", "stype1");
    const char *type = state_type ? type_of(aggregate, state_type) : "";
    strbuf_printf(&aggregate->out, "CREATE AGGREGATE %s(%s) (",
                  pg_object_name(aggregate->state->world.arena, object),
                  schema_get(object, SCHEMA_ARGUMENTS) ? schema_get(object, SCHEMA_ARGUMENTS) : "");
    for (size_t i = 0; i < sizeof(option_rows) / sizeof(option_rows[0]); i++) {
        const struct pg_node *option =
            option_of(aggregate, option_rows[i].name, option_rows[i].older);
        if (option)
            add_option(aggregate, &option_rows[i], option);
        if (i == 0)
            strbuf_printf(&aggregate->out, ", STYPE = %s", type);
    }
    strbuf_add_char(&aggregate->out, ')');
    schema_set(aggregate->state->schema, object, SCHEMA_DEFINITION, aggregate->out.data);
    schema_set_list(aggregate->state->schema, object, SCHEMA_DEPENDS, aggregate->needs,
                    aggregate->need_count);
    if (!option_of(aggregate, "finalfunc", NULL))
        schema_set(aggregate->state->schema, object, SCHEMA_RETURNS, type);
    look_for_others(aggregate);
}

static void create_aggregate(struct pg_state *state, const struct pg_node *node)
{
    struct aggregate aggregate = { .state = state,
                                   .options = pg_member(node, "definition"),
                                   .out = STRBUF_INIT };
    struct pg_name name = pg_list_name(pg_member(node, "defnames"));
    const struct pg_node *arguments = pg_member(node, "args"), *list = pg_at(arguments, 0);
    bool older = pg_flag(node, "oldstyle");
    long direct = pg_integer(pg_as(pg_at(arguments, 1), "Integer"), "ival");
    const char *types = older ? older_argument(&aggregate) : pg_identity(state, list);
    const char *text = older ? types : pg_parameters(state, list, direct);
    const char *namespace = pg_target(state, name);
    struct schema_place place = pg_place(state, -1);
    struct schema_object *object =
        schema_find(state->schema, SCHEMA_FUNCTION, namespace, name.name, types);
    if (object && !pg_flag(node, "replace")) {
        pg_complain(state, "there is a function %s(%s) already", name.name, types);
        return;
    }
    if (!object)
        object = schema_add(state->schema, SCHEMA_FUNCTION, namespace, name.name, types, &place);
    schema_set(state->schema, object, SCHEMA_SORT, "aggregate");
    schema_set(state->schema, object, SCHEMA_ARGUMENTS, *text ? text : NULL);
    define(&aggregate, object);
    strbuf_release(&aggregate.out);
}

void pg_apply_define(struct pg_state *state, const struct pg_node *node)
{
    if (pg_is(node, "kind", "OBJECT_AGGREGATE"))
        create_aggregate(state, node);
    else if (pg_is(node, "kind", "OBJECT_TYPE"))
        schema_add_gap(state->schema, "base types", "they are not read");
    else
        schema_add_gap(state->schema, "operators, collations and text search", "they are not read");
}
