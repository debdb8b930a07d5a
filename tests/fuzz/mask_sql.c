/*
 * Any bytes as SQL, as a string within SQL and as a text of properties: what is known to be secret
 * never comes out, whatever stands beside it; what comes out is text when what went in was; and
 * where nothing is masked it is what went in. The first byte chooses the dialect.
 */
#include <config.h> /* memmem is a system extension */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/utf8.h>
#include <pilab/drift/mask.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char planted[] = "hunter2correcthorse";

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static bool holds(const char *text, size_t length)
{
    return memmem(text, length, planted, sizeof planted - 1) != NULL;
}

static size_t mask(struct strbuf *out, enum sql_dialect dialect, const char *text, size_t length)
{
    size_t count = mask_sql(out, dialect, NULL, text, length);

    must(!utf8_valid(text, length) || utf8_valid(out->data, out->length));
    return count;
}

static void check_count(enum sql_dialect dialect, const char *text, size_t length)
{
    struct strbuf out = STRBUF_INIT;

    if (mask(&out, dialect, text, length) == 0)
        must(out.length == length && memcmp(out.data, text, length) == 0);
    strbuf_release(&out);
}

/* As a string of the dialect has it between its quotes. */
static void add_quoted(struct strbuf *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\'' || text[i] == '\\')
            strbuf_add_char(out, text[i]);
        strbuf_add_char(out, text[i]);
    }
}

static void check_planted(enum sql_dialect dialect, const char *text, size_t length)
{
    struct strbuf sql = STRBUF_INIT, shown = STRBUF_INIT;

    strbuf_printf(&sql, "ALTER USER app PASSWORD '%s';\n", planted);
    strbuf_printf(&sql, "CREATE TABLE t (token text DEFAULT '%s', note text DEFAULT '", planted);
    add_quoted(&sql, text, length);
    strbuf_printf(&sql, "', api_key text DEFAULT '%s');\n", planted);
    strbuf_printf(&sql, "INSERT INTO t (id, password) VALUES (1, '%s');\n", planted);
    strbuf_printf(&sql, "-- postgres://app:%s@db/x\n", planted);
    strbuf_add_bytes(&sql, text, length);
    must(mask(&shown, dialect, sql.data, sql.length) >= 5);
    must(!holds(shown.data, shown.length));
    strbuf_release(&sql);
    strbuf_release(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum sql_dialect dialects[] = { DIALECT_POSTGRESQL, DIALECT_SQLITE,
                                                 DIALECT_MYSQL };
    const char *text = (const char *)data + 1;
    enum sql_dialect dialect;

    if (size < 2)
        return 0;
    size--;
    dialect = dialects[data[0] % 3];
    check_count(dialect, text, size);
    if (!holds(text, size))
        check_planted(dialect, text, size);
    return 0;
}
