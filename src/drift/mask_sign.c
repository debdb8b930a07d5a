#include <pilab/drift/mask.h>

#include <string.h>

#include "ascii.h"

#define FINGERPRINT_LENGTH 11 /* " (1a2b3c4d)" */

void mask_to_ascii(struct strbuf *out, const char *text)
{
    for (;;) {
        const char *sign = strstr(text, MASK_TEXT);

        if (!sign)
            break;
        strbuf_add_bytes(out, text, (size_t)(sign - text));
        strbuf_add(out, "****");
        text = sign + strlen(MASK_TEXT);
    }
    strbuf_add(out, text);
}

/* A fingerprint ends a value: the whole text, or one within JSON. */
static bool is_fingerprint(const char *text)
{
    size_t digits = 0;

    if (strncmp(text, " (", 2) != 0)
        return false;
    while (ascii_is_digit(text[2 + digits]) || (text[2 + digits] >= 'a' && text[2 + digits] <= 'f'))
        digits++;
    return digits == FINGERPRINT_LENGTH - 3 && text[2 + digits] == ')' &&
           (text[FINGERPRINT_LENGTH] == '\0' || text[FINGERPRINT_LENGTH] == '"');
}

void mask_without_fingerprints(struct strbuf *out, const char *text)
{
    bool masked = strstr(text, MASK_TEXT) != NULL;

    while (*text != '\0') {
        if (masked && is_fingerprint(text))
            text += FINGERPRINT_LENGTH;
        else
            strbuf_add_char(out, *text++);
    }
}
