/*
 * What of two schemas the migrations tell that lead from one to the other: where a server ran them
 * and not all of what they do is in their texts, only the rest is told once more.
 */
#include "database_schema_parts.h"

#include <string.h>

#include "ascii.h"

/* --- Names ------------------------------------------------------------------------------------ */

/* Without quotes, and in any case: how a name was written is no matter here. */
static bool same_name(const char *written, size_t length, const char *name)
{
    while (length > 0 && strchr("\"`[", *written) != NULL) {
        written++;
        length--;
    }
    while (length > 0 && strchr("\"`]", written[length - 1]) != NULL)
        length--;
    for (size_t i = 0; i < length; i++) {
        if (name[i] == '\0' || ascii_upper(name[i]) != ascii_upper(written[i]))
            return false;
    }
    return name[length] == '\0';
}

static bool is_name(const char *written, const char *name)
{
    return written != NULL && same_name(written, strlen(written), name);
}

/* "public.users" and "users"; of a function what it takes is left out. */
static bool is_object(const char *written, const struct schema_object *object)
{
    size_t length = written != NULL ? strcspn(written, "(") : 0;
    size_t name = length;

    while (name > 0 && written[name - 1] != '.')
        name--;
    return length > 0 && same_name(written + name, length - name, object->name) &&
           (name == 0 || same_name(written, name - 1, object->schema));
}

/* --- Operations ------------------------------------------------------------------------------- */

/* Those of the migrations that run, one after the other; change: of an operation, or NULL of one
 * that has none. */
struct step {
    const struct sql_operation *operation;
    const struct sql_change *change;
};

/* Whether a step tells what is asked. */
typedef bool told_by(const struct step *step, const struct schema_change *change);

static bool will_run(const struct migration_pair *pair)
{
    return pair->current != NULL &&
           (pair->difference == MIGRATION_NEW || pair->difference == MIGRATION_OUT_OF_ORDER ||
            pair->difference == MIGRATION_REPEATED);
}

static bool told_in(const struct sql_operation *operation, told_by *tells,
                    const struct schema_change *change)
{
    struct step step = { .operation = operation };

    if ((operation->marks & (SQL_OPAQUE | SQL_UNREAD)) != 0)
        return false;
    if (operation->change_count == 0)
        return tells(&step, change);
    for (size_t i = 0; i < operation->change_count; i++) {
        step.change = &operation->changes[i];
        if (tells(&step, change))
            return true;
    }
    return false;
}

static bool any_step(const struct schema_scan *scan, told_by *tells,
                     const struct schema_change *change)
{
    const struct database_input *database = scan->module->database;

    for (size_t i = 0; i < database->pair_count; i++) {
        const struct migration *migration = database->pairs[i].current;

        for (size_t j = 0; will_run(&database->pairs[i]) && j < migration->operation_count; j++) {
            if (told_in(&migration->operations[j], tells, change))
                return true;
        }
    }
    return false;
}

/* What a name stands for: a function and a table may have the same. Any relation may be renamed as
 * a table, and a type is one whatever it is made of. */
static bool is_of_kind(const struct sql_operation *operation, enum schema_kind kind)
{
    /* clang-format off */
    static const enum sql_object_kind kinds[SCHEMA_KINDS] = {
        [SCHEMA_NAMESPACE] = SQL_SCHEMA,         [SCHEMA_EXTENSION] = SQL_EXTENSION,
        [SCHEMA_ENUM] = SQL_TYPE,                [SCHEMA_DOMAIN] = SQL_DOMAIN,
        [SCHEMA_COMPOSITE] = SQL_TYPE,           [SCHEMA_SEQUENCE] = SQL_SEQUENCE,
        [SCHEMA_FUNCTION] = SQL_FUNCTION,        [SCHEMA_TABLE] = SQL_TABLE,
        [SCHEMA_VIEW] = SQL_VIEW,                [SCHEMA_MATERIALIZED_VIEW] = SQL_MATERIALIZED_VIEW,
        [SCHEMA_CONSTRAINT] = SQL_CONSTRAINT,    [SCHEMA_INDEX] = SQL_INDEX,
        [SCHEMA_TRIGGER] = SQL_TRIGGER,          [SCHEMA_POLICY] = SQL_POLICY,
    };
    /* clang-format on */
    bool relation = kind == SCHEMA_SEQUENCE || kind == SCHEMA_VIEW ||
                    kind == SCHEMA_MATERIALIZED_VIEW || kind == SCHEMA_INDEX;

    if (operation->object_kind == kinds[kind])
        return true;
    return (kind == SCHEMA_FUNCTION && operation->object_kind == SQL_PROCEDURE) ||
           (kind == SCHEMA_DOMAIN && operation->object_kind == SQL_TYPE) ||
           (relation && operation->object_kind == SQL_TABLE);
}

