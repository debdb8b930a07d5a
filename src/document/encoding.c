#include "encoding.h"

#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/decode.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/utf8.h>

struct position text_position(const char *text, size_t offset)
{
    struct position at = { 1, 1 };

    for (size_t i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            at.line++;
            at.column = 1;
        } else if (((unsigned char)text[i] & 0xC0) != 0x80) {
            at.column++;
        }
    }
    return at;
}

/* What is decoded lives in the builder's arena. */
static bool decode(struct tree_builder *builder, const char **text, size_t *length)
{
    struct strbuf out = STRBUF_INIT;
    bool whole = text_decode(text, length, &out, NULL);

    if (!whole) {
        tree_builder_fail(builder, ERROR_INVALID, text_position(out.data, out.length),
                          "the text is UTF-16, but damaged here");
        error_hint(builder->error, "Save it as UTF-8.");
    } else if (*text == out.data) {
        *text = strbuf_to_arena(&out, builder->arena);
    }
    strbuf_release(&out);
    return whole;
}

static void decode_latin1(struct tree_builder *builder, const char **text, size_t *length)
{
    struct strbuf out = STRBUF_INIT;

    strbuf_reserve(&out, *length + *length / 8);
    for (size_t i = 0; i < *length; i++)
        strbuf_add_codepoint(&out, (unsigned char)(*text)[i]);
    *text = strbuf_to_arena(&out, builder->arena);
    *length = out.length;
    strbuf_release(&out);
}

static size_t first_invalid(const char *text, size_t length)
{
    const char *cursor = text;
    const char *end = text + length;
    const char *before = cursor;

    while (cursor < end) {
        before = cursor;
        if (utf8_decode(&cursor, end) < 0)
            break;
    }
    return (size_t)(before - text);
}

/* No text begins so: of two bytes of a character one is zero. */
static bool is_unmarked(const char *text, size_t length)
{
    return length >= 2 && (text[0] == '\0') != (text[1] == '\0');
}

bool encoding_decode(struct tree_builder *builder, const char **text, size_t *length,
                     enum encoding_fallback fallback)
{
    if (!decode(builder, text, length))
        return false;
    if (is_unmarked(*text, *length)) {
        tree_builder_fail(builder, ERROR_INVALID, (struct position){ 1, 1 },
                          "it holds NUL bytes: it is no text, or UTF-16 without its mark");
        return error_hint(builder->error, "Save it as UTF-8.");
    }
    if (utf8_valid(*text, *length))
        return true;
    if (fallback == FALLBACK_NONE) {
        size_t offset = first_invalid(*text, *length);
        tree_builder_fail(builder, ERROR_INVALID, text_position(*text, offset),
                          "the byte 0x%02X is not valid UTF-8", (unsigned char)(*text)[offset]);
        return error_hint(builder->error, "Save it as UTF-8.");
    }
    if (fallback == FALLBACK_WARN)
        tree_builder_warn(builder, 0, "the text is not valid UTF-8: read as ISO-8859-1");
    decode_latin1(builder, text, length);
    return true;
}

void encoding_unify_lines(struct tree_builder *builder, const char **text, size_t *length)
{
    if (!memchr(*text, '\r', *length))
        return;

    const char *cursor = *text;
    const char *end = cursor + *length;
    char *copy = arena_alloc(builder->arena, *length + 1);
    size_t count = 0;

    for (; cursor < end; cursor++) {
        if (*cursor != '\r')
            copy[count++] = *cursor;
        else if (cursor + 1 == end || cursor[1] != '\n')
            copy[count++] = '\n';
    }
    *text = copy;
    *length = count;
}
