#include <pilab/schema/sql_scan.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/strbuf.h>

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0';
}

void sql_scan_start(struct sql_scan *scan, enum sql_dialect dialect, const char *text,
                    size_t length)
{
    *scan = (struct sql_scan){
        .dialect = dialect, .text = text, .at = text, .end = text + length, .line = 1
    };
}

static char peek(const struct sql_scan *scan, size_t ahead)
{
    return (size_t)(scan->end - scan->at) > ahead ? scan->at[ahead] : '\0';
}

static void line_comment(struct sql_scan *scan)
{
    const char *end = memchr(scan->at, '\n', (size_t)(scan->end - scan->at));

    scan->at = end ? end : scan->end;
}

/* Comments within comments are PostgreSQL's; in others the first end is the end. */
static void block_comment(struct sql_scan *scan)
{
    bool nests = scan->dialect == DIALECT_POSTGRESQL || scan->dialect == DIALECT_SQLSERVER;
    size_t depth = 0;

    while (scan->at < scan->end) {
        if (peek(scan, 0) == '*' && peek(scan, 1) == '/') {
            scan->at += 2;
            if (--depth == 0)
                return;
        } else if (peek(scan, 0) == '/' && peek(scan, 1) == '*') {
            scan->at += 2;
            if (depth == 0 || nests)
                depth++;
        } else {
            scan->at++;
        }
    }
}

/* A comment that begins with "!40101 " or "M!100100 ": MySQL runs what follows. What begins with
 * "M!999999\-" is for MariaDB's client, and for no server. */
static bool executed_comment(struct sql_scan *scan)
{
    size_t mark = peek(scan, 2) == 'M' ? 3 : 2, digits = mark + 1;

    if (!sql_dialect_is_mysql(scan->dialect) || scan->executed || peek(scan, mark) != '!')
        return false;
    while (is_digit(peek(scan, digits)))
        digits++;
    if (peek(scan, digits) == '\\')
        return false;
    scan->at += digits;
    scan->executed = true;
    return true;
}

/* To the closing quote; a doubled one stands for itself, and so does what follows a backslash. */
static void quoted(struct sql_scan *scan, char quote, bool backslash)
{
    scan->at++;
    while (scan->at < scan->end) {
        char c = *scan->at++;

        if (c == '\\' && backslash && scan->at < scan->end)
            scan->at++;
        else if (c == quote && peek(scan, 0) == quote && scan->at < scan->end)
            scan->at++;
        else if (c == quote)
            return;
    }
}

/* "$tag$ … $tag$"; false: it is none, and nothing was taken. */
static bool dollar_quoted(struct sql_scan *scan)
{
    const char *tag_end = scan->at + 1;
    size_t tag;

    if (scan->dialect != DIALECT_POSTGRESQL && scan->dialect != DIALECT_UNKNOWN)
        return false;
    while (tag_end < scan->end &&
           (is_letter(*tag_end) || (is_digit(*tag_end) && tag_end > scan->at + 1)))
        tag_end++;
    if (tag_end == scan->end || *tag_end != '$')
        return false;
    tag = (size_t)(tag_end + 1 - scan->at);
    for (const char *at = tag_end + 1; (size_t)(scan->end - at) >= tag; at++) {
        at = memchr(at, '$', (size_t)(scan->end - at));
        if (at == NULL || (size_t)(scan->end - at) < tag)
            break;
        if (memcmp(at, scan->at, tag) == 0) {
            scan->at = at + tag;
            return true;
        }
    }
    scan->at = scan->end;
    return true;
}

static void word(struct sql_scan *scan)
{
    while (scan->at < scan->end &&
           (is_letter(*scan->at) || is_digit(*scan->at) || *scan->at == '$' || *scan->at == '#'))
        scan->at++;
}

static void number(struct sql_scan *scan)
{
    while (scan->at < scan->end &&
           (is_letter(*scan->at) || is_digit(*scan->at) ||
            (*scan->at == '.' && is_digit(peek(scan, 1))) ||
            ((*scan->at == '+' || *scan->at == '-') && is_digit(peek(scan, 1)) &&
             (scan->at[-1] == 'e' || scan->at[-1] == 'E') && is_digit(scan->at[-2]))))
        scan->at++;
}

