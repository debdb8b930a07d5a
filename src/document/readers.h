/*
 * The readers, one a format. Each gets UTF-8 without a byte order mark, adds its roots to the
 * builder, and returns false with the builder's error filled when the text cannot be read.
 */
#ifndef PILAB_DOCUMENT_READERS_H
#define PILAB_DOCUMENT_READERS_H

#include "builder.h"

bool yaml_read(struct tree_builder *builder, const char *text, size_t length,
               enum yaml_schema schema);
bool json_document_read(struct tree_builder *builder, const char *text, size_t length);
bool dotenv_read(struct tree_builder *builder, const char *text, size_t length);
bool tfvars_read(struct tree_builder *builder, const char *text, size_t length);
bool properties_read(struct tree_builder *builder, const char *text, size_t length);

/* Replaces the merge entries of the innermost map, which is about to be closed, by what they bring
 * in (https://yaml.org/type/merge.html). */
bool merge_expand(struct tree_builder *builder);

#endif
