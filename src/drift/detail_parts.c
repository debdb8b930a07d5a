#include "detail_parts.h"

#include <string.h>

#include <pilab/base/utf8.h>

#define COMMAND_INDENT 2

void detail_heading(struct strbuf *out, const char *title)
{
    strbuf_add_char(out, '\n');
    rich_word(out, RICH_HEADING, title);
    strbuf_add_char(out, '\n');
}

void detail_beside(struct strbuf *out, enum rich_role label_role, const char *label,
                   const char *text, size_t width, bool utf8)
{
    struct strbuf wrapped = STRBUF_INIT;

    rich_wrap(&wrapped, text, DETAIL_LABEL_COLUMN, width);
    rich_cell(out, label_role, label, DETAIL_LABEL_COLUMN, RICH_LEFT, utf8);
    strbuf_add(out,
               wrapped.length > DETAIL_LABEL_COLUMN ? wrapped.data + DETAIL_LABEL_COLUMN : "\n");
    strbuf_release(&wrapped);
}

void detail_fact(struct strbuf *out, const char *label, enum rich_role role, const char *text,
                 size_t width, bool utf8)
{
    struct strbuf value = STRBUF_INIT;

    if (text == NULL || *text == '\0')
        return;
    rich_text(&value, role, text, utf8);
    detail_beside(out, RICH_DIM, label, value.data, width, utf8);
    strbuf_release(&value);
}

/* The bytes of the first word of a line for a shell, with its quotes. */
static size_t word_length(const char *command)
{
    char quote = '\0';
    size_t length = 0;

    for (; command[length] != '\0' && (quote != '\0' || command[length] != ' '); length++) {
        if (quote != '\0')
            quote = command[length] == quote ? '\0' : quote;
        else if (command[length] == '\'' || command[length] == '"')
            quote = command[length];
        else if (command[length] == '\\' && command[length + 1] != '\0')
            length++;
    }
    return length;
}

/* Where a line that goes on begins: less far in when the word would be broken otherwise. */
static size_t indent_of(size_t columns, size_t width)
{
    const size_t most = 2 * COMMAND_INDENT;

    return columns + most <= width ? most : columns < width ? width - columns : 0;
}

static void add_broken(struct strbuf *out, const char *command, size_t width)
{
    size_t used = 0;

    while (*command != '\0') {
        size_t length = word_length(command), columns = text_width(command, length);
        bool last = command[length] == '\0';
        size_t needed = columns + (last ? 0 : 2);

        if (used > 0 && used + 1 + needed > width) {
            strbuf_add(out, " \\\n");
            used = indent_of(needed, width);
            strbuf_add_repeat(out, " ", used);
        } else {
            strbuf_add_repeat(out, " ", used > 0 ? 1 : COMMAND_INDENT);
            used += used > 0 ? 1 : COMMAND_INDENT;
        }
        strbuf_add_bytes(out, command, length);
        used += columns;
        command += length + !last;
    }
}

void detail_command(struct strbuf *out, const char *command, size_t width, bool utf8)
{
    struct strbuf shown = STRBUF_INIT, plain = STRBUF_INIT;
    const char *line;

    detail_heading(out, "The same with git");
    rich_text(&shown, RICH_PLAIN, command, utf8);
    rich_to_plain(&plain, shown.data, shown.length);
    strbuf_clear(&shown);
    if (COMMAND_INDENT + text_width(plain.data, plain.length) <= width)
        strbuf_printf(&shown, "%*s%s", COMMAND_INDENT, "", plain.data);
    else
        add_broken(&shown, plain.data, width);
    for (line = shown.data; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
        rich_open(out, RICH_DIM);
        strbuf_add_bytes(out, line, strcspn(line, "\n"));
        rich_close(out);
        strbuf_add_char(out, '\n');
    }
    strbuf_release(&shown);
    strbuf_release(&plain);
}
