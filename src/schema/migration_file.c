#include <string.h>

#include <pilab/base/decode.h>
#include <pilab/schema/migration.h>

void migration_file_take(struct migration_file *file, const char *path, const struct strbuf *bytes,
                         struct arena *arena)
{
    struct strbuf out = STRBUF_INIT;
    struct error error = { 0 };
    const char *text = bytes->data;
    size_t length = bytes->length;

    *file = (struct migration_file){ .path = arena_text(arena, path) };
    if (!text_decode(&text, &length, &out, &error))
        file->unread = arena_text(arena, error.message);
    else if (memchr(text, '\0', length) != NULL)
        file->unread = "it holds NUL bytes: it is no text, or UTF-16 without its mark";
    file->text = arena_bytes(arena, text, length);
    file->length = length;
    strbuf_release(&out);
}
