#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/strbuf.h>

#include "live_mariadb.h"
#include "mysql_quote.h"

/* int(11) and int are the same, and MySQL 8 no longer says the width; zerofill needs it. */
void mariadb_add_type(struct strbuf *out, const char *type)
{
    static const char *const integers[] = { "tinyint", "smallint", "mediumint",
                                            "int",     "bigint",   "year" };
    const char *paren = strchr(type, '(');
    size_t length = paren != NULL ? (size_t)(paren - type) : 0;

    if (paren == NULL || strstr(type, "zerofill") != NULL || strcmp(type, "tinyint(1)") == 0) {
        strbuf_add(out, type);
        return;
    }
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        const char *close = strchr(paren, ')');

        if (strlen(integers[i]) != length || strncmp(type, integers[i], length) != 0 ||
            close == NULL)
            continue;
        strbuf_add(out, integers[i]);
        strbuf_add(out, close + 1);
        return;
    }
    strbuf_add(out, type);
}

void mariadb_add_name(struct strbuf *out, const char *name)
{
    strbuf_add_char(out, '`');
    for (; *name != '\0'; name++) {
        if (*name == '`')
            strbuf_add_char(out, '`');
        strbuf_add_char(out, *name);
    }
    strbuf_add_char(out, '`');
}

void mariadb_add_expression(struct strbuf *out, const char *text, const char *database)
{
    struct strbuf own = STRBUF_INIT;

    mariadb_add_name(&own, database);
    strbuf_add_char(&own, '.');
    while (*text != '\0') {
        if (strncmp(text, own.data, own.length) == 0) {
            text += own.length;
        } else if (strchr("'\"`", *text) != NULL) {
            const char *end = mysql_skip_quoted(text);

            strbuf_add_bytes(out, text, (size_t)(end - text));
            text = end;
        } else {
            strbuf_add_char(out, *text++);
        }
    }
    strbuf_release(&own);
}

static bool is_number_type(const char *type)
{
    static const char *const types[] = { "tinyint", "smallint", "mediumint", "int",  "bigint",
                                         "decimal", "float",    "double",    "year", "bit" };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strncmp(type, types[i], strlen(types[i])) == 0)
            return true;
    }
    return false;
}

/* MariaDB keeps an expression, with 'NULL' where nothing was said; MySQL a bare value, unless
 * EXTRA says that it is an expression. */
bool mariadb_add_default(struct strbuf *out, const char *value, const char *type, const char *extra,
                         bool mariadb, const char *database)
{
    if (value == NULL || (mariadb && strcasecmp(value, "NULL") == 0))
        return false;
    if (mariadb) {
        mariadb_add_expression(out, value, database);
        return true;
    }
    if (strncasecmp(value, "CURRENT_TIMESTAMP", strlen("CURRENT_TIMESTAMP")) == 0) {
        /* As MariaDB writes it: current_timestamp(3), and with parentheses where there are none. */
        for (const char *c = value; *c != '\0'; c++)
            strbuf_add_char(out, (char)tolower((unsigned char)*c));
        strbuf_add(out, strchr(value, '(') == NULL ? "()" : "");
    } else if (strstr(extra, "DEFAULT_GENERATED") != NULL) {
        strbuf_add_char(out, '(');
        mariadb_add_expression(out, value, database);
        strbuf_add_char(out, ')');
    } else if (is_number_type(type)) {
        strbuf_add(out, value);
    } else {
        mysql_add_literal(out, value);
    }
    return true;
}
