#include <pilab/base/decode.h>

#include <string.h>

static bool starts_with(const char *text, size_t length, const char *mark, size_t mark_length)
{
    return length >= mark_length && memcmp(text, mark, mark_length) == 0;
}

void text_skip_mark(const char **text, size_t *length)
{
    if (!starts_with(*text, *length, "\xEF\xBB\xBF", 3))
        return;
    *text += 3;
    *length -= 3;
}

static unsigned utf16_unit(const unsigned char *bytes, bool big_endian)
{
    return big_endian ? (unsigned)bytes[0] << 8 | bytes[1] : (unsigned)bytes[1] << 8 | bytes[0];
}

/* From behind the mark on. */
static bool decode_utf16(const char *text, size_t length, bool big_endian, struct strbuf *out)
{
    const unsigned char *bytes = (const unsigned char *)text;
    bool whole = length % 2 == 0;

    for (size_t i = 2; whole && i < length; i += 2) {
        unsigned unit = utf16_unit(bytes + i, big_endian);
        if (unit >= 0xD800 && unit <= 0xDFFF) {
            unsigned low = i + 2 < length ? utf16_unit(bytes + i + 2, big_endian) : 0;
            whole = unit <= 0xDBFF && low >= 0xDC00 && low <= 0xDFFF;
            unit = 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF);
            i += 2;
        }
        if (whole)
            strbuf_add_codepoint(out, unit);
    }
    return whole;
}

bool text_decode(const char **text, size_t *length, struct strbuf *out, struct error *error)
{
    if (!starts_with(*text, *length, "\xFF\xFE", 2) &&
        !starts_with(*text, *length, "\xFE\xFF", 2)) {
        text_skip_mark(text, length);
        return true;
    }
    if (!decode_utf16(*text, *length, **text == '\xFE', out)) {
        error_set(error, ERROR_INVALID, "the text is UTF-16, but damaged");
        return error_hint(error, "Save it as UTF-8.");
    }
    *text = out->data;
    *length = out->length;
    return true;
}
