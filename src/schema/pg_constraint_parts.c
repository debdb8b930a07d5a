#include "pg_constraint.h"

#include <string.h>

#include "pg_define.h"

void pg_copy_values(struct schema *schema, const struct schema_object *from,
                    struct schema_object *to)
{
    for (unsigned i = 0; i < from->value_count; i++) {
        const struct schema_value *value = &from->values[i];
        if (value->items)
            schema_set_list(schema, to, value->property, value->items, value->item_count);
        else
            schema_set(schema, to, value->property, value->text);
    }
}

struct schema_object *pg_new_constraint(struct pg_state *state, struct schema_object *owner,
                                        const char *name, const char *sort, long location)
{
    struct schema_place place = pg_place(state, location);
    struct schema_object *constraint =
        schema_add_part(state->schema, owner, SCHEMA_CONSTRAINT, name, &place);
    if (!constraint) {
        pg_complain(state, "%s has a constraint %s already",
                    schema_object_path(state->world.arena, owner), name);
        return NULL;
    }
    schema_set(state->schema, constraint, SCHEMA_SORT, sort);
    pg_know_constraint(state, constraint);
    return constraint;
}

void pg_know_constraint(struct pg_state *state, struct schema_object *constraint)
{
    map_put(state->constraints,
            pg_qualified(state->world.arena, constraint->schema, constraint->name), constraint);
}
