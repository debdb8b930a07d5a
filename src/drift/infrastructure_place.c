/*
 * The collector of infrastructure: what happens to a resource as a whole is one item (created,
 * destroyed, replaced, forgotten, moved); of one that is changed in place each attribute is, so
 * that a single attribute can be meant to differ or be ignored.
 */
#include <pilab/drift/infrastructure.h>

#include <string.h>

#include <pilab/base/glob.h>
#include <pilab/base/map.h>
#include <pilab/terraform/family.h>

#include "infrastructure_kind.h"
#include "infrastructure_parts.h"

struct drift_provenance infrastructure_place(struct arena *arena, const struct node *node)
{
    if (!node)
        return (struct drift_provenance){ 0 };
    return (struct drift_provenance){ .file = arena_text(arena, node->file), .line = node->line };
}
