/* Foreign keys that hang on keys that go. */
#include "sync_parts.h"

static bool is_foreign_key(const struct schema_object *part)
{
    return part->kind == SCHEMA_CONSTRAINT && sync_is(part, SCHEMA_SORT, "foreign key");
}

/* One that hangs on a key that goes, or is made again. What goes with its table goes before that,
 * since tables go late, and may stay. */
static void take_off(struct sync_writer *writer, const struct schema_object *foreign)
{
    const struct schema_object *current = sync_other(writer->diff->current, foreign);
    const struct schema_change *change = sync_change_of(writer, foreign);
    bool with_table = change && change->within && !current;
    bool stays = current && (!change || sync_only_comment(change) || sync_only_validates(change));
    if ((!with_table && !stays) || sync_is_inherited(writer, writer->diff->previous, foreign) ||
        map_has_bytes(writer->taken, &foreign, sizeof(foreign)))
        return;
    writer->about = foreign;
    map_put_bytes(writer->taken, &foreign, sizeof(foreign), writer);
    sync_drop_constraint(writer, foreign);
    if (!stays)
        return;
    sync_add_constraint(writer, current, false);
    sync_comment_again(writer, current);
}

static bool goes(const struct schema_change *change)
{
    return change->previous && sync_is_key(change->previous) && !change->within &&
           !sync_only_comment(change);
}

void sync_free_key(struct sync_writer *writer, const struct schema_object *key)
{
    for (const struct schema_object *table = writer->diff->previous->first; table;
         table = table->next)
        for (const struct schema_object *part = table->parts; part; part = part->next)
            if (is_foreign_key(part) && sync_refers_to(writer, part, key))
                take_off(writer, part);
}

void sync_free_keys(struct sync_writer *writer)
{
    const struct schema_diff *diff = writer->diff;
    for (size_t i = 0; i < diff->count; i++)
        if (goes(&diff->changes[i]))
            sync_free_key(writer, diff->changes[i].previous);
}