/* E'…', N'…', B'…', X'…', U&'…', U&"…", _utf8'…': a letter that belongs to the string. */
static size_t string_prefix(const struct sql_scan *scan)
{
    char c = peek(scan, 0);

    if (strchr("eEnNbBxX", c) != NULL && c != '\0' && peek(scan, 1) == '\'')
        return 1;
    if ((c == 'u' || c == 'U') && peek(scan, 1) == '&' &&
        (peek(scan, 2) == '\'' || peek(scan, 2) == '"'))
        return 2;
    return 0;
}

static enum sql_token_kind string(struct sql_scan *scan)
{
    size_t prefix = string_prefix(scan);
    bool escapes = prefix == 1 && (*scan->at == 'e' || *scan->at == 'E');
    char quote = peek(scan, prefix);

    scan->at += prefix;
    quoted(scan, quote, escapes || sql_dialect_is_mysql(scan->dialect));
    return quote == '"' ? SQL_QUOTED : SQL_STRING;
}

/* A name after one of the signs that open a parameter. */
static bool parameter(struct sql_scan *scan)
{
    size_t signs = *scan->at == '@' && peek(scan, 1) == '@' ? 2 : 1;

    if (!is_letter(peek(scan, signs)) && !(*scan->at == '$' && is_digit(peek(scan, 1))))
        return false;
    scan->at += signs;
    word(scan);
    return true;
}

static bool bracketed(struct sql_scan *scan)
{
    const char *end;

    if (scan->dialect != DIALECT_SQLITE && scan->dialect != DIALECT_SQLSERVER)
        return false;
    end = memchr(scan->at, ']', (size_t)(scan->end - scan->at));
    scan->at = end ? end + 1 : scan->end;
    return true;
}

static bool begins_line_comment(const struct sql_scan *scan)
{
    char after = peek(scan, 2);

    if (*scan->at == '#')
        return sql_dialect_is_mysql(scan->dialect);
    /* In MySQL "--" needs a blank behind it: 5--3 is 8. */
    return *scan->at == '-' && peek(scan, 1) == '-' &&
           (!sql_dialect_is_mysql(scan->dialect) || is_blank(after));
}

static enum sql_token_kind sign(struct sql_scan *scan)
{
    scan->at += *scan->at == ':' && (peek(scan, 1) == ':' || peek(scan, 1) == '=') ? 2 : 1;
    return SQL_SIGN;
}

static enum sql_token_kind take(struct sql_scan *scan)
{
    char c = *scan->at;

    if (is_blank(c)) {
        while (scan->at < scan->end && is_blank(*scan->at))
            scan->at++;
        return SQL_BLANK;
    }
    if (begins_line_comment(scan)) {
        line_comment(scan);
        return SQL_COMMENT;
    }
    if (c == '/' && peek(scan, 1) == '*') {
        if (!executed_comment(scan))
            block_comment(scan);
        return SQL_COMMENT;
    }
    if (scan->executed && c == '*' && peek(scan, 1) == '/') {
        scan->at += 2;
        scan->executed = false;
        return SQL_COMMENT;
    }
    if (c == '\'' || string_prefix(scan) > 0)
        return string(scan);
    if (c == '"') {
        quoted(scan, c, sql_dialect_is_mysql(scan->dialect));
        return sql_dialect_is_mysql(scan->dialect) ? SQL_STRING : SQL_QUOTED;
    }
    if (c == '`') {
        quoted(scan, c, false);
        return SQL_QUOTED;
    }
    if (c == '[' && bracketed(scan))
        return SQL_QUOTED;
    if (is_letter(c)) {
        word(scan);
        return SQL_WORD;
    }
    if (is_digit(c) || (c == '.' && is_digit(peek(scan, 1)))) {
        scan->at++;
        number(scan);
        return SQL_NUMBER;
    }
    if (c == '$' && dollar_quoted(scan))
        return SQL_STRING;
    if ((c == '$' || c == ':' || c == '@') && peek(scan, 1) != ':' && parameter(scan))
        return SQL_PARAMETER;
    if (c == '?') {
        scan->at++;
        return SQL_PARAMETER;
    }
    return sign(scan);
}

