/* SQL in colour. */
#include "database.h"

#include <string.h>

#include "detail_parts.h"

/* The deepest indentation that is kept. */
enum { DEEPEST = 16 };

static bool is_dangerous(const struct sql_token *token)
{
    return sql_token_is(token, "DROP") || sql_token_is(token, "TRUNCATE") ||
           sql_token_is(token, "DELETE");
}

static enum rich_role role_of(const struct sql_token *token)
{
    switch (token->kind) {
    case SQL_COMMENT:
        return RICH_DIM;
    case SQL_STRING:
        return RICH_GOOD;
    case SQL_NUMBER:
        return RICH_NAME;
    case SQL_WORD:
        return is_dangerous(token)           ? RICH_CRITICAL
               : sql_token_is_keyword(token) ? RICH_HEADING
                                             : RICH_PLAIN;
    default:
        return RICH_PLAIN;
    }
}

/* One line of the statement, as far as it is known. */
struct sql_lines {
    struct strbuf *out;
    struct strbuf line;
    size_t indent, width;
    bool utf8, begun;
};

static void end_line(struct sql_lines *lines)
{
    rich_wrap(lines->out, lines->line.data, 2 + lines->indent, lines->width);
    strbuf_clear(&lines->line);
    lines->indent = 0;
    lines->begun = false;
}

static void add_piece(struct sql_lines *lines, const char *start, size_t length,
                      enum rich_role role)
{
    struct strbuf text = STRBUF_INIT;

    while (!lines->begun && length > 0 && (*start == ' ' || *start == '\t')) {
        lines->indent += lines->indent < DEEPEST ? (*start == '\t' ? 4 : 1) : 0;
        start++;
        length--;
    }
    if (length > 0 && start[length - 1] == '\r')
        length--;
    if (length == 0)
        return;
    lines->begun = true;
    strbuf_add_bytes(&text, start, length);
    rich_text(&lines->line, role, text.data, lines->utf8);
    strbuf_release(&text);
}

static void add_token(struct sql_lines *lines, const struct sql_token *token)
{
    const char *at = token->start, *end = token->start + token->length;

    for (;;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));

        add_piece(lines, at, (size_t)((newline != NULL ? newline : end) - at), role_of(token));
        if (newline == NULL)
            return;
        end_line(lines);
        at = newline + 1;
    }
}

void database_sql_detail(struct strbuf *out, const char *heading, const char *db_type,
                         const char *sql, size_t width, bool utf8)
{
    struct sql_lines lines = { .out = out, .line = STRBUF_INIT, .width = width, .utf8 = utf8 };
    enum sql_dialect dialect = DIALECT_UNKNOWN;
    struct sql_scan scan;
    struct sql_token token;

    sql_dialect_parse(db_type, &dialect);
    detail_heading(out, heading);
    sql_scan_start(&scan, dialect, sql, strlen(sql));
    while (sql_scan_next(&scan, &token))
        add_token(&lines, &token);
    end_line(&lines);
    strbuf_release(&lines.line);
}
