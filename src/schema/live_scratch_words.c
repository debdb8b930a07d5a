/* What servers say of SQL that is in files, without what stands in it. */
#include <config.h> /* memmem is a system extension */

#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/schema/sql_scan.h>

#include "live_scratch_engine.h"

/* Shorter ones tell nothing, and are a part of many words. */
#define LEAST 4

static void cut(char *message, size_t room, const char *literal, size_t length)
{
    char *at = memmem(message, strlen(message), literal, length);
    struct strbuf text = STRBUF_INIT;

    if (at == NULL)
        return;
    strbuf_add_bytes(&text, message, (size_t)(at - message));
    strbuf_add(&text, "…");
    strbuf_add(&text, at + length);
    if (text.length < room)
        memcpy(message, text.data, text.length + 1);
    else
        *at = '\0';
    strbuf_release(&text);
}

/* Without its quotes and its prefix; of a dollar quote nothing, which is code. */
static void take_inside(const char **start, size_t *length)
{
    const char *quote = memchr(*start, '\'', *length);

    if (quote == NULL)
        quote = memchr(*start, '"', *length);
    if (quote == NULL) {
        *length = 0;
        return;
    }
    *length -= (size_t)(quote + 1 - *start);
    *start = quote + 1;
    if (*length > 0 && (*start)[*length - 1] == *quote)
        --*length;
}

void scratch_hide_literals(struct error *error, enum sql_dialect dialect, const char *statement,
                           size_t length)
{
    struct sql_scan scan;
    struct sql_token token;

    if (error == NULL)
        return;
    sql_scan_start(&scan, dialect, statement, length);
    while (sql_scan_next(&scan, &token)) {
        const char *start = token.start;
        size_t size = token.length;

        if (token.kind == SQL_STRING ||
            (token.kind == SQL_QUOTED && sql_dialect_is_mysql(dialect) && *start == '"'))
            take_inside(&start, &size);
        else if (token.kind != SQL_NUMBER)
            continue;
        if (size >= LEAST)
            cut(error->message, sizeof error->message, start, size);
    }
}
