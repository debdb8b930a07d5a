/*
 * What a plain YAML scalar means: the typing rules of YAML 1.1, 1.2 and Helm.
 */
#ifndef PILAB_DOCUMENT_SCHEMA_H
#define PILAB_DOCUMENT_SCHEMA_H

#include <stddef.h>

#include <pilab/document/document.h>

struct arena;

struct scalar {
    enum node_kind kind;
    const char *value; /* canonical; NULL for a string, whose text is its value */
};

/* `text` is NUL-terminated at `length`. Values that are made live in the arena. */
struct scalar schema_resolve(enum yaml_schema schema, struct arena *arena, const char *text,
                             size_t length);

#endif
