/*
 * Any bytes as SQL of any dialect: the first byte says which. Tokens cover the text, statements are
 * slices of it in order, and reading what they do always ends.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/schema/sql_operation.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void scan(enum sql_dialect dialect, const char *text, size_t length)
{
    const char *at = text;
    struct sql_scan scan;
    struct sql_token token;

    sql_scan_start(&scan, dialect, text, length);
    while (sql_scan_next(&scan, &token)) {
        must(token.start == at && token.length > 0);
        at += token.length;
    }
    must(at == text + length);
}

static void read_statements(enum sql_dialect dialect, const char *text, size_t length, bool whole)
{
    struct arena *arena = arena_new();
    const struct sql_context context = { .dialect = dialect };
    struct sql_text source = { .shown = text, .length = length, .line = 1, .whole = whole };
    struct sql_statements statements;
    struct vector operations;
    const char *at = text;

    vector_init(&operations, sizeof(struct sql_operation));
    source.text = sql_fill_placeholders(text, length, true, arena, NULL);
    must(sql_statements_read(dialect, &source, arena, &statements, NULL));
    for (size_t i = 0; i < statements.count; i++) {
        const struct sql_statement *statement = &statements.list[i];
        size_t before = operations.count;

        must(statement->count > 0 && statement->line > 0 && statement->text >= at);
        at = statement->text + statement->length;
        must(at <= text + length);
        sql_read_operations(dialect, statement, arena, &operations);
        must(operations.count > before);
    }
    for (size_t i = 0; i < operations.count; i++) {
        struct sql_operation *operation = vector_at(&operations, i);

        must(operation->words != NULL);
        sql_mark_operation(&context, arena, operation);
        must(operation->marks == 0 || operation->why != NULL);
        for (size_t k = 0; k < operation->change_count; k++) {
            const struct sql_change *change = &operation->changes[k];

            must(change->words != NULL);
            must(change->marks == 0 || change->why != NULL);
        }
    }
    vector_release(&operations);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum sql_dialect dialect;
    char *text;

    if (size == 0)
        return 0;
    dialect = (enum sql_dialect)(data[0] % DIALECT_COUNT);
    /* A copy that ends where it ends, so that reading past it is seen. */
    text = malloc(size);
    must(text != NULL);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    scan(dialect, text, size - 1);
    read_statements(dialect, text, size - 1, (data[0] & 0x80) != 0);
    free(text);
    return 0;
}
