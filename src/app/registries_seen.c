/* What tags of images stood for when the project looked at them first. */
#include <string.h>

#include <pilab/drift/image.h>
#include <pilab/store/image_digest.h>

#include "registries.h"
#include "registries_parts.h"

static const char *key_of(struct arena *arena, const char *name, const char *tag)
{
    return arena_printf(arena, "%s:%s", name, tag);
}

bool registries_remember(struct registries *registries, struct call *call, struct error *error)
{
    struct store_image_digest *rows;
    size_t count;

    if (!store_image_digest_list(call->connection, call->project->id, call->arena, &rows, &count,
                                 error))
        return false;
    for (size_t i = 0; i < count; i++)
        map_put(registries->seen, key_of(call->arena, rows[i].name, rows[i].tag), &rows[i]);
    return true;
}

const char *registries_recorded(void *context, const struct image_reference *reference, int64_t *at)
{
    const struct registries *registries = context;
    const char *tag = image_reference_tag(reference);
    const struct store_image_digest *row;
    struct arena *arena;

    if (tag == NULL)
        return NULL;
    arena = arena_new();
    row = map_get(registries->seen, key_of(arena, image_reference_name(arena, reference), tag));
    arena_free(&arena);
    if (row == NULL)
        return NULL;
    *at = row->seen_at;
    return row->digest;
}

static bool record_images(struct call *call, const struct drift_images *images, struct error *error)
{
    for (size_t i = 0; i < images->seen_count; i++) {
        const struct drift_image_seen *seen = &images->seen[i];
        const struct store_image_digest row = { .name = seen->name,
                                                .tag = seen->tag,
                                                .digest = seen->digest,
                                                .seen_at = clock_now(&call->clock) };

        if (!store_image_digest_add(call->connection, call->project->id, &row, error))
            return false;
    }
    return true;
}

bool registries_record(struct call *call, const struct drift_report *report, struct error *error)
{
    for (size_t i = 0; i < report->part_count; i++) {
        const struct drift_part *part = &report->parts[i];

        if (part->type == DRIFT_IMAGE && part->content != NULL &&
            !record_images(call, part->content, error))
            return false;
    }
    return true;
}
