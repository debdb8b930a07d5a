/* Whatever the text: no sink lets through what acts in its place. The first byte chooses flags. */
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/utf8.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* Valid UTF-8 without controls, newlines and tabs aside where they are allowed. */
static void check_text(const struct strbuf *out, const char *allowed)
{
    const char *cursor = out->data, *end = out->data + out->length;

    while (cursor < end) {
        int32_t c = utf8_decode(&cursor, end);
        check(c >= 0x20 || (c > 0 && strchr(allowed, c)));
        check(c < 0x7f || c > 0x9f);
        check(c < 0x202a || c > 0x202e);
    }
}

static void check_sink(void (*escape)(struct strbuf *, const char *, size_t), const char *text,
                       size_t length, const char *allowed, const char *forbidden)
{
    struct strbuf out = STRBUF_INIT;

    escape(&out, text, length);
    check_text(&out, allowed);
    check(!strpbrk(out.data, forbidden));
    strbuf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data + 1;
    struct strbuf out = STRBUF_INIT;
    unsigned flags;

    if (size == 0 || !setlocale(LC_CTYPE, "C.UTF-8"))
        return 0;
    size--;
    flags = data[0] & 7;
    escape_terminal(&out, text, size, flags);
    check_text(&out, flags & ESCAPE_LINES ? "\n" : "");
    check(text_fit(out.data, out.length, SIZE_MAX, NULL) == out.length);
    strbuf_release(&out);

    check_sink(escape_html, text, size, "\n\t", "<>\"'");
    check_sink(escape_markdown, text, size, "", "<>");
    check_sink(escape_markdown_cell, text, size, "", "<>");
    check_sink(escape_markdown_code, text, size, "", "");
    check_sink(escape_csv, text, size, "\n\t", "");
    check_sink(escape_json, text, size, "", "");
    check_sink(escape_shell, text, size, "\n", "");
    check_sink(slug_file_name, text, size, "", "/\\ \"'");
    return 0;
}
