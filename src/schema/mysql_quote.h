/*
 * Texts of MySQL and MariaDB as literals, and literals as texts: backslashes mean something in
 * them, unlike in other dialects, unless the session says NO_BACKSLASH_ESCAPES. What is read and
 * what is written here is meant for a session that does not.
 */
#ifndef PILAB_SRC_SCHEMA_MYSQL_QUOTE_H
#define PILAB_SRC_SCHEMA_MYSQL_QUOTE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>

#include "sql_cursor.h"

/* 'text', in the form in which a server writes it. No line of it ends before its quote does. */
void mysql_add_literal(struct strbuf *out, const char *text);
/* What the literal at `token` stands for, in quotes of either kind. A NUL, which no name and no
 * comment can have, stays "\0". */
void mysql_add_value(struct strbuf *out, const char *token, size_t length);
/* What a literal stands for; NULL, and the cursor stays: there is none. Of the cursor's arena. */
const char *mysql_take_string(struct sql_cursor *cursor);
/* A word that may stand bare (a character set, an engine), or else 'text'. */
void mysql_add_word(struct strbuf *out, const char *text);
/* The end of what a quote at `text` begins, behind its last quote. */
const char *mysql_skip_quoted(const char *text);

#endif
