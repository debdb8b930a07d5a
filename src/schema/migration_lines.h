/*
 * Texts of migrations line by line, and the marks that tools put into comments there. Inside of the
 * schema room.
 */
#ifndef PILAB_SCHEMA_MIGRATION_LINES_H
#define PILAB_SCHEMA_MIGRATION_LINES_H

#include <pilab/base/vector.h>
#include <pilab/schema/migration.h>

/* One migration within a text. */
struct migration_section {
    const char *id, *author; /* of a changeset; NULL: the text is one migration */
    enum migration_kind kind;
    unsigned line;
    struct vector up, down; /* struct migration_part; released by the caller */
    bool no_transaction;
    bool has_down;        /* a section for the way back is there, also an empty one */
    bool back_not_needed; /* "--rollback empty" */
    const char *dialect;  /* "dbms:mysql"; NULL: any */
};

struct text_lines {
    const char *at, *end;
    unsigned number;
};

struct text_line {
    const char *start, *end, *next; /* `end` is before the newline, `next` behind it */
    unsigned number;                /* from 1 */
};

bool text_line_next(struct text_lines *lines, struct text_line *line);
/* What follows a mark in a comment of the line, "--  +goose Up", in either case; NULL: it is none.
 */
const char *text_line_after(const struct text_line *line, const char *mark);
/* Whether the words stand here and end here, in either case. */
bool text_begins_with(const char *at, const char *end, const char *words);
/* Nothing for an empty text. */
void text_add_part(struct vector *parts, const char *start, const char *end, unsigned line,
                   bool whole);
struct migration_section *text_add_section(struct vector *sections, unsigned line);

#endif
