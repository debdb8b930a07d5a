#include "pattern_marks.h"

#include <ctype.h>
#include <string.h>

#include <pilab/base/strbuf.h>

const char *pattern_fill(struct arena *arena, const char *pattern, const char *mark,
                         const char *with)
{
    struct strbuf filled = STRBUF_INIT;
    const char *found, *result;

    while ((found = strstr(pattern, mark)) != NULL) {
        strbuf_add_bytes(&filled, pattern, (size_t)(found - pattern));
        strbuf_add(&filled, with);
        pattern = found + strlen(mark);
    }
    strbuf_add(&filled, pattern);
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

void pattern_spell(struct arena *arena, const char *environment, const char *spellings[SPELLINGS])
{
    spellings[0] = environment;
    spellings[1] = in_case(arena, environment, tolower);
    spellings[2] = in_case(arena, environment, toupper);
}
