/*
 * Which migrations are counted together. Inside of the schema room.
 */
#ifndef PILAB_SCHEMA_MIGRATION_SEQUENCE_H
#define PILAB_SCHEMA_MIGRATION_SEQUENCE_H

#include <pilab/schema/migration.h>

/* The folder that a migration's versions are counted in: of a folder for each migration the one
 * around it; "" where they are counted over all folders. In the arena. */
const char *migration_sequence(const struct migration *migration, struct arena *arena);

#endif
