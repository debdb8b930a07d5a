/*
 * What stands on a column that is made again goes before it and comes back behind it.
 */
#include "sync_parts.h"

#include <string.h>

void sync_take_off(struct sync_writer *writer, const struct schema_object *before,
                   const struct schema_object *part)
{
    switch (part->kind) {
    case SCHEMA_POLICY:
        sync_drop_policy(writer, before);
        sync_create_policy(writer, part);
        break;
    case SCHEMA_TRIGGER:
        sync_drop_trigger(writer, before);
        sync_create_trigger(writer, part);
        break;
    case SCHEMA_INDEX:
        sync_drop_index(writer, before);
        sync_add_index(writer, part, false);
        break;
    default:
        sync_drop_constraint(writer, before);
        sync_add_constraint(writer, part, false);
        break;
    }
    sync_comment_again(writer, part);
}

void sync_make_users_again(struct sync_writer *writer, const struct schema_object *column)
{
    for (const struct schema_object *part = column->owner->parts; part; part = part->next) {
        const struct schema_object *before = sync_other(writer->diff->previous, part);
        const char *now = sync_text(part, SCHEMA_DEFINITION);
        if (part->kind == SCHEMA_COLUMN || !before ||
            strcmp(sync_text(before, SCHEMA_DEFINITION), now) != 0 ||
            sync_is_inherited(writer, writer->diff->current, part) ||
            !sync_names_column(writer, now, column))
            continue;
        if (sync_is_key(part))
            map_put_bytes(writer->rebuilt, &part, sizeof(part), writer);
        sync_take_off(writer, before, part);
        if (sync_is_key(before))
            sync_free_key(writer, before);
    }
}