static bool is_about(const struct sql_operation *operation, const struct schema_object *object)
{
    return is_of_kind(operation, object->kind) && is_object(operation->object, object);
}

/* --- Whole objects ---------------------------------------------------------------------------- */

static bool is_renamed(const struct step *step)
{
    return step->operation->new_name != NULL ||
           (step->change != NULL && step->change->action == SQL_RENAME_OBJECT);
}

static const char *new_name(const struct step *step)
{
    return step->operation->new_name != NULL ? step->operation->new_name
           : step->change != NULL            ? step->change->new_name
                                             : NULL;
}

static bool tells_object_added(const struct step *step, const struct schema_change *change)
{
    return (step->operation->kind == SQL_CREATE && is_about(step->operation, change->current)) ||
           (is_renamed(step) && is_of_kind(step->operation, change->current->kind) &&
            is_object(new_name(step), change->current));
}

static bool tells_object_removed(const struct step *step, const struct schema_change *change)
{
    return (step->operation->kind == SQL_DROP || is_renamed(step)) &&
           is_about(step->operation, change->previous);
}

/* A table's own properties are not those of its columns. */
static bool tells_object_changed(const struct step *step, const struct schema_change *change)
{
    const struct sql_operation *operation = step->operation;
    bool of_table = change->current->kind == SCHEMA_TABLE;

    if (!is_about(operation, change->current))
        return false;
    if (!of_table)
        return operation->kind == SQL_CREATE || operation->kind == SQL_ALTER;
    return step->change != NULL && (step->change->action == SQL_CHANGE_SECURITY ||
                                    step->change->action == SQL_CHANGE_OPTION ||
                                    step->change->action == SQL_CHANGE_STORAGE);
}

/* --- Columns ---------------------------------------------------------------------------------- */

static bool is_of_table(const struct step *step, const struct schema_object *part)
{
    return is_object(step->operation->object, part->owner);
}

static bool renames_column(const struct sql_change *change)
{
    return change->new_name != NULL &&
           (change->action == SQL_RENAME_COLUMN || change->action == SQL_REDEFINE_COLUMN);
}

static bool tells_column_added(const struct step *step, const struct schema_change *change)
{
    const struct schema_object *column = change->current;

    if (!is_of_table(step, column))
        return false;
    for (size_t i = 0; step->operation->kind == SQL_CREATE && i < step->operation->column_count;
         i++) {
        if (is_name(step->operation->columns[i].name, column->name))
            return true;
    }
    return step->change != NULL &&
           ((step->change->action == SQL_ADD_COLUMN && is_name(step->change->name, column->name)) ||
            (renames_column(step->change) && is_name(step->change->new_name, column->name)));
}

static bool tells_column_removed(const struct step *step, const struct schema_change *change)
{
    return step->change != NULL && is_of_table(step, change->previous) &&
           is_name(step->change->name, change->previous->name) &&
           (step->change->action == SQL_DROP_COLUMN || renames_column(step->change));
}

static bool makes_property(const struct sql_change *step, enum schema_property property)
{
    switch (step->action) {
    case SQL_REDEFINE_COLUMN:
        return true;
    case SQL_CHANGE_TYPE:
        return property == SCHEMA_TYPE || property == SCHEMA_COLLATION;
    case SQL_SET_NOT_NULL:
    case SQL_DROP_NOT_NULL:
        return property == SCHEMA_NOT_NULL;
    case SQL_SET_DEFAULT:
    case SQL_DROP_DEFAULT:
        return property == SCHEMA_DEFAULT;
    default:
        return false;
    }
}

