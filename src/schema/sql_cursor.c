#include "sql_cursor.h"

#include <string.h>
#include <strings.h>

static const struct sql_token no_token = { .kind = SQL_END, .start = "" };

const struct sql_token *sql_peek(const struct sql_cursor *cursor, size_t ahead)
{
    return cursor->count - cursor->at > ahead ? &cursor->tokens[cursor->at + ahead] : &no_token;
}

bool sql_at_end(const struct sql_cursor *cursor)
{
    return cursor->at >= cursor->count;
}

bool sql_at_word(const struct sql_cursor *cursor, const char *word)
{
    return sql_token_is(sql_peek(cursor, 0), word);
}

bool sql_at_sign(const struct sql_cursor *cursor, const char *sign)
{
    return sql_token_is_sign(sql_peek(cursor, 0), sign);
}

/* The next of several words: where it begins, or NULL, and its length. */
static const char *next_word(const char **words, size_t *length)
{
    const char *start = *words + strspn(*words, " ");

    *length = strcspn(start, " ");
    *words = start + *length;
    return *length > 0 ? start : NULL;
}

static bool token_is_word(const struct sql_token *token, const char *word, size_t length)
{
    return token->kind == SQL_WORD && token->length == length &&
           strncasecmp(token->start, word, length) == 0;
}

bool sql_at_one_of(const struct sql_cursor *cursor, const char *words)
{
    const char *word;
    size_t length;

    while ((word = next_word(&words, &length)) != NULL) {
        if (token_is_word(sql_peek(cursor, 0), word, length))
            return true;
    }
    return false;
}

bool sql_take_word(struct sql_cursor *cursor, const char *word)
{
    if (!sql_at_word(cursor, word))
        return false;
    cursor->at++;
    return true;
}

bool sql_take_words(struct sql_cursor *cursor, const char *words)
{
    const char *word;
    size_t length, taken = 0;

    while ((word = next_word(&words, &length)) != NULL) {
        if (!token_is_word(sql_peek(cursor, taken), word, length))
            return false;
        taken++;
    }
    cursor->at += taken;
    return true;
}

bool sql_take_sign(struct sql_cursor *cursor, const char *sign)
{
    if (!sql_at_sign(cursor, sign))
        return false;
    cursor->at++;
    return true;
}

bool sql_take_if(struct sql_cursor *cursor)
{
    return sql_take_words(cursor, "IF NOT EXISTS") || sql_take_words(cursor, "IF EXISTS");
}

static bool is_name(const struct sql_cursor *cursor, const struct sql_token *token)
{
    if (token->kind == SQL_WORD || token->kind == SQL_QUOTED)
        return true;
    /* SQLite takes a string where only a name can stand, MySQL one in double quotes. */
    return token->kind == SQL_STRING &&
           ((cursor->dialect == DIALECT_SQLITE && *token->start == '\'') || *token->start == '"');
}

static void add_name(struct strbuf *out, const struct sql_cursor *cursor,
                     const struct sql_token *token)
{
    struct sql_token name = *token;

    if (name.kind == SQL_STRING)
        name.kind = SQL_QUOTED;
    sql_token_name(out, &name, cursor->dialect);
}

const char *sql_take_part(struct sql_cursor *cursor)
{
    struct strbuf name = STRBUF_INIT;
    const char *result;

    if (!is_name(cursor, sql_peek(cursor, 0)))
        return NULL;
    add_name(&name, cursor, sql_peek(cursor, 0));
    cursor->at++;
    result = strbuf_to_arena(&name, cursor->arena);
    strbuf_release(&name);
    return result;
}

const char *sql_take_name(struct sql_cursor *cursor)
{
    struct strbuf name = STRBUF_INIT;
    const char *result;

    if (!is_name(cursor, sql_peek(cursor, 0)))
        return NULL;
    add_name(&name, cursor, sql_peek(cursor, 0));
    cursor->at++;
    while (sql_at_sign(cursor, ".") && is_name(cursor, sql_peek(cursor, 1))) {
        strbuf_add_char(&name, '.');
        add_name(&name, cursor, sql_peek(cursor, 1));
        cursor->at += 2;
    }
    result = strbuf_to_arena(&name, cursor->arena);
    strbuf_release(&name);
    return result;
}

void sql_skip(struct sql_cursor *cursor)
{
    size_t depth = 0;

    do {
        const struct sql_token *token = sql_peek(cursor, 0);

        if (token->kind == SQL_SIGN && *token->start == '(')
            depth++;
        else if (token->kind == SQL_SIGN && *token->start == ')' && depth > 0)
            depth--;
        cursor->at += cursor->at < cursor->count;
    } while (depth > 0 && cursor->at < cursor->count);
}

void sql_skip_to_comma(struct sql_cursor *cursor)
{
    while (!sql_at_end(cursor) && !sql_at_sign(cursor, ","))
        sql_skip(cursor);
}

bool sql_take_bracket(struct sql_cursor *cursor, struct sql_cursor *inner)
{
    size_t from = cursor->at + 1;

    if (!sql_at_sign(cursor, "("))
        return false;
    sql_skip(cursor);
    *inner = *cursor;
    inner->at = from;
    inner->count = cursor->at;
    if (inner->count > from && sql_token_is_sign(&cursor->tokens[inner->count - 1], ")"))
        inner->count--;
    return true;
}

bool sql_take_item(struct sql_cursor *cursor, struct sql_cursor *item)
{
    if (sql_at_end(cursor))
        return false;
    *item = *cursor;
    sql_skip_to_comma(cursor);
    item->count = cursor->at;
    sql_take_sign(cursor, ",");
    return true;
}

const char *sql_source(const struct sql_cursor *cursor, size_t from, size_t to)
{
    struct strbuf source = STRBUF_INIT;
    const char *result;

    for (size_t i = from; i < to && i < cursor->count; i++) {
        const struct sql_token *token = &cursor->tokens[i];

        if (i > from && token[-1].start + token[-1].length != token->start)
            strbuf_add_char(&source, ' ');
        strbuf_add_bytes(&source, token->start, token->length);
    }
    result = strbuf_to_arena(&source, cursor->arena);
    strbuf_release(&source);
    return result;
}

bool sql_has_word(const struct sql_cursor *cursor, const char *words)
{
    struct sql_cursor ahead = *cursor;

    while (!sql_at_end(&ahead)) {
        struct sql_cursor here = ahead;

        if (sql_take_words(&here, words))
            return true;
        sql_skip(&ahead);
    }
    return false;
}
