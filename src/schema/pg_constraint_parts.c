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

void pg_each_partition(struct pg_state *state, const struct schema_object *part,
                       pg_of_partition *call)
{
    const char *sort = schema_get(part->owner, SCHEMA_SORT);
    if (state->only || !sort || strcmp(sort, "partitioned") != 0 ||
        state->nesting >= PG_PARTITION_DEPTH)
        return;
    state->nesting++;
    const char *name = pg_object_name(state->world.arena, part->owner);
    for (struct schema_object *table = state->schema->first; table; table = table->next) {
        const char *of =
            table->kind == SCHEMA_TABLE ? schema_get(table, SCHEMA_PARTITION_OF) : NULL;
        if (of && strcmp(of, name) == 0)
            call(state, table, part);
    }
    state->nesting--;
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
