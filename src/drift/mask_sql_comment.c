/*
 * Secrets in comments of SQL, which end afterwards where they ended.
 */
#include <string.h>

#include <pilab/drift/mask.h>

#include "mask_sql_text.h"

#define COMMENT_END " */"

/* Whether a comment that starts there would go on with what is written next, if so many ends of
 * comments were written first. */
static bool is_open(struct strbuf *out, enum sql_dialect dialect, size_t start, size_t ends)
{
    size_t end = out->length, length;
    struct sql_scan scan;
    struct sql_token token;
    bool open;

    for (size_t i = 0; i < ends; i++)
        strbuf_add(out, COMMENT_END);
    length = out->length - start;
    strbuf_add_char(out, ';');
    sql_scan_start(&scan, dialect, out->data + start, length + 1);
    open = sql_scan_next(&scan, &token) && token.kind == SQL_COMMENT && token.length > length;
    strbuf_truncate(out, end);
    return open;
}

/* What is masked reaches to the end of its line, and may have taken the comment's end with it; of
 * comments within comments, many. The fewest ends that close it are found by halves. */
static void close_comment(struct strbuf *out, enum sql_dialect dialect,
                          const struct sql_token *token, size_t start)
{
    size_t open = 0, closed = 1, most = token->length / 2;

    if (token->length < 4 || memcmp(token->start, "/*", 2) != 0 ||
        memcmp(token->start + token->length - 2, "*/", 2) != 0 || !is_open(out, dialect, start, 0))
        return;
    while (closed < most && is_open(out, dialect, start, closed)) {
        open = closed;
        closed *= 2;
    }
    while (closed - open > 1) {
        size_t half = open + (closed - open) / 2;

        *(is_open(out, dialect, start, half) ? &open : &closed) = half;
    }
    for (size_t i = 0; i < closed; i++)
        strbuf_add(out, COMMENT_END);
}

bool sql_text_add_comment(struct strbuf *out, enum sql_dialect dialect,
                          const struct sql_token *token)
{
    size_t start = out->length;

    mask_text(out, NULL, false, token->start, token->length);
    if (out->length - start == token->length &&
        memcmp(out->data + start, token->start, token->length) == 0)
        return false;
    close_comment(out, dialect, token, start);
    return true;
}
