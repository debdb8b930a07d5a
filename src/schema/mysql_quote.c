#include "mysql_quote.h"

#include <string.h>

void mysql_add_literal(struct strbuf *out, const char *text)
{
    strbuf_add_char(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\n' || *text == '\r') {
            strbuf_add(out, *text == '\n' ? "\\n" : "\\r");
            continue;
        }
        if (*text == '\'' || *text == '\\')
            strbuf_add_char(out, *text);
        strbuf_add_char(out, *text);
    }
    strbuf_add_char(out, '\'');
}

/* https://dev.mysql.com/doc/refman/8.4/en/string-literals.html, table 11.1: what has no meaning of
 * its own stands for itself; % and _ keep their backslash, for LIKE. */
static void add_escaped(struct strbuf *out, char escaped)
{
    static const char names[] = "bnrtZ", controls[] = "\b\n\r\t\x1a";
    const char *at = strchr(names, escaped);

    if (escaped == '%' || escaped == '_' || escaped == '0')
        strbuf_add_char(out, '\\');
    strbuf_add_char(out, at != NULL && escaped != '\0' ? controls[at - names] : escaped);
}

void mysql_add_value(struct strbuf *out, const char *token, size_t length)
{
    size_t end = length > 1 ? length - 1 : length;

    for (size_t i = 1; i < end; i++) {
        if (token[i] == '\\' && i + 1 < end) {
            add_escaped(out, token[++i]);
            continue;
        }
        if (token[i] == *token && i + 1 < end && token[i + 1] == *token)
            i++;
        strbuf_add_char(out, token[i]);
    }
}

const char *mysql_take_string(struct sql_cursor *cursor)
{
    const struct sql_token *token = sql_peek(cursor, 0);
    struct strbuf text = STRBUF_INIT;
    const char *result;

    if (token->kind != SQL_STRING)
        return NULL;
    mysql_add_value(&text, token->start, token->length);
    cursor->at++;
    result = strbuf_to_arena(&text, cursor->arena);
    strbuf_release(&text);
    return result;
}

void mysql_add_word(struct strbuf *out, const char *text)
{
    static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

    if (*text != '\0' && text[strspn(text, bare)] == '\0')
        strbuf_add(out, text);
    else
        mysql_add_literal(out, text);
}

const char *mysql_skip_quoted(const char *text)
{
    char quote = *text++;

    while (*text != '\0') {
        if (*text == '\\' && quote != '`' && text[1] != '\0')
            text++;
        else if (*text == quote && text[1] == quote)
            text++;
        else if (*text == quote)
            return text + 1;
        text++;
    }
    return text;
}
