#include <pilab/base/escape.h>

#include <stdint.h>
#include <string.h>

#include <pilab/base/utf8.h>

/* ncurses keeps a base and four marks in a cell (CCHARW_MAX) and drops what goes beyond. */
enum { MARKS_LARGEST = 4, TAB_STOP = 8 };

#define INVALID (-1) /* what utf8_decode gives for a byte that belongs to no character */

static const char upper_digits[] = "0123456789ABCDEF";

/* U+FFFD. */
static const char replacement[] = "\xef\xbf\xbd";

#define SHOWN_SIZE 12

/* "<U+009B>": at least four digits. */
static size_t show_codepoint(uint32_t codepoint, char out[SHOWN_SIZE])
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

/* "^[", "^?". */
static size_t show_control(uint32_t control, char out[SHOWN_SIZE])
{
    out[0] = '^';
    out[1] = (char)(control ^ 0x40);
    out[2] = '\0';
    return 2;
}

static size_t show_byte(unsigned char byte, char out[SHOWN_SIZE])
{
    out[0] = '\\';
    out[1] = 'x';
    out[2] = upper_digits[byte >> 4];
    out[3] = upper_digits[byte & 15];
    out[4] = '\0';
    return 4;
}

static bool is_control(int32_t c)
{
    return (c >= 0 && c < 0x20) || c == 0x7f;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* A line may end with CR LF too. */
static bool is_line_end(const char *at, const char *end)
{
    return *at == '\n' || (*at == '\r' && at + 1 < end && at[1] == '\n');
}

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
        length = show_byte((unsigned char)*from, at);
    else if (is_control(c))
        length = show_control((uint32_t)c, at);
    else
        length = show_codepoint((uint32_t)c, at);
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

/* --- Documents -------------------------------------------------------------------------------- */

/* One character of a text after the other, as documents show it: `form` is the character itself, or
 * what stands for it. Line ends are one \n. */
struct reader {
    const char *at, *end;
    int32_t character; /* INVALID, too, for what is shown in another form */
    const char *form;
    size_t length;
    bool after_ascii; /* whether an ASCII character came before this one */
    char shown[SHOWN_SIZE];
};

/* Joiners make emoji and are needed in many scripts; after ASCII they only hide. */
static bool hides(int32_t c, bool after_ascii)
{
    bool joiner = c == 0x200c || c == 0x200d;

    return codepoint_deceptive((uint32_t)c) && (!joiner || after_ascii);
}

static struct reader reader_of(const char *text, size_t length)
{
    return (struct reader){ .at = text, .end = text + length, .after_ascii = true };
}

static bool read_next(struct reader *reader)
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
        reader->form = replacement;
        reader->length = sizeof replacement - 1;
    } else if (is_control(c) && c != '\n' && c != '\t') {
        reader->length = show_control((uint32_t)c, reader->shown);
    } else if ((c >= 0x80 && c < 0xa0) || (c & 0xfffe) == 0xfffe || hides(c, ascii)) {
        reader->length = show_codepoint((uint32_t)c, reader->shown);
    } else {
        reader->character = c;
        reader->form = from;
        reader->length = (size_t)(reader->at - from);
    }
    return true;
}

static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void escape_html(struct strbuf *out, const char *text, size_t length)
{
    struct reader reader = reader_of(text, length);

    strbuf_reserve(out, length);
    while (read_next(&reader)) {
        for (size_t i = 0; i < reader.length; i++) {
            const char *entity = entity_of(reader.form[i]);
            if (entity)
                strbuf_add(out, entity);
            else
                strbuf_add_char(out, reader.form[i]);
        }
    }
}

/* --- Markdown --------------------------------------------------------------------------------- */

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool word_ends(const char *at, const char *end)
{
    return at == end || is_blank(*at) || is_line_end(at, end);
}

/* Where a backslash must stand so that the text does not become a heading, a list item or an
 * underline (CommonMark 4.1-4.3, 5.2): NULL for nowhere. */
static const char *block_marker(const char *text, const char *end)
{
    const char *at;

    while (text < end && (is_blank(*text) || is_line_end(text, end)))
        text++;
    at = text;
    while (at < end && is_digit(*at))
        at++;
    if (at > text) {
        bool delimiter = at < end && (*at == '.' || *at == ')');
        return delimiter && word_ends(at + 1, end) ? at : NULL;
    }
    if (at == end || !memchr("#+-=", *at, 4))
        return NULL;
    while (at < end && *at == *text)
        at++;
    return word_ends(at, end) ? text : NULL;
}

/* Underscores between letters are no emphasis (CommonMark 6.2), and names_like_this are frequent.
 * `at` is the first of a run. */
static bool underscores_mark(const char *text, const char *at, const char *end)
{
    const char *after = at;

    while (after < end && *after == '_')
        after++;
    return at == text || after == end || !is_word(at[-1]) || !is_word(*after);
}

static void put_markdown(struct strbuf *out, const char *form, size_t length, const char *marks)
{
    for (size_t i = 0; i < length; i++) {
        char c = form[i];
        if (c == '&' || c == '<' || c == '>') {
            strbuf_add(out, entity_of(c));
            continue;
        }
        if (strchr(marks, c))
            strbuf_add_char(out, '\\');
        strbuf_add_char(out, c);
    }
}

