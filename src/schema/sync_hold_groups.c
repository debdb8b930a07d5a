/* What a script has to say of an object, and that it waits. */
#include <string.h>

#include "sync_hold.h"

const char *sync_group(struct sync_writer *writer, const struct schema_object *object)
{
    return arena_printf(writer->arena, "%d %s", (int)object->kind,
                        schema_object_path(writer->arena, object));
}

struct group *sync_hold_group(struct holding *holding, const struct schema_object *object)
{
    struct sync_writer *writer = holding->writer;
    const char *key = sync_group(writer, object);
    struct group *group = map_get(holding->groups, key);
    if (group)
        return group;
    group = arena_alloc(writer->arena, sizeof(*group));
    *group = (struct group){ .previous = sync_other(writer->diff->previous, object),
                             .current = sync_other(writer->diff->current, object),
                             .left = writer->left && map_has(writer->left, key) };
    map_put(holding->groups, key, group);
    return group;
}

static const char *display(struct sync_writer *writer, const struct group *group)
{
    const struct schema_object *object = group->previous ? group->previous : group->current;
    const char *kind = schema_kind_name(object->kind);
    if (!object->owner)
        return arena_printf(writer->arena, "%s %s", kind, sync_name(writer, object));
    return arena_printf(writer->arena, "%s %s.%s", kind, sync_owner(writer, object),
                        sync_word(writer, object->name));
}

void sync_hold(struct holding *holding, struct group *group, const struct group *cause,
               const char *why)
{
    struct sync_writer *writer = holding->writer;
    if (group == cause || group->held || group->loses || group->left)
        return;
    group->held = arena_printf(writer->arena, "%s %s", display(writer, cause), why);
    vector_push(&holding->queue, &group);
}
