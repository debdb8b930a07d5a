#include "escape_parts.h"

#include <string.h>

#include <pilab/base/utf8.h>

static const char upper_digits[] = "0123456789ABCDEF";

size_t escape_show_codepoint(uint32_t codepoint, char out[SHOWN_SIZE])
{
    size_t length = 3;
    int shift = codepoint > 0xfffff ? 20 : codepoint > 0xffff ? 16 : 12;

    memcpy(out, "<U+", length);
    for (; shift >= 0; shift -= 4)
        out[length++] = upper_digits[codepoint >> shift & 15];
    out[length++] = '>';
    out[length] = '\0';
    return length;
}

size_t escape_show_control(uint32_t control, char out[SHOWN_SIZE])
{
    out[0] = '^';
    out[1] = (char)(control ^ 0x40);
    out[2] = '\0';
    return 2;
}

size_t escape_show_byte(unsigned char byte, char out[SHOWN_SIZE])
{
    out[0] = '\\';
    out[1] = 'x';
    out[2] = upper_digits[byte >> 4];
    out[3] = upper_digits[byte & 15];
    out[4] = '\0';
    return 4;
}

/* Joiners make emoji and are needed in many scripts; after ASCII they only hide. */
static bool hides(int32_t c, bool after_ascii)
{
    bool joiner = c == 0x200c || c == 0x200d;

    return codepoint_deceptive((uint32_t)c) && (!joiner || after_ascii);
}

struct escape_reader escape_reader_of(const char *text, size_t length)
{
    return (struct escape_reader){ .at = text, .end = text + length, .after_ascii = true };
}

bool escape_read_next(struct escape_reader *reader)
{
    bool ascii = reader->after_ascii;
    const char *from;
    int32_t c;

    if (reader->at == reader->end)
        return false;
    if (is_line_end(reader->at, reader->end) && *reader->at == '\r')
        reader->at++;
    from = reader->at;
    c = utf8_decode(&reader->at, reader->end);
    reader->after_ascii = c >= 0 && c < 0x80;
    reader->character = INVALID;
    reader->form = reader->shown;
    if (c == INVALID) {
        reader->form = REPLACEMENT;
        reader->length = sizeof REPLACEMENT - 1;
    } else if (is_control(c) && c != '\n' && c != '\t') {
        reader->length = escape_show_control((uint32_t)c, reader->shown);
    } else if ((c >= 0x80 && c < 0xa0) || (c & 0xfffe) == 0xfffe || hides(c, ascii)) {
        reader->length = escape_show_codepoint((uint32_t)c, reader->shown);
    } else {
        reader->character = c;
        reader->form = from;
        reader->length = (size_t)(reader->at - from);
        return true;
    }
    /* What stands in its place is what comes before the next one. */
    reader->after_ascii = reader->form == reader->shown;
    return true;
}
