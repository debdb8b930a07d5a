#include <pilab/source/observed_version.h>

#include <string.h>

static const char version_mark[] = "{version}";

const char *observed_tag_version(const char *pattern, const char *tag, struct arena *arena)
{
    const char *mark = pattern != NULL ? strstr(pattern, version_mark) : NULL;
    size_t before, after, length = strlen(tag);

    if (mark == NULL)
        return arena_text(arena, tag[0] == 'v' && tag[1] >= '0' && tag[1] <= '9' ? tag + 1 : tag);
    before = (size_t)(mark - pattern);
    mark += sizeof version_mark - 1;
    after = strlen(mark);
    if (length <= before + after || memcmp(tag, pattern, before) != 0 ||
        strcmp(tag + length - after, mark) != 0)
        return NULL;
    return arena_bytes(arena, tag + before, length - before - after);
}
