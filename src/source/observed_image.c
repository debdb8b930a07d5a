#include <pilab/source/observed_image.h>

#include <string.h>

static const char version_mark[] = "{version}";

bool observed_image_parse(const char *text, struct arena *arena, struct observed_image *image)
{
    size_t length = strlen(text), end = strcspn(text, "@");
    const char *colon = NULL;

    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f)
            return false;
    }
    /* A colon before a slash is a port's. */
    for (size_t i = 0; i < end; i++)
        colon = text[i] == ':' ? text + i : text[i] == '/' ? NULL : colon;
    *image = (struct observed_image){
        .name = arena_bytes(arena, text, colon != NULL ? (size_t)(colon - text) : end)
    };
    if (colon != NULL)
        image->tag = arena_bytes(arena, colon + 1, (size_t)(text + end - colon - 1));
    if (text[end] == '@')
        image->digest = arena_text(arena, text + end + 1);
    return *image->name != '\0' && (image->tag == NULL || *image->tag != '\0') &&
           (image->digest == NULL || strchr(image->digest, ':') != NULL);
}

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
