/*
 * Formatted SQL of Liquibase (docs.liquibase.com, "SQL changelogs"). Inside of the schema room.
 */
#ifndef PILAB_SCHEMA_MIGRATION_LIQUIBASE_H
#define PILAB_SCHEMA_MIGRATION_LIQUIBASE_H

#include "migration_lines.h"

/* Adds each changeset to a vector of struct migration_section. What stands where it cannot is told
 * by `problem`: a message, or NULL. */
void migration_liquibase_read(const char *text, size_t length, struct arena *arena,
                              struct vector *sections, const char **problem,
                              unsigned *problem_line);

#endif
