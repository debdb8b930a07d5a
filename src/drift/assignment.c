#include "assignment.h"

#include <string.h>

#include "ascii.h"

static bool is_key_character(char c)
{
    return ascii_is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '/';
}

static void skip_blanks(struct assignment_cursor *cursor)
{
    while (cursor->at < cursor->length && ascii_is_blank(cursor->text[cursor->at]))
        cursor->at++;
}

static char peek(const struct assignment_cursor *cursor, size_t ahead)
{
    return cursor->at + ahead < cursor->length ? cursor->text[cursor->at + ahead] : '\0';
}

/* Behind the quoted text that starts here; *closed tells whether its end is on this line. */
static size_t quoted_end(struct assignment_cursor *cursor, bool *closed)
{
    char quote = cursor->text[cursor->at];
    bool *none = quote == '"' ? &cursor->no_double : &cursor->no_single;
    size_t at = *none ? cursor->length : cursor->at + 1;

    for (; at < cursor->length && cursor->text[at] != quote; at++) {
        if (cursor->text[at] == '\\' && quote == '"' && at + 1 < cursor->length)
            at++;
    }
    *none = *none || at >= cursor->length;
    *closed = at < cursor->length;
    return *closed ? at + 1 : cursor->length;
}

/* The separator after a key: ':' as YAML and JSON have it, or '='. Moves behind it. */
static bool read_separator(struct assignment_cursor *cursor, bool quoted_key, char *separator)
{
    skip_blanks(cursor);
    *separator = peek(cursor, 0);
    if (*separator == ':' && (quoted_key || strchr(" \t\r", peek(cursor, 1)))) {
        cursor->at++;
        return true;
    }
    if (*separator == ':' && peek(cursor, 1) == '=') {
        cursor->at += 2; /* Go, make */
        return true;
    }
    if (*separator == '=' && peek(cursor, 1) != '=') {
        cursor->at += peek(cursor, 1) == '>' ? 2 : 1; /* Ruby, PHP, Perl */
        return true;
    }
    return false;
}

static bool read_key(struct assignment_cursor *cursor, struct assignment *assignment, bool *quoted)
{
    char c = peek(cursor, 0);
    bool closed;
    size_t end;

    *quoted = c == '"' || c == '\'';
    if (*quoted) {
        end = quoted_end(cursor, &closed);
        if (!closed)
            return false;
        assignment->key = cursor->at + 1;
        assignment->key_size = end - cursor->at - 2;
    } else {
        end = cursor->at;
        while (end < cursor->length && is_key_character(cursor->text[end]))
            end++;
        assignment->key = cursor->at;
        assignment->key_size = end - cursor->at;
        while (assignment->key_size > 0 && cursor->text[assignment->key] == '-') {
            assignment->key++;
            assignment->key_size--;
        }
    }
    cursor->at = end;
    return assignment->key_size > 0;
}

/* A YAML tag or anchor before a value. */
static void skip_properties(struct assignment_cursor *cursor)
{
    skip_blanks(cursor);
    while (peek(cursor, 0) == '!' || peek(cursor, 0) == '&') {
        while (cursor->at < cursor->length && !ascii_is_blank(cursor->text[cursor->at]))
            cursor->at++;
        skip_blanks(cursor);
    }
}

static void read_value(struct assignment_cursor *cursor, struct assignment *assignment)
{
    bool closed;

    skip_properties(cursor);
    assignment->value = cursor->at;
    assignment->value_size = 0;
    assignment->open_quote = '\0';
    assignment->flow = cursor->depth > 0;
    assignment->quoted = peek(cursor, 0) == '"' || peek(cursor, 0) == '\'';
    if (assignment->quoted) {
        assignment->value_size = quoted_end(cursor, &closed) - assignment->value;
        assignment->open_quote = closed ? '\0' : cursor->text[cursor->at];
    }
}

void assignment_enter(struct assignment_cursor *cursor, size_t start, size_t end)
{
    cursor->at = start;
    cursor->quoted = end;
}

/* At the end of a text that was looked into, behind it. True when that is where it is. */
static bool leave_quoted(struct assignment_cursor *cursor)
{
    if (cursor->quoted == 0 || cursor->at + 1 < cursor->quoted)
        return false;
    if (cursor->at < cursor->quoted)
        cursor->at = cursor->quoted;
    cursor->quoted = 0;
    return true;
}

/* A quoted text that is no key may be an argument: 'PASSWORD=X run', "X-Api-Key: X". */
static void enter_argument(struct assignment_cursor *cursor, const struct assignment *assignment)
{
    const char *text = cursor->text + assignment->key;

    if (cursor->quoted == 0 &&
        (memchr(text, '=', assignment->key_size) || memchr(text, ':', assignment->key_size)))
        assignment_enter(cursor, assignment->key, assignment->key + assignment->key_size + 1);
}

bool assignment_next(struct assignment_cursor *cursor, struct assignment *assignment)
{
    while (cursor->at < cursor->length) {
        char c = peek(cursor, 0);
        bool quoted;
        size_t behind;

        if (leave_quoted(cursor))
            continue;
        if (c == '{' || c == '[')
            cursor->depth++;
        if ((c == '}' || c == ']') && cursor->depth > 0)
            cursor->depth--;
        if (c != '"' && c != '\'' && !is_key_character(c)) {
            cursor->at++;
            continue;
        }
        if (!read_key(cursor, assignment, &quoted)) {
            cursor->at += quoted ? 1 : 0;
            continue;
        }
        behind = cursor->at;
        if (read_separator(cursor, quoted, &assignment->separator)) {
            assignment->limit = cursor->quoted > 0 ? cursor->quoted - 1 : cursor->length;
            read_value(cursor, assignment);
            return true;
        }
        cursor->at = behind;
        if (quoted)
            enter_argument(cursor, assignment);
    }
    return false;
}
