#include "environment_field.h"

#include <ctype.h>
#include <string.h>

static bool is_taken(const char *name, const struct filter_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(fields[i].name, name) == 0)
            return true;
    }
    /* Short for the first field of time. */
    return strcmp(name, "since") == 0 || strcmp(name, "until") == 0;
}

const char *environment_field(const char *environment, const struct filter_field *fields,
                              size_t count, struct arena *arena)
{
    char *name = arena_text(arena, environment);

    for (char *at = name; *at != '\0'; at++)
        *at = isalnum((unsigned char)*at) ? (char)tolower((unsigned char)*at) : '_';
    if (!isalpha((unsigned char)name[0]) || is_taken(name, fields, count))
        return arena_printf(arena, "env_%s", name);
    return name;
}
