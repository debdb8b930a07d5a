#include <wctype.h>

#include <pilab/base/utf8.h>
#include <pilab/tui/edit_character.h>

#define MARKS_LARGEST 4    /* as escape_terminal */
#define REACH         64   /* bytes around an offset that hold its character */
#define MARKS_REACH   4096 /* bytes of marks without a base among them that are looked back over */

static bool is_mark(int32_t codepoint)
{
    return codepoint >= 0x80 && !codepoint_deceptive((uint32_t)codepoint) &&
           codepoint_columns((uint32_t)codepoint) == 0;
}

static bool takes_marks(int32_t codepoint)
{
    return codepoint >= 0x20 && codepoint_columns((uint32_t)codepoint) > 0 &&
           !codepoint_deceptive((uint32_t)codepoint);
}

size_t character_length(const char *bytes, size_t length)
{
    const char *cursor = bytes;
    const char *end = bytes + length;
    const char *next;

    /* Nothing combines with what ASCII follows: most characters of most texts. */
    if ((unsigned char)bytes[0] < 0x80 && (length == 1 || (unsigned char)bytes[1] < 0x80))
        return bytes[0] == '\r' && length > 1 && bytes[1] == '\n' ? 2 : 1;
    if (!takes_marks(utf8_decode(&cursor, end)))
        return (size_t)(cursor - bytes);
    next = cursor;
    for (int marks = 0; next < end && (unsigned char)*next >= 0x80 && marks < MARKS_LARGEST;
         marks++) {
        if (!is_mark(utf8_decode(&next, end)))
            break;
        cursor = next;
    }
    return (size_t)(cursor - bytes);
}

static const char *bytes_from(struct edit_text *text, size_t offset, size_t *length)
{
    size_t left = edit_text_length(text) - offset;

    *length = left < REACH ? left : REACH;
    return edit_text_bytes(text, offset, *length);
}

size_t character_next(struct edit_text *text, size_t offset)
{
    size_t length;
    const char *bytes = bytes_from(text, offset, &length);

    return length == 0 ? offset : offset + character_length(bytes, length);
}

/* The beginning of the code point that a byte belongs to: itself, when it belongs to none. */
static size_t codepoint_start(struct edit_text *text, size_t offset)
{
    for (size_t back = 0; back < 4 && back <= offset; back++) {
        size_t length;
        const char *start, *cursor;

        if (((unsigned char)edit_text_byte(text, offset - back) & 0xc0) == 0x80)
            continue;
        start = cursor = bytes_from(text, offset - back, &length);
        if (utf8_decode(&cursor, start + length) >= 0 && (size_t)(cursor - start) > back)
            return offset - back;
        break;
    }
    return offset;
}

/* Back over marks to what they stand on, or to where looking back ends. */
static size_t base_before(struct edit_text *text, size_t offset)
{
    size_t limit = offset > MARKS_REACH ? offset - MARKS_REACH : 0;

    while (offset > limit) {
        offset = codepoint_start(text, offset - 1);
        if (!is_mark(character_at(text, offset)))
            break;
    }
    return offset;
}

/* The beginning of the character with the code point that begins at `at`. */
static size_t character_with(struct edit_text *text, size_t at)
{
    size_t next = at;

    if (is_mark(character_at(text, at)))
        next = base_before(text, at);
    for (size_t found = at; next <= found; next = character_next(text, next))
        at = next;
    return at;
}

size_t character_previous(struct edit_text *text, size_t offset)
{
    if (offset == 0)
        return 0;
    if (offset > 1 && edit_text_byte(text, offset - 1) == '\n' &&
        edit_text_byte(text, offset - 2) == '\r')
        return offset - 2;
    return character_with(text, codepoint_start(text, offset - 1));
}

size_t character_align(struct edit_text *text, size_t offset)
{
    size_t length = edit_text_length(text);

    if (offset >= length)
        return length;
    if (offset > 0 && edit_text_byte(text, offset) == '\n' &&
        edit_text_byte(text, offset - 1) == '\r')
        return offset - 1;
    return character_with(text, codepoint_start(text, offset));
}

int32_t character_at(struct edit_text *text, size_t offset)
{
    size_t length;
    const char *bytes = bytes_from(text, offset, &length);

    return length == 0 ? -1 : utf8_decode(&bytes, bytes + length);
}

bool character_is_line_end(struct edit_text *text, size_t offset)
{
    size_t length = edit_text_length(text);

    if (offset >= length)
        return false;
    return edit_text_byte(text, offset) == '\n' ||
           (edit_text_byte(text, offset) == '\r' && offset + 1 < length &&
            edit_text_byte(text, offset + 1) == '\n');
}

enum character_class character_class_at(struct edit_text *text, size_t offset)
{
    int32_t letter;

    if (character_is_line_end(text, offset))
        return CHARACTER_LINE_END;
    letter = character_at(text, offset);
    if (letter == ' ' || letter == '\t' || letter == 0xa0)
        return CHARACTER_BLANK;
    if (letter < 0)
        return CHARACTER_SIGN;
    return letter == '_' || iswalnum((wint_t)letter) ? CHARACTER_WORD : CHARACTER_SIGN;
}

size_t character_skip(struct edit_text *text, size_t offset, enum character_class class, size_t end)
{
    if (end - offset > CHARACTER_REACH)
        end = character_align(text, offset + CHARACTER_REACH);
    while (offset < end && character_class_at(text, offset) == class)
        offset = character_next(text, offset);
    return offset;
}

size_t character_skip_back(struct edit_text *text, size_t offset, enum character_class class,
                           size_t start)
{
    if (offset - start > CHARACTER_REACH)
        start = character_align(text, offset - CHARACTER_REACH);
    while (offset > start) {
        size_t before = character_previous(text, offset);

        if (character_class_at(text, before) != class)
            break;
        offset = before;
    }
    return offset;
}
