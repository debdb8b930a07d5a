#include <pilab/base/rich.h>

#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/utf8.h>

static const char *const role_sgr[RICH_ROLE_COUNT] = {
    [RICH_PLAIN] = "",           [RICH_TITLE] = "\033[1m",      [RICH_HEADING] = "\033[1m",
    [RICH_DIM] = "\033[2m",      [RICH_NAME] = "\033[36m",      [RICH_ADDED] = "\033[32m",
    [RICH_DELETED] = "\033[31m", [RICH_MODIFIED] = "\033[33m",  [RICH_CRITICAL] = "\033[1;31m",
    [RICH_HIGH] = "\033[31m",    [RICH_MEDIUM] = "\033[33m",    [RICH_LOW] = "",
    [RICH_INFO] = "\033[2m",     [RICH_WARNING] = "\033[1;33m", [RICH_GOOD] = "\033[32m",
};

void rich_open(struct strbuf *out, enum rich_role role)
{
    strbuf_add_char(out, RICH_OPEN);
    strbuf_add_char(out, (char)('A' + role));
}

void rich_close(struct strbuf *out)
{
    strbuf_add_char(out, RICH_CLOSE);
}

void rich_text(struct strbuf *out, enum rich_role role, const char *text, bool utf8)
{
    if (role != RICH_PLAIN)
        rich_open(out, role);
    escape_terminal(out, text, strlen(text), ESCAPE_BLANKS | (utf8 ? 0 : ESCAPE_ASCII));
    if (role != RICH_PLAIN)
        rich_close(out);
}

void rich_word(struct strbuf *out, enum rich_role role, const char *text)
{
    if (role != RICH_PLAIN)
        rich_open(out, role);
    strbuf_add(out, text);
    if (role != RICH_PLAIN)
        rich_close(out);
}

/* The bytes of the role mark at `text`, or 0. */
static size_t mark_length(const char *text, const char *end)
{
    if (*text == RICH_OPEN && end - text >= 2)
        return 2;
    return *text == RICH_CLOSE ? 1 : 0;
}

/* The end of the run without marks that starts at `text`. */
static const char *run_end(const char *text, const char *end)
{
    while (text < end && *text != RICH_OPEN && *text != RICH_CLOSE)
        text++;
    return text;
}

size_t rich_width(const char *text, size_t length)
{
    const char *end = text + length;
    size_t width = 0;

    while (text < end) {
        const char *stop = run_end(text, end);

        width += text_width(text, (size_t)(stop - text));
        text = stop;
        if (text < end)
            text += mark_length(text, end) > 0 ? mark_length(text, end) : 1;
    }
    return width;
}

/* What fits of escaped text; cut at its end, or in its middle. */
static void add_fitting(struct strbuf *out, const struct strbuf *safe, size_t columns, bool middle,
                        bool utf8)
{
    const char *ellipsis = utf8 ? "…" : "~";

    if (middle) {
        strbuf_add_cut_middle(out, safe->data, safe->length, columns, ellipsis);
    } else if (text_width(safe->data, safe->length) <= columns) {
        strbuf_add_bytes(out, safe->data, safe->length);
    } else if (columns > 0) {
        strbuf_add_bytes(out, safe->data, text_fit(safe->data, safe->length, columns - 1, NULL));
        strbuf_add(out, ellipsis);
    }
}

void rich_cell(struct strbuf *out, enum rich_role role, const char *text, size_t columns,
               enum rich_align align, bool utf8)
{
    struct strbuf safe = STRBUF_INIT, cell = STRBUF_INIT;
    size_t width;

    escape_terminal(&safe, text, strlen(text), ESCAPE_BLANKS | (utf8 ? 0 : ESCAPE_ASCII));
    add_fitting(&cell, &safe, columns, align == RICH_ENDS, utf8);
    width = text_width(cell.data, cell.length);
    if (align == RICH_RIGHT)
        strbuf_add_repeat(out, " ", columns - width);
    rich_word(out, role, cell.data);
    if (align != RICH_RIGHT)
        strbuf_add_repeat(out, " ", columns - width);
    strbuf_release(&safe);
    strbuf_release(&cell);
}

void rich_middle(struct strbuf *out, enum rich_role role, const char *text, size_t columns,
                 bool utf8)
{
    struct strbuf safe = STRBUF_INIT, cut = STRBUF_INIT;

    escape_terminal(&safe, text, strlen(text), ESCAPE_BLANKS | (utf8 ? 0 : ESCAPE_ASCII));
    add_fitting(&cut, &safe, columns, true, utf8);
    rich_word(out, role, cut.data);
    strbuf_release(&safe);
    strbuf_release(&cut);
}

/* Appends as much of a rich text as fits, with every role that was opened closed again. */
static size_t add_cut(struct strbuf *out, const char *text, size_t columns, bool utf8)
{
    const char *end = text + strlen(text);
    size_t used = 0;
    bool cut = rich_width(text, strlen(text)) > columns, open = false;
    size_t room = cut && columns > 0 ? columns - 1 : columns;

    while (text < end) {
        const char *stop = run_end(text, end);
        size_t width;
        size_t bytes = text_fit(text, (size_t)(stop - text), room - used, &width);
        size_t mark;

        strbuf_add_bytes(out, text, bytes);
        used += width;
        if (text + bytes < stop)
            break;
        text = stop;
        if (text == end)
            break;
        mark = mark_length(text, end);
        open = *text == RICH_OPEN;
        strbuf_add_bytes(out, text, mark > 0 ? mark : 0);
        text += mark > 0 ? mark : 1;
    }
    if (open)
        rich_close(out);
    if (cut && columns > 0) {
        strbuf_add(out, utf8 ? "…" : "~");
        used++;
    }
    return used;
}

