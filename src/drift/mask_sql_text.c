#include "mask_sql_text.h"

#include <string.h>

#include <pilab/drift/mask.h>

#include "ascii.h"

/* Behind the first quote of a string; of a dollar quote, behind its tag. 0: there is none. */
static size_t opening(const struct sql_token *token)
{
    bool dollar = *token->start == '$';
    const char *quote = dollar ? memchr(token->start + 1, '$', token->length - 1)
                               : memchr(token->start, '\'', token->length);

    if (quote == NULL && !dollar)
        quote = memchr(token->start, '"', token->length);
    return quote != NULL ? (size_t)(quote - token->start) + 1 : 0;
}

size_t sql_text_inside(const struct sql_token *token, size_t *size)
{
    size_t start = opening(token), end = start > 0 ? 1 : 0;

    if (*token->start == '$')
        end = start; /* the tag is as long at the end */
    if (token->length < start + end ||
        memcmp(token->start + start - end, token->start + token->length - end, end) != 0)
        end = 0;
    *size = token->length - start - end;
    return start;
}

void sql_text_add_quotes(struct strbuf *out, const char *text, size_t length, bool twice)
{
    for (size_t i = 0; i < length; i++) {
        strbuf_add_char(out, text[i]);
        if (text[i] == '\'' && twice)
            strbuf_add_char(out, '\'');
        else if (text[i] == '\'' && i + 1 < length && text[i + 1] == '\'')
            i++;
    }
}

void sql_text_add_masked(struct strbuf *out, const char *text, size_t size)
{
    strbuf_add(out, MASK_TEXT);
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n')
            strbuf_printf(out, "\n%s", MASK_TEXT);
    }
}

bool sql_text_path(const char *path)
{
    static const char *const endings[] = { ".sql", ".ddl", ".psql", ".pgsql", ".mysql", ".plsql" };
    const char *name = path != NULL ? strrchr(path, '/') : NULL;
    size_t length;

    name = name != NULL ? name + 1 : path;
    length = name != NULL ? strlen(name) : 0;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t size = strlen(endings[i]);

        if (length > size && ascii_alike(name + length - size, endings[i], size))
            return true;
    }
    return name != NULL && strstr(name, ".sql.") != NULL; /* a template of one */
}

struct sql_token sql_text_next(struct sql_scan *scan)
{
    struct sql_token token = { .kind = SQL_END };

    while (sql_scan_next(scan, &token)) {
        if (token.kind != SQL_BLANK && token.kind != SQL_COMMENT)
            return token;
    }
    return (struct sql_token){ .kind = SQL_END, .start = "", .length = 0 };
}