static bool tells_property(const struct step *step, const struct schema_change *change)
{
    return step->change != NULL && is_of_table(step, change->current) &&
           is_name(step->change->name, change->current->name) &&
           makes_property(step->change, change->properties[0].property);
}

/* Each of what differs must be said: of a type that changed a new default is not known. */
static bool is_column_change_told(const struct schema_scan *scan,
                                  const struct schema_change *change)
{
    struct schema_change one = *change;

    for (size_t i = 0; i < change->property_count; i++) {
        one.properties = &change->properties[i];
        if (!change->properties[i].facet && !any_step(scan, tells_property, &one))
            return false;
    }
    return true;
}

/* --- Other parts ------------------------------------------------------------------------------ */

/* By its name, in the table's own statement or in one of its own. */
static bool tells_part(const struct step *step, const struct schema_object *part, bool gone)
{
    const struct sql_operation *operation = step->operation;
    enum sql_action wanted = part->kind == SCHEMA_INDEX
                                 ? (gone ? SQL_DROP_INDEX : SQL_ADD_INDEX)
                                 : (gone ? SQL_DROP_CONSTRAINT : SQL_ADD_CONSTRAINT);

    if (step->change != NULL && is_of_table(step, part) &&
        ((step->change->action == wanted && is_name(step->change->name, part->name)) ||
         is_name(gone ? step->change->name : step->change->new_name, part->name)))
        return gone ? step->change->action == wanted || step->change->new_name != NULL : true;
    return operation->kind == (gone ? SQL_DROP : SQL_CREATE) && is_about(operation, part);
}

static bool tells_part_added(const struct step *step, const struct schema_change *change)
{
    return tells_part(step, change->current, false);
}

static bool tells_part_removed(const struct step *step, const struct schema_change *change)
{
    return tells_part(step, change->previous, true);
}

/* --- One change ------------------------------------------------------------------------------- */

/* A new table is what its migration says only when that names each of its columns. */
static bool are_columns_told(const struct schema_scan *scan, const struct schema_object *table)
{
    for (const struct schema_object *part = table->parts; part != NULL; part = part->next) {
        const struct schema_change made = { .kind = SCHEMA_ADDED, .current = part };

        if (part->kind == SCHEMA_COLUMN && !part->removed &&
            !any_step(scan, tells_column_added, &made))
            return false;
    }
    return true;
}

static bool is_whole_told(const struct schema_scan *scan, const struct schema_change *change)
{
    switch (change->kind) {
    case SCHEMA_ADDED:
        return any_step(scan, tells_object_added, change) &&
               (change->current->kind != SCHEMA_TABLE || are_columns_told(scan, change->current));
    case SCHEMA_REMOVED:
        return any_step(scan, tells_object_removed, change);
    default:
        return any_step(scan, tells_object_changed, change);
    }
}

bool database_schema_is_told(const struct schema_scan *scan, const struct schema_change *change)
{
    const struct schema_object *object = schema_change_object(change);
    struct schema_change owner = { .kind = change->kind };

    if (!scan->input->by_migrations)
        return false;
    if (object->owner == NULL)
        return is_whole_told(scan, change);
    if (change->within) {
        owner.previous = change->kind == SCHEMA_REMOVED ? object->owner : NULL;
        owner.current = change->kind == SCHEMA_REMOVED ? NULL : object->owner;
        return is_whole_told(scan, &owner);
    }
    if (object->kind != SCHEMA_COLUMN)
        return (change->kind == SCHEMA_ADDED && any_step(scan, tells_part_added, change)) ||
               (change->kind == SCHEMA_REMOVED && any_step(scan, tells_part_removed, change));
    return change->kind == SCHEMA_ADDED     ? any_step(scan, tells_column_added, change)
           : change->kind == SCHEMA_REMOVED ? any_step(scan, tells_column_removed, change)
                                            : is_column_change_told(scan, change);
}
