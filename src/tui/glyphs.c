#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/tui/glyphs.h>

static const char *const glyph_table[GLYPH_COUNT][GLYPH_SET_COUNT] = {
    [GLYPH_CURSOR] = {"▶",  ">" },
      [GLYPH_CURSOR_IDLE] = { "▷", "}" },
    [GLYPH_MARK] = { "●", "*" },
      [GLYPH_CURSOR_MARK] = { "◉", "#" },
    [GLYPH_CRUMB] = { "▸", ">" },
      [GLYPH_ELLIPSIS] = { "…", "~" },
    [GLYPH_HORIZONTAL] = { "─", "-" },
      [GLYPH_VERTICAL] = { "│", "|" },
    [GLYPH_TOP_LEFT] = { "┌", "+" },
      [GLYPH_TOP_RIGHT] = { "┐", "+" },
    [GLYPH_BOTTOM_LEFT] = { "└", "+" },
      [GLYPH_BOTTOM_RIGHT] = { "┘", "+" },
    [GLYPH_RUNNING] = { "↻", "@" },
      [GLYPH_BULLET] = { "•", "*" },
    [GLYPH_DOT] = { "·",  "-" },
      [GLYPH_MINUS] = { "−", "-" },
    [GLYPH_MASK] = { "•", "*" },
      [GLYPH_ARROW] = { "→", "->"},
};

const char *glyph_text(enum glyph_set set, enum glyph glyph)
{
    return glyph_table[glyph][set];
}

/* Signs within texts, where no column depends on their width. A longer one goes before its part. */
static const struct {
    const char *sign;
    const char *stand_in;
} text_signs[] = {
    {"•",   "*"  },
    { "→",  "->" },
    { "←",  "<-" },
    { "…",  "..."},
    { "−",  "-"  },
    { " · ", ", " },
    { "·",   ","  },
};

#define TEXT_SIGNS (sizeof text_signs / sizeof text_signs[0])

/* The sign that stands at the beginning, TEXT_SIGNS when none does. */
static size_t sign_at(const char *text, size_t length)
{
    size_t i = 0;

    for (; i < TEXT_SIGNS; i++) {
        size_t size = strlen(text_signs[i].sign);

        if (size <= length && memcmp(text, text_signs[i].sign, size) == 0)
            break;
    }
    return i;
}

size_t glyphs_escape(enum glyph_set set, struct strbuf *out, const char *text, size_t length,
                     unsigned flags)
{
    struct strbuf plain = STRBUF_INIT;
    size_t deceptive;
    size_t copied = 0;

    if (set != GLYPHS_ASCII)
        return escape_terminal(out, text, length, flags);
    for (size_t at = 0; at < length;) {
        size_t sign = sign_at(text + at, length - at);

        if (sign == TEXT_SIGNS) {
            at++;
            continue;
        }
        strbuf_add_bytes(&plain, text + copied, at - copied);
        strbuf_add(&plain, text_signs[sign].stand_in);
        copied = at += strlen(text_signs[sign].sign);
    }
    strbuf_add_bytes(&plain, text + copied, length - copied);
    deceptive = escape_terminal(out, plain.data, plain.length, flags | ESCAPE_ASCII);
    strbuf_release(&plain);
    return deceptive;
}
