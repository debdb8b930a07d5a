#include <pilab/schema/diff.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#include "diff_parts.h"

const struct schema_property_change *schema_change_of(const struct schema_change *change,
                                                      enum schema_property property)
{
    for (size_t i = 0; i < change->property_count; i++)
        if (change->properties[i].property == property)
            return &change->properties[i];
    return NULL;
}
