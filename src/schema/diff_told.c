/* What one of two readers cannot tell is no difference: what a text leaves to the server, and what
 * a server writes in a form of its own. */
#include <string.h>

#include "diff_parts.h"

bool diff_is_half_live(const struct schema_diff *diff)
{
    return !diff->previous->server != !diff->current->server;
}

/* A server fills in what a statement does not say. */
static bool is_filled_in(enum schema_property property)
{
    switch (property) {
    case SCHEMA_ENGINE:
    case SCHEMA_CHARACTER_SET:
    case SCHEMA_COLLATION:
    case SCHEMA_OPTIONS:
    case SCHEMA_METHOD:
    case SCHEMA_PARTITION_BOUND:
        return true;
    default:
        return false;
    }
}

bool diff_knows_parts(const struct schema_diff *diff, const struct schema_object *owner)
{
    return diff->previous->dialect != SCHEMA_MYSQL || !diff->loose || owner->kind != SCHEMA_VIEW;
}

bool diff_is_told(const struct schema_diff *diff, const struct schema_object *object,
                  enum schema_property property, const char *before, const char *after)
{
    bool half = !before || !after;
    /* CREATE EXTENSION takes the newest that is there: which that is, only a server knows. */
    if (object->kind == SCHEMA_EXTENSION && property == SCHEMA_VERSION)
        return !half;
    if (diff->previous->dialect != SCHEMA_MYSQL || !diff->loose)
        return true;
    return !(half && is_filled_in(property)) && object->kind != SCHEMA_VIEW &&
           object->kind != SCHEMA_FUNCTION;
}

/* Of parts of a kind the sort may be hidden alone; rights on tables are those on views as well. */
static const char *hidden_as(const struct schema_object *object)
{
    const char *sort = schema_get(object, SCHEMA_SORT);
    if (object->kind == SCHEMA_CONSTRAINT && sort)
        return sort;
    if (object->kind == SCHEMA_VIEW || object->kind == SCHEMA_SEQUENCE)
        return schema_kind_name(SCHEMA_TABLE);
    return schema_kind_name(object->kind);
}

bool diff_may_hide(const struct schema *schema, const struct schema_object *object)
{
    const char *kind = schema_kind_name(object->kind), *what = hidden_as(object);
    for (size_t i = 0; i < schema->gap_count; i++) {
        const struct schema_gap *gap = &schema->gaps[i];
        if (gap->refused && (strcmp(gap->what, kind) == 0 || strcmp(gap->what, what) == 0))
            return true;
    }
    return false;
}
