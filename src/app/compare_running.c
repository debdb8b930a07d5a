#include "compare_running.h"

#include <string.h>
#include <strings.h>

#include <pilab/base/clock.h>
#include <pilab/release/manifest.h>

/* The last look that saw something. Who could not be asked since has taken nothing back. */
static const struct store_observation *last_seen(const struct store_observations *list,
                                                 const char *module, const char *environment)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct store_observation *row = &list->items[i];

        if (strcmp(row->module, module) == 0 && strcasecmp(row->environment, environment) == 0 &&
            (row->absent || row->version != NULL || row->commit != NULL))
            return row;
    }
    return NULL;
}

static const char *what_runs(const struct store_observation *seen)
{
    if (seen->absent)
        return "nothing";
    return seen->version != NULL ? seen->version : seen->commit;
}

const struct seen_otherwise *compare_running(struct arena *arena,
                                             const struct store_observations *list,
                                             const char *module, const char *environment,
                                             const char *version, int64_t since)
{
    const struct store_observation *seen = last_seen(list, module, environment);
    struct seen_otherwise *said;
    char at[TIMESTAMP_SIZE];

    if (seen == NULL || seen->last_at <= since ||
        manifest_sight(seen, version) != MANIFEST_SEEN_OTHER)
        return NULL;
    said = arena_alloc(arena, sizeof *said);
    said->environment = environment;
    said->what = arena_printf(
        arena, "%s runs there%s%s, seen at %s%s%s; %s%s is recorded, and that is what is compared",
        what_runs(seen), seen->why != NULL ? ": " : "", seen->why != NULL ? seen->why : "",
        timestamp_format(seen->last_at, at), seen->source != NULL ? " by " : "",
        seen->source != NULL ? seen->source : "", version != NULL ? "" : "nothing",
        version != NULL ? version : "");
    return said;
}
