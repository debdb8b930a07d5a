/*
 * Templates for release notes: a safe part of Mustache (mustache(5)).
 *
 *   {{name}}          a value, escaped for running Markdown
 *   {{cell:name}}     for a cell of a table
 *   {{code:name}}     as a code span; {{cellcode:name}} as one in a table
 *   {{#name}}…{{/name}}   for each item of a list; once for any other value that is not null,
 * false, 0, "" or []; inside, the names of an object are looked up first
 *   {{^name}}…{{/name}}   when it is null, false, 0, "" or []
 *   {{.}} {{a.b}}     the item itself; a name within an object
 *   {{! comment}}
 *
 * A tag for a section or a comment that stands alone on its line takes the line with it. What would
 * put text from outside into a document as it is ({{{name}}}, {{&name}}), partials and other
 * delimiters are refused, and so is a name that does not exist: a typing error must not print
 * nothing.
 */
#ifndef PILAB_NOTES_TEMPLATE_H
#define PILAB_NOTES_TEMPLATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

struct template;

#define TEMPLATE_SIZE_MAX   ((size_t)1 << 20)
#define TEMPLATE_DEPTH_MAX  32
#define TEMPLATE_OUTPUT_MAX ((size_t)64 << 20)

/* `name` is what messages call it: a file. NULL with ERROR_INVALID, naming the line, or
 * ERROR_LIMIT; otherwise the caller frees it. */
struct template *template_parse(const char *name, const char *text, size_t length,
                                struct error *error);
void template_free(struct template **template);

/* Appends the template filled from `view`, an object. ERROR_INVALID for a name that does not exist,
 * ERROR_LIMIT for more than TEMPLATE_OUTPUT_MAX; nothing is appended then. */
bool template_render(const struct template *template, const json_t *view, struct strbuf *out,
                     struct error *error);

#endif
