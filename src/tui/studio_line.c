#include "studio_internal.h"

#include <string.h>

bool studio_line_cut(struct studio_line *line, struct error *error)
{
    char *from = line->text, *to = line->text;

    line->count = 0;
    while (*from != '\0') {
        char quote = '\0';

        from += strspn(from, " \t");
        if (*from == '\0')
            break;
        if (line->count == STUDIO_LINE_WORDS)
            return error_set(error, ERROR_USAGE, "more than %d words", STUDIO_LINE_WORDS);
        line->words[line->count++] = to;
        while (*from != '\0' && (quote != '\0' || (*from != ' ' && *from != '\t'))) {
            if (quote == '\0' && (*from == '"' || *from == '\''))
                quote = *from;
            else if (*from == quote)
                quote = '\0';
            else
                *to++ = *from;
            from++;
        }
        if (quote != '\0')
            return error_set(error, ERROR_USAGE, "the quote %c is not closed", quote);
        if (*from != '\0')
            from++;
        *to++ = '\0';
    }
    return true;
}

void studio_line_word(struct strbuf *line, const char *word)
{
    if (*word != '\0' && word[strcspn(word, " \t'\"")] == '\0') {
        strbuf_printf(line, "%s%s", line->length > 0 ? " " : "", word);
        return;
    }
    strbuf_add(line, line->length > 0 ? " '" : "'");
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            strbuf_add(line, "'\"'\"'");
        else
            strbuf_add_char(line, *word);
    }
    strbuf_add_char(line, '\'');
}
