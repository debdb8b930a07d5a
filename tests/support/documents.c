#include "documents.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <pilab/base/strbuf.h>

struct document *read_document_with(enum document_format format, const char *text, size_t length,
                                    const struct document_options *options)
{
    struct error error = { 0 };
    struct document *document = document_read("file", text, length, format, options, &error);

    if (!document)
        fail_msg("refused: %s", error.message);
    return document;
}

struct document *read_document(enum document_format format, const char *text)
{
    return read_document_with(format, text, strlen(text), NULL);
}

void assert_document(const struct document *document, const char *json)
{
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < document->count; i++) {
        if (i > 0)
            strbuf_add_char(&out, '\n');
        node_write_json(&out, document->roots[i]);
    }
    assert_string_equal(out.data, json);
    strbuf_release(&out);
}

void assert_reads(enum document_format format, const char *text, const char *json)
{
    struct document *document = read_document(format, text);

    assert_document(document, json);
    document_free(&document);
    assert_null(document);
}

void assert_refused(enum document_format format, const char *text, enum error_code code,
                    const char *message)
{
    struct error error = { 0 };

    assert_null(document_read("file", text, strlen(text), format, NULL, &error));
    assert_string_equal(error.message, message);
    assert_int_equal(error.code, code);
}

void assert_warnings(const struct document *document, const char *expected)
{
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < document->warning_count; i++)
        strbuf_printf(&out, "%s%u: %s", i > 0 ? "\n" : "", document->warnings[i].line,
                      document->warnings[i].message);
    assert_string_equal(out.data, expected);
    strbuf_release(&out);
}

const struct node *node_at(const struct document *document, const char *path)
{
    const struct node *node = document->roots[0];
    struct strbuf key = STRBUF_INIT;

    for (;;) {
        size_t length = strcspn(path, ".");
        strbuf_clear(&key);
        strbuf_add_bytes(&key, path, length);
        node = node_get(node, key.data);
        if (!node)
            fail_msg("there is no %s", key.data);
        if (!path[length])
            break;
        path += length + 1;
    }
    strbuf_release(&key);
    return node;
}

void assert_place(const struct node *node, const char *file, unsigned line, unsigned column)
{
    assert_string_equal(node->file, file);
    assert_int_equal(node->line, line);
    assert_int_equal(node->column, column);
}

static void describe(struct strbuf *out, const struct tree_change *change)
{
    if (change->document)
        strbuf_printf(out, "[%s] ", change->document);
    strbuf_printf(out, "%s ", change_kind_name(change->kind));
    tree_change_pointer(out, change);
    strbuf_add(out, change->list_item ? " item " : " ");
    if (change->previous)
        node_write_json(out, change->previous);
    if (change->previous && change->current)
        strbuf_add(out, " -> ");
    if (change->current)
        node_write_json(out, change->current);
    strbuf_add_char(out, '\n');
}

void assert_changes(const char *previous, const char *current,
                    const struct tree_diff_options *options, const char *expected)
{
    struct document *before = read_document(DOCUMENT_YAML, previous);
    struct document *after = read_document(DOCUMENT_YAML, current);
    struct tree_diff *diff = tree_diff_documents(before, after, options);
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < diff->count; i++)
        describe(&out, &diff->changes[i]);
    assert_string_equal(out.data, expected);
    strbuf_release(&out);
    tree_diff_free(&diff);
    assert_null(diff);
    document_free(&before);
    document_free(&after);
}
