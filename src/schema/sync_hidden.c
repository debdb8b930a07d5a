/* Changes for which a script has to know what it may not see: MySQL and MariaDB change no column,
 * and drop no index, that a foreign key stands on, and MODIFY COLUMN takes the column's check off.
 */
#include <pilab/schema/sync.h>

#include <string.h>

/* Whether the change is made by saying anew all that the column is. */
static bool is_modified(const struct schema_change *change)
{
    const struct schema_object *object = schema_change_object(change);
    if (change->kind != SCHEMA_CHANGED)
        return false;
    return object->kind == SCHEMA_COLUMN
               ? object->owner->kind == SCHEMA_TABLE
               : object->kind == SCHEMA_TABLE && (schema_change_of(change, SCHEMA_CHARACTER_SET) ||
                                                  schema_change_of(change, SCHEMA_COLLATION));
}

/* A table that goes does so while keys are not looked at. */
static bool is_under_keys(const struct schema_change *change)
{
    const struct schema_object *object = schema_change_object(change);
    if (change->within || change->kind == SCHEMA_ADDED)
        return false;
    if (is_modified(change)) {
        for (size_t i = 0; i < change->property_count; i++) {
            enum schema_property property = change->properties[i].property;
            if (property != SCHEMA_COMMENT && property != SCHEMA_DEFAULT &&
                property != SCHEMA_ON_UPDATE_VALUE)
                return true;
        }
        return false;
    }
    if (object->kind == SCHEMA_COLUMN)
        return object->owner->kind == SCHEMA_TABLE;
    return object->kind == SCHEMA_INDEX || object->kind == SCHEMA_CONSTRAINT;
}

/* Whether the gap, of whoever read the schema, is about what the change may disturb. */
static bool hides(const struct schema *schema, const struct schema_gap *gap,
                  const struct schema_change *change)
{
    if (!gap->refused)
        return false;
    if (strcmp(gap->what, "foreign key") == 0 || strcmp(gap->what, "constraint") == 0)
        return is_under_keys(change);
    return strcmp(gap->what, "check") == 0 && schema_is_of_mariadb(schema) && is_modified(change);
}

bool schema_sync_check(const struct schema_diff *diff, struct error *error)
{
    const struct schema *const sides[] = { diff->previous, diff->current };
    for (size_t i = 0; i < 2 * diff->count && diff->current->dialect == SCHEMA_MYSQL; i++) {
        const struct schema_change *change = &diff->changes[i / 2];
        const struct schema_object *object = schema_change_object(change);
        const struct schema *side = sides[i % 2];
        for (size_t k = 0; k < side->gap_count; k++) {
            if (!hides(side, &side->gaps[k], change))
                continue;
            error_set(error, ERROR_UNSUPPORTED,
                      "there is no script: %s %s %s, and what may stand on it in %s was not read "
                      "(%s: %s)",
                      schema_kind_name(object->kind), schema_object_path(diff->arena, object),
                      change->kind == SCHEMA_REMOVED ? "goes" : "changes", side->name,
                      side->gaps[k].what, side->gaps[k].why);
            return error_hint(error, "Read it as a user who may see that. `pilab schema diff` "
                                     "shows what differs beside it.");
        }
    }
    return true;
}
