/*
 * A text of SQL as statements: cut at the semicolons that end one, and only at those. Bodies of
 * routines and triggers (BEGIN … END, BEGIN ATOMIC), what MySQL's client takes for its delimiter,
 * "GO" of SQL Server and "/" of Oracle, commands of psql, and the data of COPY … FROM stdin are
 * known; placeholders of tools ("${name}", "{{name}}", ":name") may stand anywhere.
 */
#ifndef PILAB_SCHEMA_SQL_STATEMENTS_H
#define PILAB_SCHEMA_SQL_STATEMENTS_H

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/schema/sql_scan.h>

#define SQL_TEXT_MAX ((size_t)64 << 20) /* bytes; more is ERROR_LIMIT */

struct sql_statement {
    const struct sql_token *tokens; /* without blanks and comments, the end not among them */
    size_t count;                   /* at least 1 */
    const char *text;               /* from the first token to the last, without the delimiter */
    size_t length;
    unsigned line;
    bool data; /* COPY … FROM stdin: what followed it was left out */
};

struct sql_statements {
    const struct sql_statement *list;
    size_t count;
};

/* A text to be cut. */
struct sql_text {
    const char *text;
    size_t length;
    const char *shown; /* what the statements point to instead, of the same length: the text as it
                          was before placeholders were filled; NULL: the text itself */
    unsigned line;     /* of its beginning in its file, from 1 */
    bool whole;        /* it is one statement, whatever stands in it */
};

/* Statements borrow the text; the arrays live in `arena`. ERROR_LIMIT. */
bool sql_statements_read(enum sql_dialect dialect, const struct sql_text *text, struct arena *arena,
                         struct sql_statements *out, struct error *error);

/* A copy of the text in which what tools replace before the database sees it is a name of the same
 * length ("${schema}" → "__schema_"), so that positions stay and grammars can read it; branches of
 * templates ("{{if …}}") become blanks. In the arena; the text itself when there is nothing to
 * replace, and *count, when not NULL, says how many were. `colon`: ":name", ":'name'" and
 * ":"name"" are psql's variables. */
const char *sql_fill_placeholders(const char *text, size_t length, bool colon, struct arena *arena,
                                  size_t *count);

#endif