void rich_line(struct strbuf *out, const char *left, const char *right, size_t columns, bool utf8)
{
    size_t right_width = right != NULL ? rich_width(right, strlen(right)) : 0;
    size_t room = columns, used;

    /* Half of the line belongs to the left part in any case. */
    if (right_width > 0 && right_width + 2 > columns / 2 &&
        rich_width(left, strlen(left)) + right_width + 2 > columns)
        right_width = 0;
    if (right_width > 0)
        room = columns - right_width - 2;
    used = add_cut(out, left, room, utf8);
    if (right_width > 0) {
        strbuf_add_repeat(out, " ", columns - right_width - used);
        strbuf_add(out, right);
    }
    strbuf_add_char(out, '\n');
}

/* A text while it is broken into lines. */
struct wrapping {
    struct strbuf *out;
    size_t indent, room; /* columns before and for the text */
    size_t used;         /* of the room */
    bool begun;          /* there is something in this line */
    char role;           /* the letter of the open role, or 0 */
};

static void begin_line(struct wrapping *wrapping)
{
    strbuf_add_repeat(wrapping->out, " ", wrapping->indent);
    wrapping->begun = true;
    if (wrapping->role == 0)
        return;
    strbuf_add_char(wrapping->out, RICH_OPEN);
    strbuf_add_char(wrapping->out, wrapping->role);
}

/* A role ends with its line and goes on in the next, so that every line can be shown by itself. */
static void end_line(struct wrapping *wrapping)
{
    if (wrapping->role != 0)
        rich_close(wrapping->out);
    strbuf_add_char(wrapping->out, '\n');
    wrapping->begun = false;
    wrapping->used = 0;
}

static void add_mark(struct wrapping *wrapping, const char *mark, size_t length)
{
    if (!wrapping->begun && *mark == RICH_CLOSE) {
        wrapping->role = 0;
        return;
    }
    if (!wrapping->begun)
        begin_line(wrapping);
    strbuf_add_bytes(wrapping->out, mark, length);
    wrapping->role = length == 2 ? mark[1] : 0;
}

/* Plain text without a blank, broken between characters only where one line is not enough. */
static void add_run(struct wrapping *wrapping, const char *text, size_t length)
{
    while (length > 0) {
        size_t width, bytes;

        if (!wrapping->begun)
            begin_line(wrapping);
        bytes = text_fit(text, length, wrapping->room - wrapping->used, &width);
        if (bytes == 0 && wrapping->used == 0)
            bytes = length; /* no character fits in any line */
        strbuf_add_bytes(wrapping->out, text, bytes);
        wrapping->used += width;
        text += bytes;
        length -= bytes;
        if (length > 0)
            end_line(wrapping);
    }
}

static void add_word(struct wrapping *wrapping, const char *word, size_t length)
{
    const char *end = word + length;

    while (word < end) {
        const char *stop = run_end(word, end);
        size_t mark;

        add_run(wrapping, word, (size_t)(stop - word));
        if (stop == end)
            return;
        mark = mark_length(stop, end);
        if (mark > 0)
            add_mark(wrapping, stop, mark);
        word = stop + (mark > 0 ? mark : 1);
    }
}

void rich_wrap(struct strbuf *out, const char *text, size_t indent, size_t columns)
{
    struct wrapping wrapping = { .out = out,
                                 .indent = indent,
                                 .room = columns > indent + 8 ? columns - indent : 8 };

    text += strspn(text, " \n");
    while (*text != '\0') {
        size_t length = strcspn(text, " \n"), gap = strspn(text + length, " \n");
        size_t next = strcspn(text + length + gap, " \n");
        size_t blanks = gap > 0 && text[length] == '\n' ? 1 : gap;

        add_word(&wrapping, text, length);
        text += length + gap;
        if (*text == '\0' || !wrapping.begun)
            continue;
        if (wrapping.used + blanks + rich_width(text, next) <= wrapping.room) {
            strbuf_add_repeat(out, " ", blanks);
            wrapping.used += blanks;
        } else if (wrapping.used > 0) {
            end_line(&wrapping);
        }
    }
    if (wrapping.begun)
        end_line(&wrapping);
}

static void convert(struct strbuf *out, const char *text, size_t length, bool ansi)
{
    const char *end = text + length;

    while (text < end) {
        const char *stop = run_end(text, end);
        size_t mark;

        strbuf_add_bytes(out, text, (size_t)(stop - text));
        text = stop;
        if (text == end)
            break;
        mark = mark_length(text, end);
        if (ansi && mark == 2 && text[1] >= 'A' && text[1] < 'A' + RICH_ROLE_COUNT)
            strbuf_add(out, role_sgr[text[1] - 'A']);
        else if (ansi && mark == 1)
            strbuf_add(out, "\033[0m");
        text += mark > 0 ? mark : 1;
    }
}

void rich_to_plain(struct strbuf *out, const char *text, size_t length)
{
    convert(out, text, length, false);
}

void rich_to_ansi(struct strbuf *out, const char *text, size_t length)
{
    convert(out, text, length, true);
}
