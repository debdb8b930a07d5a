/* No difference is passed over: what the script does not do, a note says. */
#include <string.h>

#include "sync_parts.h"

#define LIST(...)                                                                                  \
    (const enum schema_property[])                                                                 \
    {                                                                                              \
        __VA_ARGS__, SCHEMA_PROPERTIES                                                             \
    }

/* What of an object that is there can be altered, or is noted where it is not. What is made again
 * as a whole (constraints, policies, functions) has all that its definition tells. */
static const enum schema_property *const written[SCHEMA_KINDS] = {
    [SCHEMA_EXTENSION] = LIST(SCHEMA_VERSION),
    [SCHEMA_ENUM] = LIST(SCHEMA_LABELS),
    [SCHEMA_DOMAIN] = LIST(SCHEMA_TYPE, SCHEMA_COLLATION, SCHEMA_DEFAULT, SCHEMA_NOT_NULL),
    [SCHEMA_SEQUENCE] = LIST(SCHEMA_TYPE, SCHEMA_START, SCHEMA_INCREMENT, SCHEMA_MINIMUM,
                             SCHEMA_MAXIMUM, SCHEMA_CACHE, SCHEMA_CYCLE, SCHEMA_OWNED_BY),
    [SCHEMA_TABLE] = LIST(SCHEMA_ROW_SECURITY, SCHEMA_PERSISTENCE, SCHEMA_OPTIONS,
                          SCHEMA_PARTITION_OF, SCHEMA_PARTITION_BOUND, SCHEMA_PARTITION_KEY,
                          SCHEMA_SORT, SCHEMA_INHERITS, SCHEMA_TABLESPACE),
    [SCHEMA_VIEW] = LIST(SCHEMA_DEFINITION, SCHEMA_OPTIONS, SCHEMA_CHECK),
    [SCHEMA_MATERIALIZED_VIEW] = LIST(SCHEMA_DEFINITION, SCHEMA_OPTIONS),
    [SCHEMA_COLUMN] =
        LIST(SCHEMA_TYPE, SCHEMA_NOT_NULL, SCHEMA_DEFAULT, SCHEMA_IDENTITY, SCHEMA_GENERATED,
             SCHEMA_GENERATED_KIND, SCHEMA_COLLATION, SCHEMA_START, SCHEMA_INCREMENT,
             SCHEMA_MINIMUM, SCHEMA_MAXIMUM, SCHEMA_CACHE, SCHEMA_CYCLE),
};

void sync_leave(struct sync_writer *writer)
{
    writer->elsewhere++;
}

size_t sync_told(const struct sync_writer *writer)
{
    return writer->statements.count + writer->notes.count + writer->elsewhere;
}

static bool is_written(enum schema_kind kind, enum schema_property property)
{
    if (property == SCHEMA_COMMENT)
        return true;
    for (const enum schema_property *at = written[kind]; at && *at != SCHEMA_PROPERTIES; at++)
        if (*at == property)
            return true;
    return false;
}

static const char *told_name(struct sync_writer *writer, const struct schema_object *object)
{
    const char *name = sync_word(writer, object->name);
    return object->owner ? arena_printf(writer->arena, "%s of %s", name, sync_owner(writer, object))
                         : sync_name(writer, object);
}

void sync_note_rest(struct sync_writer *writer, const struct schema_change *change, size_t before)
{
    const struct schema_object *object = schema_change_object(change);
    const char *kind = schema_kind_name(object->kind);
    if (sync_told(writer) == before) {
        sync_note(writer, "the %s %s has to be %s by hand", kind, told_name(writer, object),
                  schema_change_name(change->kind));
        return;
    }
    if (change->kind != SCHEMA_CHANGED || !written[object->kind])
        return;
    for (size_t i = 0; i < change->property_count; i++)
        if (!change->properties[i].facet &&
            !is_written(object->kind, change->properties[i].property))
            sync_note(writer, "the %s of the %s %s has to be changed by hand",
                      schema_property_name(change->properties[i].property), kind,
                      told_name(writer, object));
}