/* `marks` are the characters that are escaped wherever they stand. */
static void escape_inline(struct strbuf *out, const char *text, size_t length, const char *marks)
{
    struct reader reader = reader_of(text, length);
    const char *marker = block_marker(text, reader.end);
    bool underscores = false, blank = false;
    char before = '\0';

    strbuf_reserve(out, length);
    while (read_next(&reader)) {
        char c = reader.character == INVALID ? '\0' : reader.form[0];
        bool again = blank;
        blank = c && is_blank(c);
        if (blank && !again)
            strbuf_add_char(out, ' ');
        if (c == '_' && before != '_')
            underscores = underscores_mark(text, reader.form, reader.end);
        before = c;
        if (blank)
            continue;
        /* A link may follow the text: it must not become an image. */
        if (reader.form == marker || (c == '_' && underscores) ||
            (c == '!' && reader.at == reader.end))
            strbuf_add_char(out, '\\');
        put_markdown(out, reader.form, reader.length, marks);
    }
}

void escape_markdown(struct strbuf *out, const char *text, size_t length)
{
    escape_inline(out, text, length, "\\`*[]~");
}

void escape_markdown_cell(struct strbuf *out, const char *text, size_t length)
{
    escape_inline(out, text, length, "\\`*[]~|");
}

/* The length of the longest run of backticks. */
static size_t longest_fence(const char *text, size_t length)
{
    size_t longest = 0, run = 0;

    for (size_t i = 0; i < length; i++) {
        run = text[i] == '`' ? run + 1 : 0;
        if (run > longest)
            longest = run;
    }
    return longest;
}

/* CommonMark 6.1: a blank inside of each fence is taken off again when both are there. */
static void escape_code(struct strbuf *out, const char *text, size_t length, bool cell)
{
    struct reader reader = reader_of(text, length);
    size_t fence = longest_fence(text, length) + 1;
    bool pad = length && (text[0] == '`' || text[length - 1] == '`' || is_blank(text[0]) ||
                          is_blank(text[length - 1]));

    if (length == 0)
        return;
    strbuf_add_repeat(out, "`", fence);
    strbuf_add(out, pad ? " " : "");
    while (read_next(&reader)) {
        if (reader.character != INVALID && is_blank(reader.form[0])) {
            strbuf_add_char(out, ' ');
            continue;
        }
        if (cell && reader.form[0] == '|')
            strbuf_add_char(out, '\\');
        strbuf_add_bytes(out, reader.form, reader.length);
    }
    strbuf_add(out, pad ? " " : "");
    strbuf_add_repeat(out, "`", fence);
}

void escape_markdown_code(struct strbuf *out, const char *text, size_t length)
{
    escape_code(out, text, length, false);
}

void escape_markdown_cell_code(struct strbuf *out, const char *text, size_t length)
{
    escape_code(out, text, length, true);
}

/* --- Data ------------------------------------------------------------------------------------- */

/* What a spreadsheet takes for the start of a formula; full-width forms count as well. */
static bool starts_formula(const char *text, size_t length)
{
    static const char *const wide[] = { "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
                                        "\xef\xbc\xa0" };

    if (length == 0)
        return false;
    if (memchr("=+-@\t\r\n", *text, 7))
        return true;
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        if (length >= 3 && memcmp(text, wide[i], 3) == 0)
            return true;
    }
    return false;
}

void escape_csv(struct strbuf *out, const char *text, size_t length)
{
    struct reader reader = reader_of(text, length);

    strbuf_reserve(out, length + 2);
    strbuf_add_char(out, '"');
    if (starts_formula(text, length))
        strbuf_add_char(out, '\'');
    while (read_next(&reader)) {
        if (reader.form[0] == '"')
            strbuf_add_char(out, '"');
        strbuf_add_bytes(out, reader.form, reader.length);
    }
    strbuf_add_char(out, '"');
}

static void put_json_unit(struct strbuf *out, uint32_t unit)
{
    char escaped[6] = { '\\', 'u' };

    for (int i = 0; i < 4; i++)
        escaped[2 + i] = "0123456789abcdef"[unit >> (12 - 4 * i) & 15];
    strbuf_add_bytes(out, escaped, sizeof escaped);
}

static void put_json_escaped(struct strbuf *out, uint32_t codepoint)
{
    static const char short_from[] = "\"\\\b\f\n\r\t", short_to[] = "\"\\bfnrt";
    const char *found = codepoint && codepoint < 0x80 ? strchr(short_from, (int)codepoint) : NULL;

    if (found) {
        strbuf_add_char(out, '\\');
        strbuf_add_char(out, short_to[found - short_from]);
    } else if (codepoint > 0xffff) {
        put_json_unit(out, 0xd800 + ((codepoint - 0x10000) >> 10));
        put_json_unit(out, 0xdc00 + ((codepoint - 0x10000) & 0x3ff));
    } else {
        put_json_unit(out, codepoint);
    }
}

void escape_json(struct strbuf *out, const char *text, size_t length)
{
    const char *at = text, *end = text + length;

    strbuf_reserve(out, length + 2);
    strbuf_add_char(out, '"');
    while (at < end) {
        const char *from = at;
        int32_t c = utf8_decode(&at, end);
        if (c == INVALID)
            strbuf_add_bytes(out, replacement, sizeof replacement - 1);
        else if (c == '"' || c == '\\' || is_control(c) || (c >= 0x80 && c < 0xa0) ||
                 codepoint_deceptive((uint32_t)c))
            put_json_escaped(out, (uint32_t)c);
        else
            strbuf_add_bytes(out, from, (size_t)(at - from));
    }
    strbuf_add_char(out, '"');
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
