#include "report_pair.h"

#include <string.h>

static bool is_now(const struct drift_side *side)
{
    return side->environment != NULL && side->label != NULL &&
           strcmp(side->environment, side->label) == 0;
}

const char *report_pair_of_now(struct arena *arena, const struct drift_side *previous,
                               const struct drift_side *current)
{
    bool release = current->list_digest != NULL && current->environment != NULL;

    if (drift_sides_as_is(previous, current) || !is_now(previous) || !(release || is_now(current)))
        return NULL;
    return arena_printf(arena, "env:%s..env:%s", previous->environment, current->environment);
}

const char *report_pair(struct arena *arena, const struct drift_side *previous,
                        const struct drift_side *current)
{
    const char *pair = report_pair_of_now(arena, previous, current);

    if (drift_sides_as_is(previous, current))
        return arena_printf(arena, "%s..%s%s", previous->spec, current->spec, REPORT_PAIR_AS_IS);
    return pair != NULL ? pair : arena_printf(arena, "%s..%s", previous->spec, current->spec);
}
