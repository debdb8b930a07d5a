/*
 * What differs between two schemas, as JSON (pilab.schema-diff/1) and as rich text drawn from that.
 * Private to this folder.
 */
#ifndef PILAB_SRC_APP_SCHEMA_DIFF_FORM_H
#define PILAB_SRC_APP_SCHEMA_DIFF_FORM_H

#include <jansson.h>

#include <pilab/base/strbuf.h>
#include <pilab/schema/diff.h>

/* New reference. */
json_t *schema_diff_json(const struct schema_diff *diff);

/* `object` is that JSON: result->draw. */
void schema_diff_draw(struct strbuf *out, const void *object, size_t width);
/* The same with the parts of what came or went as a whole. */
void schema_diff_draw_wide(struct strbuf *out, const void *object, size_t width);

/* How many of the changes destroy something. */
size_t schema_diff_destructive(const struct schema_diff *diff);

#endif
