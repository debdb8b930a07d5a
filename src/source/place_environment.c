#include <string.h>

#include "infrastructure_source.h"
#include "pattern_marks.h"

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
    const char *spellings[SPELLINGS], *filled;

    if (strstr(path, ENVIRONMENT_MARK) == NULL || place->environment == NULL)
        return path;
    pattern_spell(arena, place->environment, spellings);
    for (size_t i = 0; i < SPELLINGS; i++) {
        filled = pattern_fill(arena, path, ENVIRONMENT_MARK, spellings[i]);
        if (is_there(place, filled))
            return filled;
    }
    return pattern_fill(arena, path, ENVIRONMENT_MARK, place->environment);
}
