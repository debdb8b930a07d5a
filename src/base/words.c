#include <pilab/base/words.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/strbuf.h>

/* A word up to a blank; *at is moved behind it. False when a quote does not end. */
static bool read_word(const char **at, struct strbuf *word)
{
    char quote = '\0';

    for (; **at != '\0' && (quote != '\0' || strchr(" \t\n", **at) == NULL); (*at)++) {
        char c = **at;

        if (quote == '\0' && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == quote) {
            quote = '\0';
        } else if (c == '\\' && quote != '\'' && (*at)[1] != '\0' &&
                   (quote == '\0' || strchr("\"\\$`", (*at)[1]) != NULL)) {
            strbuf_add_char(word, *++*at);
        } else {
            strbuf_add_char(word, c);
        }
    }
    return quote == '\0';
}

bool words_split(const char *text, struct vector *words, struct error *error)
{
    const char *at = text;

    while (*(at += strspn(at, " \t\n")) != '\0') {
        struct strbuf word = STRBUF_INIT;
        bool whole = read_word(&at, &word);
        char *owned = strbuf_steal(&word);

        if (!whole) {
            free(owned);
            return error_set(error, ERROR_INVALID, "\"%s\": a quote does not end", text);
        }
        vector_push(words, &owned);
    }
    return true;
}

/* "NAME=value" before the program. */
static bool sets_variable(const char *text)
{
    size_t length;

    text += strspn(text, " \t\n");
    length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
    return length > 0 && text[length] == '=' && (*text < '0' || *text > '9');
}

bool words_need_shell(const char *text)
{
    char quote = '\0';

    if (sets_variable(text))
        return true;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\\' && quote != '\'' && at[1] != '\0')
            at++;
        else if (quote == '\0' && (*at == '\'' || *at == '"'))
            quote = *at;
        else if (*at == quote)
            quote = '\0';
        else if (quote != '\'' && (*at == '$' || *at == '`'))
            return true;
        else if (quote == '\0' && strchr(";|&<>()\n", *at) != NULL)
            return true;
    }
    return false;
}

void words_expand_home(struct vector *words, size_t first)
{
    const char *home = getenv("HOME");

    for (size_t i = first; home != NULL && *home == '/' && i < words->count; i++) {
        char **word = vector_at(words, i), *whole;

        if (strncmp(*word, "~/", 2) != 0)
            continue;
        whole = path_join(home, *word + 2);
        free(*word);
        *word = whole;
    }
}

void words_release(struct vector *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(*(char **)vector_at(words, i));
    vector_release(words);
}
