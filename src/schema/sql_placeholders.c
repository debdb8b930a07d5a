#include <string.h>

#include <pilab/schema/sql_statements.h>

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}

/* The first `close` after `at` on its line or within few lines; NULL: what stands there is none. */
static const char *closing(const char *at, const char *end, const char *close)
{
    size_t length = strlen(close), limit = 512;

    for (; (size_t)(end - at) >= length && limit > 0; at++, limit--) {
        if (memcmp(at, close, length) == 0)
            return at + length;
    }
    return NULL;
}

/* Branches of templates, "{{if …}}", "{{end}}", "{% … %}", and comments: no value stands for it. */
static bool is_branch(const char *start)
{
    static const char *const words[] = { "if",     "else", "end",      "range", "with",
                                         "define", "/*",   "template", "block" };
    const char *at = start + 2;

    if (start[1] == '%')
        return true;
    while (*at == '-' || *at == ' ')
        at++;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);

        if (strncmp(at, words[i], length) == 0 && (!is_name(at[length]) || *words[i] == '/'))
            return true;
    }
    return false;
}

static void fill_name(char *copy, const char *start, const char *end)
{
    for (const char *at = start; at < end; at++, copy++)
        *copy = is_name(*at) ? *at : '_';
}

static void fill_blanks(char *copy, const char *start, const char *end)
{
    for (const char *at = start; at < end; at++, copy++)
        *copy = *at == '\n' ? '\n' : ' ';
}

/* Where a placeholder ends that begins at `at`; NULL: none does. */
static const char *placeholder(const char *text, const char *at, const char *end, bool colon)
{
    const char *stop = NULL;

    if (end - at < 3)
        return NULL;
    if (*at == '$' && at[1] == '{')
        return closing(at, end, "}");
    if (*at == '{' && at[1] == '{')
        return closing(at, end, "}}");
    if (*at == '{' && at[1] == '%')
        return closing(at, end, "%}");
    if (!colon || *at != ':' || (at > text && (at[-1] == ':' || is_name(at[-1]) || at[-1] == ']')))
        return NULL;
    if (at[1] == '\'' || at[1] == '"')
        return at + 1; /* the quotes make it a string or a name already */
    if (is_name(at[1]) && !(at[1] >= '0' && at[1] <= '9')) {
        for (stop = at + 1; stop < end && is_name(*stop); stop++)
            ;
    }
    return stop;
}

const char *sql_fill_placeholders(const char *text, size_t length, bool colon, struct arena *arena,
                                  size_t *count)
{
    const char *end = text + length;
    char *copy = NULL;
    size_t found = 0;

    for (const char *at = text; at < end; at++) {
        const char *stop =
            *at == '$' || *at == '{' || *at == ':' ? placeholder(text, at, end, colon) : NULL;

        if (stop == NULL)
            continue;
        if (copy == NULL)
            copy = arena_bytes(arena, text, length);
        if (*at == '{' && is_branch(at))
            fill_blanks(copy + (at - text), at, stop);
        else if (*at == ':' && stop == at + 1)
            copy[at - text] = ' ';
        else
            fill_name(copy + (at - text), at, stop);
        found++;
        at = stop - 1;
    }
    if (count != NULL)
        *count = found;
    return copy != NULL ? copy : text;
}
