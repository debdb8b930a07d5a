/*
 * One map of a project file as one line without its braces, as a field of a form has it:
 * "type: file, path: /srv/VERSION, module: mb-web". Inside of the drift room.
 */
#ifndef PILAB_DRIFT_PROJECT_LINE_H
#define PILAB_DRIFT_PROJECT_LINE_H

#include <jansson.h>

#include <pilab/base/strbuf.h>

#include "project_map.h"

struct project_line {
    const char *what;    /* "an observer" */
    const char *example; /* "type: file, path: …, module: …" */
};

/* What a file says of one, from its map into `base`. */
typedef bool project_line_reader(struct project_reader *reader, const struct node *map, void *base);

/* Reads a line, with braces or without. An error says nothing of lines. ERROR_INVALID. */
bool project_line_read(const struct project_line *line, const char *text, struct arena *arena,
                       project_line_reader *read, void *base, struct error *error);

/* An object as such a line; project_flow_write with its braces, and any value. Append. */
void project_line_write(struct strbuf *out, const json_t *object);
void project_flow_write(struct strbuf *out, const json_t *value);
/* A text, in quotes where it could be read as anything else. */
void project_text_write(struct strbuf *out, const char *text);

#endif
