/* Views that go for nothing: only for what waits. */
#include <string.h>

#include "sync_hold.h"

static bool is_view(const struct schema_object *object)
{
    return object->kind == SCHEMA_VIEW || object->kind == SCHEMA_MATERIALIZED_VIEW;
}

struct idling {
    struct holding *holding;
    struct map *grounds; /* by path: struct ground */
    bool shifting;       /* functions or types are made again by what is run */
};

/* A table or view of the side before. */
struct ground {
    const struct schema_object *object;
    struct group *group; /* of a view that goes; NULL: it is none */
    bool busy; /* it becomes another, or goes, by what is run, or so does one of its columns */
    bool idle; /* a view that stays */
};

static bool is_run(const struct group *group)
{
    return !group->loses && !group->held && !group->left;
}

/* Whether something of those that are made again is, by what is run. */
static bool has_run(struct holding *holding, const struct map *map)
{
    for (size_t i = 0; i < map_count(map); i++)
        if (is_run(sync_hold_group(holding, map_value_at(map, i))))
            return true;
    return false;
}

static void find_grounds(struct idling *idling)
{
    struct sync_writer *writer = idling->holding->writer;
    for (const struct schema_object *object = writer->diff->previous->first; object;
         object = object->next) {
        if (object->kind != SCHEMA_TABLE && !is_view(object))
            continue;
        struct ground *ground = arena_alloc(writer->arena, sizeof(*ground));
        *ground = (struct ground){ .object = object };
        if (is_view(object) && map_has(writer->dropped_views, sync_name(writer, object)))
            ground->group = sync_hold_group(idling->holding, object);
        map_put(idling->grounds, schema_object_path(writer->arena, object), ground);
    }
}

static void find_busy(struct idling *idling)
{
    struct sync_writer *writer = idling->holding->writer;
    for (size_t i = 0; i < writer->diff->count; i++) {
        const struct schema_change *change = &writer->diff->changes[i];
        const struct schema_object *object = change->previous;
        if (!object || change->kind == SCHEMA_ADDED ||
            (object->owner && object->kind != SCHEMA_COLUMN))
            continue;
        const struct schema_object *table = object->owner ? object->owner : object;
        struct ground *ground =
            table->kind == SCHEMA_TABLE
                ? map_get(idling->grounds, schema_object_path(writer->arena, table))
                : NULL;
        if (ground && !ground->busy)
            ground->busy = is_run(sync_hold_group(idling->holding, object));
    }
}

/* Whether what the view stands on is another table or view for it than before, or may be. */
static bool is_disturbed(const struct idling *idling, const struct schema_object *view)
{
    size_t count;
    const char *const *needs = schema_list(view, SCHEMA_DEPENDS, &count);
    if (idling->shifting)
        return true;
    for (size_t i = 0; i < count; i++) {
        const struct ground *ground = map_get(idling->grounds, needs[i]);
        if (ground && (ground->busy || (ground->group && !ground->idle && is_run(ground->group))))
            return true;
    }
    return false;
}

/* Whether it is one more of those that stay. */
static bool becomes_idle(struct idling *idling, struct ground *ground)
{
    struct group *group = ground->group;
    if (!group || ground->idle || !group->current || group->loses ||
        sync_change_of(idling->holding->writer, group->previous) ||
        is_disturbed(idling, ground->object))
        return false;
    ground->idle = true;
    if (!group->held)
        group->held = "for what destroys";
    return true;
}

/* A view that does not change goes only because of what is under it. Where that is a comment the
 * view stays, and the statements are comments beside it. Views may stand before what they stand on,
 * or behind it: there and back is fast for either. */
void sync_hold_views(struct holding *holding)
{
    struct sync_writer *writer = holding->writer;
    struct idling idling = { .holding = holding, .grounds = map_new() };
    idling.shifting = has_run(holding, writer->fresh) || has_run(holding, writer->functions) ||
                      has_run(holding, writer->bodies);
    if (map_count(writer->dropped_views)) {
        find_grounds(&idling);
        find_busy(&idling);
    }
    size_t count = map_count(idling.grounds);
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < count; i++)
            more = becomes_idle(&idling, map_value_at(idling.grounds, i)) || more;
        for (size_t i = count; more && i-- > 0;)
            becomes_idle(&idling, map_value_at(idling.grounds, i));
    }
    map_free(&idling.grounds);
}
