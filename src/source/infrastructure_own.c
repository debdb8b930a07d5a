#include "infrastructure_own.h"

#include <string.h>
#include <strings.h>

enum { PREVIOUS, CURRENT, SIDES };

/* How long the name of an environment is that stands there as a folder, or as all of a file's name
 * before its first dot; 0: it does not. */
static size_t name_at(const char *part, const char *environment)
{
    size_t length = strlen(environment);

    return strncasecmp(part, environment, length) == 0 &&
                   (part[length] == '/' || part[length] == '.')
               ? length
               : 0;
}

static bool is_named_after(const char *path, const char *environment)
{
    for (const char *part = path; part != NULL; part = strchr(part, '/')) {
        part += *part == '/';
        if (name_at(part, environment) > 0)
            return true;
    }
    return false;
}

/* Whether two paths are the same but for the names of their environments, wherever they stand. */
static bool stands_for(const char *path, const char *environment, const char *other,
                       const char *other_environment)
{
    for (;;) {
        size_t name = name_at(path, environment), other_name = name_at(other, other_environment);
        size_t rest;

        if ((name > 0) != (other_name > 0))
            return false;
        path += name;
        other += other_name;
        rest = strcspn(path, "/");
        if (strncmp(path, other, rest) != 0 || (other[rest] != '/' && other[rest] != '\0'))
            return false;
        path += rest;
        other += rest;
        if (*path == '\0' || *other == '\0')
            return *path == *other;
        path++;
        other++;
    }
}

/* What stands for a side's own file on the other; NULL: nothing does. */
static const char *partner_of(const struct place *const places[], const struct place_list lists[],
                              int side, const char *path)
{
    const struct place_list *others = &lists[SIDES - 1 - side];

    for (size_t i = 0; i < others->count; i++) {
        if (stands_for(path, places[side]->environment, others->files[i].path,
                       places[SIDES - 1 - side]->environment))
            return others->files[i].path;
    }
    return NULL;
}

/* Leaves what is named after neither. */
static void keep_others(const struct place *const places[], struct place_list *list)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (!is_named_after(list->files[i].path, places[PREVIOUS]->environment) &&
            !is_named_after(list->files[i].path, places[CURRENT]->environment))
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

        if (is_named_after(path, before))
            own[(*count)++] = (struct own_files){ path, partner_of(places, lists, PREVIOUS, path) };
    }
    for (size_t i = 0; i < lists[CURRENT].count; i++) {
        const char *path = lists[CURRENT].files[i].path;

        if (is_named_after(path, after) && partner_of(places, lists, CURRENT, path) == NULL)
            own[(*count)++] = (struct own_files){ NULL, path };
    }
    keep_others(places, &lists[PREVIOUS]);
    keep_others(places, &lists[CURRENT]);
    return own;
}
