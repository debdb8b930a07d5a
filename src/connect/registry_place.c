#include "registry_talk.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/images/reference.h>
#include <pilab/net/http_url.h>

const struct registry_place *registry_place_of(const struct registry *registry, const char *name)
{
    for (size_t i = 0; i < registry->options.place_count; i++)
        if (strcmp(registry->options.places[i].name, name) == 0)
            return &registry->options.places[i];
    return NULL;
}

bool registry_is_plain(const struct registry *registry, const char *name)
{
    const struct registry_place *place = registry_place_of(registry, name);

    return place != NULL && place->plain;
}
