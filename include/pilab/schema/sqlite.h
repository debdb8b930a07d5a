/*
 * DDL of SQLite, file after file, run in a database in memory whose catalog is read afterwards:
 * SQLite itself is its own grammar.
 *
 * Only what makes, changes or drops objects is run; rows, settings and transactions are passed
 * over. Nothing outside is touched: no other database is attached, no extension is loaded, no
 * function that opens files is called, no virtual table is made; size, depth and time are limited.
 * What SQLite refuses becomes a problem of the schema with its file and line.
 */
#ifndef PILAB_SCHEMA_SQLITE_H
#define PILAB_SCHEMA_SQLITE_H

#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/schema/model.h>

struct sqlite_reader;

/* `name` is the schema's. All texts together may run for so long; 0: five seconds. NULL with
 * ERROR_IO. */
struct sqlite_reader *sqlite_reader_new(const char *name, unsigned milliseconds,
                                        struct error *error);
void sqlite_reader_free(struct sqlite_reader **reader); /* *reader may be NULL */

/* One file's text, or a part of it that begins in `line`. `file` is its name in places and
 * messages. False with ERROR_LIMIT: the text is too large, or running it took too long; then the
 * reader is of no use any more. */
bool sqlite_reader_add(struct sqlite_reader *reader, const char *file, unsigned line,
                       const char *text, size_t length, struct error *error);
/* Reads the catalog and frees the reader. NULL with ERROR_IO. */
struct schema *sqlite_reader_finish(struct sqlite_reader **reader, struct error *error);

/* One text. The caller frees it with schema_free. */
struct schema *schema_read_sqlite(const char *name, const char *text, size_t length,
                                  struct error *error);

#endif
