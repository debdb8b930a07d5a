/*
 * SQL in words: where a comment, a string, a name, a number ends. Tolerant: any bytes are tokens,
 * what is not closed ends with the text. What differs between dialects (backslashes in strings,
 * what quotes a name, nested comments, dollar quotes) is decided by the dialect given; an unknown
 * one is read so that what is quoted in any of them stays together.
 */
#ifndef PILAB_SCHEMA_SQL_SCAN_H
#define PILAB_SCHEMA_SQL_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/schema/dialect.h>

enum sql_token_kind {
    SQL_END,
    SQL_BLANK,
    SQL_COMMENT, /* also the frame of a comment that MySQL runs: what stands in it are tokens */
    SQL_WORD,    /* a keyword or a name without quotes */
    SQL_QUOTED,  /* a name in quotes of any kind, with them */
    SQL_STRING,  /* with its quotes, dollar quotes and prefix */
    SQL_NUMBER,
    SQL_PARAMETER, /* $1, ?, :name, @name */
    SQL_SIGN       /* one character of any other kind; "::" and ":=" are one */
};

/* Borrows the text. */
struct sql_token {
    enum sql_token_kind kind;
    const char *start;
    size_t length;
    unsigned line; /* from 1 */
};

struct sql_scan {
    enum sql_dialect dialect;
    const char *text, *at, *end;
    unsigned line;
    bool executed; /* within a comment that MySQL runs */
};

void sql_scan_start(struct sql_scan *scan, enum sql_dialect dialect, const char *text,
                    size_t length);
/* Every byte of the text belongs to one token. False at the end. */
bool sql_scan_next(struct sql_scan *scan, struct sql_token *token);

/* Whether the token is this word, ASCII letters alike in either case; a quoted name never is. */
bool sql_token_is(const struct sql_token *token, const char *word);
/* Whether the token is this sign. */
bool sql_token_is_sign(const struct sql_token *token, const char *sign);
/* One of many keywords that all dialects have, for colouring. */
bool sql_token_is_keyword(const struct sql_token *token);
/* Appends a name without its quotes; PostgreSQL's names without quotes in small letters. */
struct strbuf;
void sql_token_name(struct strbuf *out, const struct sql_token *token, enum sql_dialect dialect);

#endif
