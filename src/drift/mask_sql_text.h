/*
 * What stands between the quotes of a string of SQL. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_MASK_SQL_TEXT_H
#define PILAB_DRIFT_MASK_SQL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>
#include <pilab/schema/sql_scan.h>

/* Where the text within a string's quotes starts, and its size. What is not closed has no quote at
 * its end. */
size_t sql_text_inside(const struct sql_token *token, size_t *size);

/* Appends a text with each of its doubled quotes once, or each of its quotes twice. */
void sql_text_add_quotes(struct strbuf *out, const char *text, size_t length, bool twice);

/* Appends what stands for a secret, as many lines as it has. */
void sql_text_add_masked(struct strbuf *out, const char *text, size_t size);

/* Appends a comment, without the secrets in it. Whether there were any. */
bool sql_text_add_comment(struct strbuf *out, enum sql_dialect dialect,
                          const struct sql_token *token);
/* Appends a text, line by line, with the rows behind COPY … FROM stdin masked in the columns that
 * are secrets by their names. */
void sql_text_mask_rows(struct strbuf *out, const char *text, size_t length);

/* Moves to the next token that is neither blank nor comment; SQL_END behind the last. */
struct sql_token sql_text_next(struct sql_scan *scan);

/* Whether a file's name says that it is SQL. */
bool sql_text_path(const char *path);

#endif
