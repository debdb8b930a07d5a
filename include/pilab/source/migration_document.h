/*
 * Migrations in JSON and YAML as the trees that the room of schemas takes.
 */
#ifndef PILAB_SOURCE_MIGRATION_DOCUMENT_H
#define PILAB_SOURCE_MIGRATION_DOCUMENT_H

#include <pilab/schema/migration.h>

/* Sets the file's tree, or why there is none, when its name says that it is JSON or YAML; SQL stays
 * as it is. Everything lives in `arena`. */
void migration_document_read(struct migration_file *file, struct arena *arena);

#endif
