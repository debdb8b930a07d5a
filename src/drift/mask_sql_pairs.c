#include "mask_sql_pairs.h"

#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/rules.h>

#include "ascii.h"
#include "mask_sql_text.h"
#include "secrets.h"

#define COLUMNS_MAX     64
#define NAME_MAX_LENGTH 128
/* Tokens of an UPDATE behind the value that are looked at for its name. */
#define TOKENS_AHEAD 64
/* Of a secret that is no password, the shortest. */
#define LEAST_CLEAR 6

static bool ends_in(const char *name, const char *const *words, size_t count)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(words[i]);

        if (length >= size && ascii_alike(name + length - size, words[i], size))
            return true;
    }
    return false;
}

static bool is_naming(const char *name)
{
    static const char *const words[] = { "key",       "name",     "option",  "param",
                                         "parameter", "property", "setting", "variable" };

    return ends_in(name, words, sizeof words / sizeof *words);
}

static bool is_valuing(const char *name)
{
    static const char *const words[] = { "content", "val", "value" };

    return ends_in(name, words, sizeof words / sizeof *words);
}

/* Whether a text is an identifier that tells a secret: "smtp.password", and no sentence. */
static bool is_name_of_secret(const char *text, size_t length)
{
    char name[NAME_MAX_LENGTH];

    if (length == 0 || length >= sizeof name)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!ascii_is_alnum(text[i]) && !memchr("_.-:/", text[i], 5))
            return false;
        name[i] = text[i];
    }
    name[length] = '\0';
    return secret_key(name);
}

void sql_pairs_column(struct sql_pairs *pairs, size_t column, const char *name)
{
    pairs->listed = true;
    if (column >= COLUMNS_MAX)
        return;
    if (is_valuing(name))
        pairs->values |= (uint64_t)1 << column;
    else if (is_naming(name))
        pairs->names |= (uint64_t)1 << column;
}

static bool holds(uint64_t columns, size_t column)
{
    return column < COLUMNS_MAX && ((columns >> column) & 1) != 0;
}

bool sql_pairs_string(struct sql_pairs *pairs, size_t column, const char *text, size_t length)
{
    if (pairs->named && (!pairs->listed || holds(pairs->values, column)))
        return true;
    if (!pairs->listed || holds(pairs->names, column)) {
        pairs->named = is_name_of_secret(text, length);
        pairs->clear = pairs->named && pairs->listed;
    }
    return false;
}

static bool is_column(enum sql_dialect dialect, const struct sql_token *token,
                      bool (*judge)(const char *name))
{
    struct strbuf name = STRBUF_INIT;
    bool is;

    if (token->kind != SQL_WORD && token->kind != SQL_QUOTED)
        return false;
    sql_token_name(&name, token, dialect);
    is = judge(name.data);
    strbuf_release(&name);
    return is;
}

bool sql_pairs_updates(enum sql_dialect dialect, const struct sql_token *column,
                       const struct sql_scan *scan)
{
    struct sql_scan ahead = *scan;
    bool where = false, naming = false, equal = false;

    if (!is_column(dialect, column, is_valuing))
        return false;
    for (size_t i = 0; i < TOKENS_AHEAD; i++) {
        struct sql_token token = sql_text_next(&ahead);

        if (token.kind == SQL_END || sql_token_is_sign(&token, ";"))
            return false;
        if (token.kind == SQL_STRING && where && naming && equal) {
            size_t size, start = sql_text_inside(&token, &size);

            if (is_name_of_secret(token.start + start, size))
                return true;
        }
        where = where || sql_token_is(&token, "WHERE");
        equal = naming && (equal || sql_token_is_sign(&token, "=") || sql_token_is(&token, "IN") ||
                           sql_token_is(&token, "LIKE"));
        if (token.kind == SQL_WORD || token.kind == SQL_QUOTED) {
            bool names = where && is_column(dialect, &token, is_naming);

            equal = equal && !names;
            naming = names || equal;
        }
    }
    return false;
}

bool sql_pairs_clear(bool password, const char *text, size_t length)
{
    bool digit = false;

    if (length < 2 || secret_hash(text, length))
        return false;
    if (password)
        return true;
    for (size_t i = 0; i < length; i++) {
        if (ascii_is_space(text[i]))
            return false;
        digit = digit || ascii_is_digit(text[i]);
    }
    return digit && length >= LEAST_CLEAR;
}
