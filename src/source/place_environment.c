#include <ctype.h>
#include <string.h>

#include "infrastructure_source.h"

static const char mark[] = "{env}";

static const char *fill(struct arena *arena, const char *path, const char *with)
{
    struct strbuf filled = STRBUF_INIT;
    const char *found, *result;

    while ((found = strstr(path, mark)) != NULL) {
        strbuf_add_bytes(&filled, path, (size_t)(found - path));
        strbuf_add(&filled, with);
        path = found + sizeof mark - 1;
    }
    strbuf_add(&filled, path);
    result = strbuf_to_arena(&filled, arena);
    strbuf_release(&filled);
    return result;
}

static const char *in_case(struct arena *arena, const char *text, int (*to)(int))
{
    char *copy = arena_text(arena, text);

    for (char *c = copy; *c != '\0'; c++)
        *c = (char)to((unsigned char)*c);
    return copy;
}

static bool is_there(const struct place *place, const char *path)
{
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    bool there = place_read(place, path, &text, &error) || error.code != ERROR_NOT_FOUND;

    strbuf_release(&text);
    return there;
}

const char *place_environment_path(const struct place *place, const char *path, struct arena *arena)
{
    const char *spellings[3], *filled;

    if (strstr(path, mark) == NULL || place->environment == NULL)
        return path;
    spellings[0] = place->environment;
    spellings[1] = in_case(arena, place->environment, tolower);
    spellings[2] = in_case(arena, place->environment, toupper);
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        filled = fill(arena, path, spellings[i]);
        if (is_there(place, filled))
            return filled;
    }
    return fill(arena, path, place->environment);
}
