/* The form of libpq's keywords: service=NAME dbname=… */
#include <string.h>

#include <pilab/base/strbuf.h>

#include "dsn_parts.h"

/* 'a b', a\ b: quotes and backslashes as libpq has them. *text goes behind the value. */
static const char *keyword_value(const struct dsn_reading *reading, const char **text)
{
    struct strbuf out = STRBUF_INIT;
    const char *at = *text, *value = NULL;
    bool quoted = *at == '\'';

    at += quoted;
    while (*at != '\0' && (quoted ? *at != '\'' : strchr(" \t\r\n", *at) == NULL)) {
        at += *at == '\\' && at[1] != '\0';
        strbuf_add_char(&out, *at++);
    }
    if (quoted && *at != '\'')
        dsn_refuse(reading, "a quote is not closed");
    else
        value = strbuf_to_arena(&out, reading->arena);
    *text = at + (quoted && *at == '\'');
    strbuf_release(&out);
    return value;
}

bool dsn_read_keywords(struct dsn_reading *reading, const char *text)
{
    static const char blanks[] = " \t\r\n";

    text += strspn(text, blanks);
    while (*text != '\0') {
        size_t length = strcspn(text, "= \t\r\n");
        const char *name = arena_bytes(reading->arena, text, length), *value;

        text += length;
        text += strspn(text, blanks);
        if (*text != '=' || length == 0)
            return dsn_refuse(reading, "a keyword has no value (NAME=VALUE)");
        text++;
        text += strspn(text, blanks);
        value = keyword_value(reading, &text);
        if (value == NULL || !dsn_take_parameter(reading, name, value))
            return false;
        text += strspn(text, blanks);
    }
    return true;
}
