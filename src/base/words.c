#include <pilab/base/words.h>

#include <stdlib.h>
#include <string.h>

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
                   (quote == '\0' || (*at)[1] == '"' || (*at)[1] == '\\')) {
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

void words_release(struct vector *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(*(char **)vector_at(words, i));
    vector_release(words);
}
