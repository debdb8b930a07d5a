/*
 * Formatted SQL of Liquibase (docs.liquibase.com, "SQL changelogs"). Inside of the schema room.
 */
#ifndef PILAB_SCHEMA_MIGRATION_LIQUIBASE_H
#define PILAB_SCHEMA_MIGRATION_LIQUIBASE_H

#include "migration_sections.h"

/* As migration_sections_read. Each changeset is a section. */
void migration_liquibase_read(const char *text, size_t length, struct arena *arena,
                              struct vector *sections, const char **problem,
                              unsigned *problem_line);

#endif
