/*
 * Short ways to say what a test reads and expects.
 */
#ifndef TESTS_SUPPORT_DOCUMENTS_H
#define TESTS_SUPPORT_DOCUMENTS_H

#include <pilab/document/diff.h>
#include <pilab/document/document.h>

/* Reads a text that must be readable. The caller frees. */
struct document *read_document(enum document_format format, const char *text);
struct document *read_document_with(enum document_format format, const char *text, size_t length,
                                    const struct document_options *options);

/* The document's roots as JSON, one a line, or "" when it has none. */
void assert_reads(enum document_format format, const char *text, const char *json);
void assert_document(const struct document *document, const char *json);

/* Reading fails with this code and exactly this message ("file:1:2: …"). */
void assert_refused(enum document_format format, const char *text, enum error_code code,
                    const char *message);

/* All warnings, "LINE: message", one a line. */
void assert_warnings(const struct document *document, const char *expected);

/* The node at a path of map keys separated by '.', in the first root; must be there. */
const struct node *node_at(const struct document *document, const char *path);
void assert_place(const struct node *node, const char *file, unsigned line, unsigned column);

/* The changes between two YAML texts, one a line: "modified /a/b 1 -> 2". */
void assert_changes(const char *previous, const char *current,
                    const struct tree_diff_options *options, const char *expected);

#endif
