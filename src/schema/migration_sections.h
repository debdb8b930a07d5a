/*
 * Texts that hold several migrations, or the way there and the way back: goose, sql-migrate, dbmate
 * and formatted SQL of Liquibase. All of them are marked by comments at the beginning of a line.
 * Inside of the schema room.
 */
#ifndef PILAB_SCHEMA_MIGRATION_SECTIONS_H
#define PILAB_SCHEMA_MIGRATION_SECTIONS_H

#include "migration_lines.h"

/* Which of those tools the text is written for; MIGRATION_NONE: none of them. */
enum migration_layout migration_sections_layout(const char *text, size_t length);

/* Adds the sections of a text in such a layout to a vector of struct migration_section. What stands
 * where it cannot is told by `problem`: a message, or NULL. */
void migration_sections_read(enum migration_layout layout, const char *text, size_t length,
                             struct arena *arena, struct vector *sections, const char **problem,
                             unsigned *problem_line);
void migration_sections_release(struct vector *sections);

#endif
