/* What the files of escaping share; nobody else includes this. */
#ifndef PILAB_SRC_BASE_ESCAPE_PARTS_H
#define PILAB_SRC_BASE_ESCAPE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INVALID (-1) /* what utf8_decode gives for a byte that belongs to no character */

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

#define SHOWN_SIZE 12

/* What stands for a character that is not printed as it is, NUL-terminated; they return its
 * length. "<U+009B>" with at least four digits; "^[", "^?"; "\x9b". */
size_t escape_show_codepoint(uint32_t codepoint, char out[SHOWN_SIZE]);
size_t escape_show_control(uint32_t control, char out[SHOWN_SIZE]);
size_t escape_show_byte(unsigned char byte, char out[SHOWN_SIZE]);

/* One character of a text after the other, as documents show it: `form` is the character itself, or
 * what stands for it. Line ends are one \n. */
struct escape_reader {
    const char *at, *end;
    int32_t character; /* INVALID, too, for what is shown in another form */
    const char *form;
    size_t length;
    bool after_ascii; /* whether an ASCII character came before this one */
    char shown[SHOWN_SIZE];
};

struct escape_reader escape_reader_of(const char *text, size_t length);
bool escape_read_next(struct escape_reader *reader);

static inline bool is_control(int32_t c)
{
    return (c >= 0 && c < 0x20) || c == 0x7f;
}

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* A line may end with CR LF too. */
static inline bool is_line_end(const char *at, const char *end)
{
    return *at == '\n' || (*at == '\r' && at + 1 < end && at[1] == '\n');
}

static inline bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

#endif
