#include "infrastructure_own.h"

#include <string.h>
#include <strings.h>

enum { PREVIOUS, CURRENT, SIDES };

/* Where a path says the name of an environment as a folder or as all of a file's name before its
 * first dot; NULL: nowhere. */
static const char *name_in(const char *path, const char *environment)
{
    size_t length = strlen(environment);

    for (const char *part = path; part != NULL; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncasecmp(part, environment, length) == 0 &&
            (part[length] == '/' || part[length] == '.'))
            return part;
    }
    return NULL;
}

static const struct place_file *find_file(const struct place_list *list, const char *before,
                                          size_t before_length, const char *name, const char *after)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < list->count; i++) {
        const char *path = list->files[i].path;

        if (strncmp(path, before, before_length) == 0 &&
            strncasecmp(path + before_length, name, length) == 0 &&
            strcmp(path + before_length + length, after) == 0)
            return &list->files[i];
    }
    return NULL;
}

/* What stands for a side's own file on the other; NULL: nothing does. */
static const char *partner_of(const struct place *const places[], const struct place_list lists[],
                              int side, const char *path)
{
    const char *name = name_in(path, places[side]->environment);
    const struct place_file *found =
        find_file(&lists[SIDES - 1 - side], path, (size_t)(name - path),
                  places[SIDES - 1 - side]->environment, name + strlen(places[side]->environment));

    return found != NULL ? found->path : NULL;
}

/* Leaves what is named after neither. */
static void keep_others(const struct place *const places[], struct place_list *list)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (name_in(list->files[i].path, places[PREVIOUS]->environment) == NULL &&
            name_in(list->files[i].path, places[CURRENT]->environment) == NULL)
            list->files[kept++] = list->files[i];
    }
    list->count = kept;
}

struct own_files *infrastructure_own_files(const struct place *const places[2],
                                           struct place_list lists[2], struct arena *arena,
                                           size_t *count)
{
    const char *before = places[PREVIOUS]->environment, *after = places[CURRENT]->environment;
    struct own_files *own;

    *count = 0;
    if (before == NULL || after == NULL || strcasecmp(before, after) == 0)
        return NULL;
    own = arena_array(arena, lists[PREVIOUS].count + lists[CURRENT].count, sizeof *own);
    for (size_t i = 0; i < lists[PREVIOUS].count; i++) {
        const char *path = lists[PREVIOUS].files[i].path;

        if (name_in(path, before) != NULL)
            own[(*count)++] = (struct own_files){ path, partner_of(places, lists, PREVIOUS, path) };
    }
    for (size_t i = 0; i < lists[CURRENT].count; i++) {
        const char *path = lists[CURRENT].files[i].path;

        if (name_in(path, after) != NULL && partner_of(places, lists, CURRENT, path) == NULL)
            own[(*count)++] = (struct own_files){ NULL, path };
    }
    keep_others(places, &lists[PREVIOUS]);
    keep_others(places, &lists[CURRENT]);
    return own;
}
