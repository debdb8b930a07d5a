/* Partitions whose bounds change, or that come, while another keeps values that they would take. */
#include <string.h>

#include "partition_bound.h"
#include "sync_hold.h"

/* Whether it is one of other values, or of another table, on the other side, or is not there. */
static bool is_moved(struct sync_writer *writer, const struct schema_object *partition)
{
    const struct schema_change *change = sync_change_of(writer, partition);
    return change &&
           (change->kind != SCHEMA_CHANGED || schema_change_of(change, SCHEMA_PARTITION_BOUND) ||
            schema_change_of(change, SCHEMA_PARTITION_OF));
}

static bool takes_values_of(struct sync_writer *writer, const struct schema_object *partition,
                            const struct schema_object *kept)
{
    const char *of = schema_get(kept, SCHEMA_PARTITION_OF);
    const char *bound = schema_get(partition, SCHEMA_PARTITION_BOUND);
    return partition->kind == SCHEMA_TABLE && bound &&
           sync_is(partition, SCHEMA_PARTITION_OF, of) && is_moved(writer, partition) &&
           partition_bounds_overlap(writer->arena,
                                    sync_find_table(writer, writer->diff->previous, of),
                                    schema_get(kept, SCHEMA_PARTITION_BOUND), bound);
}

/* One that goes stays, and one that changes keeps its bounds. */
void sync_hold_bounds(struct holding *holding, const struct group *cause)
{
    struct sync_writer *writer = holding->writer;
    const struct schema_object *kept = cause->previous;
    if (!kept || kept->kind != SCHEMA_TABLE || !schema_get(kept, SCHEMA_PARTITION_OF) ||
        !schema_get(kept, SCHEMA_PARTITION_BOUND) || !is_moved(writer, kept))
        return;
    for (size_t i = 0; i < map_count(holding->groups); i++) {
        struct group *group = map_value_at(holding->groups, i);
        if (group != cause && group->current && takes_values_of(writer, group->current, kept))
            sync_hold(holding, group, cause, "takes some of its values still");
    }
}
