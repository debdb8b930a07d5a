/*
 * Migrations of pgroll: lists of operations in JSON or YAML (pgroll.com, "Operations"). Inside of
 * the schema room.
 */
#ifndef PILAB_SCHEMA_MIGRATION_PGROLL_H
#define PILAB_SCHEMA_MIGRATION_PGROLL_H

#include <pilab/schema/migration.h>

/* Whether the text has "operations" at its top; nothing is read yet. */
bool migration_pgroll_test(const struct migration_file *file);
/* Takes a file's tree and sets the way back. Returns why it cannot be read, or NULL. */
const char *migration_pgroll_read(struct migration *migration, const struct migration_file *file,
                                  struct arena *arena);
/* What reads the text of an operation "sql". */
typedef void migration_read_sql(void *context, const char *text, unsigned line);
/* Adds the operations to a vector of struct sql_operation; the SQL within them goes to `read`. */
void migration_pgroll_operations(const struct migration *migration, struct arena *arena,
                                 struct vector *operations, migration_read_sql *read,
                                 void *context);

#endif
