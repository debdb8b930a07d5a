#include <stdlib.h>
#include <string.h>

#include "pg_rename.h"

struct type_row {
    const char *type;
    enum schema_kind kind;
};

static const struct type_row type_rows[] = {
    {"OBJECT_TABLE",          SCHEMA_TABLE            },
    { "OBJECT_FOREIGN_TABLE", SCHEMA_TABLE            },
    { "OBJECT_VIEW",          SCHEMA_VIEW             },
    { "OBJECT_MATVIEW",       SCHEMA_MATERIALIZED_VIEW},
    { "OBJECT_SEQUENCE",      SCHEMA_SEQUENCE         },
    { "OBJECT_INDEX",         SCHEMA_INDEX            },
    { "OBJECT_DOMAIN",        SCHEMA_DOMAIN           },
};

static struct schema_object *named_type(struct pg_state *state, struct pg_name name)
{
    static const enum schema_kind kinds[] = { SCHEMA_ENUM, SCHEMA_COMPOSITE, SCHEMA_DOMAIN };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct schema_object *found = pg_lookup(&state->world, kinds[i], name, NULL);
        if (found)
            return found;
    }
    return NULL;
}

/* orders.total, orders.total_positive of a table, price.positive of a domain. */
static struct schema_object *named_part(struct pg_state *state, const char *type,
                                        const struct pg_node *list)
{
    size_t count;
    const char **names = pg_names(state, list, &count);
    if (count < 2)
        return NULL;
    struct pg_name owner_name = { count > 2 ? names[count - 3] : NULL, names[count - 2] };
    struct schema_object *owner = pg_lookup_relation(&state->world, owner_name);
    if (!owner)
        owner = named_type(state, owner_name);
    enum schema_kind kind = strcmp(type, "OBJECT_COLUMN") == 0    ? SCHEMA_COLUMN
                            : strcmp(type, "OBJECT_TRIGGER") == 0 ? SCHEMA_TRIGGER
                            : strcmp(type, "OBJECT_POLICY") == 0  ? SCHEMA_POLICY
                                                                  : SCHEMA_CONSTRAINT;
    return owner ? schema_find_part(state->schema, owner, kind, names[count - 1]) : NULL;
}

struct schema_object *pg_named_object(struct pg_state *state, const char *type,
                                      const struct pg_node *object)
{
    const struct pg_node *with_arguments = pg_as(object, "ObjectWithArgs");
    const struct pg_node *type_name = pg_as(object, "TypeName");
    if (with_arguments)
        return pg_routine_of(state, with_arguments);
    if (strcmp(type, "OBJECT_SCHEMA") == 0)
        return schema_find(state->schema, SCHEMA_NAMESPACE, "", pg_string(object), NULL);
    if (strcmp(type, "OBJECT_EXTENSION") == 0) {
        for (struct schema_object *one = state->schema->first; one; one = one->next)
            if (one->kind == SCHEMA_EXTENSION && strcmp(one->name, pg_string(object)) == 0)
                return one;
        return NULL;
    }
    if (type_name)
        return named_type(state, pg_list_name(pg_member(type_name, "names")));
    if (strcmp(type, "OBJECT_COLUMN") == 0 || strcmp(type, "OBJECT_TRIGGER") == 0 ||
        strcmp(type, "OBJECT_POLICY") == 0 || strcmp(type, "OBJECT_TABCONSTRAINT") == 0 ||
        strcmp(type, "OBJECT_DOMCONSTRAINT") == 0)
        return named_part(state, type, object);
    struct pg_name name = pg_list_name(object);
    if (strcmp(type, "OBJECT_TYPE") == 0)
        return named_type(state, name);
    for (size_t i = 0; i < sizeof(type_rows) / sizeof(type_rows[0]); i++)
        if (strcmp(type_rows[i].type, type) == 0)
            return pg_lookup(&state->world, type_rows[i].kind, name, NULL);
    return NULL;
}

struct schema_object *pg_routine_of(struct pg_state *state, const struct pg_node *with_arguments)
{
    struct pg_name name = pg_list_name(pg_member(with_arguments, "objname"));
    if (pg_flag(with_arguments, "args_unspecified"))
        return pg_lookup_function(&state->world, name);
    const char *types = pg_identity(state, pg_member(with_arguments, "objargs"));
    struct schema_object *found = pg_lookup(&state->world, SCHEMA_FUNCTION, name, types);
    if (found)
        return found;
    /* Procedures are also named with their OUT parameters. */
    types = pg_identity(state, pg_member(with_arguments, "objfuncargs"));
    return pg_lookup(&state->world, SCHEMA_FUNCTION, name, types);
}

const char *pg_identity(struct pg_state *state, const struct pg_node *parameters)
{
    struct strbuf out = STRBUF_INIT;
    for (size_t i = 0; i < pg_count(parameters); i++) {
        const struct pg_node *parameter = pg_as(pg_at(parameters, i), "FunctionParameter");
        const struct pg_node *type =
            parameter ? pg_member(parameter, "argType") : pg_as(pg_at(parameters, i), "TypeName");
        const char *mode = pg_word(parameter, "mode");
        if (strcmp(mode, "FUNC_PARAM_OUT") == 0 || strcmp(mode, "FUNC_PARAM_TABLE") == 0)
            continue;
        struct pg_type written = pg_type_of(&state->world, type);
        strbuf_printf(&out, "%s%s", out.length ? ", " : "", written.name);
    }
    const char *text = strbuf_to_arena(&out, state->world.arena);
    strbuf_release(&out);
    return text;
}
