#include <pilab/base/escape.h>

#include <stdint.h>
#include <string.h>

#include <pilab/base/utf8.h>

#include "escape_parts.h"

/* ncurses keeps a base and four marks in a cell (CCHARW_MAX) and drops what goes beyond. */
enum { MARKS_LARGEST = 4, TAB_STOP = 8 };

/* --- Terminal --------------------------------------------------------------------------------- */

struct terminal {
    struct strbuf *out;
    unsigned flags;
    const char *pending; /* text from here to the character that is looked at goes out as it is */
    size_t column;       /* since the start of the line, for tab stops */
    size_t marks;        /* combining marks on the last character */
    bool base;           /* whether there is a character that marks may stand on */
    size_t deceptive;    /* shown so far */
};

static void flush(struct terminal *terminal, const char *at)
{
    strbuf_add_bytes(terminal->out, terminal->pending, (size_t)(at - terminal->pending));
    terminal->pending = at;
}

static void set_base(struct terminal *terminal, size_t columns)
{
    terminal->column += columns;
    terminal->base = true;
    terminal->marks = 0;
}

/* Printable ASCII up to the next character that needs a look. */
static const char *skip_plain(struct terminal *terminal, const char *at, const char *end)
{
    const char *from = at;
    unsigned char lowest = terminal->flags & ESCAPE_BLANKS ? 0x21 : 0x20;

    while (at < end && (unsigned char)*at >= lowest && (unsigned char)*at < 0x7f)
        at++;
    if (at > from)
        set_base(terminal, (size_t)(at - from));
    return at;
}

/* Blanks, tabs and line ends where the flags give them a meaning; what follows them, or `at`. */
static const char *put_space(struct terminal *terminal, const char *at, const char *end)
{
    const char *from = at;
    size_t blanks = 1;

    if (terminal->flags & ESCAPE_BLANKS) {
        while (at < end && (is_blank(*at) || is_line_end(at, end)))
            at++;
    } else if (terminal->flags & ESCAPE_LINES && *at == '\n') {
        strbuf_add_char(terminal->out, '\n');
        terminal->column = 0;
        terminal->base = false;
        return at + 1;
    } else if (terminal->flags & ESCAPE_LINES && *at == '\t') {
        blanks = TAB_STOP - terminal->column % TAB_STOP;
        at++;
    }
    if (at > from) {
        strbuf_add_repeat(terminal->out, " ", blanks);
        set_base(terminal, blanks);
    }
    return at;
}

/* Whether a character from U+0080 on can go out as it is. */
static bool passes(struct terminal *terminal, uint32_t codepoint)
{
    int columns = codepoint_columns(codepoint);

    if (columns < 0 || terminal->flags & ESCAPE_ASCII || codepoint_deceptive(codepoint))
        return false;
    if (columns > 0) {
        set_base(terminal, (size_t)columns);
        return true;
    }
    if (!terminal->base || terminal->marks == MARKS_LARGEST)
        return false;
    terminal->marks++;
    return true;
}

/* Shows the character that stands at `from`. */
static void put_shown(struct terminal *terminal, const char *from, int32_t c)
{
    struct strbuf *out = terminal->out;
    size_t length;
    char *at;

    strbuf_reserve(out, SHOWN_SIZE);
    at = out->data + out->length;
    if (c == INVALID)
        length = escape_show_byte((unsigned char)*from, at);
    else if (is_control(c))
        length = escape_show_control((uint32_t)c, at);
    else
        length = escape_show_codepoint((uint32_t)c, at);
    out->length += length;
    terminal->column += length;
    terminal->base = false;
    if (c != INVALID && codepoint_deceptive((uint32_t)c))
        terminal->deceptive++;
}

size_t escape_terminal(struct strbuf *out, const char *text, size_t length, unsigned flags)
{
    struct terminal terminal = { .out = out, .flags = flags, .pending = text };
    const char *at = text, *end = text + length;

    strbuf_reserve(out, length);
    while ((at = skip_plain(&terminal, at, end)) < end) {
        const char *from = at;
        int32_t c = utf8_decode(&at, end);
        if (c >= 0x80 && passes(&terminal, (uint32_t)c))
            continue;
        flush(&terminal, from);
        terminal.pending = put_space(&terminal, from, end);
        if (terminal.pending == from) {
            put_shown(&terminal, from, c);
            terminal.pending = at;
        }
        at = terminal.pending;
    }
    flush(&terminal, end);
    return terminal.deceptive;
}

/* --- Commands and names ----------------------------------------------------------------------- */

static bool shell_takes_plain(const char *text, size_t length)
{
    if (length == 0 || *text == '=') /* =word is a command's path in zsh */
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_word(text[i]) && !(text[i] && strchr("_@%+=:,./-", text[i])))
            return false;
    }
    return true;
}

/* Whether a character would act on the terminal that shows the command, or not be seen there. */
static bool shell_must_spell(int32_t c)
{
    return c == INVALID || (is_control(c) && c != '\n') || (c >= 0x80 && c < 0xa0) ||
           codepoint_deceptive((uint32_t)c);
}

void escape_shell(struct strbuf *out, const char *text, size_t length)
{
    const char *at = text, *end = text + length;
    bool spelling = false;

    if (shell_takes_plain(text, length)) {
        strbuf_add_bytes(out, text, length);
        return;
    }
    strbuf_add_char(out, '\'');
    while (at < end) {
        const char *from = at;
        bool spell = shell_must_spell(utf8_decode(&at, end));
        if (spell != spelling)
            strbuf_add(out, spell ? "'\"$(printf '" : "')\"'");
        spelling = spell;
        for (; from < at; from++) {
            unsigned char byte = (unsigned char)*from;
            if (spell && byte)
                strbuf_printf(out, "\\%03o", (unsigned)byte);
            else if (byte == '\'')
                strbuf_add(out, "'\\''");
            else if (byte)
                strbuf_add_char(out, (char)byte);
        }
    }
    strbuf_add(out, spelling ? "')\"" : "'");
}

enum { SLUG_LARGEST = 100 };

static bool slug_takes(char c)
{
    return is_word(c) || c == '.' || c == '_' || c == '-';
}

void slug_file_name(struct strbuf *out, const char *text, size_t length)
{
    size_t start = out->length;

    for (size_t i = 0; i < length && out->length - start < SLUG_LARGEST; i++) {
        bool first = out->length == start;
        char c = slug_takes(text[i]) ? text[i] : '-';
        bool repeated = c == '-' && !first && out->data[out->length - 1] == '-';
        if (!(first && (c == '.' || c == '-')) && !repeated)
            strbuf_add_char(out, c);
    }
    while (out->length > start &&
           (out->data[out->length - 1] == '-' || out->data[out->length - 1] == '.'))
        strbuf_truncate(out, out->length - 1);
    if (out->length == start)
        strbuf_add(out, "unnamed");
}
