/*
 * DDL of MySQL and MariaDB, file after file, applied to a schema by a tolerant reader of our own:
 * dumps and sequences of migrations alike. Tables with columns, keys, indexes, checks and foreign
 * keys; views, routines, triggers and sequences as they are written.
 *
 * What a server names by itself is named so here (indexes, foreign keys), and types and ordinary
 * defaults are in the form in which a server tells them. Expressions, and what views and routines
 * are made of, stay as they are written: a server writes them otherwise, and a gap says so. What
 * cannot be applied becomes a problem of the schema with its file and line.
 */
#ifndef PILAB_SCHEMA_MYSQL_H
#define PILAB_SCHEMA_MYSQL_H

#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/schema/dialect.h>
#include <pilab/schema/model.h>

struct mysql_reader;

/* `name` is the schema's. `dialect` tells MySQL from MariaDB, where they differ. */
struct mysql_reader *mysql_reader_new(const char *name, enum sql_dialect dialect);
void mysql_reader_free(struct mysql_reader **reader); /* *reader may be NULL */

/* One file's text, or a part of it that begins in `line`. `file` is its name in places and
 * messages. False with ERROR_LIMIT. */
bool mysql_reader_add(struct mysql_reader *reader, const char *file, unsigned line,
                      const char *text, size_t length, struct error *error);
/* Hands the schema over and frees the reader. */
struct schema *mysql_reader_finish(struct mysql_reader **reader);

/* One text of MySQL or MariaDB. The caller frees it with schema_free. */
struct schema *schema_read_mysql(const char *name, const char *text, size_t length,
                                 struct error *error);

#endif
