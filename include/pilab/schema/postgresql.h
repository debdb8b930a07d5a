/*
 * DDL of PostgreSQL, file after file, applied to a schema as a server would: dumps and sequences of
 * migrations alike.
 *
 * What a server names by itself is named so here (constraints, indexes, sequences), what it writes
 * in a normal form of its own is written in that: types, defaults, checks, indexes, views,
 * functions. Where that is not possible (an expression of a kind that is not known here, a type of
 * an extension) the text is close to it and a gap says so; schema_compare does not mind casts,
 * parentheses and qualifiers between text and server.
 *
 * Nothing is silent: a statement that cannot be parsed, applied or understood becomes a problem of
 * the schema with its file and line, kinds of objects that are not read become gaps.
 */
#ifndef PILAB_SCHEMA_POSTGRESQL_H
#define PILAB_SCHEMA_POSTGRESQL_H

#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>
#include <pilab/schema/model.h>
#include <pilab/schema/pg_statements.h>

struct pg_reader;

/* `name` is the schema's. NULL with ERROR_UNSUPPORTED without the library. */
struct pg_reader *pg_reader_new(const char *name, struct error *error);
void pg_reader_free(struct pg_reader **reader); /* *reader may be NULL */

/* One file's text, up to now. `file` is its name in places and messages. False only for what is no
 * text at all (pg_statements_visit). */
bool pg_reader_add(struct pg_reader *reader, const char *file, const char *text, size_t length,
                   struct error *error);
/* One statement that somebody else walks to. */
void pg_reader_apply(struct pg_reader *reader, const struct pg_statement *statement);
/* Hands the schema over and frees the reader. */
struct schema *pg_reader_finish(struct pg_reader **reader);

/* One text. NULL as above. The caller frees it with schema_free. */
struct schema *schema_read_postgresql(const char *name, const char *text, size_t length,
                                      struct error *error);

#endif