bool sql_scan_next(struct sql_scan *scan, struct sql_token *token)
{
    const char *newline;

    *token = (struct sql_token){ .kind = SQL_END, .start = scan->at, .line = scan->line };
    if (scan->at >= scan->end)
        return false;
    token->kind = take(scan);
    token->length = (size_t)(scan->at - token->start);
    for (const char *at = token->start;
         (newline = memchr(at, '\n', (size_t)(scan->at - at))) != NULL; at = newline + 1)
        scan->line++;
    return true;
}

bool sql_token_is(const struct sql_token *token, const char *wanted)
{
    return token->kind == SQL_WORD && strlen(wanted) == token->length &&
           strncasecmp(token->start, wanted, token->length) == 0;
}

bool sql_token_is_sign(const struct sql_token *token, const char *wanted)
{
    return token->kind == SQL_SIGN && strlen(wanted) == token->length &&
           memcmp(token->start, wanted, token->length) == 0;
}

/* Sorted. */
/* clang-format off */
static const char *const keywords[] = {
    "ADD",        "ALTER",      "ALWAYS",     "AND",        "AS",         "ASC",
    "AUTO_INCREMENT", "BEGIN",  "BETWEEN",    "BY",         "CASCADE",    "CASE",
    "CHANGE",     "CHECK",      "COLLATE",    "COLUMN",     "COMMENT",    "COMMIT",
    "CONCURRENTLY", "CONSTRAINT", "CREATE",   "CROSS",      "DATABASE",   "DECLARE",
    "DEFAULT",    "DELETE",     "DESC",       "DISTINCT",   "DO",         "DOMAIN",
    "DROP",       "EACH",       "ELSE",       "END",        "ENGINE",     "ENUM",
    "EXCLUDE",    "EXECUTE",    "EXISTS",     "EXTENSION",  "FOR",        "FOREIGN",
    "FROM",       "FUNCTION",   "GENERATED",  "GRANT",      "GROUP",      "HAVING",
    "IDENTITY",   "IF",         "IN",         "INDEX",      "INNER",      "INSERT",
    "INTO",       "IS",         "JOIN",       "KEY",        "LANGUAGE",   "LEFT",
    "LIKE",       "LIMIT",      "MATERIALIZED", "MODIFY",   "NOT",        "NULL",
    "ON",         "OR",         "ORDER",      "OUTER",      "OWNER",      "PARTITION",
    "POLICY",     "PRIMARY",    "PROCEDURE",  "REFERENCES", "RENAME",     "REPLACE",
    "RESTRICT",   "RETURNING",  "RETURNS",    "REVOKE",     "RIGHT",      "ROLLBACK",
    "ROW",        "SCHEMA",     "SELECT",     "SEQUENCE",   "SET",        "TABLE",
    "TEMPORARY",  "THEN",       "TO",         "TRIGGER",    "TRUNCATE",   "TYPE",
    "UNION",      "UNIQUE",     "UPDATE",     "USING",      "VALID",      "VALIDATE",
    "VALUES",     "VIEW",       "WHEN",       "WHERE",      "WITH",       "WITHOUT",
};
/* clang-format on */

static int compare_keyword(const void *wanted, const void *row)
{
    const struct sql_token *token = wanted;
    const char *keyword = *(const char *const *)row;
    int order = strncasecmp(token->start, keyword, token->length);

    return order != 0 ? order : (keyword[token->length] != '\0' ? -1 : 0);
}

bool sql_token_is_keyword(const struct sql_token *token)
{
    return token->kind == SQL_WORD && bsearch(token, keywords, sizeof keywords / sizeof *keywords,
                                              sizeof *keywords, compare_keyword) != NULL;
}

void sql_token_name(struct strbuf *out, const struct sql_token *token, enum sql_dialect dialect)
{
    const char *start = token->start, *end = start + token->length;
    char close;

    if (token->kind != SQL_QUOTED) {
        for (const char *at = start; at < end; at++) {
            bool capital = dialect == DIALECT_POSTGRESQL && *at >= 'A' && *at <= 'Z';
            strbuf_add_char(out, capital ? (char)(*at - 'A' + 'a') : *at);
        }
        return;
    }
    if (*start == 'u' || *start == 'U')
        start += 2;
    close = *start == '[' ? ']' : *start;
    start++;
    if (end > start && end[-1] == close)
        end--;
    for (const char *at = start; at < end; at++) {
        if (*at == close && at + 1 < end && at[1] == close)
            at++;
        strbuf_add_char(out, *at);
    }
}
